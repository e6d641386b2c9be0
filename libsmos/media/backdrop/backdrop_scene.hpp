// SPDX-License-Identifier: Apache-2.0
// A picture as a list of layers, each painting one pixel row at a time in linear light.
#pragma once

#include "libsmos/media/backdrop/backdrop_colour.hpp"
#include "libsmos/media/backdrop/backdrop_math.hpp"

#include <functional>
#include <vector>

namespace smos::media::backdrop {

/// One row of the picture: planar linear light, `width` values each.
struct Row {
    int y = 0;
    int width = 0;
    float* r = nullptr;
    float* g = nullptr;
    float* b = nullptr;

    void over(int x, Light c, float alpha) const {
        r[x] += (c.r - r[x]) * alpha;
        g[x] += (c.g - g[x]) * alpha;
        b[x] += (c.b - b[x]) * alpha;
    }
    void add(int x, Light c, float amount) const {
        r[x] += c.r * amount;
        g[x] += c.g * amount;
        b[x] += c.b * amount;
    }
    void dim(int x, float factor) const {
        r[x] *= factor;
        g[x] *= factor;
        b[x] *= factor;
    }
};

/// Fill of a shape: `from` at the first point to `to` at the second, mixed linearly between.
struct Fill {
    Light from;
    Light to;
    Point first;
    Point second;
    float alpha = 1.0F;

    static Fill flat(Light colour, float alpha = 1.0F) {
        return {colour, colour, {0, 0}, {0, 1}, alpha};
    }
    static Fill down(Light top, Light bottom, float y_top, float y_bottom, float alpha = 1.0F) {
        return {top, bottom, {0, y_top}, {0, y_bottom}, alpha};
    }
};

/// Sizes in pixels. `s(1)` is the width of a 9:16 frame of the same area, so that shapes keep
/// their proportion in any format.
struct Frame {
    int width = 1;
    int height = 1;
    float unit = 1.0F;

    float x(float share) const { return share * real(width); }
    float y(float share) const { return share * real(height); }
    float s(float share) const { return share * unit; }
    int field_step() const { return std::max(1, whole(unit / 200.0F)); }
};

Frame make_frame(int width, int height);

using RowPainter = std::function<void(const Row&)>;

/// Layers from back to front. Painters are called for any row in any order, from several threads:
/// they read what they captured and write only their row.
class Scene {
  public:
    explicit Scene(Frame frame) : frame_(frame) {}

    const Frame& frame() const { return frame_; }
    void paint_row(const Row& row) const;

    /// A painter for rows y_top <= y < y_bottom.
    void add(float y_top, float y_bottom, RowPainter painter);
    void everywhere(RowPainter painter) { add(0.0F, real(frame_.height), std::move(painter)); }

    /// The whole frame, ramp(0) at the top and ramp(1) at y_end.
    void sky(const Ramp& ramp, float y_end);
    /// Light that falls off smoothly to nothing at the radius; squeeze > 1 flattens it.
    void glow(Point centre, float radius, Light colour, float amount, float squeeze = 1.0F);
    /// A disc whose edge is `soft` pixels wide (at least one).
    void disc(Point centre, float radius, const Fill& fill, float soft = 1.0F);
    /// A circle line of the given thickness.
    void ring(Point centre, float radius, float thickness, const Fill& fill, float soft = 1.0F);
    /// A filled polygon (even-odd), antialiased.
    void polygon(std::vector<Point> corners, const Fill& fill);
    /// An open line with round joints; soft widens the edge on both sides.
    void stroke(const std::vector<Point>& points,
                float thickness,
                const Fill& fill,
                float soft = 1.0F,
                bool additive = false);
    /// All below a profile of one y for each pixel column, with an edge of `soft` pixels, down to
    /// y_bottom (callers stop where later layers cover everything).
    void
    ground(std::vector<float> profile, const Fill& fill, float soft = 1.0F, float y_bottom = 1e6F);
    /// Fine points of light above y_bottom.
    void stars(int count, float y_bottom, Light colour, Dice& dice);

  private:
    struct Layer {
        int top;
        int bottom;
        RowPainter painter;
    };
    Frame frame_;
    std::vector<Layer> layers_;
};

/// A fill along one row: the gradient solved once, one multiplication per pixel.
class RowInk {
  public:
    RowInk(const Fill& fill, float y);
    Light at(int x) const {
        const float t = clamp01(start_ + step_ * real(x));
        return {from_.r + delta_.r * t, from_.g + delta_.g * t, from_.b + delta_.b * t};
    }

  private:
    Light from_;
    Light delta_;
    float start_;
    float step_;
};

/// A y for each pixel column.
template <typename Height>
std::vector<float> make_profile(const Frame& frame, Height&& height) {
    std::vector<float> profile;
    profile.reserve(static_cast<std::size_t>(frame.width));
    for (int x = 0; x < frame.width; ++x) {
        profile.push_back(height(real(x)));
    }
    return profile;
}

} // namespace smos::media::backdrop
