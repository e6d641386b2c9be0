// SPDX-License-Identifier: Apache-2.0
// Colorimetry in double precision: powers, 3x3 matrices, primaries. Only + - * / are used, so that
// every machine finds the same bits (libm's pow differs with the instruction set).
#pragma once

#include <array>
#include <optional>

namespace smos::media {

using Matrix3 = std::array<std::array<double, 3>, 3>;
using Vector3 = std::array<double, 3>;

inline constexpr Matrix3 identity3{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

Matrix3 product(const Matrix3& left, const Matrix3& right);
Vector3 product(const Matrix3& left, const Vector3& right);
/// Nothing where the determinant is (nearly) zero.
std::optional<Matrix3> inverse(const Matrix3& matrix);

/// 2^x for |x| < 1000 and log2(x) for normal x > 0; relative error below 1e-14.
double fixed_exp2(double x);
double fixed_log2(double x);
/// base^exponent, 0 for base <= 0.
double fixed_pow(double base, double exponent);

struct Chromaticity {
    double x = 0;
    double y = 0;
};

struct Primaries {
    Chromaticity red, green, blue, white;
};

inline constexpr Chromaticity white_d65{0.3127, 0.3290};
inline constexpr Primaries bt709_primaries{
    {0.640, 0.330}, {0.300, 0.600}, {0.150, 0.060}, white_d65};
inline constexpr Primaries bt601_525_primaries{
    {0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}, white_d65};
inline constexpr Primaries bt601_625_primaries{
    {0.640, 0.330}, {0.290, 0.600}, {0.150, 0.060}, white_d65};
inline constexpr Primaries bt2020_primaries{
    {0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}, white_d65};
inline constexpr Primaries p3_d65_primaries{
    {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, white_d65};
inline constexpr Primaries p3_dci_primaries{
    {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, {0.314, 0.351}};

/// Linear RGB to CIE XYZ, white at Y = 1 (SMPTE RP 177). Nothing for impossible chromaticities.
std::optional<Matrix3> xyz_of_rgb(const Primaries& primaries);

/// Linear RGB of these primaries to linear BT.709, white to white by Bradford's adaptation.
std::optional<Matrix3> bt709_of_rgb(const Primaries& primaries);

/// XYZ relative to the ICC's D50 to linear BT.709.
Matrix3 bt709_of_d50_xyz();

} // namespace smos::media
