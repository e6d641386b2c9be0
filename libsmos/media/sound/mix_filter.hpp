// SPDX-License-Identifier: Apache-2.0
// Second-order filters for everything that shapes sound.
#pragma once

#include "libsmos/media/sound/audio.hpp"

#include <cmath>
#include <numbers>

namespace smos::media {

/// Transposed direct form II. Formulas: R. Bristow-Johnson, Audio EQ Cookbook.
class Biquad {
  public:
    static Biquad low_pass(double hz, double q = 0.7071) {
        const Corner c(hz, q);
        return {(1.0 - c.cosine) / 2.0,
                1.0 - c.cosine,
                (1.0 - c.cosine) / 2.0,
                1.0 + c.alpha,
                -2.0 * c.cosine,
                1.0 - c.alpha};
    }
    static Biquad high_pass(double hz, double q = 0.7071) {
        const Corner c(hz, q);
        return {(1.0 + c.cosine) / 2.0,
                -1.0 - c.cosine,
                (1.0 + c.cosine) / 2.0,
                1.0 + c.alpha,
                -2.0 * c.cosine,
                1.0 - c.alpha};
    }
    static Biquad peak(double hz, double q, double db) {
        const Corner c(hz, q);
        const double a = std::pow(10.0, db / 40.0);
        return {1.0 + c.alpha * a,
                -2.0 * c.cosine,
                1.0 - c.alpha * a,
                1.0 + c.alpha / a,
                -2.0 * c.cosine,
                1.0 - c.alpha / a};
    }
    static Biquad low_shelf(double hz, double db) {
        const Corner c(hz, 0.7071);
        const double a = std::pow(10.0, db / 40.0);
        const double r = 2.0 * std::sqrt(a) * c.alpha;
        return {a * (a + 1.0 - (a - 1.0) * c.cosine + r),
                2.0 * a * (a - 1.0 - (a + 1.0) * c.cosine),
                a * (a + 1.0 - (a - 1.0) * c.cosine - r),
                a + 1.0 + (a - 1.0) * c.cosine + r,
                -2.0 * (a - 1.0 + (a + 1.0) * c.cosine),
                a + 1.0 + (a - 1.0) * c.cosine - r};
    }
    static Biquad high_shelf(double hz, double db) {
        const Corner c(hz, 0.7071);
        const double a = std::pow(10.0, db / 40.0);
        const double r = 2.0 * std::sqrt(a) * c.alpha;
        return {a * (a + 1.0 + (a - 1.0) * c.cosine + r),
                -2.0 * a * (a - 1.0 + (a + 1.0) * c.cosine),
                a * (a + 1.0 + (a - 1.0) * c.cosine - r),
                a + 1.0 - (a - 1.0) * c.cosine + r,
                2.0 * (a - 1.0 - (a + 1.0) * c.cosine),
                a + 1.0 - (a - 1.0) * c.cosine - r};
    }

    float next(float in) {
        const double x = in;
        const double y = b0_ * x + z1_;
        z1_ = b1_ * x - a1_ * y + z2_;
        z2_ = b2_ * x - a2_ * y + quiet;
        return static_cast<float>(y);
    }

  private:
    /// Keeps the decaying state out of the slow subnormal numbers.
    static constexpr double quiet = 1e-30;

    struct Corner {
        Corner(double hz, double q) {
            const double angle = 2.0 * std::numbers::pi * hz / master_rate_hz;
            cosine = std::cos(angle);
            alpha = std::sin(angle) / (2.0 * q);
        }
        double cosine;
        double alpha;
    };

    Biquad(double b0, double b1, double b2, double a0, double a1, double a2)
        : b0_(b0 / a0),
          b1_(b1 / a0),
          b2_(b2 / a0),
          a1_(a1 / a0),
          a2_(a2 / a0) {}

    double b0_, b1_, b2_, a1_, a2_;
    double z1_ = 0.0;
    double z2_ = 0.0;
};

/// Factor per sample of a one-pole smoother that covers 90 % of a step in `ms`.
inline double smoothing_of(double ms) {
    return ms <= 0.0 ? 0.0 : std::exp(-2.302585 / (ms * 0.001 * master_rate_hz));
}

} // namespace smos::media
