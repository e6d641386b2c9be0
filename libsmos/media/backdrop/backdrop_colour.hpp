// SPDX-License-Identifier: Apache-2.0
// Colour for painted backgrounds: linear light, mixed in OKLab so that ramps stay clean.
#pragma once

#include "libsmos/media/backdrop/backdrop.hpp"

#include <vector>

namespace smos::media::backdrop {

/// Linear light, 1 is the white of the display; glows may go above.
struct Light {
    float r = 0;
    float g = 0;
    float b = 0;
};

/// OKLab (Ottosson 2020): L 0..1, a and b about -0.4..0.4.
struct Lab {
    float l = 0;
    float a = 0;
    float b = 0;
};

inline Light operator*(Light c, float k) { return {c.r * k, c.g * k, c.b * k}; }
inline Light operator+(Light c, Light d) { return {c.r + d.r, c.g + d.g, c.b + d.b}; }

inline float luminance(Light c) { return 0.2126F * c.r + 0.7152F * c.g + 0.0722F * c.b; }

Light to_light(Rgb colour);
Rgb to_rgb(Light colour);
/// sRGB transfer curve (IEC 61966-2-1), 0..1 to 0..1.
float encode_srgb(float linear);
Lab to_lab(Light colour);
Light from_lab(Lab colour);
Light mix(Light from, Light to, float t);
/// The colour with lightness and chroma multiplied, in OKLab.
Light shade(Light colour, float lightness, float chroma = 1.0F);

/// A gradient through colours, read in constant time.
class Ramp {
  public:
    /// Evenly spaced colours, at least one.
    explicit Ramp(const std::vector<Light>& colours);
    Light at(float t) const;

  private:
    std::vector<Light> table_;
};

} // namespace smos::media::backdrop
