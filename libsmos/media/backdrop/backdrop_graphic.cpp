// SPDX-License-Identifier: Apache-2.0
// Poster graphics: a Swiss grid of plain shapes, and a sunburst in halftone.
#include "libsmos/media/backdrop/backdrop_families.hpp"

#include <memory>

namespace smos::media::backdrop {
namespace {

// Corner of a sector of the circle around `centre`, as a polygon.
std::vector<Point> sector(Point centre, float radius, float from_turns, float to_turns) {
    std::vector<Point> points{centre};
    const int pieces = std::max(12, whole(64.0F * (to_turns - from_turns)));
    for (int i = 0; i <= pieces; ++i) {
        const float turns = blend(from_turns, to_turns, real(i) / real(pieces));
        points.push_back({centre.x + radius * cosine(turns), centre.y + radius * sine(turns)});
    }
    return points;
}

struct Tile {
    float x;
    float y;
    float size;
    Light ground;
    Light ink;
    Light third;
};

std::vector<Point> box(float x, float y, float w, float h) {
    return {{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}};
}

Point tile_corner(const Tile& t, int corner) {
    return {t.x + (corner == 1 || corner == 2 ? t.size : 0.0F),
            t.y + (corner >= 2 ? t.size : 0.0F)};
}

void quarter_rings(Scene& scene, const Tile& t, int corner, int rings) {
    const Point centre = tile_corner(t, corner);
    for (int i = 0; i < rings; ++i) {
        const float radius = t.size * (1.0F - real(i) / real(rings));
        const Light& c = i % 2 == 0 ? t.ink : (i % 4 == 1 ? t.ground : t.third);
        scene.polygon(sector(centre, radius, 0.25F * real(corner), 0.25F * real(corner + 1)),
                      Fill::flat(c));
    }
}

void dot_grid(Scene& scene, const Tile& t, int count) {
    const float pitch = t.size / real(count);
    for (int i = 0; i < count * count; ++i) {
        scene.disc({t.x + pitch * (real(i % count) + 0.5F), t.y + pitch * (real(i / count) + 0.5F)},
                   pitch * 0.27F,
                   Fill::flat(t.ink));
    }
}

void stripes(Scene& scene, const Tile& t, bool upright) {
    for (int i = 0; i < 4; ++i) {
        const float at = t.size * (real(i) * 0.25F);
        scene.polygon(upright ? box(t.x + at, t.y, t.size * 0.125F, t.size)
                              : box(t.x, t.y + at, t.size, t.size * 0.125F),
                      Fill::flat(t.ink));
    }
}

void petal(Scene& scene, const Tile& t, bool falling) {
    std::vector<Point> points;
    const Point a = tile_corner(t, falling ? 1 : 0);
    const Point b = tile_corner(t, falling ? 3 : 2);
    const float start_a = falling ? 0.25F : 0.0F;
    for (int i = 0; i <= 16; ++i) {
        const float turns = start_a + 0.25F * real(i) / 16.0F;
        points.push_back({a.x + t.size * cosine(turns), a.y + t.size * sine(turns)});
    }
    for (int i = 1; i < 16; ++i) {
        const float turns = start_a + 0.5F + 0.25F * real(i) / 16.0F;
        points.push_back({b.x + t.size * cosine(turns), b.y + t.size * sine(turns)});
    }
    scene.polygon(points, Fill::flat(t.ink));
}

void paint_tile(Scene& scene, const Tile& t, Dice& dice) {
    scene.polygon(box(t.x, t.y, t.size, t.size), Fill::flat(t.ground));
    const Point middle{t.x + t.size * 0.5F, t.y + t.size * 0.5F};
    const int corner = dice.below(4);
    switch (dice.below(10)) {
    case 0:
    case 1:
        quarter_rings(scene, t, corner, 1);
        break;
    case 2:
        quarter_rings(scene, t, corner, 4);
        break;
    case 3:
        scene.disc(middle, t.size * 0.5F, Fill::flat(t.ink));
        scene.disc(middle, t.size * 0.2F, Fill::flat(t.third));
        break;
    case 4: {
        const float from = 0.25F * real(corner);
        const Point flat_side{middle.x - cosine(from + 0.25F) * t.size * 0.5F,
                              middle.y - sine(from + 0.25F) * t.size * 0.5F};
        scene.polygon(sector(flat_side, t.size * 0.5F, from, from + 0.5F), Fill::flat(t.ink));
        break;
    }
    case 5:
        stripes(scene, t, corner % 2 == 0);
        break;
    case 6:
        petal(scene, t, corner % 2 == 0);
        break;
    case 7:
        dot_grid(scene, t, 4);
        break;
    case 8:
        scene.polygon({tile_corner(t, corner),
                       tile_corner(t, (corner + 1) % 4),
                       tile_corner(t, (corner + 2) % 4)},
                      Fill::flat(t.ink));
        break;
    default:
        break;
    }
}

} // namespace

void paint_bauhaus(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const int columns = brief.zoom > 1.1F ? 3 : (brief.zoom < 0.9F ? 5 : 4);
    const float cell = f.x(1.0F) / real(columns);
    const int rows = whole(f.y(1.0F) / cell) + 1;
    const std::array<Light, 4> grounds = {t.base, t.mid, t.light, mix(t.base, t.mid, 0.5F)};
    const std::array<Light, 4> inks = {t.accent, t.second, t.light, t.accent};
    scene.sky(Ramp({t.base}), f.y(1.0F));
    const auto make = [&](float x, float y, float size) {
        const auto g = static_cast<std::size_t>(dice.below(4));
        const bool on_light = g == 2;
        const auto i = static_cast<std::size_t>(dice.below(4));
        const Light ink = on_light && i == 2 ? t.base : inks[i];
        const Light third = on_light ? t.mid : (dice.chance(0.5F) ? t.light : t.second);
        return Tile{x, y, size, grounds[g], ink, third};
    };
    const int hero_x = dice.below(std::max(1, columns - 1));
    const int hero_y = 1 + dice.below(2);
    for (int j = 0; j < rows; ++j) {
        for (int i = 0; i < columns; ++i) {
            paint_tile(scene, make(real(i) * cell, real(j) * cell, cell), dice);
        }
    }
    Tile hero = make(real(hero_x) * cell, real(hero_y) * cell, cell * 2.0F);
    hero.ground = t.light;
    hero.ink = t.accent;
    hero.third = t.second;
    scene.polygon(box(hero.x, hero.y, hero.size, hero.size), Fill::flat(hero.ground));
    const int corner = dice.below(4);
    dice.chance(0.5F)
        ? quarter_rings(scene, hero, corner, 5)
        : scene.disc({hero.x + cell, hero.y + cell}, cell * 0.82F, Fill::flat(hero.ink));
    // A quiet unevenness of printed ink.
    auto paper = std::make_shared<Field>(f.width, f.height, f.field_step());
    const std::uint32_t seed = dice.seed32();
    const float scale = 2.4F / f.unit;
    paper->fill([&](float x, float y) { return layered_noise(x * scale, y * scale, 5, seed); });
    scene.everywhere([paper](const Row& row) {
        thread_local std::vector<float> tone;
        tone.resize(static_cast<std::size_t>(row.width));
        paper->read_row(real(row.y), tone.data());
        for (int x = 0; x < row.width; ++x) {
            row.dim(x, 1.0F + 0.10F * tone[static_cast<std::size_t>(x)]);
        }
    });
}

namespace {

struct Burst {
    Point centre;
    float rays;
    float twist; // turns per unit of distance
    float unit;
    Light dark;
    Light bright;
};

void paint_rays(const Row& row, const Burst& b) {
    for (int x = 0; x < row.width; ++x) {
        const float dx = real(x) - b.centre.x;
        const float dy = real(row.y) - b.centre.y;
        const float distance = std::sqrt(dx * dx + dy * dy) + 1e-3F;
        const float turns = angle_turns(dy, dx) + b.twist * distance / b.unit;
        const float wave =
            std::abs(fraction(turns * b.rays) - 0.5F) - 0.25F; // signed share of a ray
        const float cover = clamp01(0.5F + wave * 6.2831853F * distance / b.rays);
        const float fall = smooth(1.35F, 0.1F, distance / b.unit);
        row.over(x, b.dark, 1.0F);
        row.over(x, b.bright, cover * (0.35F + 0.65F * fall));
    }
}

struct Halftone {
    Point centre;
    float pitch;
    float inner; // distance where dots are largest
    float outer; // distance where they vanish
    Light ink;
};

void paint_halftone(const Row& row, const Halftone& h) {
    const float y = real(row.y) - h.centre.y;
    for (int x = 0; x < row.width; ++x) {
        const float dx = real(x) - h.centre.x;
        // The screen is turned by 45 degrees, as printers do.
        const float u = (dx + y) * 0.70710678F / h.pitch;
        const float v = (dx - y) * 0.70710678F / h.pitch;
        const float cu = real(whole(u)) + 0.5F;
        const float cv = real(whole(v)) + 0.5F;
        const float dot_x = (cu + cv) * 0.70710678F * h.pitch;
        const float dot_y = (cu - cv) * 0.70710678F * h.pitch;
        const float away = std::sqrt(dot_x * dot_x + dot_y * dot_y);
        const float size = std::sqrt(clamp01((h.outer - away) / (h.outer - h.inner)));
        const float off = std::sqrt(square(u - cu) + square(v - cv)) - 0.62F * size;
        row.over(x, h.ink, clamp01(0.5F - off * h.pitch) * (size > 0.02F ? 1.0F : 0.0F));
    }
}

} // namespace

void paint_sunburst(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const Point centre{f.x(dice.range(0.38F, 0.62F)), f.y(dice.range(0.30F, 0.36F))};
    const float rays = std::floor(dice.range(11.0F, 20.0F));
    const float twist = dice.chance(0.4F) ? dice.range(-0.16F, 0.16F) : 0.0F;
    const Light dark = t.high_key ? t.mid : mix(t.base, t.mid, 0.7F);
    const Light bright = t.high_key ? t.light : mix(t.mid, t.accent, 0.75F);
    const Burst burst{centre, rays, twist, f.unit, dark, bright};
    scene.everywhere([burst](const Row& row) { paint_rays(row, burst); });
    const float radius = f.s(dice.range(0.24F, 0.31F) * brief.zoom);
    const Halftone cloud{centre,
                         std::max(3.0F, f.s(0.022F)),
                         radius,
                         radius * dice.range(2.2F, 2.9F),
                         t.high_key ? t.accent : t.second};
    scene.everywhere([cloud](const Row& row) { paint_halftone(row, cloud); });
    scene.disc({centre.x + radius * 0.06F, centre.y + radius * 0.1F},
               radius,
               Fill::flat(shade(t.base, 0.6F), 0.5F),
               radius * 0.16F);
    scene.disc(centre, radius, Fill::flat(t.light));
    scene.disc(centre,
               radius * 0.9F,
               Fill::down(t.second, t.accent, centre.y - radius, centre.y + radius));
    const Point shine{centre.x + radius * 0.42F, centre.y + radius * 0.46F};
    const Halftone shadow{
        shine, std::max(3.0F, f.s(0.016F)), 0.0F, radius * 1.15F, mix(t.accent, t.base, 0.55F)};
    scene.add(centre.y - radius, centre.y + radius, [=](const Row& row) {
        const float dy = real(row.y) - centre.y;
        const float half = std::sqrt(std::max(0.0F, square(radius * 0.9F) - dy * dy));
        const int from = std::clamp(whole(centre.x - half) + 1, 0, row.width);
        const int to = std::clamp(whole(centre.x + half), from, row.width);
        Halftone inside = shadow;
        inside.centre.x -= real(from);
        paint_halftone({row.y, to - from, row.r + from, row.g + from, row.b + from}, inside);
    });
}

} // namespace smos::media::backdrop
