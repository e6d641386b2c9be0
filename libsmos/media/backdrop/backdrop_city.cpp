// SPDX-License-Identifier: Apache-2.0
// A city at dusk above its own reflection.
#include "libsmos/media/backdrop/backdrop_families.hpp"

#include <memory>

namespace smos::media::backdrop {
namespace {

struct Building {
    int left;
    int right;
    float top;
    float roof; // height of a slanted or stepped crown in pixels
    int kind;   // 0 flat, 1 slanted, 2 stepped, 3 with a mast
    std::uint32_t seed;
};

struct Block { // one depth of the city
    std::vector<Building> buildings;
    Light wall_top;
    Light wall_foot;
    Light window;
    Light window_cool;
    float foot;
    float cell; // window pitch in pixels
    float lit;  // share of windows that are lit
    float glow;
};

float roof_at(const Building& b, float x) {
    const float share = (x - real(b.left)) / std::max(1.0F, real(b.right - b.left));
    switch (b.kind) {
    case 1:
        return b.top - b.roof * share;
    case 2:
        return b.top - (share > 0.25F && share < 0.75F ? b.roof : 0.0F) -
               (share > 0.4F && share < 0.6F ? b.roof * 0.8F : 0.0F);
    case 3:
        return b.top - (std::abs(share - 0.5F) < 0.022F ? b.roof * 2.6F : 0.0F);
    default:
        return b.top;
    }
}

void paint_windows(const Row& row, const Block& block, const Building& b) {
    const float pitch_y = block.cell * 1.35F;
    const float down = real(row.y) - b.top - block.cell * 0.8F;
    if (down < 0.0F || real(row.y) > block.foot - block.cell) {
        return;
    }
    const int floor = whole(down / pitch_y);
    const float in_y = down / pitch_y - real(floor);
    const float cover_y = clamp01((0.29F - std::abs(in_y - 0.4F)) * pitch_y + 0.5F);
    if (cover_y <= 0.0F) {
        return;
    }
    const int columns = whole(real(b.right - b.left) / block.cell) - 1;
    const float margin = (real(b.right - b.left) - real(columns) * block.cell) * 0.5F;
    // A tenth of the floors is dark and some are fully lit, as offices are.
    const float mode = cell_unit(floor, 99, b.seed);
    const float share = mode < 0.12F ? 0.04F : (mode > 0.9F ? 0.9F : block.lit);
    for (int c = 0; c < columns; ++c) {
        const float luck = cell_unit(c, floor, b.seed);
        if (luck > share) {
            continue;
        }
        const float x0 = real(b.left) + margin + (real(c) + 0.2F) * block.cell;
        const float x1 = x0 + 0.6F * block.cell;
        const float bright = block.glow * (0.35F + 0.65F * cell_unit(floor, c, b.seed + 5));
        const Light& tone =
            cell_unit(c, floor, b.seed + 3) > 0.8F ? block.window_cool : block.window;
        for (int x = std::max(0, whole(x0)); x < std::min(row.width, whole(x1) + 1); ++x) {
            const float part = clamp01(std::min(real(x + 1), x1) - std::max(real(x), x0));
            row.over(x, tone * bright, part * cover_y);
        }
    }
}

void paint_block(const Row& row, const Block& block) {
    const float y = real(row.y);
    for (const Building& b : block.buildings) {
        if (y < b.top - b.roof * 2.7F - 1.0F) {
            continue;
        }
        const float side = cell_unit(1, 2, b.seed) * 0.25F;
        const Light wall = mix(mix(block.wall_top,
                                   block.wall_foot,
                                   clamp01((y - b.top) / (block.foot - b.top + 1.0F))),
                               block.wall_foot,
                               side);
        for (int x = std::max(0, b.left); x < std::min(row.width, b.right); ++x) {
            const float cover = clamp01(y - roof_at(b, real(x)) + 0.5F);
            if (cover > 0.0F) {
                row.over(x, wall, cover);
            }
        }
        paint_windows(row, block, b);
    }
}

Block make_block(const Frame& f, Brief& brief, float depth, float foot) {
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const Light far_wall = t.high_key ? mix(t.mid, t.base, 0.12F) : mix(t.mid, t.haze(), 0.45F);
    const Light near_wall = t.high_key ? mix(t.base, t.mid, 0.3F) : shade(t.base, 0.85F);
    const Light wall = mix(far_wall, near_wall, std::sqrt(depth));
    const Light warm = mix(t.light, t.accent, 0.35F);
    const float cell = std::max(1.5F, f.s(blend(0.008F, 0.017F, depth) * brief.zoom));
    Block block{{},
                wall,
                mix(wall, t.haze(), 0.45F - 0.3F * depth),
                warm,
                mix(t.second, t.light, 0.4F),
                foot,
                cell,
                t.high_key ? 0.1F + 0.15F * depth : 0.16F + 0.2F * depth,
                t.high_key ? 0.8F : 0.3F + 0.7F * depth};
    float x = -f.s(0.05F);
    while (x < f.x(1.0F)) {
        const float width =
            std::max(2.0F, f.s(dice.range(0.07F, 0.17F) * (0.7F + 0.4F * depth) * brief.zoom));
        // Taller towards one side of the middle, so that the city has a centre.
        const float mass = 1.0F - std::abs((x + width * 0.5F) / f.x(1.0F) - 0.5F) * 0.9F;
        const float tall = f.s((0.10F + 0.56F * mass * dice.unit()) * blend(1.25F, 0.62F, depth));
        block.buildings.push_back({whole(x),
                                   whole(x + width),
                                   foot - tall - f.s(0.06F),
                                   f.s(dice.range(0.02F, 0.06F)),
                                   dice.below(4),
                                   dice.seed32()});
        x += width + f.s(dice.range(-0.004F, 0.02F));
    }
    return block;
}

void paint_reflection(const Row& row,
                      const Scene& city,
                      float line,
                      const Frame& f,
                      Light water,
                      std::uint32_t seed) {
    const float below = real(row.y) - line;
    const float depth = below / (f.y(1.0F) - line);
    const float ripple = gradient_noise(below / f.s(0.006F + 0.02F * depth), 0.5F, seed);
    const float source = line - below * 0.9F + ripple * f.s(0.012F + 0.03F * depth);
    const Row mirrored{std::clamp(whole(source), 0, whole(line)), row.width, row.r, row.g, row.b};
    city.paint_row(mirrored);
    const int blur = std::max(1, whole(f.s(0.004F + 0.012F * depth)));
    thread_local std::vector<float> copy;
    for (float* channel : {row.r, row.g, row.b}) {
        copy.assign(channel, channel + row.width);
        float sum = copy[0] * real(2 * blur);
        for (int x = -blur; x < row.width; ++x) { // running mean over 2 * blur columns
            const int ahead = std::min(x + blur, row.width - 1);
            const int behind = std::max(x - blur, 0);
            sum += copy[static_cast<std::size_t>(ahead)] - copy[static_cast<std::size_t>(behind)];
            if (x >= 0) {
                channel[x] = std::max(0.0F, sum / real(2 * blur));
            }
        }
    }
    for (int x = 0; x < row.width; ++x) {
        row.over(x, water, 0.30F + 0.5F * depth - 0.08F * ripple);
    }
}

} // namespace

void paint_skyline(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const float line = f.y(dice.range(0.55F, 0.6F));
    auto city = std::make_shared<Scene>(f);
    city->sky(t.sky(), line);
    if (!t.high_key) {
        city->stars(130, line * 0.55F, t.light, dice);
    }
    const Point moon{f.x(dice.range(0.2F, 0.8F)), f.y(dice.range(0.12F, 0.24F))};
    city->glow(moon, f.s(0.5F), t.second, 0.13F);
    city->glow(moon, f.s(0.14F), t.second, 0.2F);
    city->disc(moon, f.s(0.045F * brief.zoom), Fill::flat(mix(t.light, t.second, 0.2F), 0.95F));
    city->glow({f.x(0.5F), line}, f.s(0.9F), t.accent, t.high_key ? 0.12F : 0.35F, 1.6F);
    for (int k = 0; k < 3; ++k) {
        auto block = std::make_shared<Block>(make_block(f, brief, 0.5F * real(k), line));
        city->add(0.0F, line + 1.0F, [block](const Row& row) { paint_block(row, *block); });
        city->glow({f.x(dice.unit()), line}, f.s(0.7F), t.haze(), t.high_key ? 0.1F : 0.10F, 5.0F);
    }
    const Light water = t.high_key ? mix(t.base, t.mid, 0.4F) : shade(t.base, 0.7F);
    const std::uint32_t seed = dice.seed32();
    const Frame frame = f;
    scene.everywhere([=](const Row& row) {
        if (real(row.y) <= line) {
            city->paint_row(row);
        } else {
            paint_reflection(row, *city, line, frame, water, seed);
        }
    });
}

} // namespace smos::media::backdrop
