// SPDX-License-Identifier: Apache-2.0
// Layers of a painted background: sky, lights, discs and grounds.
#include "libsmos/media/backdrop/backdrop_scene.hpp"

#include <limits>
#include <memory>
#include <utility>

namespace smos::media::backdrop {

Frame make_frame(int width, int height) {
    return {width, height, 0.75F * std::sqrt(real(width) * real(height))};
}

RowInk::RowInk(const Fill& fill, float y)
    : from_(fill.from),
      delta_(fill.to + fill.from * -1.0F),
      start_(0.0F),
      step_(0.0F) {
    const float dx = fill.second.x - fill.first.x;
    const float dy = fill.second.y - fill.first.y;
    const float length2 = std::max(dx * dx + dy * dy, 1e-6F);
    start_ = ((y - fill.first.y) * dy - fill.first.x * dx) / length2;
    step_ = dx / length2;
}

void Scene::paint_row(const Row& row) const {
    for (const Layer& layer : layers_) {
        if (row.y >= layer.top && row.y < layer.bottom) {
            layer.painter(row);
        }
    }
}

void Scene::add(float y_top, float y_bottom, RowPainter painter) {
    const float high = real(frame_.height);
    const int top = whole(std::clamp(y_top, 0.0F, high));
    const int bottom = whole(std::clamp(y_bottom + 1.0F, 0.0F, high));
    if (top < bottom) {
        layers_.push_back({top, bottom, std::move(painter)});
    }
}

void Scene::sky(const Ramp& ramp, float y_end) {
    everywhere([ramp, y_end](const Row& row) {
        const Light c = ramp.at(real(row.y) / y_end);
        std::fill_n(row.r, row.width, c.r);
        std::fill_n(row.g, row.width, c.g);
        std::fill_n(row.b, row.width, c.b);
    });
}

namespace {

struct Span {
    int begin;
    int end;
};

Span span_around(const Row& row, float x, float reach) {
    const float wide = real(row.width);
    return {whole(std::clamp(x - reach, 0.0F, wide)),
            whole(std::clamp(x + reach + 2.0F, 0.0F, wide))};
}

} // namespace

void Scene::glow(Point centre, float radius, Light colour, float amount, float squeeze) {
    const float high = radius / squeeze;
    add(centre.y - high,
        centre.y + high,
        [centre, radius, colour, amount, squeeze](const Row& row) {
            const float dy2 = square((real(row.y) - centre.y) * squeeze / radius);
            const Span span = span_around(row, centre.x, radius);
            const float scale = 1.0F / radius;
            for (int x = span.begin; x < span.end; ++x) {
                const float left =
                    std::max(0.0F, 1.0F - dy2 - square((real(x) - centre.x) * scale));
                // A bright core in a faint halo; a single power reads as a flat disc.
                const float cube = left * left * left;
                row.add(x, colour, amount * cube * (0.35F + 0.65F * cube));
            }
        });
}

void Scene::disc(Point centre, float radius, const Fill& fill, float soft) {
    const float edge = std::max(1.0F, soft);
    const float reach = radius + edge;
    add(centre.y - reach, centre.y + reach, [centre, radius, fill, edge, reach](const Row& row) {
        const float dy = real(row.y) - centre.y;
        const RowInk ink(fill, real(row.y));
        const Span span =
            span_around(row, centre.x, std::sqrt(std::max(0.0F, reach * reach - dy * dy)));
        for (int x = span.begin; x < span.end; ++x) {
            const float dx = real(x) - centre.x;
            const float distance = std::sqrt(dx * dx + dy * dy) - radius;
            const float cover = clamp01(0.5F - distance / edge);
            row.over(x, ink.at(x), fill.alpha * cover * cover * (3.0F - 2.0F * cover));
        }
    });
}

void Scene::ring(Point centre, float radius, float thickness, const Fill& fill, float soft) {
    const float edge = std::max(1.0F, soft);
    const float reach = radius + thickness + edge;
    add(centre.y - reach, centre.y + reach, [=](const Row& row) {
        const float dy = real(row.y) - centre.y;
        const RowInk ink(fill, real(row.y));
        const Span span =
            span_around(row, centre.x, std::sqrt(std::max(0.0F, reach * reach - dy * dy)));
        for (int x = span.begin; x < span.end; ++x) {
            const float dx = real(x) - centre.x;
            const float off = std::abs(std::sqrt(dx * dx + dy * dy) - radius) - thickness * 0.5F;
            const float cover = clamp01(0.5F - off / edge);
            if (cover > 0.0F) {
                row.over(x, ink.at(x), fill.alpha * cover);
            }
        }
    });
}

void Scene::ground(std::vector<float> profile, const Fill& fill, float soft, float y_bottom) {
    const float top = *std::min_element(profile.begin(), profile.end()) - soft;
    // One pixel of edge across the slope, not down it, or steep flanks would show steps.
    std::vector<float> sharp(profile.size());
    for (std::size_t i = 0; i < profile.size(); ++i) {
        const std::size_t next = std::min(i + 1, profile.size() - 1);
        const float slope = profile[next] - profile[next - (next > 0 ? 1 : 0)];
        sharp[i] = 1.0F / (std::max(1.0F, soft) * std::sqrt(1.0F + slope * slope));
    }
    add(top - 2.0F,
        y_bottom,
        [profile = std::move(profile), sharp = std::move(sharp), fill](const Row& row) {
            const float y = real(row.y);
            const RowInk ink(fill, y);
            for (int x = 0; x < row.width; ++x) {
                const auto i = static_cast<std::size_t>(x);
                const float cover = clamp01(0.5F + (y - profile[i]) * sharp[i]);
                if (cover > 0.0F) {
                    row.over(x, ink.at(x), cover * fill.alpha);
                }
            }
        });
}

void Scene::stars(int count, float y_bottom, Light colour, Dice& dice) {
    const float pixel = std::max(0.6F, frame_.s(0.0011F));
    for (int i = 0; i < count; ++i) {
        const Point at{frame_.x(dice.unit()), y_bottom * dice.unit()};
        const float bright = square(square(dice.unit()));
        const float away = 1.0F - at.y / y_bottom;
        const float radius = pixel * (1.2F + 2.2F * bright);
        glow(at,
             radius * 1.6F,
             colour,
             (0.25F + 1.3F * bright) * std::min(1.0F, 0.2F + 2.0F * away));
        if (bright > 0.965F) {
            glow(at, radius * 6.0F, colour, 0.10F);
        }
    }
}

} // namespace smos::media::backdrop
