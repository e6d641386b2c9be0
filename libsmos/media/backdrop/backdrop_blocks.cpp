// SPDX-License-Identifier: Apache-2.0
// Isometric blocks, lit from the left, rising out of the dark.
#include "libsmos/media/backdrop/backdrop_families.hpp"

namespace smos::media::backdrop {
namespace {

struct Column {
    Point top; // the near corner of the top face is one edge below
    float edge;
    float drop_left; // height of the visible left face
    float drop_right;
    float deep; // distance over which a face fades to the dark
    Light colour;
    Light dark;
};

void paint_column(Scene& scene, const Column& c) {
    const float wide = c.edge * 0.8660254F;
    const float half = c.edge * 0.5F;
    const Point back{c.top.x, c.top.y};
    const Point right{c.top.x + wide, c.top.y + half};
    const Point front{c.top.x, c.top.y + c.edge};
    const Point left{c.top.x - wide, c.top.y + half};
    const Light left_tone = shade(c.colour, 0.78F);
    const Light right_tone = shade(c.colour, 0.55F);
    // Faces overlap by a fraction of a pixel, or the ground would shine through the seams.
    const float o = 0.6F;
    const float left_drop = c.drop_left + o;
    const float right_drop = c.drop_right + o;
    if (c.drop_left > 0.0F) {
        scene.polygon(
            {left,
             {front.x + o, front.y},
             {front.x + o, front.y + left_drop},
             {left.x, left.y + left_drop}},
            Fill::down(left_tone, mix(left_tone, c.dark, 0.92F), left.y, front.y + c.deep));
    }
    if (c.drop_right > 0.0F) {
        scene.polygon(
            {{front.x - o, front.y},
             right,
             {right.x, right.y + right_drop},
             {front.x - o, front.y + right_drop}},
            Fill::down(right_tone, mix(right_tone, c.dark, 0.95F), right.y, front.y + c.deep));
    }
    scene.polygon({back, {right.x, right.y + o}, {front.x, front.y + o}, {left.x, left.y + o}},
                  {mix(c.colour, c.dark, 0.12F), c.colour, back, front, 1.0F});
    const float line = std::max(0.6F, c.edge * 0.014F);
    scene.stroke({left, front, right}, line, Fill::flat(shade(c.colour, 1.25F), 0.55F));
}

} // namespace

void paint_blocks(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const Light dark = t.high_key ? mix(t.base, t.mid, 0.55F) : shade(t.base, 0.65F);
    scene.sky(Ramp({dark}), f.y(1.0F));
    const float edge = std::max(3.0F, f.s(0.105F * brief.zoom * dice.range(0.85F, 1.15F)));
    const std::uint32_t seed = dice.seed32();
    const Ramp ramp =
        t.high_key ? Ramp({t.mid, mix(t.mid, t.light, 0.6F), t.light})
                   : Ramp({t.base, mix(t.base, t.mid, 0.7F), t.mid, mix(t.mid, t.accent, 0.6F)});
    const float wide = edge * 0.8660254F;
    const float lift = edge * blend(2.2F, 3.8F, brief.energy);
    const int across = whole(f.x(1.0F) / wide) + 3;
    const int down = whole((f.y(1.0F) + lift) / (edge * 0.5F)) + 4;
    const auto height = [&](int i, int j) {
        const float noise =
            clamp01(0.5F + 0.75F * layered_noise(real(i) * 0.16F, real(j) * 0.09F, 2, seed));
        return std::floor(noise * 8.0F) / 8.0F + 0.16F * cell_unit(i, j, seed + 1);
    };
    for (int j = -2; j < down; ++j) {
        for (int i = -2 + (j & 1); i < across; i += 2) {
            const float step = height(i, j);
            const float luck = cell_unit(i, j, seed + 2);
            Light colour = ramp.at(step * 0.9F + 0.1F * luck);
            if (luck > 0.90F) {
                colour = luck > 0.96F ? t.second : t.accent;
            } else if (luck < 0.035F) {
                colour = t.light;
            }
            paint_column(scene,
                         {{real(i) * wide, real(j) * edge * 0.5F - lift * step},
                          edge,
                          lift * (step - height(i - 1, j + 1)),
                          lift * (step - height(i + 1, j + 1)),
                          lift * 0.45F + edge,
                          colour,
                          dark});
        }
    }
    scene.glow({f.x(dice.range(0.1F, 0.5F)), f.y(0.12F)},
               f.s(1.1F),
               t.high_key ? t.light : t.accent,
               t.high_key ? 0.06F : 0.12F);
}

} // namespace smos::media::backdrop
