// SPDX-License-Identifier: Apache-2.0
// RGB of any primaries and curve to RGB of BT.709, through integer tables.
#include "libsmos/media/picture/colour_transform.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace smos::media {
namespace {

constexpr int light_bits = 24; // 1 << 24 is SDR white
constexpr int matrix_bits = 20;
constexpr int share_step_bits = 14; // one entry of the tone map per 2^14 units of light
constexpr std::int64_t full_light = std::int64_t{1} << light_bits;
constexpr double brightest_light = 10000 / sdr_white_nits; // PQ's end
constexpr double hlg_peak = 1000 / sdr_white_nits;
// Luminance of BT.2020, 2^-16.
constexpr std::int64_t luminance[3] = {17217, 44433, 3886};

std::int64_t nearest_integer(double value) {
    return static_cast<std::int64_t>(value < 0 ? value - 0.5 : value + 0.5);
}

std::int32_t units_of(double light) {
    // NaN becomes 0 too.
    const double bounded = light > 0 ? std::min(light, brightest_light) : 0.0;
    return static_cast<std::int32_t>(nearest_integer(bounded * static_cast<double>(full_light)));
}

std::vector<std::int32_t> light_table(const Curve& curve) {
    std::vector<std::int32_t> table(65536);
    for (std::size_t code = 0; code < table.size(); ++code)
        table[code] = units_of(curve(static_cast<double>(code) / 65535));
    return table;
}

template <typename T, typename Function>
void fill_fine(std::vector<T>& dark, std::vector<T>& bright, double scale, const Function& f) {
    dark.resize(65537);
    bright.resize(65537);
    for (std::size_t i = 0; i <= 65536; ++i) {
        const auto place = static_cast<double>(i);
        dark[i] = static_cast<T>(nearest_integer(scale * f(place / (65536.0 * 256))));
        bright[i] = static_cast<T>(nearest_integer(scale * f(place / 65536)));
    }
}

} // namespace

template <typename T>
T ColourTransform::Fine<T>::at(std::int64_t light) const {
    if (light < (full_light >> 8))
        return dark[static_cast<std::size_t>(std::max<std::int64_t>(light, 0))];
    const std::int64_t entry = std::min((light + 128) >> 8, std::int64_t{65536});
    return bright[static_cast<std::size_t>(entry)];
}

ColourTransform::ColourTransform(const ColourRecipe& recipe) {
    for (std::size_t i = 0; i < 3; ++i) {
        LightTable table = light_table(recipe.to_light[i]);
        const bool again = i > 0 && table == *to_light_[i - 1];
        to_light_[i] =
            again ? to_light_[i - 1] : std::make_shared<const LightTable>(std::move(table));
        for (std::size_t j = 0; j < 3; ++j)
            matrix_[i][j] = nearest_integer(recipe.to_bt709[i][j] * (1 << matrix_bits));
    }
    const auto code = recipe.target == ColourRecipe::Target::srgb ? srgb_code : bt1886_code;
    fill_fine(to_code_.dark, to_code_.bright, 65535, code);
    if (recipe.hlg) {
        const auto gain = [](double light) { return hlg_peak * fixed_pow(light, 0.2); };
        fill_fine(hlg_gain_.dark, hlg_gain_.bright, static_cast<double>(full_light), gain);
    }
    if (recipe.peak > 1) {
        const auto entries = static_cast<std::size_t>(brightest_light * 1024) + 2;
        share_.resize(entries, static_cast<std::int32_t>(full_light));
        for (std::size_t i = 1; i < entries; ++i) {
            const double light = static_cast<double>(i) / 1024;
            share_[i] = units_of(tone_mapped(light, recipe.peak) / light);
        }
    }
}

void ColourTransform::show_hlg(std::array<std::int64_t, 3>& light) const {
    const std::int64_t scene =
        (luminance[0] * light[0] + luminance[1] * light[1] + luminance[2] * light[2]) >> 16;
    const std::int64_t gain = hlg_gain_.at(scene);
    for (std::int64_t& value : light)
        value = (value * gain + full_light / 2) >> light_bits;
}

void ColourTransform::tone_map(std::array<std::int64_t, 3>& light) const {
    const std::int64_t greatest = std::max({light[0], light[1], light[2]});
    const std::int64_t nearest = (greatest + (1 << (share_step_bits - 1))) >> share_step_bits;
    const auto entry = std::min(static_cast<std::size_t>(nearest), share_.size() - 1);
    for (std::int64_t& value : light)
        value = (value * share_[entry] + full_light / 2) >> light_bits;
}

void ColourTransform::apply(std::uint16_t* red,
                            std::uint16_t* green,
                            std::uint16_t* blue,
                            int count) const {
    constexpr std::int64_t half = std::int64_t{1} << (matrix_bits - 1);
    std::uint16_t* const planes[3] = {red, green, blue};
    for (int x = 0; x < count; ++x) {
        std::array<std::int64_t, 3> light{
            (*to_light_[0])[red[x]], (*to_light_[1])[green[x]], (*to_light_[2])[blue[x]]};
        if (!hlg_gain_.dark.empty())
            show_hlg(light);
        if (!share_.empty())
            tone_map(light);
        for (std::size_t i = 0; i < 3; ++i) {
            const auto& row = matrix_[i];
            const std::int64_t sum = row[0] * light[0] + row[1] * light[1] + row[2] * light[2];
            planes[i][x] = to_code_.at((sum + half) >> matrix_bits);
        }
    }
}

bool ColourTransform::is_identity() const {
    for (int grid = 0; grid < 17 * 17 * 17; ++grid) {
        const int before[3] = {
            grid % 17 * 65535 / 16, grid / 17 % 17 * 65535 / 16, grid / 289 * 65535 / 16};
        std::uint16_t after[3];
        for (int i = 0; i < 3; ++i)
            after[i] = static_cast<std::uint16_t>(before[i]);
        apply(&after[0], &after[1], &after[2], 1);
        for (int i = 0; i < 3; ++i) {
            if (std::abs(after[i] - before[i]) > 128)
                return false;
        }
    }
    return true;
}

} // namespace smos::media
