// SPDX-License-Identifier: Apache-2.0
// The curves between code values and light.
#include "libsmos/media/picture/colour_curve.hpp"

#include "libsmos/media/picture/colour_math.hpp"

#include <algorithm>

namespace smos::media {
namespace {

constexpr double log2_e = 1.44269504088896340736;

// ITU-R BT.2100-2, table 4.
constexpr double pq_m1 = 2610.0 / 16384, pq_m2 = 2523.0 / 4096 * 128;
constexpr double pq_c1 = 3424.0 / 4096, pq_c2 = 2413.0 / 4096 * 32, pq_c3 = 2392.0 / 4096 * 32;

// ITU-R BT.2100-2, table 5: c = 0.5 - a ln(4a).
constexpr double hlg_a = 0.17883277, hlg_b = 1 - 4 * hlg_a, hlg_c = 0.55991072953;

double light_of_srgb(double code) {
    return code <= 0.04045 ? code / 12.92 : fixed_pow((code + 0.055) / 1.055, 2.4);
}

double scene_of_hlg(double code) {
    if (code <= 0.5)
        return code * code / 3;
    return (fixed_exp2((code - hlg_c) / hlg_a * log2_e) + hlg_b) / 12;
}

} // namespace

Curve gamma_curve(double exponent) {
    return [exponent](double code) { return fixed_pow(code, exponent); };
}

Curve srgb_curve() { return light_of_srgb; }

Curve bt1886_curve() { return gamma_curve(2.4); }

Curve pq_curve() {
    return [](double code) { return pq_nits(code) / sdr_white_nits; };
}

Curve hlg_curve() { return scene_of_hlg; }

double srgb_code(double light) {
    return light <= 0.0031308 ? light * 12.92 : 1.055 * fixed_pow(light, 1 / 2.4) - 0.055;
}

double bt1886_code(double light) { return fixed_pow(light, 1 / 2.4); }

double pq_code(double nits) {
    const double power = fixed_pow(nits / 10000, pq_m1);
    return fixed_pow((pq_c1 + pq_c2 * power) / (1 + pq_c3 * power), pq_m2);
}

double pq_nits(double code) {
    const double power = fixed_pow(code, 1 / pq_m2);
    return 10000 * fixed_pow(std::max(power - pq_c1, 0.0) / (pq_c2 - pq_c3 * power), 1 / pq_m1);
}

double tone_mapped(double light, double peak) {
    if (peak <= 1)
        return std::min(light, 1.0);
    const double source_white = pq_code(peak * sdr_white_nits);
    const double brightest = pq_code(sdr_white_nits) / source_white;
    const double knee = 1.5 * brightest - 0.5;
    const double from = std::min(pq_code(light * sdr_white_nits) / source_white, 1.0);
    if (from < knee)
        return light;
    const double t = (from - knee) / (1 - knee);
    const double t2 = t * t, t3 = t2 * t;
    const double to = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) +
                      (3 * t2 - 2 * t3) * brightest;
    return std::min(pq_nits(to * source_white) / sdr_white_nits, 1.0);
}

} // namespace smos::media
