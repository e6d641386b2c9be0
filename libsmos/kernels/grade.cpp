// SPDX-License-Identifier: Apache-2.0
// A grade's values and a LUT's entries to whole-number tables, once for each set.
#include "libsmos/kernels/grade.hpp"

#include <algorithm>
#include <cmath>

namespace smos::kernels {

namespace {

constexpr double kr = 0.2126, kb = 0.0722, kg = 1.0 - kr - kb;
constexpr int one = 1 << 14;

bool within(double value, double low, double high) {
    return std::isfinite(value) && value >= low && value <= high;
}

// The transfer of BT.709-6 §1.2 (its constants with the digits that make it continuous).
constexpr double slope = 4.5, alpha = 1.09929682680944, beta = 0.018053968510807;
double to_light(double signal) {
    return signal < slope * beta ? signal / slope
                                 : std::pow((signal + alpha - 1.0) / alpha, 1.0 / 0.45);
}
double to_signal(double light) {
    return light < beta ? light * slope : alpha * std::pow(light, 0.45) - (alpha - 1.0);
}

std::uint16_t settled(double value, double most) {
    return static_cast<std::uint16_t>(std::clamp(value * one, 0.0, most) + 0.5);
}

// to_signal(to_light(signal) * gain). Where both ends lie on the transfer's power its exponents
// cancel out, which spares most entries their powers: a keyframed grade has tables for each frame.
class Gain {
  public:
    explicit Gain(double gain) : gain_(gain), coded_(std::pow(gain, 0.45)) {}

    [[nodiscard]] double operator()(double signal) const {
        const double powered = (signal + alpha - 1.0) * coded_ - (alpha - 1.0);
        return signal >= slope * beta && powered >= slope * beta
                   ? powered
                   : to_signal(to_light(signal) * gain_);
    }

  private:
    double gain_;
    double coded_;
};

void fill_channel(std::uint16_t* line, double gain) {
    const Gain lit(gain);
    for (int i = 0; i < grade_steps; ++i) {
        const double signal = static_cast<double>(i) / one;
        // No detour through light where nothing is to be done there.
        line[i] = settled(gain == 1.0 ? signal : lit(signal), grade_reach - 1);
    }
}

void fill_in(GradeTable& table, const GradeValues& values) {
    const double warm = std::exp2(values.temperature / 2.0);
    const double green = std::exp2(-values.tint / 2.0);
    const double white = kr * warm + kg * green + kb / warm;
    const double stops = std::exp2(values.exposure_stops);
    const std::array<double, 3> gain = {
        warm * stops / white, green * stops / white, stops / (warm * white)};
    table.in.resize(3 * grade_steps + grade_spare);
    for (std::size_t c = 0; c < 3; ++c) {
        std::uint16_t* const line = table.in.data() + c * std::size_t{grade_steps};
        table.shortcuts.in[c] = gain[c] == 1.0;
        if (c > 0 && gain[c] == gain[0]) {
            std::copy_n(table.in.data(), grade_steps, line);
        } else {
            fill_channel(line, gain[c]);
        }
    }
    table.shortcuts.one_in = gain[0] == gain[1] && gain[0] == gain[2];
}

// From the basis of Y', Cb, Cr: turn and stretch (Cb, Cr), then back. The middle term takes what
// rounding leaves of a row, so that it sums to one.
void fill_matrix(GradeTable& table, const GradeValues& values) {
    const double angle = values.hue_degrees * 3.14159265358979323846 / 180.0;
    const double c = values.saturation * std::cos(angle);
    const double s = values.saturation * std::sin(angle);
    const double cb[3] = {-kr / (2 * (1 - kb)), -kg / (2 * (1 - kb)), 0.5};
    const double cr[3] = {0.5, -kg / (2 * (1 - kr)), -kb / (2 * (1 - kr))};
    const double luma[3] = {kr, kg, kb};
    const double from_cb[3] = {0.0, -2 * (1 - kb) * kb / kg, 2 * (1 - kb)};
    const double from_cr[3] = {2 * (1 - kr), -2 * (1 - kr) * kr / kg, 0.0};
    for (std::size_t row = 0; row < 3; ++row) {
        std::int32_t sum = 0;
        for (std::size_t column = 0; column < 3; ++column) {
            const double turned_cb = c * cb[column] - s * cr[column];
            const double turned_cr = s * cb[column] + c * cr[column];
            const double value = luma[column] + from_cb[row] * turned_cb + from_cr[row] * turned_cr;
            table.matrix[3 * row + column] = static_cast<std::int32_t>(std::lround(value * one));
            sum += table.matrix[3 * row + column];
        }
        table.matrix[3 * row + 1] += one - sum;
    }
}

void fill_out(GradeTable& table, const GradeValues& values) {
    table.out.assign(grade_reach + grade_spare, one);
    bool top = false; // it never falls again
    for (int i = 0; i < grade_reach && !top; ++i) {
        const double signal = static_cast<double>(i) / one;
        const double apart = (signal - 0.5) * values.contrast + 0.5;
        const double kept = std::clamp(apart, 0.0, 1.0);
        const double lifted = values.gamma == 1.0 ? kept : std::pow(kept, 1.0 / values.gamma);
        table.out[static_cast<std::size_t>(i)] = settled(lifted, one);
        top = kept == 1.0;
    }
    table.out.back() = table.out[grade_reach - 1];
}

bool sound_values(const LutValues& values) {
    const int most = values.three_d ? 65 : 65536;
    if (values.size < 2 || values.size > most) {
        return false;
    }
    const auto side = static_cast<std::size_t>(values.size);
    const std::size_t count = values.three_d ? side * side * side : side;
    if (values.entries.size() != 3 * count) {
        return false;
    }
    for (std::size_t c = 0; c < 3; ++c) {
        if (!within(values.domain_min[c], -100.0, 100.0) ||
            !within(values.domain_max[c], -100.0, 100.0) ||
            values.domain_max[c] - values.domain_min[c] < 0.001) {
            return false;
        }
    }
    return std::all_of(
        values.entries.begin(), values.entries.end(), [](float e) { return std::isfinite(e); });
}

// One channel of a 1D LUT at R'G'B' of 0 .. 1.
void fill_curve(LutTable& table, const LutValues& values, std::size_t channel) {
    const int last = values.size - 1;
    for (int i = 0; i < grade_steps; ++i) {
        const double signal = static_cast<double>(i) / one;
        const double share = (signal - values.domain_min[channel]) /
                             (values.domain_max[channel] - values.domain_min[channel]);
        const double at = std::clamp(share, 0.0, 1.0) * last;
        const int cell = std::min(static_cast<int>(at), last - 1);
        const auto entry = [&](int index) {
            const double value = values.entries[3 * static_cast<std::size_t>(index) + channel];
            return std::clamp(value, 0.0, 1.0);
        };
        const double part = at - cell;
        table.curves.push_back(settled(entry(cell) * (1.0 - part) + entry(cell + 1) * part, one));
    }
}

} // namespace

std::optional<GradeTable> grade_table(const GradeValues& values) {
    const bool sound = within(values.exposure_stops, -8.0, 8.0) &&
                       within(values.temperature, -2.0, 2.0) && within(values.tint, -2.0, 2.0) &&
                       within(values.hue_degrees, -360.0, 360.0) &&
                       within(values.saturation, 0.0, 4.0) && within(values.contrast, 0.0, 4.0) &&
                       within(values.gamma, 0.1, 10.0);
    if (!sound) {
        return std::nullopt;
    }
    GradeTable table;
    table.identity = values.exposure_stops == 0.0 && values.temperature == 0.0 &&
                     values.tint == 0.0 && values.hue_degrees == 0.0 && values.saturation == 1.0 &&
                     values.contrast == 1.0 && values.gamma == 1.0;
    if (!table.identity) {
        fill_in(table, values);
        fill_matrix(table, values);
        fill_out(table, values);
        table.shortcuts.matrix =
            table.matrix == std::array<std::int32_t, 9>{one, 0, 0, 0, one, 0, 0, 0, one};
        int& last = table.shortcuts.out_last;
        while (last > 0 && table.out[static_cast<std::size_t>(last) - 1] == table.out.back()) {
            --last;
        }
        table.shortcuts.out = values.contrast == 1.0 && values.gamma == 1.0;
    }
    return table;
}

std::optional<LutTable> lut_table(const LutValues& values) {
    if (!sound_values(values)) {
        return std::nullopt;
    }
    LutTable table;
    if (!values.three_d) {
        for (std::size_t channel = 0; channel < 3; ++channel) {
            fill_curve(table, values, channel);
        }
        table.curves.resize(3 * grade_steps + grade_spare);
        return table;
    }
    table.size = values.size;
    for (std::size_t i = 0; i < values.entries.size(); ++i) {
        table.grid.push_back(settled(values.entries[i], one));
        if (i % 3 == 2) {
            table.grid.push_back(0);
        }
    }
    for (std::size_t c = 0; c < 3; ++c) {
        const double low = values.domain_min[c];
        const double step = (values.size - 1) / (values.domain_max[c] - low);
        table.scale[c] = std::llround(step * 65536.0);
        table.start[c] = std::llround(-low * step * 65536.0 * one) + 32768;
    }
    return table;
}

} // namespace smos::kernels
