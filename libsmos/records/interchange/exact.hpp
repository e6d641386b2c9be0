// SPDX-License-Identifier: Apache-2.0
// Seconds as exact fractions, and frame rates recovered from the doubles that OTIO holds.
#pragma once

#include <cstdint>
#include <optional>

namespace smos::records::interchange {

/// Units per second as a fraction; both above 0.
struct Rate {
    std::int64_t num = 30;
    std::int64_t den = 1;

    double value() const { return static_cast<double>(num) / static_cast<double>(den); }
    bool operator==(const Rate& other) const { return num * other.den == other.num * den; }
};

/// A fraction of two 64-bit numbers. An operation that leaves them makes the result unsound, and
/// everything made from it.
class Exact {
  public:
    Exact() = default;
    static Exact of(std::int64_t num, std::int64_t den);
    /// `units` at `rate`, in seconds.
    static Exact seconds(std::int64_t units, const Rate& rate);
    /// A double to the millionth of a unit; beyond 1e12 it is unsound.
    static Exact near(double value);

    bool sound() const { return sound_; }
    bool whole() const { return den_ == 1; }
    bool negative() const { return num_ < 0; }
    bool zero() const { return num_ == 0; }

    Exact operator+(const Exact& other) const;
    Exact operator-(const Exact& other) const;
    Exact operator*(const Exact& other) const;
    Exact operator/(const Exact& other) const; // unsound when `other` is 0
    bool operator<(const Exact& other) const;

    /// Seconds in units of `rate`.
    Exact at(const Rate& rate) const;
    /// To the nearest, halves away from zero.
    std::int64_t rounded() const;
    double value() const { return static_cast<double>(num_) / static_cast<double>(den_); }

    std::int64_t num() const { return num_; }
    std::int64_t den() const { return den_; }

  private:
    std::int64_t num_ = 0;
    std::int64_t den_ = 1;
    bool sound_ = true;
};

/// The nearest fraction with a denominator of at most 1001; `value` within 1e-3 and 1e9.
Rate nearest_rate(double value);

/// 24, 30, 48, 60 or 120 times 1000/1001, when `value` is that rate with some digits cut off
/// ("23.976", "29.97") and not the rate itself.
std::optional<Rate> cut_off_ntsc(double value);

} // namespace smos::records::interchange
