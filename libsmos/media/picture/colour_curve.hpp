// SPDX-License-Identifier: Apache-2.0
// The curves between code values and light: standards, ICC curves, and the tone map of HDR.
#pragma once

#include <functional>

namespace smos::media {

/// Codes and light are 0..1, and for HDR light may exceed 1, which is SDR white.
using Curve = std::function<double(double)>;

/// Light of SDR white in HDR pictures, in cd/m2 (ITU-R BT.2408).
inline constexpr double sdr_white_nits = 203;

Curve gamma_curve(double exponent); ///< code^exponent
Curve srgb_curve();                 ///< IEC 61966-2-1
Curve bt1886_curve();               ///< ITU-R BT.1886 with black at 0: code^2.4
/// ITU-R BT.2100 table 4: light in SDR whites, up to 10000 / 203.
Curve pq_curve();
/// ITU-R BT.2100 table 5, inverse OETF: scene light 0..1; the OOTF follows in ColourTransform.
Curve hlg_curve();

double srgb_code(double light);
double bt1886_code(double light);
/// Light in cd/m2 to the PQ code (BT.2100 table 4) and back.
double pq_code(double nits);
double pq_nits(double code);

/// EETF of ITU-R BT.2390-10 §5.4.1 with black at 0: the light in SDR whites that stands for `light`
/// when a source of `peak` SDR whites is shown where 1 is the brightest.
double tone_mapped(double light, double peak);

} // namespace smos::media
