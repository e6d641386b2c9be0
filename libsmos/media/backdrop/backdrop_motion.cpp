// SPDX-License-Identifier: Apache-2.0
// Sound and speed: bars around a disc, and the lanes of a running track.
#include "libsmos/media/backdrop/backdrop_families.hpp"

#include <memory>

namespace smos::media::backdrop {

void paint_pulse(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    scene.sky(t.high_key ? Ramp({t.light, mix(t.light, t.mid, 0.7F), t.mid})
                         : Ramp({mix(t.base, t.mid, 0.5F), t.base, shade(t.base, 0.7F)}),
              f.y(1.0F));
    const Point centre{f.x(0.5F), f.y(dice.range(0.30F, 0.35F))};
    const float inner = f.s(dice.range(0.19F, 0.24F) * brief.zoom);
    scene.glow(centre, inner * 4.2F, t.accent, t.high_key ? 0.2F : 0.42F);
    for (int i = 1; i < 7; ++i) {
        scene.ring(centre,
                   inner * (1.9F + 0.42F * real(i)),
                   std::max(1.0F, f.s(0.0022F)),
                   Fill::flat(t.high_key ? t.accent : t.second, 0.30F / real(i)));
    }
    const int bars = 96;
    const std::uint32_t seed = dice.seed32();
    const float thick = 6.2831853F * inner / real(bars) * 0.55F;
    for (int i = 0; i < bars; ++i) {
        const float turns = real(i) / real(bars);
        // Mirrored left and right, as loudness around a record.
        const float u = std::abs(fraction(turns + 0.25F) - 0.5F) * 2.0F;
        const float loud = square(clamp01(0.55F + 0.9F * layered_noise(u * 6.0F, 0.3F, 3, seed)));
        const float reach = inner * (1.14F + 0.12F + blend(0.5F, 0.85F, brief.energy) * loud);
        const Point out{cosine(turns), sine(turns)};
        const Point a{centre.x + out.x * inner * 1.14F, centre.y + out.y * inner * 1.14F};
        const Point b{centre.x + out.x * reach, centre.y + out.y * reach};
        const Light c = mix(t.accent, t.second, u);
        if (!t.high_key) {
            scene.stroke({a, b}, thick, {c, c, a, b, 0.22F}, f.s(0.028F), true);
        }
        scene.stroke(
            {a, b}, thick, {c, t.high_key ? shade(c, 0.8F) : mix(c, t.light, 0.6F), a, b, 1.0F});
    }
    const Light plate = t.high_key ? t.base : shade(t.base, 0.7F);
    scene.disc(centre, inner, Fill::flat(plate));
    for (int i = 0; i < 15; ++i) {
        scene.ring(centre,
                   inner * (0.40F + 0.038F * real(i)),
                   std::max(1.0F, inner * 0.008F),
                   Fill::flat(t.light, i % 4 == 0 ? 0.16F : 0.06F));
    }
    const auto shine = std::make_shared<Point>(centre);
    const Light glint = t.light;
    scene.add(centre.y - inner, centre.y + inner, [shine, inner, glint](const Row& row) {
        const float dy = real(row.y) - shine->y;
        for (int x = 0; x < row.width; ++x) {
            const float dx = real(x) - shine->x;
            const float r = std::sqrt(dx * dx + dy * dy);
            const float wedge = std::abs(fraction(angle_turns(dy, dx) * 2.0F + 0.36F) - 0.5F);
            row.add(x,
                    glint,
                    0.16F * square(smooth(0.17F, 0.0F, wedge)) * clamp01(inner - r) *
                        clamp01(r - inner * 0.36F));
        }
    });
    scene.disc(centre,
               inner * 0.34F,
               Fill::down(t.second, t.accent, centre.y - inner * 0.34F, centre.y + inner * 0.34F));
    scene.disc(centre, inner * 0.05F, Fill::flat(plate));
}

namespace {

struct Lanes {
    Point centre;
    float first;
    float pitch;
    float count;
    float line;
    Light lane_a;
    Light lane_b;
    Light paint;
    Light field;
    Light outside;
};

void paint_lanes(const Row& row, const Lanes& lanes) {
    const float dy = (real(row.y) - lanes.centre.y) * 0.72F; // seen at a slant
    for (int x = 0; x < row.width; ++x) {
        const float dx = real(x) - lanes.centre.x;
        const float r = std::sqrt(dx * dx + dy * dy);
        const float place = (r - lanes.first) / lanes.pitch;
        const float lane = std::floor(place);
        if (place < 0.0F || place >= lanes.count) {
            row.over(x, place < 0.0F ? lanes.field : lanes.outside, 1.0F);
        } else {
            row.over(x, lanes.lane_a, 1.0F);
            row.over(x, lanes.lane_b, static_cast<int>(lane) % 2 == 0 ? 0.0F : 0.55F);
        }
        const float nearest = std::clamp(std::floor(place + 0.5F), 0.0F, lanes.count);
        const float off = std::abs(place - nearest) * lanes.pitch - lanes.line;
        row.over(x, lanes.paint, 0.92F * clamp01(0.5F - off * 1.1F));
    }
}

void streaks(Scene& scene, Brief& brief, const Lanes& lanes) {
    Dice& dice = brief.dice;
    const Tones& t = brief.tones;
    const int count = whole(blend(10.0F, 22.0F, brief.energy));
    for (int i = 0; i < count; ++i) {
        const float lane = real(dice.below(whole(lanes.count)));
        const float r = lanes.first + lanes.pitch * (lane + dice.range(0.2F, 0.8F));
        const float from = dice.range(0.55F, 0.9F);
        const float reach = dice.range(0.05F, 0.16F);
        std::vector<Point> points;
        for (int k = 0; k <= 24; ++k) {
            const float turns = from + reach * real(k) / 24.0F;
            points.push_back(
                {lanes.centre.x + r * cosine(turns), lanes.centre.y + r * sine(turns) / 0.72F});
        }
        const Light c = dice.chance(0.5F) ? t.second : t.light;
        Fill fill{shade(c, 0.0F), c, points.front(), points.back(), t.high_key ? 0.25F : 0.5F};
        scene.stroke(
            points, lanes.pitch * dice.range(0.02F, 0.07F), fill, lanes.pitch * 0.04F, true);
        scene.glow(points.back(), lanes.pitch * 0.35F, c, t.high_key ? 0.1F : 0.4F);
    }
}

} // namespace

void paint_track(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const bool left = dice.chance(0.5F);
    const float pitch = f.s(dice.range(0.13F, 0.17F) * brief.zoom);
    const Light tone = t.high_key ? t.accent : mix(t.accent, t.mid, 0.25F);
    const Lanes lanes{{f.x(left ? dice.range(-0.25F, 0.1F) : dice.range(0.9F, 1.25F)),
                       f.y(dice.range(0.72F, 0.9F))},
                      f.s(dice.range(0.28F, 0.42F)),
                      pitch,
                      std::floor(dice.range(5.0F, 7.99F)),
                      std::max(0.7F, f.s(0.0042F)),
                      tone,
                      shade(tone, 0.84F),
                      t.light,
                      t.high_key ? mix(t.mid, t.second, 0.4F) : mix(t.base, t.mid, 0.5F),
                      t.high_key ? t.light : mix(t.base, t.mid, 0.8F)};
    scene.everywhere([lanes](const Row& row) { paint_lanes(row, lanes); });
    auto wear = std::make_shared<Field>(f.width, f.height, f.field_step());
    const std::uint32_t seed = dice.seed32();
    const float scale = 3.0F / f.unit;
    wear->fill([&](float x, float y) { return layered_noise(x * scale, y * scale, 5, seed); });
    scene.everywhere([wear](const Row& row) {
        thread_local std::vector<float> tone_row;
        tone_row.resize(static_cast<std::size_t>(row.width));
        wear->read_row(real(row.y), tone_row.data());
        for (int x = 0; x < row.width; ++x) {
            row.dim(x, 1.0F + 0.16F * tone_row[static_cast<std::size_t>(x)]);
        }
    });
    streaks(scene, brief, lanes);
    // Evening light rakes in from one side, a long shadow lies on the other.
    scene.glow(
        {f.x(left ? 0.9F : 0.1F), f.y(0.08F)}, f.s(1.25F), t.second, t.high_key ? 0.12F : 0.35F);
    scene.everywhere([=, wide = f.x(1.0F), high = f.y(1.0F)](const Row& row) {
        for (int x = 0; x < row.width; ++x) {
            const float u = left ? real(x) / wide : 1.0F - real(x) / wide;
            row.dim(x, blend(0.35F, 1.0F, smooth(-0.1F, 0.75F, u + 0.75F - real(row.y) / high)));
        }
    });
}

} // namespace smos::media::backdrop
