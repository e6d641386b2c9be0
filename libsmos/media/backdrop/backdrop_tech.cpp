// SPDX-License-Identifier: Apache-2.0
// Technology: a network of lights, and traces running out of a chip.
#include "libsmos/media/backdrop/backdrop_families.hpp"

namespace smos::media::backdrop {
namespace {

struct Node {
    Point at;
    float near; // 0 far .. 1 near
};

std::vector<Node> scatter(const Frame& f, Brief& brief) {
    const float pitch = 0.17F * brief.zoom;
    const int columns = whole(f.x(1.0F) / f.s(pitch)) + 2;
    const int rows = whole(f.y(1.0F) / f.s(pitch)) + 2;
    std::vector<Node> nodes;
    for (int j = 0; j < rows; ++j) {
        for (int i = 0; i < columns; ++i) {
            const Point at{f.s(pitch) * (real(i) + brief.dice.range(-0.1F, 1.0F) - 0.4F),
                           f.s(pitch) * (real(j) + brief.dice.range(-0.1F, 1.0F) - 0.4F)};
            nodes.push_back({at, square(brief.dice.unit())});
        }
    }
    return nodes;
}

void paint_links(Scene& scene, const std::vector<Node>& nodes, float reach, const Tones& t) {
    const Frame& f = scene.frame();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        for (std::size_t j = i + 1; j < nodes.size(); ++j) {
            const float dx = nodes[i].at.x - nodes[j].at.x;
            const float dy = nodes[i].at.y - nodes[j].at.y;
            const float share = std::sqrt(dx * dx + dy * dy) / reach;
            if (share >= 1.0F) {
                continue;
            }
            const float strong = std::min(1.0F, (1.0F - share) * (t.high_key ? 1.5F : 1.0F)) *
                                 (0.35F + 0.65F * std::max(nodes[i].near, nodes[j].near));
            const Light c =
                t.high_key ? mix(t.accent, t.base, 0.35F) : mix(t.accent, t.second, nodes[i].near);
            scene.stroke({nodes[i].at, nodes[j].at},
                         std::max(0.8F, f.s(0.0026F)),
                         Fill::flat(c, strong),
                         1.0F,
                         !t.high_key);
        }
    }
}

void paint_node(Scene& scene, const Node& node, const Tones& t, Dice& dice) {
    const Frame& f = scene.frame();
    const float radius = f.s(blend(0.0045F, 0.017F, node.near));
    const Light c = dice.chance(0.4F) ? t.second : t.accent;
    if (t.high_key) {
        scene.disc(node.at, radius * 1.6F, Fill::flat(shade(c, 0.85F, 1.3F)));
        scene.disc(node.at, radius * 0.7F, Fill::flat(t.light));
        return;
    }
    scene.glow(node.at, radius * 6.0F, c, 0.25F + 0.35F * node.near);
    scene.disc(node.at, radius, Fill::flat(mix(c, t.light, 0.5F)), 1.0F + radius * 0.3F);
    if (node.near > 0.6F) {
        scene.ring(node.at, radius * 2.1F, f.s(0.0022F), Fill::flat(mix(c, t.light, 0.3F), 0.6F));
    }
}

} // namespace

void paint_network(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    scene.sky(t.high_key
                  ? Ramp({t.light, mix(t.light, t.mid, 0.6F), t.mid})
                  : Ramp({shade(t.base, 0.85F), mix(t.base, t.mid, 0.6F), shade(t.base, 0.75F)}),
              f.y(0.9F));
    const Point heart{f.x(dice.range(0.25F, 0.75F)), f.y(dice.range(0.25F, 0.38F))};
    scene.glow(heart, f.s(0.95F), t.accent, t.high_key ? 0.15F : 0.26F);
    scene.glow({f.x(1.0F) - heart.x, f.y(0.12F)}, f.s(0.7F), t.second, t.high_key ? 0.1F : 0.14F);
    for (int i = 0; i < 9; ++i) { // out of focus, far behind
        const Point at{f.x(dice.unit()), f.y(dice.unit())};
        const float radius = f.s(dice.range(0.04F, 0.1F));
        scene.disc(
            at, radius, Fill::flat(dice.chance(0.5F) ? t.accent : t.second, 0.12F), f.s(0.09F));
    }
    auto nodes = scatter(f, brief);
    for (Node& node : nodes) { // drawn in towards the heart, where the light is
        const float dx = node.at.x - heart.x;
        const float dy = node.at.y - heart.y;
        const float away = std::sqrt(dx * dx + dy * dy) / f.unit;
        const float pull = 0.28F * clamp01(1.0F - away);
        node.at = {node.at.x - dx * pull, node.at.y - dy * pull};
        node.near = clamp01(node.near * 0.7F + 0.75F * square(clamp01(1.0F - away * 1.5F)));
    }
    paint_links(scene, nodes, f.s(0.25F * brief.zoom), t);
    for (const Node& node : nodes) {
        paint_node(scene, node, t, dice);
    }
}

namespace {

// A trace leaves the chip straight, bends once by 45 degrees and runs on.
std::vector<Point> trace(Point start, Point out, float first, float slant, float rest, float side) {
    const Point across{-out.y * side, out.x * side};
    const Point a{start.x + out.x * first, start.y + out.y * first};
    const Point b{a.x + (out.x + across.x) * slant, a.y + (out.y + across.y) * slant};
    return {start, a, b, {b.x + out.x * rest, b.y + out.y * rest}};
}

void paint_side(Scene& scene, Brief& brief, Point chip, float half, Point out) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const int pins = 11;
    for (int i = 0; i < pins; ++i) {
        const float place = (real(i) + 0.5F) / real(pins) * 2.0F - 1.0F;
        const Point start{chip.x + out.x * half - out.y * place * half * 0.86F,
                          chip.y + out.y * half + out.x * place * half * 0.86F};
        const float away = std::abs(place);
        const float side = place > 0.0F ? 1.0F : -1.0F;
        const auto points = trace(start,
                                  out,
                                  f.s(0.035F + 0.16F * (1.0F - away)),
                                  f.s(0.02F + 0.2F * away),
                                  f.s(dice.range(0.02F, 0.5F)),
                                  side);
        const bool live = dice.chance(0.4F);
        const Light c =
            live ? (dice.chance(0.5F) ? t.accent : t.second) : mix(t.mid, t.accent, 0.35F);
        const float thick = f.s(0.0058F);
        if (live && !t.high_key) {
            scene.stroke(points, thick, Fill::flat(c, 0.28F), f.s(0.03F), true);
        }
        scene.stroke(points, thick, Fill::flat(live && !t.high_key ? mix(c, t.light, 0.25F) : c));
        const Point end = points.back();
        scene.disc(end, thick * 2.0F, Fill::flat(live ? mix(c, t.light, 0.35F) : c));
        scene.disc(end, thick * 0.95F, Fill::flat(t.high_key ? t.light : t.base));
        if (live) {
            scene.glow(
                dice.chance(0.5F) ? end : points[1], f.s(0.06F), c, t.high_key ? 0.1F : 0.6F);
        }
    }
}

void paint_chip(Scene& scene, const Tones& t, Point at, float half) {
    const Frame& f = scene.frame();
    const auto plate = [&](float h, const Fill& fill) {
        std::vector<Point> points;
        const float r = h * 0.16F;
        for (int corner = 0; corner < 4; ++corner) {
            const float sx = corner == 0 || corner == 3 ? 1.0F : -1.0F;
            const float sy = corner < 2 ? 1.0F : -1.0F;
            for (int i = 0; i <= 8; ++i) {
                const float turns = 0.25F * (real(corner) + real(i) / 8.0F);
                points.push_back({at.x + sx * (h - r) + r * cosine(turns),
                                  at.y + sy * (h - r) + r * sine(turns)});
            }
        }
        scene.polygon(points, fill);
    };
    scene.disc({at.x, at.y + half * 0.2F},
               half * 1.35F,
               Fill::flat(shade(t.base, 0.5F), 0.55F),
               half * 0.9F);
    plate(
        half,
        Fill::down(mix(t.mid, t.accent, 0.5F), mix(t.base, t.mid, 0.8F), at.y - half, at.y + half));
    plate(half * 0.965F,
          Fill::down(mix(t.base, t.mid, 0.75F), shade(t.base, 0.9F), at.y - half, at.y + half));
    plate(half * 0.62F, Fill::down(t.second, t.accent, at.y - half * 0.6F, at.y + half * 0.6F));
    plate(half * 0.59F,
          Fill::down(mix(t.accent, t.base, 0.45F),
                     mix(t.mid, t.base, 0.6F),
                     at.y - half * 0.6F,
                     at.y + half * 0.6F));
    scene.glow(at, half * 0.95F, t.accent, 0.5F);
    for (int i = 0; i < 9; ++i) {
        const Point dot{at.x + half * 0.27F * real(i % 3 - 1),
                        at.y + half * 0.27F * real(i / 3 - 1)};
        scene.glow(dot, half * 0.2F, t.second, 0.5F);
        scene.disc(dot, std::max(1.0F, half * 0.055F), Fill::flat(mix(t.light, t.second, 0.2F)));
    }
    scene.glow(at, f.s(0.75F), t.accent, t.high_key ? 0.1F : 0.16F);
}

} // namespace

void paint_circuit(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    scene.sky(t.high_key ? Ramp({t.light, mix(t.light, t.mid, 0.5F), t.mid})
                         : Ramp({mix(t.base, t.mid, 0.3F), t.base, shade(t.base, 0.7F)}),
              f.y(0.9F));
    const Light dot = t.high_key ? t.accent : mix(t.mid, t.accent, 0.3F);
    const float pitch = std::max(6.0F, f.s(0.05F));
    scene.everywhere([=](const Row& row) { // a faint raster of vias
        const float off_y = (fraction(real(row.y) / pitch) - 0.5F) * pitch;
        const float reach = pitch * 0.06F;
        if (std::abs(off_y) > reach + 1.0F) {
            return;
        }
        for (int x = 0; x < row.width; ++x) {
            const float off_x = (fraction(real(x) / pitch) - 0.5F) * pitch;
            row.over(
                x, dot, 0.4F * clamp01(0.5F + reach - std::sqrt(off_x * off_x + off_y * off_y)));
        }
    });
    const Point chip{f.x(dice.range(0.42F, 0.58F)), f.y(dice.range(0.29F, 0.34F))};
    const float half = f.s(dice.range(0.15F, 0.19F) * brief.zoom);
    for (const Point& out : {Point{1, 0}, Point{0, 1}, Point{-1, 0}, Point{0, -1}}) {
        paint_side(scene, brief, chip, half, out);
    }
    paint_chip(scene, t, chip, half);
}

} // namespace smos::media::backdrop
