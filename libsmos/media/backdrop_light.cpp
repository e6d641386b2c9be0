// SPDX-License-Identifier: Apache-2.0
// Backgrounds made of light alone: mesh gradients, bokeh and marbled ink.
#include "libsmos/media/backdrop_families.hpp"

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

std::vector<MeshPoint> mesh_points(const Frame& frame, Brief& brief) {
    const Tones& t = brief.tones;
    const Light deep = t.high_key ? mix(t.mid, t.light, 0.4F) : t.base;
    const std::array<Light, 7> colours = {t.accent, t.light, deep, t.second, t.mid, t.accent, deep};
    std::vector<MeshPoint> points;
    for (std::size_t i = 0; i < colours.size(); ++i) {
        const float row = (static_cast<float>(i / 2) + 0.25F) / 3.6F;
        const float side = (i % 2 == 0) == brief.dice.chance(0.8F) ? 0.2F : 0.8F;
        points.push_back({{frame.x(side + brief.dice.range(-0.25F, 0.25F)),
                           frame.y(row + brief.dice.range(-0.1F, 0.1F))},
                          to_lab(colours[i]),
                          brief.dice.range(0.6F, 1.4F)});
    }
    points[1].weight *= 0.45F;
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
    const float scale = 1.1F / (frame.unit * brief.zoom);
    const float bend = frame.unit * blend(0.16F, 0.34F, brief.energy);
    const std::uint32_t seed = brief.dice.seed32();
    const auto warped = [&](float x, float y) {
        return Point{x + bend * layered_noise(x * scale, y * scale, 2, seed),
                     y + bend * layered_noise(x * scale + 9.1F, y * scale, 2, seed + 1)};
    };
    const auto channel = [&](Field& field, float Lab::*part) {
        field.fill([&](float x, float y) {
            const Point p = warped(x, y);
            return mesh_colour(points, p.x, p.y, frame.unit).*part;
        });
    };
    channel(fields.l, &Lab::l);
    channel(fields.a, &Lab::a);
    channel(fields.b, &Lab::b);
    fields.fold.fill([&](float x, float y) {
        const Point p = warped(x, y);
        const float u = (p.x * 0.8F + p.y * 0.45F) / frame.unit / brief.zoom;
        return sine(u * 1.3F + 0.8F * layered_noise(x * scale * 0.8F, y * scale * 0.5F, 2, seed + 2));
    });
}

void glass_orb(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    const float radius = f.s(brief.dice.range(0.2F, 0.27F) * brief.zoom);
    const Point at{f.x(brief.dice.range(0.36F, 0.64F)), f.y(brief.dice.range(0.27F, 0.34F))};
    scene.disc({at.x + radius * 0.08F, at.y + radius * 0.4F}, radius * 0.92F,
               Fill::flat(shade(t.base, 0.5F), 0.4F), radius * 0.8F);
    scene.disc(at, radius,
               {mix(t.light, t.second, 0.25F), mix(t.accent, t.base, 0.55F),
                {at.x - radius * 0.7F, at.y - radius * 0.9F},
                {at.x + radius * 0.5F, at.y + radius * 0.9F}, 0.94F});
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
    const float depth = blend(0.10F, 0.2F, brief.energy);
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
    const Light colour = warm < 0.45F ? t.accent : (warm < 0.75F ? t.second : mix(t.light, t.accent, 0.3F));
    const float soft = std::max(1.5F, radius * brief.dice.range(0.05F, 0.22F));
    scene.disc(at, radius, Fill::flat(colour, amount * 0.6F), soft);
    scene.glow(at, radius * 1.5F, colour, amount * 0.35F);
    scene.ring(at, radius - soft * 0.6F, radius * 0.05F, Fill::flat(mix(colour, t.light, 0.5F), amount * 0.5F),
               soft * 0.9F);
}

} // namespace

void paint_bokeh(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones& t = brief.tones;
    Dice& dice = brief.dice;
    const Light ground = t.high_key ? mix(t.mid, t.accent, 0.35F) : mix(t.base, t.mid, 0.35F);
    scene.sky(Ramp({shade(ground, t.high_key ? 1.0F : 0.8F), ground, shade(t.base, 0.9F)}), f.y(1.0F));
    scene.glow({f.x(dice.range(0.2F, 0.8F)), f.y(0.26F)}, f.s(0.95F), t.accent, 0.4F);
    scene.glow({f.x(dice.range(0.1F, 0.9F)), f.y(0.5F)}, f.s(0.8F), t.second, 0.22F);
    const float tilt = dice.range(-0.22F, 0.22F);
    const int count = whole(blend(46.0F, 74.0F, brief.energy));
    for (int i = 0; i < count; ++i) {
        const float far = real(i) / real(count); // large and faint first, small and bright last
        const float x = dice.unit();
        const float spread = (dice.unit() + dice.unit() + dice.unit()) / 3.0F - 0.5F;
        const float y = 0.33F + tilt * (x - 0.5F) + spread * blend(1.3F, 0.75F, far);
        const float radius = f.s(blend(0.15F, 0.016F, std::sqrt(far)) * dice.range(0.6F, 1.15F) * brief.zoom);
        light_spot(scene, brief, {f.x(x * 1.1F - 0.05F), f.y(y)}, radius,
                   blend(0.16F, 0.75F, far * dice.range(0.6F, 1.0F)));
    }
}

void paint_fluid(Scene& scene, Brief& brief) {
    const Frame& f = scene.frame();
    const Tones t = brief.tones;
    const std::uint32_t seed = brief.dice.seed32();
    const float scale = 1.25F / (f.unit * brief.zoom);
    auto flow = std::make_shared<Field>(f.width, f.height, f.field_step());
    auto vein = std::make_shared<Field>(f.width, f.height, f.field_step());
    const float bend = blend(1.0F, 1.7F, brief.energy);
    const auto inner = [=](float x, float y) {
        const float qx = layered_noise(x * scale, y * scale, 3, seed);
        const float qy = layered_noise(x * scale + 5.2F, y * scale + 1.3F, 3, seed + 11);
        return Point{x * scale + bend * qx, y * scale + bend * qy};
    };
    flow->fill([&](float x, float y) {
        const Point p = inner(x, y);
        return 0.5F + 0.62F * layered_noise(p.x, p.y, 4, seed + 23);
    });
    vein->fill([&](float x, float y) {
        const Point p = inner(x, y);
        return layered_noise(p.x * 0.9F + 3.7F, p.y * 0.9F, 3, seed + 37);
    });
    const Ramp ramp = t.high_key ? Ramp({t.accent, t.second, t.light, t.mid, t.light, t.accent, t.second})
                                 : Ramp({shade(t.base, 0.7F), t.base, t.mid, t.base, t.accent, t.mid, t.second});
    const Light gold = t.high_key ? mix(t.accent, t.base, 0.35F) : mix(t.second, t.light, 0.5F);
    const float thin = 340.0F * square(f.unit / 1080.0F > 0.3F ? 1.0F : 0.5F);
    scene.everywhere([=](const Row& row) {
        thread_local std::vector<float> a;
        thread_local std::vector<float> b;
        thread_local std::vector<float> up;
        const auto n = static_cast<std::size_t>(row.width);
        a.resize(n);
        b.resize(n);
        up.resize(n);
        flow->read_row(real(row.y), a.data());
        vein->read_row(real(row.y), b.data());
        flow->read_row(real(row.y) + 3.0F, up.data());
        for (int x = 0; x < row.width; ++x) {
            const auto i = static_cast<std::size_t>(x);
            const Light c = ramp.at(a[i]);
            // The slope of the flow, lit from above, makes the ink look wet.
            const float slope = (a[i] - up[i]) * f.unit * 0.32F;
            const float lit = 1.0F + std::clamp(slope, -0.45F, 0.8F);
            row.r[x] = c.r * lit;
            row.g[x] = c.g * lit;
            row.b[x] = c.b * lit;
            const float line = 1.0F / (1.0F + thin * thin * b[i] * b[i] * 0.06F);
            row.over(x, gold, line * clamp01(a[i] * 1.6F - 0.25F) * 0.85F);
        }
    });
}

} // namespace smos::media::backdrop
