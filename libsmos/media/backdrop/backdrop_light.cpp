// SPDX-License-Identifier: Apache-2.0
// Backgrounds made of light alone: mesh gradients, bokeh and marbled ink.
#include "libsmos/media/backdrop/backdrop_families.hpp"

#include <memory>

namespace smos::media::backdrop {
namespace {

struct LabFields {
    Field l;
    Field a;
    Field b;
    Field fold;
};

struct MeshPoint {
    Point at;
    Lab colour;
    float weight;
};

// Bright colours above, deep ones below, left and right changing places by chance.
std::vector<MeshPoint> mesh_points(const Frame& frame, Brief& brief) {
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const Light deep = t.high_key ? mix(t.mid, t.accent, 0.3F) : t.base;
    const std::array<Light, 8> colours = {
        t.mid, t.accent, mix(t.second, t.light, 0.45F), t.second, t.accent, t.mid, deep, deep};
    const std::array<Point, 8> places = {{{0.1F, 0.02F},
                                          {0.9F, 0.1F},
                                          {0.28F, 0.25F},
                                          {0.8F, 0.36F},
                                          {0.2F, 0.48F},
                                          {0.75F, 0.6F},
                                          {0.2F, 0.78F},
                                          {0.7F, 0.95F}}};
    const bool flip = dice.chance(0.5F);
    const auto turn = static_cast<std::size_t>(dice.below(3));
    std::vector<MeshPoint> points;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const float x = places[i].x + dice.range(-0.18F, 0.18F);
        const std::size_t colour = i < 5 ? (i + turn) % 5 : i;
        points.push_back(
            {{frame.x(flip ? 1.0F - x : x), frame.y(places[i].y + dice.range(-0.06F, 0.06F))},
             to_lab(colours[colour]),
             dice.range(0.7F, 1.3F)});
    }
    return points;
}

Lab mesh_colour(const std::vector<MeshPoint>& points, float x, float y, float unit) {
    Lab sum;
    float total = 0.0F;
    for (const MeshPoint& p : points) {
        const float d2 = (square(x - p.at.x) + square(y - p.at.y)) / (unit * unit) + 0.02F;
        const float w = p.weight / (d2 * d2);
        sum = {sum.l + p.colour.l * w, sum.a + p.colour.a * w, sum.b + p.colour.b * w};
        total += w;
    }
    return {sum.l / total, sum.a / total, sum.b / total};
}

void fill_mesh(LabFields& fields, const Frame& frame, Brief& brief) {
    const auto points = mesh_points(frame, brief);
    const float scale = 0.8F / (frame.unit * brief.zoom);
    const float bend = frame.unit * blend(0.3F, 0.5F, brief.energy);
    const std::uint32_t seed = brief.dice.seed32();
    const auto warped = [&](float x, float y) {
        return Point{x + bend * layered_noise(x * scale, y * scale, 2, seed),
                     y + bend * layered_noise(x * scale + 9.1F, y * scale, 2, seed + 1)};
    };
    // Every field visits the same grid in the same order.
    std::vector<Lab> colours;
    fields.l.fill([&](float x, float y) {
        const Point p = warped(x, y);
        colours.push_back(mesh_colour(points, p.x, p.y, frame.unit));
        return colours.back().l;
    });
    std::size_t next_a = 0;
    fields.a.fill([&](float, float) { return colours[next_a++].a; });
    std::size_t next_b = 0;
    fields.b.fill([&](float, float) { return colours[next_b++].b; });
    fields.fold.fill([&](float x, float y) {
        const Point p = warped(x, y);
        const float u = (p.x * 0.8F + p.y * 0.45F) / frame.unit / brief.zoom;
        return sine(u * 1.5F +
                    1.1F * layered_noise(x * scale * 0.8F, y * scale * 0.5F, 2, seed + 2));
    });
}

void glass_orb(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    const float radius = f.s(brief.dice.range(0.2F, 0.27F) * brief.zoom);
    const Point at{f.x(brief.dice.range(0.36F, 0.64F)), f.y(brief.dice.range(0.27F, 0.34F))};
    scene.disc({at.x + radius * 0.08F, at.y + radius * 0.4F},
               radius * 0.92F,
               Fill::flat(shade(t.base, 0.5F), 0.4F),
               radius * 0.8F);
    scene.disc(at,
               radius,
               {mix(t.light, t.second, 0.25F),
                mix(t.accent, t.base, 0.55F),
                {at.x - radius * 0.7F, at.y - radius * 0.9F},
                {at.x + radius * 0.5F, at.y + radius * 0.9F},
                0.94F});
    scene.glow({at.x + radius * 0.3F, at.y + radius * 0.55F}, radius * 0.6F, t.second, 0.35F);
    scene.glow({at.x - radius * 0.32F, at.y - radius * 0.42F}, radius * 0.5F, t.light, 0.5F);
}

} // namespace

void paint_mesh(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const int step = f.field_step();
    const Field empty(f.width, f.height, step);
    auto fields = std::make_shared<LabFields>(LabFields{empty, empty, empty, empty});
    fill_mesh(*fields, f, brief);
    const float depth = blend(0.13F, 0.22F, brief.energy);
    scene.everywhere([fields, depth](const Row& row) {
        thread_local std::vector<float> fold;
        fold.resize(static_cast<std::size_t>(row.width));
        const float y = real(row.y);
        fields->l.read_row(y, row.r);
        fields->a.read_row(y, row.g);
        fields->b.read_row(y, row.b);
        fields->fold.read_row(y, fold.data());
        for (int x = 0; x < row.width; ++x) {
            const float lift = 1.0F + depth * fold[static_cast<std::size_t>(x)];
            const Light c = from_lab({row.r[x] * lift, row.g[x] * 1.12F, row.b[x] * 1.12F});
            row.r[x] = c.r;
            row.g[x] = c.g;
            row.b[x] = c.b;
        }
    });
    if (brief.dice.chance(0.5F)) {
        glass_orb(scene, brief);
    }
}

namespace {

void light_spot(Scene& scene, Brief& brief, Point at, float radius, float amount) {
    const Tones& t = brief.tones;
    const float warm = brief.dice.unit();
    const Light colour =
        warm < 0.45F ? t.accent : (warm < 0.75F ? t.second : mix(t.light, t.accent, 0.3F));
    const float soft = std::max(1.5F, radius * brief.dice.range(0.05F, 0.22F));
    scene.disc(at, radius, Fill::flat(colour, amount * 0.6F), soft);
    scene.glow(at, radius * 1.5F, colour, amount * 0.35F);
    scene.ring(at,
               radius - soft * 0.6F,
               radius * 0.05F,
               Fill::flat(mix(colour, t.light, 0.5F), amount * 0.5F),
               soft * 0.9F);
}

} // namespace

void paint_bokeh(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const Light ground =
        t.high_key ? mix(mix(t.base, t.accent, 0.35F), t.mid, 0.3F) : mix(t.base, t.mid, 0.35F);
    scene.sky(Ramp({shade(ground, t.high_key ? 1.0F : 0.8F), ground, shade(t.base, 0.9F)}),
              f.y(1.0F));
    scene.glow({f.x(dice.range(0.2F, 0.8F)), f.y(0.26F)}, f.s(0.95F), t.accent, 0.4F);
    scene.glow({f.x(dice.range(0.1F, 0.9F)), f.y(0.5F)}, f.s(0.8F), t.second, 0.22F);
    const float tilt = dice.range(-0.22F, 0.22F);
    const int count = whole(blend(46.0F, 74.0F, brief.energy));
    for (int i = 0; i < count; ++i) {
        const float far = real(i) / real(count); // large and faint first, small and bright last
        const float x = dice.unit();
        const std::array<float, 3> throws = {dice.unit(), dice.unit(), dice.unit()};
        const float spread = (throws[0] + throws[1] + throws[2]) / 3.0F - 0.5F;
        const float y = 0.33F + tilt * (x - 0.5F) + spread * blend(1.3F, 0.75F, far);
        const float radius =
            f.s(blend(0.15F, 0.016F, std::sqrt(far)) * dice.range(0.6F, 1.15F) * brief.zoom);
        light_spot(scene,
                   brief,
                   {f.x(x * 1.1F - 0.05F), f.y(y)},
                   radius,
                   blend(0.16F, 0.75F, far * dice.range(0.6F, 1.0F)));
    }
}

namespace {

struct Agate {
    Field flow;
    std::vector<Light> bands;
    Light deep;
    Light vein;
    float count;
    float line_px;
};

// Bands of ink with crisp borders; some borders carry a vein of metal.
void paint_agate_row(const Row& row, const Agate& agate) {
    thread_local std::vector<float> here;
    thread_local std::vector<float> below;
    const auto n = static_cast<std::size_t>(row.width);
    here.resize(n + 1);
    below.resize(n + 1);
    agate.flow.read_row(real(row.y), here.data());
    agate.flow.read_row(real(row.y) + 1.0F, below.data());
    here[n] = here[n - 1];
    const auto band = [&](float level) {
        return agate.bands[static_cast<std::size_t>(whole(level)) % agate.bands.size()];
    };
    for (int x = 0; x < row.width; ++x) {
        const auto i = static_cast<std::size_t>(x);
        const float dx = (here[i + 1] - here[i]) * agate.count;
        const float dy = (below[i] - here[i]) * agate.count;
        const float steep = std::sqrt(dx * dx + dy * dy) + 1e-5F;
        const float place = std::max(0.0F, here[i] * agate.count);
        const float level = real(whole(place));
        const float share = place - level;
        const float up_px = (1.0F - share) / steep;
        const float down_px = share / steep;
        // A sheen along the flow: bands are bright where they face the light.
        const float facing = (dx * 0.4F - dy * 0.9F) / steep;
        const float lit = (1.0F + 0.22F * facing) * (1.0F - 0.42F * share * share);
        row.over(x, band(level) * lit, 1.0F);
        row.over(x, band(level + 1.0F) * (1.0F + 0.22F * facing), clamp01(0.5F - up_px));
        row.over(x,
                 agate.deep,
                 0.5F * square(clamp01(1.0F - up_px / (agate.line_px * 9.0F))) * clamp01(up_px));
        const bool veined = whole(level + (up_px < down_px ? 1.0F : 0.0F)) % 3 == 1;
        const float near = std::min(up_px, down_px);
        const float glint = 0.55F + 0.45F * facing;
        row.over(x, agate.vein, veined ? clamp01(0.5F + agate.line_px - near) * glint : 0.0F);
    }
}

} // namespace

void paint_fluid(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const std::uint32_t seed = dice.seed32();
    const float scale = 0.62F / (f.unit * brief.zoom);
    const float bend = blend(0.8F, 1.25F, brief.energy);
    const std::vector<Light> dark = {t.base,
                                     t.mid,
                                     mix(t.mid, t.accent, 0.6F),
                                     shade(t.base, 0.8F),
                                     t.accent,
                                     mix(t.base, t.mid, 0.5F),
                                     mix(t.accent, t.second, 0.6F),
                                     t.mid,
                                     shade(t.base, 0.8F),
                                     mix(t.second, t.light, 0.3F)};
    const std::vector<Light> bright = {t.light,
                                       mix(t.light, t.mid, 0.5F),
                                       t.mid,
                                       mix(t.mid, t.accent, 0.4F),
                                       mix(t.light, t.second, 0.35F),
                                       t.light,
                                       mix(t.second, t.light, 0.55F),
                                       mix(t.mid, t.light, 0.3F)};
    auto agate = std::make_shared<Agate>(
        Agate{Field(f.width, f.height, f.field_step()),
              t.high_key ? bright : dark,
              shade(t.base, 0.7F),
              t.high_key ? mix(t.accent, t.second, 0.3F) : mix(t.second, t.light, 0.45F),
              std::floor(dice.range(15.0F, 23.0F)),
              std::max(0.7F, f.s(0.0022F))});
    agate->flow.fill([&](float x, float y) {
        const float px = x * scale;
        const float py = y * scale * 0.8F;
        const float qx = layered_noise(px, py, 2, seed);
        const float qy = layered_noise(px + 5.2F, py + 1.3F, 2, seed + 11);
        const float rx =
            px + bend * qx + 0.35F * gradient_noise(px * 2.1F + qy, py * 2.1F, seed + 17);
        return 0.55F + 0.5F * layered_noise(rx, py + bend * qy, 3, seed + 23);
    });
    scene.everywhere([agate](const Row& row) { paint_agate_row(row, *agate); });
}

} // namespace smos::media::backdrop
