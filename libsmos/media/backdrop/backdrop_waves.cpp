// SPDX-License-Identifier: Apache-2.0
// Backgrounds of flowing curves: layered ribbons, silk lines and topographic paper.
#include "libsmos/media/backdrop/backdrop_families.hpp"

#include <memory>

namespace smos::media::backdrop {
namespace {

float lowest(const std::vector<float>& profile) {
    return *std::max_element(profile.begin(), profile.end()) + 2.0F;
}

void lay_ribbon(Scene& scene,
                const std::vector<float>& profile,
                float y_bottom,
                Light colour,
                float rim,
                const Tones& t) {
    const Frame& f = scene.frame();
    scene.ground(profile,
                 Fill::flat(shade(t.base, 0.6F), t.high_key ? 0.22F : 0.5F),
                 f.s(0.16F),
                 lowest(profile));
    scene.ground(
        profile, Fill::flat(mix(colour, t.light, rim), 0.95F), 1.0F, lowest(profile) + f.s(0.04F));
    auto inner = profile;
    for (float& y : inner) {
        y += f.s(0.016F);
    }
    const float top = *std::min_element(profile.begin(), profile.end());
    scene.ground(inner,
                 Fill::down(colour, mix(colour, t.base, 0.75F), top, top + f.y(0.32F)),
                 f.s(0.03F),
                 y_bottom);
}

} // namespace

void paint_ribbons(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    scene.sky(t.high_key ? Ramp({t.light, mix(t.light, t.mid, 0.6F), t.mid})
                         : Ramp({t.base, t.mid, mix(t.mid, t.accent, 0.5F)}),
              f.y(0.6F));
    scene.glow(
        {f.x(dice.range(0.2F, 0.8F)), f.y(0.16F)}, f.s(0.8F), t.accent, t.high_key ? 0.15F : 0.45F);
    const Ramp ramp({t.high_key ? t.light : mix(t.second, t.light, 0.35F),
                     t.second,
                     t.accent,
                     mix(t.accent, t.mid, 0.6F),
                     t.mid,
                     t.base});
    const int layers = 6 + dice.below(3);
    const float side = dice.sign();
    const float tilt = side * dice.range(0.08F, 0.3F);
    const float sway = blend(0.08F, 0.16F, brief.energy);
    const std::uint32_t seed = dice.seed32();
    std::vector<std::vector<float>> profiles;
    for (int k = 0; k < layers; ++k) {
        const float depth = real(k) / real(layers - 1);
        const float level = 0.15F + 0.62F * depth + dice.range(-0.02F, 0.02F);
        profiles.push_back(make_profile(f, [&](float x) {
            const float u = x / f.unit / brief.zoom;
            const float wave = gradient_noise(u * 0.9F + depth * 0.8F, depth * 1.6F, seed) +
                               0.35F * gradient_noise(u * 1.9F + 4.0F, depth * 2.3F, seed + 5);
            return f.y(level + tilt * (u - 0.5F) * (1.0F - 0.4F * depth)) + f.s(sway * 1.7F * wave);
        }));
    }
    for (std::size_t k = 0; k < profiles.size(); ++k) {
        const float depth = static_cast<float>(k) / real(layers - 1);
        const Light colour = ramp.at(0.08F + 0.84F * depth + dice.range(-0.06F, 0.06F));
        const bool last = k + 1 == profiles.size();
        lay_ribbon(scene,
                   profiles[k],
                   last ? f.y(1.0F) : lowest(profiles[k + 1]),
                   colour,
                   0.6F - 0.35F * depth,
                   t);
    }
}

namespace {

struct Bundle {
    std::vector<float> upper; // y per column where the first line runs
    std::vector<float> depth; // pixels from the first line to the last
    std::vector<float> slope; // how much a vertical distance shrinks across the slope
    float lines;
    Ramp ramp;
    float alpha;
};

Bundle make_bundle(const Frame& f, Brief& brief, float level) {
    Dice& dice = brief.dice;
    const std::uint32_t seed = dice.seed32();
    const float tilt = dice.range(-0.45F, 0.45F);
    const float reach = dice.range(0.22F, 0.42F);
    const float pinch = dice.range(0.6F, 1.1F);
    const auto upper = make_profile(f, [&](float x) {
        const float u = x / f.unit / brief.zoom;
        return f.y(level) + f.s(tilt * (u - 0.5F) + 0.22F * gradient_noise(u * 1.1F, 0.5F, seed));
    });
    const auto depth = make_profile(f, [&](float x) {
        const float u = x / f.unit / brief.zoom;
        return f.s(reach * (0.16F + square(gradient_noise(u * pinch, 2.5F, seed) + 0.25F) * 1.4F));
    });
    std::vector<float> slope(upper.size(), 1.0F);
    for (std::size_t i = 1; i < upper.size(); ++i) {
        const float rise = upper[i] - upper[i - 1] + 0.5F * (depth[i] - depth[i - 1]);
        slope[i] = 1.0F / std::sqrt(1.0F + rise * rise);
    }
    const Tones& t = brief.tones;
    const Ramp ramp =
        t.high_key ? Ramp({t.accent, t.second, t.base}) : Ramp({t.accent, t.second, t.light});
    return {upper, depth, slope, std::floor(dice.range(22.0F, 38.0F)), ramp, 0.9F};
}

void paint_bundle(const Row& row, const Bundle& bundle, float thick, bool high_key) {
    const float y = real(row.y);
    for (int x = 0; x < row.width; ++x) {
        const auto i = static_cast<std::size_t>(x);
        const float place = (y - bundle.upper[i]) / bundle.depth[i];
        const float outside = std::max(-place, place - 1.0F) * bundle.depth[i] * bundle.slope[i];
        if (outside > thick + 1.0F) {
            continue;
        }
        const float count = place * bundle.lines;
        const float nearest = std::clamp(std::floor(count + 0.5F), 0.0F, bundle.lines);
        const float gap = bundle.depth[i] / bundle.lines * bundle.slope[i];
        const float away = std::abs(count - nearest) * gap;
        // Where lines crowd they share the ink of their average instead of flickering.
        const float line = clamp01(0.5F + (thick * 0.5F - away) * 0.9F);
        const float crowd = clamp01(thick / gap) * clamp01(0.5F - outside);
        const float cover = blend(line, crowd, smooth(3.2F, 1.6F, gap));
        const float share = nearest / bundle.lines;
        const float ink = cover * bundle.alpha * (0.25F + 0.75F * share * share);
        const Light c =
            bundle.ramp.at(share * 0.75F + 0.25F * sine(real(x) / real(row.width) * 0.5F));
        high_key ? row.over(x, c, ink) : row.add(x, c, ink * 0.8F);
    }
}

} // namespace

void paint_silk(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    scene.sky(t.high_key
                  ? Ramp({t.light, mix(t.light, t.mid, 0.5F), t.mid})
                  : Ramp({shade(t.base, 0.8F), mix(t.base, t.mid, 0.45F), shade(t.base, 0.7F)}),
              f.y(1.0F));
    scene.glow({f.x(brief.dice.range(0.1F, 0.9F)), f.y(0.32F)},
               f.s(0.9F),
               t.accent,
               t.high_key ? 0.2F : 0.3F);
    const bool high_key = t.high_key;
    const float thick = std::max(1.0F, f.s(0.0017F));
    const int bundles = 3 + brief.dice.below(2);
    for (int k = 0; k < bundles; ++k) {
        auto bundle = std::make_shared<Bundle>(
            make_bundle(f, brief, 0.10F + 0.17F * real(k) + brief.dice.range(-0.04F, 0.04F)));
        scene.everywhere([bundle, thick, high_key](const Row& row) {
            paint_bundle(row, *bundle, thick, high_key);
        });
    }
}

namespace {

struct Terrain {
    Field height;
    Ramp ramp;
    float levels;
    float shadow_px;
    bool paper; // stacked sheets with shadows, else thin lines on a dark ground
    Light ink;
};

void paint_terrain_row(const Row& row, const Terrain& terrain, float line_px) {
    thread_local std::vector<float> here;
    thread_local std::vector<float> below;
    const auto n = static_cast<std::size_t>(row.width);
    here.resize(n + 1);
    below.resize(n + 1);
    terrain.height.read_row(real(row.y), here.data());
    terrain.height.read_row(real(row.y) + 1.0F, below.data());
    here[n] = here[n - 1];
    for (int x = 0; x < row.width; ++x) {
        const auto i = static_cast<std::size_t>(x);
        const float dx = (here[i + 1] - here[i]) * terrain.levels;
        const float dy = (below[i] - here[i]) * terrain.levels;
        const float steep = std::sqrt(dx * dx + dy * dy) + 1e-5F;
        const float place = here[i] * terrain.levels;
        const float level = std::floor(place);
        const float up_px = (level + 1.0F - place) / steep;
        const float down_px = (place - level) / steep;
        if (terrain.paper) {
            // Sheets lie higher where the field is higher; light falls from the upper left.
            const float facing =
                0.55F + 0.45F * std::clamp((dx + 1.6F * dy) / (1.9F * steep), -1.0F, 1.0F);
            const float cast =
                square(clamp01(1.0F - up_px / (terrain.shadow_px * (0.35F + facing))));
            const float edge = clamp01(up_px);
            const Light low = terrain.ramp.at(level / terrain.levels);
            const Light high = terrain.ramp.at((level + 1.0F) / terrain.levels);
            row.over(x, low * (1.0F - (0.30F + 0.42F * facing) * cast), 1.0F);
            row.over(x, high, (1.0F - edge) * 0.9F);
            row.add(x, low, 0.18F * clamp01(1.6F - down_px / line_px) * (1.0F - facing) * edge);
        } else {
            const bool major = static_cast<int>(level + (down_px < up_px ? 0.0F : 1.0F)) % 4 == 0;
            const float width = line_px * (major ? 1.0F : 0.5F);
            const float cover = clamp01(0.5F + width - std::min(up_px, down_px));
            const Light ground = terrain.ramp.at(here[i] * 0.45F);
            const float relief = 1.0F + std::clamp((dx + dy) / steep, -1.0F, 1.0F) * 0.25F;
            row.over(x, ground * relief, 1.0F);
            row.over(x, terrain.ink, cover * (major ? 0.9F : 0.5F));
        }
    }
}

} // namespace

void paint_contours(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    const std::uint32_t seed = brief.dice.seed32();
    const bool paper = brief.dice.chance(0.6F);
    const float scale = 1.05F / (f.unit * brief.zoom);
    const Ramp ramp = t.high_key
                          ? Ramp({t.second, t.accent, t.mid, mix(t.mid, t.light, 0.5F), t.light})
                          : Ramp({t.second, t.accent, mix(t.accent, t.mid, 0.6F), t.mid, t.base});
    const Ramp dark = t.high_key ? Ramp({t.light, mix(t.light, t.mid, 0.6F), t.mid})
                                 : Ramp({shade(t.base, 0.8F), t.mid, t.accent});
    const Light ink = t.high_key ? mix(t.base, t.accent, 0.4F) : mix(t.second, t.light, 0.35F);
    auto terrain =
        std::make_shared<Terrain>(Terrain{Field(f.width, f.height, f.field_step()),
                                          paper ? ramp : dark,
                                          paper ? std::floor(brief.dice.range(8.0F, 11.0F))
                                                : std::floor(brief.dice.range(20.0F, 28.0F)),
                                          f.s(0.05F),
                                          paper,
                                          ink});
    const Point peak{f.x(brief.dice.range(0.3F, 0.7F)), f.y(brief.dice.range(0.22F, 0.36F))};
    terrain->height.fill([&](float x, float y) {
        const float noise = layered_noise(x * scale, y * scale, 3, seed);
        const float away = std::sqrt(square(x - peak.x) + square(y - peak.y)) / f.unit;
        return paper ? clamp01(0.1F + 0.72F * away + 0.34F * noise) : clamp01(0.5F + 0.55F * noise);
    });
    const float line_px = std::max(0.8F, f.s(0.0016F));
    scene.everywhere(
        [terrain, line_px](const Row& row) { paint_terrain_row(row, *terrain, line_px); });
}

} // namespace smos::media::backdrop
