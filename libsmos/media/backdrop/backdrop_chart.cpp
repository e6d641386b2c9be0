// SPDX-License-Identifier: Apache-2.0
// Money in motion: a rising line over bars, with coins in the air.
#include "libsmos/media/backdrop/backdrop_families.hpp"

namespace smos::media::backdrop {
namespace {

void grid_lines(Scene& scene, const Tones& t) {
    const Frame& f = scene.frame();
    const Fill faint = Fill::flat(t.high_key ? t.base : t.light, 0.09F);
    const float thin = std::max(1.0F, f.s(0.0014F));
    for (int i = 1; i < 7; ++i) {
        scene.stroke(
            {{f.x(0), f.y(0.09F * real(i))}, {f.x(1.0F), f.y(0.09F * real(i))}}, thin, faint);
    }
    for (int i = 1; i < 6; ++i) {
        const float x = f.x(real(i) / 6.0F);
        scene.stroke({{x, 0}, {x, f.y(0.66F)}}, thin, faint);
    }
}

void bar(Scene& scene, float x, float width, float top, float foot, const Fill& fill) {
    const float r = width * 0.22F;
    std::vector<Point> points{{x, foot}, {x, top + r}};
    for (int i = 0; i <= 8; ++i) {
        const float turns = 0.5F + 0.25F * real(i) / 8.0F;
        points.push_back({x + r + r * cosine(turns), top + r + r * sine(turns)});
    }
    for (int i = 0; i <= 8; ++i) {
        const float turns = 0.75F + 0.25F * real(i) / 8.0F;
        points.push_back({x + width - r + r * cosine(turns), top + r + r * sine(turns)});
    }
    points.push_back({x + width, foot});
    scene.polygon(points, fill);
}

// The course of the price: a trend with setbacks, 0 at the left foot to about 1.
std::vector<Point> course(const Frame& f, Brief& brief, int points) {
    Dice& dice = brief.dice;
    const std::uint32_t seed = dice.seed32();
    const float bow = dice.range(1.0F, 2.0F);
    const float reach = dice.range(0.32F, 0.42F);
    const float wide = dice.range(0.80F, 0.93F);
    const float rough = blend(0.7F, 1.35F, brief.energy);
    std::vector<Point> line;
    for (int i = 0; i < points; ++i) {
        const float u = real(i) / real(points - 1);
        const float way = brief.falling ? 1.0F - u : u;
        const float rise = way * blend(1.0F, way, bow - 1.0F);
        const float wobble = 0.16F * gradient_noise(u * 3.4F, 0.5F, seed) +
                             0.06F * gradient_noise(u * 9.0F, 1.5F, seed) +
                             0.02F * gradient_noise(u * 26.0F, 2.5F, seed);
        line.push_back({f.x(-0.03F + wide * u),
                        f.y((brief.falling ? 0.53F : 0.57F) - reach * rise) -
                            f.s(rough * wobble * (1.0F - 0.4F * u))});
    }
    return line;
}

void candles(Scene& scene, Brief& brief, const std::vector<Point>& line) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    const std::size_t step = brief.zoom > 1.1F ? 8 : 5;
    const float half = (line[step].x - line[0].x) * 0.3F;
    for (std::size_t i = step; i < line.size(); i += step) {
        const float x = (line[i].x + line[i - step].x) * 0.5F;
        const bool up = line[i].y < line[i - step].y;
        const float top = std::min(line[i].y, line[i - step].y) - f.s(0.006F);
        const float foot = std::max(line[i].y, line[i - step].y) + f.s(0.006F);
        const float wick = f.s(brief.dice.range(0.01F, 0.05F));
        const Light c = up ? (t.high_key ? t.accent : mix(t.second, t.light, 0.15F))
                           : mix(t.accent, t.mid, 0.35F);
        const Fill fill = Fill::down(c, shade(c, 0.8F), top, foot);
        scene.stroke(
            {{x, top - wick}, {x, foot + wick * 0.8F}}, f.s(0.0035F), Fill::flat(c, 0.85F));
        scene.polygon({{x - half, top}, {x + half, top}, {x + half, foot}, {x - half, foot}}, fill);
        if (!t.high_key) {
            scene.glow({x, (top + foot) * 0.5F}, half * 4.0F + (foot - top), c, 0.10F);
        }
    }
}

void rising_line(Scene& scene, const std::vector<Point>& line, const Tones& t) {
    const Frame& f = scene.frame();
    const Light bright = t.high_key ? t.accent : mix(t.accent, t.light, 0.45F);
    if (!t.high_key) {
        scene.stroke(line, f.s(0.01F), Fill::flat(t.accent, 0.16F), f.s(0.075F), true);
        scene.stroke(line, f.s(0.008F), Fill::flat(t.accent, 0.30F), f.s(0.028F), true);
    }
    scene.stroke(line, f.s(0.0085F), Fill::flat(bright));
    const Point tip = line.back();
    const int dashes = whole(std::max(0.0F, f.y(0.6F) - tip.y) / f.s(0.03F));
    for (int i = 0; i < dashes; ++i) {
        const float y = tip.y + f.s(0.03F) * real(i);
        scene.stroke({{tip.x, y}, {tip.x, y + f.s(0.013F)}}, f.s(0.003F), Fill::flat(bright, 0.6F));
    }
    const Light ring = t.high_key ? t.accent : t.light;
    scene.glow(tip, f.s(0.2F), t.accent, t.high_key ? 0.25F : 0.8F);
    scene.disc(tip, f.s(0.021F), Fill::flat(t.light));
    scene.ring(tip, f.s(0.042F), f.s(0.004F), Fill::flat(ring, 0.75F));
    scene.ring(tip, f.s(0.066F), f.s(0.0025F), Fill::flat(ring, 0.35F));
}

void area_below(Scene& scene, const std::vector<Point>& line, const Tones& t) {
    const Frame& f = scene.frame();
    std::vector<Point> area = line;
    area.push_back({line.back().x, f.y(0.86F)});
    area.push_back({line.front().x, f.y(0.86F)});
    const Light foot = t.high_key ? t.mid : t.base;
    scene.polygon(area, Fill::down(t.accent, foot, f.y(0.12F), f.y(0.72F), 0.48F));
}

void coin(Scene& scene, Point at, float radius, float blur, const Tones& t) {
    const Light rim = mix(t.second, t.light, 0.45F);
    const Light face = t.second;
    const Light dark = mix(t.second, t.base, 0.55F);
    const float soft = std::max(1.0F, blur);
    scene.disc({at.x + radius * 0.15F, at.y + radius * 0.35F},
               radius,
               Fill::flat(shade(t.base, 0.4F), 0.35F),
               radius * 0.7F + soft);
    scene.disc({at.x + radius * 0.07F, at.y + radius * 0.07F}, radius, Fill::flat(dark), soft);
    scene.disc(at,
               radius,
               {rim,
                mix(face, dark, 0.45F),
                {at.x - radius, at.y - radius},
                {at.x + radius, at.y + radius},
                1.0F},
               soft);
    scene.disc(at,
               radius * 0.8F,
               {mix(face, dark, 0.4F),
                mix(face, rim, 0.5F),
                {at.x - radius, at.y - radius},
                {at.x + radius, at.y + radius},
                1.0F},
               soft);
    scene.ring(at, radius * 0.56F, radius * 0.07F, Fill::flat(rim, 0.8F), soft);
    scene.glow({at.x - radius * 0.35F, at.y - radius * 0.4F}, radius * 0.6F, t.light, 0.3F);
}

void coins(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    Dice& dice = brief.dice;
    const int count = 6 + dice.below(4);
    for (int i = 0; i < count; ++i) {
        const float near = real(i) / real(count);
        const float radius = f.s(blend(0.022F, 0.082F, near) * brief.zoom);
        const Point at{f.x(dice.range(0.04F, 0.8F)), f.y(dice.range(0.06F, 0.40F) - 0.02F * near)};
        coin(scene,
             at,
             radius,
             i == count - 1 ? radius * 0.3F : (near < 0.35F ? radius * 0.45F : 1.0F),
             brief.tones);
    }
}

void bars(Scene& scene, Brief& brief, const std::vector<Point>& line) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    const int count = brief.zoom > 1.1F ? 7 : 10;
    const float pitch = f.x(1.0F) / real(count);
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(std::min(real(i) / real(count) * 1.08F, 1.0F) *
                                                 static_cast<float>(line.size() - 1));
        const float top = blend(f.y(0.66F), line[at].y, brief.dice.range(0.35F, 0.75F));
        const Light tone = t.high_key ? mix(t.second, t.light, 0.3F)
                                      : mix(t.mid, t.second, 0.35F + 0.4F * real(i) / real(count));
        bar(scene,
            real(i) * pitch + pitch * 0.17F,
            pitch * 0.66F,
            top,
            f.y(1.0F),
            Fill::down(tone, t.high_key ? t.mid : t.base, top, f.y(0.78F), 0.75F));
    }
}

} // namespace

void paint_chart(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    scene.sky(t.high_key ? Ramp({t.light, mix(t.light, t.mid, 0.7F), t.mid})
                         : Ramp({mix(t.base, t.mid, 0.35F), mix(t.base, t.mid, 0.55F), t.base}),
              f.y(0.9F));
    scene.glow({f.x(0.8F), f.y(0.2F)}, f.s(0.9F), t.accent, t.high_key ? 0.15F : 0.28F);
    grid_lines(scene, t);
    const auto line = course(f, brief, 110);
    if (dice.chance(0.35F)) {
        candles(scene, brief, line);
    } else {
        bars(scene, brief, line);
        area_below(scene, line, t);
        rising_line(scene, line, t);
    }
    if (!brief.falling && dice.chance(0.55F)) {
        coins(scene, brief);
    } else {
        for (int i = 0; i < 70; ++i) {
            const Point at{f.x(dice.unit()), f.y(0.7F * dice.unit())};
            const float radius = f.s(dice.range(0.003F, 0.009F));
            scene.glow(at, radius, t.high_key ? t.accent : t.second, dice.range(0.1F, 0.8F));
        }
    }
}

} // namespace smos::media::backdrop
