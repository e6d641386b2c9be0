// SPDX-License-Identifier: Apache-2.0
// Colour conversions without libm: roots by Newton steps, so that every machine gets the same bits.
#include "libsmos/media/backdrop/backdrop_colour.hpp"

#include "libsmos/media/backdrop/backdrop_math.hpp"

namespace smos::media::backdrop {
namespace {

// Newton's step for x^(1/order); from above it falls monotonically, 60 steps reach any 0..2 value.
double root(double x, int order) {
    if (x <= 1e-12) {
        return 0.0;
    }
    double y = x > 1.0 ? x : 1.0;
    for (int i = 0; i < 60; ++i) {
        double power = 1.0;
        for (int k = 1; k < order; ++k) {
            power *= y;
        }
        const double next = ((order - 1) * y + x / power) / order;
        if (next >= y) {
            break;
        }
        y = next;
    }
    return y;
}

float cube_root(float x) { return static_cast<float>(root(static_cast<double>(x), 3)); }

// x^2.4 as x^2 times the square of the fifth root.
double decode_srgb(double code) {
    if (code <= 0.04045) {
        return code / 12.92;
    }
    const double x = (code + 0.055) / 1.055;
    const double fifth = root(x, 5);
    return x * x * fifth * fifth;
}

} // namespace

// x^(1/2.4) is the twelfth root to the fifth power.
float encode_srgb(float linear) {
    const auto x = static_cast<double>(clamp01(linear));
    if (x <= 0.0031308) {
        return static_cast<float>(x * 12.92);
    }
    const double t = root(std::sqrt(std::sqrt(x)), 3);
    return static_cast<float>(1.055 * t * t * t * t * t - 0.055);
}

Light to_light(Rgb colour) {
    const auto one = [](std::uint8_t code) {
        return static_cast<float>(decode_srgb(static_cast<double>(code) / 255.0));
    };
    return {one(colour.r), one(colour.g), one(colour.b)};
}

Rgb to_rgb(Light colour) {
    const auto one = [](float linear) {
        return static_cast<std::uint8_t>(encode_srgb(linear) * 255.0F + 0.5F);
    };
    return {one(colour.r), one(colour.g), one(colour.b)};
}

Lab to_lab(Light c) {
    const float l = cube_root(0.4122214708F * c.r + 0.5363325363F * c.g + 0.0514459929F * c.b);
    const float m = cube_root(0.2119034982F * c.r + 0.6806995451F * c.g + 0.1073969566F * c.b);
    const float s = cube_root(0.0883024619F * c.r + 0.2817188376F * c.g + 0.6299787005F * c.b);
    return {0.2104542553F * l + 0.7936177850F * m - 0.0040720468F * s,
            1.9779984951F * l - 2.4285922050F * m + 0.4505937099F * s,
            0.0259040371F * l + 0.7827717662F * m - 0.8086757660F * s};
}

Light from_lab(Lab c) {
    const float l = c.l + 0.3963377774F * c.a + 0.2158037573F * c.b;
    const float m = c.l - 0.1055613458F * c.a - 0.0638541728F * c.b;
    const float s = c.l - 0.0894841775F * c.a - 1.2914855480F * c.b;
    const float l3 = l * l * l;
    const float m3 = m * m * m;
    const float s3 = s * s * s;
    return {std::max(0.0F, 4.0767416621F * l3 - 3.3077115913F * m3 + 0.2309699292F * s3),
            std::max(0.0F, -1.2684380046F * l3 + 2.6097574011F * m3 - 0.3413193965F * s3),
            std::max(0.0F, -0.0041960863F * l3 - 0.7034186147F * m3 + 1.7076147010F * s3)};
}

Light mix(Light from, Light to, float t) {
    const Lab a = to_lab(from);
    const Lab b = to_lab(to);
    return from_lab({blend(a.l, b.l, t), blend(a.a, b.a, t), blend(a.b, b.b, t)});
}

Light shade(Light colour, float lightness, float chroma) {
    const Lab lab = to_lab(colour);
    return from_lab({lab.l * lightness, lab.a * chroma, lab.b * chroma});
}

Ramp::Ramp(const std::vector<Light>& colours) {
    constexpr int entries = 513;
    const int spans = static_cast<int>(colours.size()) - 1;
    for (int i = 0; i < entries; ++i) {
        const float place = real(i) * real(spans) / real(entries - 1);
        const int span = std::min(whole(place), std::max(0, spans - 1));
        const auto from = static_cast<std::size_t>(span);
        const std::size_t to = std::min(from + 1, colours.size() - 1);
        table_.push_back(mix(colours[from], colours[to], place - real(span)));
    }
}

Light Ramp::at(float t) const {
    const float place = clamp01(t) * 511.999F;
    const int i = static_cast<int>(place);
    const float f = place - real(i);
    const Light& a = table_[static_cast<std::size_t>(i)];
    const Light& b = table_[static_cast<std::size_t>(i) + 1];
    return {blend(a.r, b.r, f), blend(a.g, b.g, f), blend(a.b, b.b, f)};
}

} // namespace smos::media::backdrop
