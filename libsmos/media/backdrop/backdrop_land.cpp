// SPDX-License-Identifier: Apache-2.0
// Landscapes: mountains in haze, a sun over the sea, a planet among stars.
#include "libsmos/media/backdrop/backdrop_families.hpp"

#include <memory>

namespace smos::media::backdrop {
namespace {

void sun(Scene& scene, Point at, float radius, const Tones& t) {
    const Light core = t.high_key ? mix(t.accent, t.light, 0.35F) : mix(t.light, t.second, 0.25F);
    scene.glow(at, radius * 5.5F, mix(t.accent, t.second, 0.5F), t.high_key ? 0.16F : 0.34F);
    scene.glow(at, radius * 2.2F, core, t.high_key ? 0.2F : 0.4F);
    scene.disc(
        at, radius, Fill::down(core, mix(core, t.accent, 0.55F), at.y - radius, at.y + radius));
}

// Height of a pine line above the ground at column x, in units.
float pines(float u, std::uint32_t seed) {
    float tallest = 0.0F;
    for (int layer = 0; layer < 2; ++layer) {
        const float spacing = 0.021F + 0.012F * real(layer);
        const int cell = whole(u / spacing);
        for (int i = cell - 1; i <= cell + 1; ++i) {
            const float centre = (real(i) + 0.2F + 0.6F * cell_unit(i, layer, seed)) * spacing;
            const float tall = 0.025F + 0.07F * square(cell_unit(i, layer + 7, seed));
            const float off = std::abs(u - centre);
            // Boughs: the flank of the triangle is notched.
            const float rise = tall - off * (4.2F + 20.0F * (1.0F - tall / 0.1F) * 0.1F);
            const float notch = 0.006F * fraction(off * 210.0F);
            tallest = std::max(tallest, rise - notch);
        }
    }
    return tallest;
}

float ridge_line(float u, float depth, std::uint32_t seed) {
    const float rocky =
        1.0F - std::abs(layered_noise(u * 1.5F + depth * 7.0F, depth * 3.0F, 5, seed)) * 2.0F;
    const float mellow = layered_noise(u * 1.2F + depth * 5.0F, depth * 2.0F, 3, seed + 9);
    return blend(rocky * 0.11F, mellow * 0.14F, smooth(0.3F, 0.8F, depth));
}

} // namespace

void paint_hills(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    scene.sky(t.sky(), f.y(0.62F));
    if (!t.high_key) {
        scene.stars(90, f.y(0.3F), t.light, dice);
    }
    const Point sun_at{f.x(dice.range(0.22F, 0.78F)), f.y(dice.range(0.22F, 0.33F))};
    sun(scene, sun_at, f.s(dice.range(0.07F, 0.13F) * brief.zoom), t);
    const int layers = 6;
    const std::uint32_t seed = dice.seed32();
    const Light haze = t.haze();
    const Light near_colour = t.high_key ? mix(t.base, t.mid, 0.12F) : shade(t.base, 0.75F);
    for (int k = 0; k < layers; ++k) {
        const float depth = real(k) / real(layers - 1);
        const auto profile = make_profile(f, [&](float x) {
            const float u = x / f.unit / brief.zoom;
            const float trees =
                k >= layers - 2 ? pines(u * (k == layers - 1 ? 0.7F : 1.3F), seed + 31U) : 0.0F;
            return f.y(0.40F + 0.092F * real(k)) -
                   f.s(ridge_line(u, depth, seed) + trees * (k == layers - 1 ? 1.3F : 0.7F));
        });
        const Light top = mix(haze, near_colour, 0.24F + 0.76F * std::sqrt(depth));
        const float crest = *std::min_element(profile.begin(), profile.end());
        scene.ground(
            profile,
            Fill::down(
                top, mix(top, haze, 0.75F - 0.6F * depth), crest + f.s(0.05F), crest + f.s(0.38F)));
    }
}

namespace {

struct Sea {
    float line; // y of the horizon
    float sun_x;
    float unit;
    std::uint32_t seed;
    Ramp water;
    Light glint;
};

void paint_sea_row(const Row& row, const Sea& sea, float bottom) {
    const float below = real(row.y) - sea.line;
    const float depth = below / (bottom - sea.line);
    const Light base = sea.water.at(depth);
    const float squash = 2.6F / (0.02F + 0.42F * depth);
    const float reach = sea.unit * (0.16F + 0.3F * depth);
    const float v = 26.0F * std::sqrt(std::sqrt(depth + 0.001F));
    for (int x = 0; x < row.width; ++x) {
        row.over(x, base, 1.0F);
        const float off = (real(x) - sea.sun_x) / reach;
        const float path = 1.0F / (1.0F + 7.0F * off * off);
        const float u = (real(x) - sea.sun_x) / sea.unit * squash;
        const float wave = gradient_noise(u * 0.8F, v * 4.6F, sea.seed);
        const float crest = smooth(0.42F - 0.75F * path * path, 0.75F - 0.45F * path, wave);
        row.over(
            x, sea.glint, clamp01(crest * (0.06F + 0.94F * path * path) * (1.0F - 0.55F * depth)));
        row.dim(x, 1.0F + 0.12F * wave);
    }
}

void clouds(Scene& scene, Brief& brief, float bottom) {
    const Frame& f = scene.frame();
    auto field = std::make_shared<Field>(f.width, f.height, f.field_step());
    const std::uint32_t seed = brief.dice.seed32();
    const float unit = f.unit * brief.zoom;
    field->fill([&](float x, float y) {
        return layered_noise(x / unit * 0.9F + 0.3F * y / unit, y / unit * 4.2F, 4, seed);
    });
    const Tones t = brief.tones;
    const Light lit = mix(t.light, t.second, 0.35F);
    const Light shadow = t.high_key ? mix(t.mid, t.accent, 0.3F) : mix(t.mid, t.accent, 0.35F);
    scene.add(0.0F, bottom, [=](const Row& row) {
        thread_local std::vector<float> thick;
        thick.resize(static_cast<std::size_t>(row.width));
        field->read_row(real(row.y), thick.data());
        const float share = real(row.y) / bottom;
        const float veil = smooth(0.0F, 0.35F, share) * smooth(1.0F, 0.8F, share);
        for (int x = 0; x < row.width; ++x) {
            const float a = smooth(0.06F, 0.55F, thick[static_cast<std::size_t>(x)]);
            row.over(x, shadow, a * 0.4F * veil);
            row.over(x, lit, square(a) * 0.5F * veil);
        }
    });
}

void slit_sun(Scene& scene, Point at, float radius, const Tones& t) {
    scene.glow(at, radius * 3.2F, t.accent, 0.4F);
    const Light top = mix(t.light, t.second, 0.5F);
    scene.add(at.y - radius, at.y + radius, [=](const Row& row) {
        const float dy = real(row.y) - at.y;
        const float share = dy / radius; // slits widen downwards
        const float half_gap = share < -0.1F ? 0.0F : 0.035F + 0.10F * (share + 0.1F);
        const float off = std::abs(fraction(share * 5.5F) - 0.5F) / 5.5F;
        const float open =
            half_gap <= 0.0F ? 1.0F : clamp01(0.5F + (off - half_gap * 0.45F) * radius);
        const Light c = mix(top, t.accent, clamp01(0.5F + 0.5F * share));
        for (int x = 0; x < row.width; ++x) {
            const float dx = real(x) - at.x;
            row.over(x, c, open * clamp01(0.5F + radius - std::sqrt(dx * dx + dy * dy)));
        }
    });
}

} // namespace

void paint_horizon(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const float line = f.y(dice.range(0.47F, 0.52F));
    scene.sky(t.sky(), line);
    const float radius = f.s(dice.range(0.13F, 0.2F) * brief.zoom);
    const Point at{f.x(dice.range(0.36F, 0.64F)), line - radius * dice.range(0.35F, 1.2F)};
    if (!t.high_key && brief.energy > 0.6F) {
        scene.stars(120, line * 0.6F, t.light, dice);
        slit_sun(scene, at, radius * 1.35F, t);
    } else {
        sun(scene, at, radius, t);
        clouds(scene, brief, line);
    }
    const Light far_water = mix(t.haze(), t.mid, 0.5F);
    const Sea sea{line,
                  at.x,
                  f.unit,
                  dice.seed32(),
                  Ramp({far_water, mix(t.mid, t.base, 0.35F), t.base, shade(t.base, 0.8F)}),
                  mix(t.light, t.accent, 0.3F)};
    const float bottom = f.y(1.0F);
    scene.add(line, bottom, [sea, bottom](const Row& row) {
        if (real(row.y) > sea.line) {
            paint_sea_row(row, sea, bottom);
        }
    });
    scene.glow(
        {at.x, line}, f.s(0.55F), mix(t.accent, t.light, 0.3F), t.high_key ? 0.1F : 0.25F, 14.0F);
}

namespace {

struct Planet {
    Point at;
    float radius;
    Field bands;
    Ramp ramp;
    Light rim;
    Point sun;
    float front; // light on the face turned to us; below 0 the sun stands behind
};

void paint_planet_row(const Row& row, const Planet& p) {
    thread_local std::vector<float> band;
    band.resize(static_cast<std::size_t>(row.width));
    p.bands.read_row(real(row.y), band.data());
    const float ny = (real(row.y) - p.at.y) / p.radius;
    for (int x = 0; x < row.width; ++x) {
        const float nx = (real(x) - p.at.x) / p.radius;
        const float r2 = nx * nx + ny * ny;
        if (r2 > 1.9F) {
            continue;
        }
        const float r = std::sqrt(r2);
        const float toward = (nx * p.sun.x + ny * p.sun.y) / std::max(r, 1e-3F);
        if (r > 1.0F) { // air outside the limb
            const float near = clamp01(1.0F - (r - 1.0F) / 0.34F);
            const float air = square(square(near));
            row.add(x,
                    p.rim,
                    (0.3F * air + 0.6F * square(square(air))) *
                        square(clamp01(0.5F + 0.5F * toward)));
        }
        const float cover = clamp01((1.0F - r) * p.radius + 0.5F);
        if (cover <= 0.0F) {
            continue;
        }
        const float nz = std::sqrt(std::max(0.0F, 1.0F - r2));
        const float lit = clamp01(nx * p.sun.x * 0.9F + ny * p.sun.y * 0.9F + nz * p.front + 0.05F);
        const Light ground = p.ramp.at(band[static_cast<std::size_t>(x)]);
        const float inward = square(1.0F - nz);
        const float limb = inward * inward * inward * clamp01(0.35F + 0.65F * toward);
        row.over(x, ground * (0.02F + 1.05F * lit * std::sqrt(lit)) + p.rim * (limb * 1.3F), cover);
    }
}

void nebula(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    auto field = std::make_shared<Field>(f.width, f.height, f.field_step());
    const std::uint32_t seed = brief.dice.seed32();
    const float scale = 1.3F / f.unit;
    field->fill([&](float x, float y) {
        const float bend = layered_noise(x * scale, y * scale, 3, seed);
        const float cloud = layered_noise(x * scale + bend, y * scale * 0.8F + bend, 5, seed + 3);
        return square(clamp01(0.35F + 0.75F * cloud));
    });
    const Tones t = brief.tones;
    const Ramp ramp(
        {shade(t.base, 0.45F), shade(t.mid, 0.75F), mix(t.mid, t.accent, 0.6F), t.second});
    scene.everywhere([field, ramp](const Row& row) {
        thread_local std::vector<float> gas;
        gas.resize(static_cast<std::size_t>(row.width));
        field->read_row(real(row.y), gas.data());
        for (int x = 0; x < row.width; ++x) {
            row.over(x, ramp.at(gas[static_cast<std::size_t>(x)]), 1.0F);
        }
    });
}

} // namespace

void paint_space(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    nebula(scene, brief);
    scene.stars(420, f.y(1.0F), t.light, dice);
    const bool vast = dice.chance(0.5F); // a limb that fills the lower half, or a whole planet
    const float radius = f.s(vast ? 1.05F : dice.range(0.24F, 0.33F) * brief.zoom);
    const Point at = vast ? Point{f.x(dice.range(0.3F, 0.7F)), f.y(0.44F) + radius}
                          : Point{f.x(dice.range(0.36F, 0.64F)), f.y(dice.range(0.28F, 0.35F))};
    const float turn = vast ? dice.range(0.64F, 0.86F) : dice.range(0.54F, 0.96F);
    auto planet = std::make_shared<Planet>(
        Planet{at,
               radius,
               Field(f.width, f.height, f.field_step()),
               Ramp({t.mid, t.accent, mix(t.accent, t.light, 0.4F), t.second, t.mid}),
               mix(t.second, t.light, 0.3F),
               {cosine(turn), sine(turn)},
               vast ? -0.7F : 0.3F});
    const std::uint32_t seed = dice.seed32();
    const float lean = dice.range(-0.5F, 0.5F);
    planet->bands.fill([&](float x, float y) {
        const float v = ((y - at.y) + lean * (x - at.x)) / radius;
        const float bend = layered_noise(x / radius * 1.5F, y / radius * 2.0F, 3, seed);
        return 0.5F + 0.5F * layered_noise(0.4F * bend, v * 2.4F + 0.35F * bend, 3, seed + 4);
    });
    scene.everywhere([planet](const Row& row) { paint_planet_row(row, *planet); });
    if (!vast) {
        const float small = radius * dice.range(0.1F, 0.17F);
        const float side = dice.sign();
        const Point moon{at.x + side * radius * dice.range(1.1F, 1.35F),
                         at.y - radius * dice.range(0.5F, 1.1F)};
        scene.disc(moon,
                   small,
                   {mix(t.light, t.second, 0.3F),
                    t.base,
                    {moon.x + small * cosine(turn), moon.y + small * sine(turn)},
                    {moon.x - small * cosine(turn), moon.y - small * sine(turn)}});
    }
}

} // namespace smos::media::backdrop
