// SPDX-License-Identifier: Apache-2.0
// Paints a background row by row: the scene in linear light, then grade, vignette, grain, 8 bits.
#include "libsmos/media/backdrop.hpp"

#include "libsmos/media/backdrop_choice.hpp"
#include "libsmos/media/backdrop_families.hpp"

#include <thread>

namespace smos::media {
namespace backdrop {

Ramp Tones::sky() const {
    return high_key ? Ramp({mix(mid, accent, 0.25F), mid, mix(mid, light, 0.6F), light, mix(light, second, 0.35F)})
                    : Ramp({shade(base, 0.8F), mix(base, mid, 0.6F), mid, mix(mid, accent, 0.7F), mix(accent, second, 0.5F)});
}

Light Tones::pick(Dice& dice) const {
    const std::array<Light, 3> colours = {accent, second, light};
    return colours[static_cast<std::size_t>(dice.below(3))];
}

namespace {

constexpr int largest_px = 16384;
constexpr float caption_top = 0.55F;
constexpr float caption_bottom = 0.80F;
// No light of the caption band comes above this; with grain it stays below 0.17.
constexpr float caption_ceiling = 0.14F;

Tones tones_of(const Palette& palette) {
    const auto& s = palette.stops;
    Tones t{to_light(s[0]), to_light(s[1]), to_light(s[2]), to_light(s[3]), to_light(s[4]), false};
    t.high_key = to_lab(t.mid).l > 0.62F;
    return t;
}

class Developer { // from linear light to bytes
  public:
    Developer(const Frame& frame, const Temper& temper, std::uint32_t seed)
        : frame_(frame), temper_(temper), seed_(seed) {
        for (int i = 0; i <= 4096; ++i) {
            curve_.push_back(encode_srgb(square(real(i) / 4096.0F)) * 255.0F);
        }
        curve_.push_back(curve_.back());
    }

    void finish(const Row& row, std::uint8_t* out) const {
        grade(row);
        quantise(row, out);
    }

  private:
    void grade(const Row& row) const {
        const float v = (real(row.y) + 0.5F) / frame_.y(1.0F);
        const float calm = smooth(caption_top - 0.17F, caption_top, v) *
                           (1.0F - 0.5F * smooth(caption_bottom, caption_bottom + 0.14F, v));
        const float dy2 = square(v - 0.42F) * 1.15F;
        for (int x = 0; x < row.width; ++x) {
            const float du = (real(x) + 0.5F) / real(row.width) - 0.5F;
            const float edge = du * du + dy2;
            const float dim = temper_.exposure / (1.0F + temper_.vignette * 1.5F * edge * (0.35F + edge));
            const float r = row.r[x] * dim;
            const float g = row.g[x] * dim;
            const float b = row.b[x] * dim;
            const float y = 0.2126F * r + 0.7152F * g + 0.0722F * b;
            // Reinhard's curve bounds the light under captions and keeps its hue.
            const float quiet = 1.0F + calm * (caption_ceiling / (caption_ceiling + y) - 1.0F);
            const float chroma = temper_.saturation;
            row.r[x] = std::max(0.0F, y + (r - y) * chroma) * quiet;
            row.g[x] = std::max(0.0F, y + (g - y) * chroma) * quiet;
            row.b[x] = std::max(0.0F, y + (b - y) * chroma) * quiet;
        }
    }

    // Highlights roll off from 0.75 instead of clipping.
    static float shoulder(float x) {
        const float over = std::max(0.0F, x - 0.75F);
        return std::min(x, 0.75F) + over / (1.0F + over * 4.0F);
    }

    std::uint8_t code(float linear, float grain) const {
        const float place = std::sqrt(std::min(1.0F, shoulder(linear))) * 4096.0F;
        const int i = static_cast<int>(place);
        const auto at = static_cast<std::size_t>(i);
        const float value = curve_[at] + (curve_[at + 1] - curve_[at]) * (place - real(i));
        return static_cast<std::uint8_t>(std::clamp(value + grain + 0.5F, 0.0F, 255.0F));
    }

    // Triangular noise of more than one code is dither and film grain in one.
    void quantise(const Row& row, std::uint8_t* out) const {
        const float amount = (0.9F + 1.1F * temper_.grain) / 65536.0F;
        for (int x = 0; x < row.width; ++x, out += 3) {
            const std::uint32_t h = hash_cell(x, row.y, seed_);
            const float grain = amount * real(static_cast<int>(h & 0xffffU) + static_cast<int>(h >> 16U) - 65535);
            out[0] = code(row.r[x], grain);
            out[1] = code(row.g[x], grain);
            out[2] = code(row.b[x], grain);
        }
    }

    Frame frame_;
    Temper temper_;
    std::uint32_t seed_;
    std::vector<float> curve_;
};

void paint_rows(const Scene& scene, const Developer& developer, RgbImage& image, int first, int step) {
    const auto width = static_cast<std::size_t>(image.width_px);
    std::vector<float> light(width * 3);
    for (int y = first; y < image.height_px; y += step) {
        std::fill(light.begin(), light.end(), 0.0F);
        const Row row{y, image.width_px, light.data(), light.data() + width, light.data() + 2 * width};
        scene.paint_row(row);
        developer.finish(row, image.pixels.data() + static_cast<std::size_t>(y) * width * 3);
    }
}

} // namespace
} // namespace backdrop

RgbImage paint_backdrop(const BackdropRequest& request, int threads) {
    using namespace backdrop;
    const auto fits = [](int size) { return size >= 1 && size <= largest_px; };
    if (!fits(request.width_px) || !fits(request.height_px)) {
        return {};
    }
    RgbImage image{request.width_px, request.height_px, {}};
    image.pixels.resize(static_cast<std::size_t>(image.width_px) * static_cast<std::size_t>(image.height_px) * 3);
    const Temper temper = temper_of(request);
    Scene scene(make_frame(image.width_px, image.height_px));
    Brief brief{tones_of(request.palette), Dice(request_seed(request) ^ 0x736365656eULL), temper.energy, temper.zoom};
    choose_family(request).painter(scene, brief);
    const Developer developer(scene.frame(), temper, brief.dice.seed32());
    const int workers = std::clamp(threads, 1, 64);
    std::vector<std::thread> crew;
    for (int i = 1; i < workers; ++i) {
        crew.emplace_back([&, i] { paint_rows(scene, developer, image, i, workers); });
    }
    paint_rows(scene, developer, image, 0, workers);
    for (std::thread& worker : crew) {
        worker.join();
    }
    return image;
}

const std::vector<std::string>& backdrop_families() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const auto& family : backdrop::families()) {
            list.push_back(family.name);
        }
        return list;
    }();
    return names;
}

std::string backdrop_family(const BackdropRequest& request) { return backdrop::choose_family(request).name; }

} // namespace smos::media
