// SPDX-License-Identifier: Apache-2.0
// Glyph masks and emoji over nothing, with straight alpha.
#include "libsmos/media/compose/text_layer.hpp"

#include "libsmos/media/backdrop/backdrop.hpp"
#include "libsmos/media/picture/layer_turn.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace smos::media {
namespace {

/// Premultiplied, 0..255 each.
class Sheet {
  public:
    Sheet(int width_px, int height_px)
        : width_(width_px),
          height_(height_px),
          pixels_(static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px)) {}

    /// `colour` premultiplied by its own alpha, the last component.
    void over(int x, int y, const std::array<std::uint32_t, 4>& colour) {
        if (x < 0 || y < 0 || x >= width_ || y >= height_ || colour[3] == 0)
            return;
        auto& below = pixels_[index(x, y)];
        const std::uint32_t rest = 255 - colour[3];
        for (std::size_t c = 0; c < 4; ++c)
            below.at(c) = static_cast<std::uint8_t>(
                std::min<std::uint32_t>(255, colour.at(c) + (below.at(c) * rest + 127) / 255));
    }

    Layer layer() const {
        RgbImage image{width_, height_, {}};
        image.pixels.resize(pixels_.size() * 3);
        Layer made;
        for (std::size_t i = 0; i < pixels_.size(); ++i) {
            const std::uint32_t alpha = std::max<std::uint32_t>(1, pixels_[i][3]);
            for (std::size_t c = 0; c < 3; ++c)
                image.pixels[3 * i + c] = static_cast<std::uint8_t>(
                    std::min<std::uint32_t>(255, (pixels_[i].at(c) * 255U + alpha / 2) / alpha));
        }
        made.colour = to_frame(image);
        made.alpha.assign(made.colour.y_size(), 0);
        for (int y = 0; y < height_; ++y)
            for (int x = 0; x < width_; ++x)
                made.alpha[static_cast<std::size_t>(y) *
                               static_cast<std::size_t>(made.colour.y_stride()) +
                           static_cast<std::size_t>(x)] = pixels_[index(x, y)][3];
        bleed_colours(made);
        return made;
    }

  private:
    std::size_t index(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
               static_cast<std::size_t>(x);
    }

    int width_;
    int height_;
    std::vector<std::array<std::uint8_t, 4>> pixels_;
};

void lay(const GlyphMask& mask, Sheet& sheet) {
    for (int y = 0; y < mask.h; ++y) {
        for (int x = 0; x < mask.w; ++x) {
            const std::uint32_t cover =
                mask.alpha[static_cast<std::ptrdiff_t>(y) * mask.stride + x];
            const std::uint32_t alpha = (cover * mask.opacity + 127) / 255;
            const auto part = [&](std::uint32_t value) { return (value * alpha + 127) / 255; };
            sheet.over(mask.x + x, mask.y + y, {part(mask.r), part(mask.g), part(mask.b), alpha});
        }
    }
}

void lay(const RgbaLayer& layer, Sheet& sheet) {
    for (int y = 0; y < layer.h; ++y) {
        for (int x = 0; x < layer.w; ++x) {
            const std::size_t at =
                4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(layer.w) +
                     static_cast<std::size_t>(x));
            std::array<std::uint32_t, 4> colour{};
            for (std::size_t c = 0; c < 4; ++c)
                colour.at(c) =
                    (layer.pixels->at(at + c) * std::uint32_t{layer.opacity} + 127) / 255;
            sheet.over(layer.x + x, layer.y + y, colour);
        }
    }
}

} // namespace

Result<CaptionStyle> text_layer_style(const std::string& name) {
    return text_style(name.empty() ? "title" : name);
}

Result<Layer> text_layer(const EffectPlan& effect, int width_px, int height_px) {
    TextRequest request;
    request.text = effect.text("text");
    SMOS_TRY(request.style, text_layer_style(effect.text("style")));
    const auto permille = [&](std::size_t component, double fallback) {
        return static_cast<int>(effect.value("box", component, fallback) / 1000);
    };
    request.box = {permille(0, 0.06), permille(1, 0.1), permille(2, 0.88), permille(3, 0.3)};
    SMOS_TRY(const FontSet fonts, fonts_for(request));
    SMOS_TRY(const TextBlock block, render_text(request, fonts, width_px, height_px));
    Sheet sheet{width_px, height_px};
    for (const GlyphMask& mask : block.frame.masks)
        lay(mask, sheet);
    for (const RgbaLayer& layer : block.frame.layers)
        lay(layer, sheet);
    return sheet.layer();
}

} // namespace smos::media
