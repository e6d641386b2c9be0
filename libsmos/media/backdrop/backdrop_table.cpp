// SPDX-License-Identifier: Apache-2.0
// Things laid on a surface: cut paper in leaves and pebbles, and slices of fruit.
#include "libsmos/media/backdrop/backdrop_families.hpp"

namespace smos::media::backdrop {
namespace {

std::vector<Point> pebble(Point at, float radius, Dice& dice) {
    const float a = dice.range(0.08F, 0.22F);
    const float b = dice.range(0.05F, 0.13F);
    const float phase_a = dice.unit();
    const float phase_b = dice.unit();
    const float stretch = dice.range(0.75F, 1.2F);
    std::vector<Point> points;
    points.reserve(96);
    for (int i = 0; i < 96; ++i) {
        const float turns = real(i) / 96.0F;
        const float r =
            radius * (1.0F + a * sine(2.0F * turns + phase_a) + b * sine(3.0F * turns + phase_b));
        points.push_back({at.x + r * cosine(turns) * stretch, at.y + r * sine(turns) / stretch});
    }
    return points;
}

// The shadow of cut paper: the same outline, closed and drawn as a wide soft pen.
void lay_paper(Scene& scene, const std::vector<Point>& outline, Light colour, Light shadow) {
    const Frame& f = scene.frame();
    std::vector<Point> cast;
    for (const Point& p : outline) {
        cast.push_back({p.x + f.s(0.007F), p.y + f.s(0.013F)});
    }
    cast.push_back(cast.front());
    scene.stroke(cast, f.s(0.012F), Fill::flat(shadow, 0.5F), f.s(0.03F));
    scene.polygon(outline, Fill::flat(colour));
}

std::vector<Point> leaf_outline(Point root, float turns, float tall, float wide) {
    std::vector<Point> outline;
    const Point along{cosine(turns), sine(turns)};
    for (const float side : {1.0F, -1.0F}) {
        for (int i = 0; i <= 16; ++i) {
            const float u = side > 0.0F ? real(i) / 16.0F : 1.0F - real(i) / 16.0F;
            const float off = wide * sine(0.5F * u) * (1.15F - 0.5F * u) * side * tall;
            outline.push_back({root.x + along.x * u * tall - along.y * off,
                               root.y + along.y * u * tall + along.x * off});
        }
    }
    return outline;
}

// A branch as from scissors: pointed leaves in pairs along a bent stem.
void lay_branch(
    Scene& scene, Dice& dice, Point root, float turns, float tall, Light colour, Light shadow) {
    const float bend = dice.range(-0.1F, 0.1F);
    const int pairs = 4 + dice.below(3);
    const float wide = dice.range(0.15F, 0.24F);
    std::vector<Point> stem{root};
    std::vector<std::vector<Point>> leaves;
    for (int i = 0; i < pairs; ++i) {
        const float share = real(i + 1) / real(pairs);
        const float heading = turns + bend * share;
        const float piece = tall * 0.8F / real(pairs);
        const Point at{stem.back().x + piece * cosine(heading),
                       stem.back().y + piece * sine(heading)};
        stem.push_back(at);
        const float reach = tall * (0.42F - 0.2F * share) * dice.range(0.9F, 1.1F);
        leaves.push_back(leaf_outline(at, heading + 0.13F, reach, wide));
        leaves.push_back(leaf_outline(at, heading - 0.13F, reach, wide));
    }
    leaves.push_back(leaf_outline(stem.back(), turns + bend, tall * 0.26F, wide));
    scene.stroke(stem, tall * 0.018F, Fill::flat(colour));
    for (const auto& outline : leaves) {
        lay_paper(scene, outline, colour, shadow);
    }
    scene.stroke(stem, tall * 0.018F, Fill::flat(colour));
}

void surface(Scene& scene, Brief& brief, const Ramp& ramp) {
    const Frame& f = scene.frame();
    scene.sky(ramp, f.y(1.0F));
    scene.glow({f.x(brief.dice.range(0.0F, 0.4F)), f.y(0.08F)},
               f.s(1.3F),
               brief.tones.light,
               brief.tones.high_key ? 0.12F : 0.07F);
}

} // namespace

void paint_cutout(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const Light ground = t.high_key ? t.light : mix(t.base, t.mid, 0.45F);
    const Light shadow = shade(t.base, t.high_key ? 0.9F : 0.45F);
    surface(scene, brief, Ramp({ground, ground, t.high_key ? mix(t.light, t.mid, 0.8F) : t.base}));
    const std::array<Light, 5> colours = {
        t.accent, t.second, t.mid, t.high_key ? t.base : t.light, mix(t.accent, t.second, 0.5F)};
    const auto first = static_cast<std::size_t>(dice.below(5));
    const std::array<Point, 6> places = {{{0.12F, 0.10F},
                                          {0.88F, 0.22F},
                                          {0.28F, 0.40F},
                                          {0.85F, 0.52F},
                                          {0.1F, 0.72F},
                                          {0.9F, 0.94F}}};
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Point at{f.x(places[i].x + dice.range(-0.06F, 0.06F)),
                       f.y(places[i].y + dice.range(-0.03F, 0.03F))};
        lay_paper(scene,
                  pebble(at, f.s(dice.range(0.19F, 0.33F) * brief.zoom), dice),
                  colours[(first + i) % 4],
                  shadow);
    }
    const std::array<Point, 5> roots = {
        {{0.62F, 0.46F}, {0.05F, 0.36F}, {0.98F, 0.2F}, {0.4F, 1.02F}, {0.35F, -0.02F}}};
    const std::array<float, 5> headings = {0.73F, 0.84F, 0.42F, 0.74F, 0.2F};
    for (std::size_t i = 0; i < roots.size(); ++i) {
        const Point root{f.x(roots[i].x + dice.range(-0.06F, 0.06F)),
                         f.y(roots[i].y + dice.range(-0.03F, 0.03F))};
        const float heading = headings[i] + dice.range(-0.05F, 0.05F);
        const float tall = f.s(dice.range(0.42F, 0.58F) * brief.zoom);
        lay_branch(scene, dice, root, heading, tall, colours[(first + i + 2) % 5], shadow);
    }
}

namespace {

void slice(Scene& scene,
           Dice& dice,
           Point at,
           float radius,
           Light peel,
           Light pith,
           Light flesh,
           Light shadow) {
    scene.disc({at.x + radius * 0.07F, at.y + radius * 0.13F},
               radius * 1.01F,
               Fill::flat(shadow, 0.5F),
               radius * 0.22F);
    scene.disc(at,
               radius,
               {shade(peel, 1.1F),
                shade(peel, 0.85F),
                {at.x - radius, at.y - radius},
                {at.x + radius, at.y + radius},
                1.0F});
    scene.disc(at, radius * 0.925F, Fill::flat(pith));
    const int wedges = 9 + dice.below(3);
    const float turn = dice.unit();
    for (int i = 0; i < wedges; ++i) {
        const float middle = turn + real(i) / real(wedges);
        const float half = 0.5F / real(wedges);
        std::vector<Point> points;
        const float tip = radius * 0.10F;
        points.push_back({at.x + tip * cosine(middle), at.y + tip * sine(middle)});
        for (int k = -6; k <= 6; ++k) { // rounded outer corners
            const float across = real(k) / 6.0F;
            const float r =
                radius * 0.865F * (1.0F - 0.055F * square(square(across)) * square(across));
            const float turns = middle + across * half * 0.88F;
            points.push_back({at.x + r * cosine(turns), at.y + r * sine(turns)});
        }
        const Point outer{at.x + radius * 0.86F * cosine(middle),
                          at.y + radius * 0.86F * sine(middle)};
        scene.polygon(points, {mix(flesh, pith, 0.42F), flesh, at, outer, 1.0F});
        for (int k = 0; k < 5; ++k) { // pulp catching light
            const float turns = middle + half * dice.range(-0.6F, 0.6F);
            const float r0 = radius * dice.range(0.4F, 0.62F);
            const float r1 = r0 + radius * dice.range(0.08F, 0.18F);
            scene.stroke({{at.x + r0 * cosine(turns), at.y + r0 * sine(turns)},
                          {at.x + r1 * cosine(turns), at.y + r1 * sine(turns)}},
                         radius * 0.016F,
                         Fill::flat(pith, 0.32F),
                         radius * 0.02F);
        }
    }
    scene.glow({at.x - radius * 0.35F, at.y - radius * 0.4F}, radius * 0.7F, pith, 0.12F);
}

void leaf(Scene& scene, Point root, float turns, float tall, Light colour, Light shadow) {
    const Point along{cosine(turns), sine(turns)};
    lay_paper(scene, leaf_outline(root, turns, tall, 0.2F), colour, shadow);
    scene.stroke({root, {root.x + along.x * tall * 0.92F, root.y + along.y * tall * 0.92F}},
                 tall * 0.016F,
                 Fill::flat(shade(colour, 1.3F), 0.7F));
}

} // namespace

void paint_citrus(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const Light ground = t.high_key ? mix(t.light, t.mid, 0.55F) : mix(t.base, t.mid, 0.55F);
    const Light shadow = shade(t.base, t.high_key ? 0.9F : 0.4F);
    surface(scene, brief, Ramp({ground, ground, t.high_key ? t.mid : t.base}));
    const Light green = mix(t.high_key ? t.base : t.mid, t.second, 0.35F);
    const std::array<Point, 7> places = {{{0.2F, 0.1F},
                                          {0.86F, 0.2F},
                                          {0.36F, 0.34F},
                                          {0.95F, 0.47F},
                                          {0.03F, 0.55F},
                                          {0.6F, 0.86F},
                                          {0.05F, 0.95F}}};
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Point at{f.x(places[i].x + dice.range(-0.05F, 0.05F)),
                       f.y(places[i].y + dice.range(-0.02F, 0.02F))};
        const float radius = f.s((i == 2 ? 0.27F : dice.range(0.15F, 0.22F)) * brief.zoom);
        const float turns = dice.unit();
        for (int k = 0; k < 2; ++k) {
            leaf(scene,
                 at,
                 turns + 0.09F * real(k),
                 radius * dice.range(1.5F, 1.8F),
                 shade(green, 1.0F - 0.12F * real(k)),
                 shadow);
        }
        const bool other = i % 2 == 1;
        const Light flesh = other ? t.second : t.accent;
        slice(
            scene, dice, at, radius, shade(flesh, 0.92F), mix(t.light, flesh, 0.1F), flesh, shadow);
    }
}

} // namespace smos::media::backdrop
