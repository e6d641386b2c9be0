// SPDX-License-Identifier: Apache-2.0
// Colorimetry in double precision, without libm.
#include "libsmos/media/picture/colour_math.hpp"

#include "libsmos/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace smos::media {
namespace {

constexpr double ln2 = 0.693147180559945309417;
// Bradford's cone responses (ICC.1:2022, annex E).
constexpr Matrix3 bradford{
    {{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}};
constexpr Vector3 d50_xyz{0.9642, 1.0, 0.8249};

Vector3 xyz_of_white(const Chromaticity& white) {
    return {white.x / white.y, 1.0, (1.0 - white.x - white.y) / white.y};
}

/// The whole and the broken part of x, which is cut off at 1e9.
std::int64_t split(double x, double& rest) {
    const double bounded = x < -1e9 ? -1e9 : (x < 1e9 ? x : 1e9);
    auto whole = static_cast<std::int64_t>(bounded);
    if (static_cast<double>(whole) > bounded)
        --whole;
    rest = bounded - static_cast<double>(whole);
    return whole;
}

double power_of_two(std::int64_t exponent) {
    const std::uint64_t bits = static_cast<std::uint64_t>(exponent + 1023) << 52U;
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

Matrix3 adaptation(const Vector3& from, const Vector3& to) {
    const Vector3 cones_from = product(bradford, from);
    const Vector3 cones_to = product(bradford, to);
    Matrix3 scale{};
    for (std::size_t i = 0; i < 3; ++i)
        scale[i][i] = cones_to[i] / cones_from[i];
    return product(*inverse(bradford), product(scale, bradford));
}

} // namespace

Matrix3 product(const Matrix3& left, const Matrix3& right) {
    Matrix3 result{};
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column) {
            for (std::size_t i = 0; i < 3; ++i)
                result[row][column] += left[row][i] * right[i][column];
        }
    }
    return result;
}

Vector3 product(const Matrix3& left, const Vector3& right) {
    Vector3 result{};
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t i = 0; i < 3; ++i)
            result[row] += left[row][i] * right[i];
    }
    return result;
}

std::optional<Matrix3> inverse(const Matrix3& matrix) {
    const auto minor = [&matrix](std::size_t row, std::size_t column) {
        const std::size_t a = (row + 1) % 3, b = (row + 2) % 3;
        const std::size_t c = (column + 1) % 3, d = (column + 2) % 3;
        return matrix[a][c] * matrix[b][d] - matrix[a][d] * matrix[b][c];
    };
    const double determinant =
        matrix[0][0] * minor(0, 0) + matrix[0][1] * minor(0, 1) + matrix[0][2] * minor(0, 2);
    const bool invertible = determinant > 1e-9 || determinant < -1e-9; // not so for NaN
    if (!invertible)
        return std::nullopt;
    Matrix3 result{};
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column)
            result[column][row] = minor(row, column) / determinant;
    }
    return result;
}

double fixed_exp2(double x) {
    double rest = 0;
    const std::int64_t whole = split(x, rest);
    if (whole < -1000 || whole > 1000)
        return whole < 0 ? 0.0 : power_of_two(1000);
    const double t = rest * ln2;
    double sum = 1;
    for (int i = 20; i > 0; --i)
        sum = 1 + sum * t / i;
    return sum * power_of_two(whole);
}

double fixed_log2(double x) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    auto exponent = static_cast<std::int64_t>(bits >> 52U) - 1023;
    bits = (bits & ((std::uint64_t{1} << 52U) - 1)) | (std::uint64_t{1023} << 52U);
    double mantissa = 0; // 1 <= mantissa < 2
    std::memcpy(&mantissa, &bits, sizeof mantissa);
    if (mantissa > 1.41421356237309504880) {
        mantissa /= 2;
        ++exponent;
    }
    // ln m = 2 atanh((m - 1) / (m + 1)), whose argument is at most 0.172.
    const double t = (mantissa - 1) / (mantissa + 1);
    double sum = 0;
    for (int i = 23; i > 0; i -= 2)
        sum = 1.0 / i + sum * t * t;
    return static_cast<double>(exponent) + 2 * t * sum / ln2;
}

double fixed_pow(double base, double exponent) {
    const bool positive = base >= 1e-300;
    return positive ? fixed_exp2(exponent * fixed_log2(base)) : 0.0;
}

std::optional<Matrix3> xyz_of_rgb(const Primaries& primaries) {
    const Chromaticity all[4] = {primaries.red, primaries.green, primaries.blue, primaries.white};
    Matrix3 columns{};
    for (std::size_t i = 0; i < 4; ++i) {
        const bool possible = all[i].x >= 0 && all[i].x <= 1 && all[i].y >= 0.001 && all[i].y <= 1;
        if (!possible)
            return std::nullopt;
        if (i == 3)
            break;
        const Vector3 xyz = xyz_of_white(all[i]);
        for (std::size_t row = 0; row < 3; ++row)
            columns[row][i] = xyz[row];
    }
    const std::optional<Matrix3> solved = inverse(columns);
    if (!solved)
        return std::nullopt;
    const Vector3 share = product(*solved, xyz_of_white(primaries.white));
    for (auto& row : columns) {
        for (std::size_t i = 0; i < 3; ++i)
            row[i] *= share[i];
    }
    return columns;
}

std::optional<Matrix3> bt709_of_rgb(const Primaries& primaries) {
    const std::optional<Matrix3> to_xyz = xyz_of_rgb(primaries);
    if (!to_xyz)
        return std::nullopt;
    const Matrix3 adapt = adaptation(xyz_of_white(primaries.white), xyz_of_white(white_d65));
    return product(*inverse(*xyz_of_rgb(bt709_primaries)), product(adapt, *to_xyz));
}

Matrix3 bt709_of_d50_xyz() {
    const Matrix3 adapt = adaptation(d50_xyz, xyz_of_white(white_d65));
    return product(*inverse(*xyz_of_rgb(bt709_primaries)), adapt);
}

} // namespace smos::media
