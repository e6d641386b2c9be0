// SPDX-License-Identifier: Apache-2.0
// Paints a background row by row: the scene in linear light, then grade, vignette, grain, 8 bits.
#include "libsmos/media/backdrop/backdrop.hpp"

#include "libsmos/media/backdrop/backdrop_choice.hpp"
#include "libsmos/media/backdrop/backdrop_families.hpp"

#include <cstring>
#include <thread>

namespace smos::media {
namespace backdrop {

Ramp Tones::sky() const {
    return high_key ? Ramp({mix(mid, accent, 0.25F),
                            mid,
                            mix(mid, light, 0.6F),
                            light,
                            mix(light, second, 0.35F)})
                    : Ramp({shade(base, 0.8F),
                            mix(base, mid, 0.6F),
                            mid,
                            mix(mid, accent, 0.7F),
                            mix(accent, second, 0.5F)});
}

namespace {

constexpr int largest_px = 16384;
constexpr float caption_top = 0.55F;
constexpr float caption_bottom = 0.80F;
// No light of the caption band comes above its ceiling; with grain it stays below 0.17. Bright
// pictures get a lower one, or white paper would turn into grey paper instead of a shadow.
constexpr float dark_ceiling = 0.13F;
constexpr float bright_ceiling = 0.06F;

Tones tones_of(const Palette& palette) {
    const auto& s = palette.stops;
    Tones t{to_light(s[0]), to_light(s[1]), to_light(s[2]), to_light(s[3]), to_light(s[4]), false};
    t.high_key = to_lab(t.mid).l > 0.62F;
    return t;
}

class Developer { // from linear light to bytes
  public:
    Developer(const Frame& frame, const Temper& temper, const Tones& tones, std::uint32_t seed)
        : frame_(frame),
          temper_(temper),
          seed_(seed),
          high_key_(tones.high_key) {
        const Light deep = shade(mix(tones.base, tones.accent, 0.10F), 1.0F, 1.6F);
        shadow_ = deep * (1.0F / std::max(luminance(deep), 1e-3F));
        // The table is indexed by the upper bits of the float, so it is as fine in the dark as
        // the eye is; the entry is taken at the middle of its interval.
        for (std::uint32_t i = 0; i < octaves * 256U; ++i) {
            const float light =
                from_bits((i << index_shift) + first_bits + (1U << (index_shift - 1U)));
            curve_.push_back(encode_srgb(shoulder(light)) * 255.0F + 0.5F);
        }
        for (int x = 0; x < frame.width; ++x) {
            const float u = (real(x) + 0.5F) / real(frame.width) - 0.5F;
            across_.push_back(1.0F / (1.0F + temper.vignette * 1.1F * u * u));
        }
    }

    void finish(const Row& row, std::uint8_t* out) const {
        grade(row);
        quantise(row, out);
    }

  private:
    void grade(const Row& row) const {
        const float v = (real(row.y) + 0.5F) / frame_.y(1.0F);
        const float calm =
            smooth(caption_top - (high_key_ ? 0.33F : 0.2F), caption_top, v) *
            (1.0F - (high_key_ ? 0.0F : 0.4F) * smooth(caption_bottom, caption_bottom + 0.14F, v));
        const float down = temper_.exposure / (1.0F + temper_.vignette * square(v - 0.42F));
        const float chroma = temper_.saturation;
        const float toned = calm * (high_key_ ? 0.55F : 0.25F);
        for (int x = 0; x < row.width; ++x) {
            const float dim = down * across_[static_cast<std::size_t>(x)];
            const float r = row.r[x] * dim;
            const float g = row.g[x] * dim;
            const float b = row.b[x] * dim;
            const float y = 0.2126F * r + 0.7152F * g + 0.0722F * b;
            const float quiet = calm > 0.0F ? quieten(y, calm) : 1.0F;
            const float kept = quiet * (1.0F - toned);
            const float tone = quiet * toned * y;
            row.r[x] = (y + (r - y) * chroma) * kept + shadow_.r * tone;
            row.g[x] = (y + (g - y) * chroma) * kept + shadow_.g * tone;
            row.b[x] = (y + (b - y) * chroma) * kept + shadow_.b * tone;
        }
    }

    // Reinhard's curve bounds the light under captions. It fades in as a square, because the eye
    // sees about the root of light and shall see an even fade.
    float quieten(float y, float calm) const {
        const float ceiling = high_key_ ? bright_ceiling : dark_ceiling;
        const float full = std::sqrt(ceiling / (ceiling + y));
        return square(1.0F + calm * (full - 1.0F));
    }

    // Highlights roll off from 0.75 instead of clipping.
    static float shoulder(float x) {
        const float over = std::max(0.0F, x - 0.75F);
        return std::min(x, 0.75F) + over / (1.0F + over * 4.0F);
    }

    static float from_bits(std::uint32_t bits) {
        float value = 0.0F;
        std::memcpy(&value, &bits, sizeof value);
        return value;
    }

    std::uint8_t code(float linear, float grain) const {
        const float bounded = std::min(std::max(linear, darkest), 15.9F);
        std::uint32_t bits = 0;
        std::memcpy(&bits, &bounded, sizeof bits);
        const float value = curve_[(bits - first_bits) >> index_shift] + grain;
        return static_cast<std::uint8_t>(static_cast<int>(std::clamp(value, 0.0F, 255.5F)));
    }

    // Triangular noise of more than one code is dither and film grain in one.
    void quantise(const Row& row, std::uint8_t* out) const {
        const float amount = (0.9F + 1.1F * temper_.grain) / 65536.0F;
        for (int x = 0; x < row.width; ++x, out += 3) {
            const std::uint32_t h = hash_cell(x, row.y, seed_);
            const float grain =
                amount * real(static_cast<int>(h & 0xffffU) + static_cast<int>(h >> 16U) - 65535);
            out[0] = code(row.r[x], grain);
            out[1] = code(row.g[x], grain);
            out[2] = code(row.b[x], grain);
        }
    }

    static constexpr std::uint32_t octaves = 18;     // 2^-14 .. 2^4
    static constexpr std::uint32_t index_shift = 15; // keeps 8 bits of the mantissa
    static constexpr std::uint32_t first_bits = (127U - 14U) << 23U;
    static constexpr float darkest = 1.0F / 16384.0F;

    Frame frame_;
    Temper temper_;
    std::uint32_t seed_;
    bool high_key_;
    Light shadow_; // at luminance 1
    std::vector<float> curve_;
    std::vector<float> across_; // vignette by column
};

void paint_rows(
    const Scene& scene, const Developer& developer, RgbImage& image, int first, int step) {
    const auto width = static_cast<std::size_t>(image.width_px);
    std::vector<float> light(width * 3);
    for (int y = first; y < image.height_px; y += step) {
        std::fill(light.begin(), light.end(), 0.0F);
        const Row row{
            y, image.width_px, light.data(), light.data() + width, light.data() + 2 * width};
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
    image.pixels.resize(static_cast<std::size_t>(image.width_px) *
                        static_cast<std::size_t>(image.height_px) * 3);
    const Temper temper = temper_of(request);
    Scene scene(make_frame(image.width_px, image.height_px));
    Brief brief{tones_of(request.palette),
                Dice(request_seed(request) ^ 0x736365656eULL),
                temper.energy,
                temper.zoom,
                falls(request)};
    choose_family(request).painter(scene, brief);
    const Developer developer(scene.frame(), temper, brief.tones, brief.dice.seed32());
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

std::string backdrop_family(const BackdropRequest& request) {
    return backdrop::choose_family(request).name;
}

} // namespace smos::media
