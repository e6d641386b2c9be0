// SPDX-License-Identifier: Apache-2.0
// Fractions that never round behind one's back.
#include "libsmos/records/interchange/exact.hpp"

#include <cmath>
#include <limits>

namespace smos::records::interchange {
namespace {

__extension__ typedef __int128 Wide; // the product of two 64-bit numbers

/// Cannot overflow; clang's check of it would call a function that libgcc does not have.
__attribute__((no_sanitize("signed-integer-overflow"))) Wide product(std::int64_t a,
                                                                     std::int64_t b) {
    return static_cast<Wide>(a) * b;
}

Wide common_divisor(Wide a, Wide b) {
    while (b != 0) {
        const Wide rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/// False when the reduced fraction does not fit.
bool reduce(Wide num, Wide den, std::int64_t& num_out, std::int64_t& den_out) {
    if (den == 0)
        return false;
    if (den < 0) {
        num = -num;
        den = -den;
    }
    const Wide divisor = common_divisor(num, den);
    num /= divisor;
    den /= divisor;
    constexpr Wide most = std::numeric_limits<std::int64_t>::max();
    if (num > most || num < -most || den > most)
        return false;
    num_out = static_cast<std::int64_t>(num);
    den_out = static_cast<std::int64_t>(den);
    return true;
}

} // namespace

Exact Exact::of(std::int64_t num, std::int64_t den) {
    Exact made;
    made.sound_ = reduce(num, den, made.num_, made.den_);
    return made;
}

Exact Exact::seconds(std::int64_t units, const Rate& rate) {
    return of(units, 1) * of(rate.den, rate.num);
}

Exact Exact::near(double value) {
    Exact made;
    if (!(std::abs(value) <= 1e12)) {
        made.sound_ = false;
        return made;
    }
    if (std::floor(value) == value)
        return of(static_cast<std::int64_t>(value), 1);
    return of(std::llround(value * 1e6), 1'000'000);
}

Exact Exact::operator+(const Exact& other) const {
    Exact sum;
    sum.sound_ = sound_ && other.sound_ &&
                 reduce(product(num_, other.den_) + product(other.num_, den_),
                        product(den_, other.den_),
                        sum.num_,
                        sum.den_);
    return sum;
}

Exact Exact::operator-(const Exact& other) const {
    Exact negated = other;
    negated.num_ = -negated.num_;
    return *this + negated;
}

Exact Exact::operator*(const Exact& other) const {
    Exact result;
    result.sound_ =
        sound_ && other.sound_ &&
        reduce(product(num_, other.num_), product(den_, other.den_), result.num_, result.den_);
    return result;
}

Exact Exact::operator/(const Exact& other) const {
    Exact quotient;
    quotient.sound_ =
        sound_ && other.sound_ &&
        reduce(product(num_, other.den_), product(den_, other.num_), quotient.num_, quotient.den_);
    return quotient;
}

bool Exact::operator<(const Exact& other) const {
    return product(num_, other.den_) < product(other.num_, den_);
}

Exact Exact::at(const Rate& rate) const { return *this * of(rate.num, rate.den); }

std::int64_t Exact::rounded() const {
    const Wide twice = product(num_, 2);
    const Wide shifted = num_ < 0 ? twice - den_ : twice + den_;
    return static_cast<std::int64_t>(shifted / (product(den_, 2)));
}

Rate nearest_rate(double value) {
    Rate best{std::llround(value), 1};
    double least = std::numeric_limits<double>::infinity();
    for (std::int64_t den = 1; den <= 1001 && least > 0; ++den) {
        const std::int64_t num = std::llround(value * static_cast<double>(den));
        const double error = std::abs(value - static_cast<double>(num) / static_cast<double>(den));
        if (num > 0 && error < least) {
            least = error;
            best = {num, den};
        }
    }
    return best;
}

std::optional<Rate> cut_off_ntsc(double value) {
    for (const std::int64_t base : {24, 30, 48, 60, 120}) {
        const Rate rate{base * 1000, 1001};
        const double error = std::abs(value - rate.value());
        if (error > 0 && error < 0.005)
            return rate;
    }
    return std::nullopt;
}

} // namespace smos::records::interchange
