// SPDX-License-Identifier: Apache-2.0
// The numbers of a trend: velocity, VVS, phase and probability of peaking from a few observations.
#include "libsmos/stages/scout/scout_score.hpp"

#include <algorithm>
#include <cmath>

namespace smos::stages {
namespace {

constexpr double least_hours = 0.1;
constexpr std::size_t window = 24;
constexpr double young_hours = 6;
constexpr double faster = 1.1;
constexpr double slower = 0.75;
constexpr double dormant_share = 0.02;
constexpr double dormant_per_hour = 1;
constexpr double prior = 0.4;
constexpr double prior_weight = 1;

double rounded(double value) { return std::round(value * 1e6) / 1e6; }

double hours_between(Instant from, Instant to) {
    return std::max(least_hours, static_cast<double>(to.micros - from.micros) / 3.6e9);
}

struct Interval {
    double hours = 0;
    std::int64_t upvotes = 0; // the change
    bool from_creation = false;
    double velocity() const { return static_cast<double>(upvotes) / hours; }
};

std::vector<Interval> intervals_of(const std::vector<Sighting>& earlier,
                                   const Sighting& now,
                                   const std::optional<Instant>& created) {
    std::vector<Sighting> known;
    for (auto it = earlier.rbegin(); it != earlier.rend() && known.size() < window; ++it) {
        if (it->upvotes)
            known.push_back(*it);
    }
    std::reverse(known.begin(), known.end());
    known.push_back(now);
    std::vector<Interval> intervals;
    const Sighting& first = known.front();
    if (created && *created <= first.at)
        intervals.push_back({hours_between(*created, first.at), *first.upvotes, true});
    for (std::size_t i = 1; i < known.size(); ++i) {
        intervals.push_back({hours_between(known[i - 1].at, known[i].at),
                             *known[i].upvotes - *known[i - 1].upvotes,
                             false});
    }
    return intervals;
}

double best_before_last(const std::vector<Interval>& intervals) {
    double best = intervals.front().velocity();
    for (std::size_t i = 0; i + 1 < intervals.size(); ++i)
        best = std::max(best, intervals[i].velocity());
    return best;
}

std::optional<std::string> phase_of(const std::vector<Interval>& intervals,
                                    std::optional<double> age_hours) {
    const double v = intervals.back().velocity();
    const bool young = age_hours && *age_hours <= young_hours;
    if (intervals.size() == 1) {
        if (std::abs(v) < dormant_per_hour)
            return "dormant";
        return young && v > 0 ? std::optional<std::string>{"emerging"} : std::nullopt;
    }
    const double best = best_before_last(intervals);
    if (std::abs(v) < std::max(dormant_per_hour, dormant_share * best))
        return "dormant";
    if (v < 0 || (best > 0 && v < slower * best))
        return "declining";
    if (best <= 0 || v > faster * best)
        return young ? "emerging" : "rising";
    return "peaking";
}

double peak_probability_of(const std::vector<Interval>& intervals) {
    if (intervals.size() < 2)
        return prior;
    const double v = intervals.back().velocity();
    const double best = best_before_last(intervals);
    const auto n = static_cast<double>(intervals.size());
    double share = 0;
    if (v > 0)
        share = v >= best ? 1 : v / best * (v / best) / 2;
    return (n * share + prior_weight * prior) / (n + prior_weight);
}

std::optional<double> acceleration_of(const std::vector<Interval>& intervals) {
    if (intervals.size() < 2)
        return std::nullopt;
    const Interval& last = intervals.back();
    const Interval& before = intervals[intervals.size() - 2];
    return (last.velocity() - before.velocity()) / ((last.hours + before.hours) / 2);
}

std::optional<std::int64_t> engagement_of(const records::Metrics& metrics) {
    if (!metrics.comments)
        return std::nullopt;
    return *metrics.comments + metrics.shares.value_or(0);
}

} // namespace

Score score_of(const std::vector<Sighting>& earlier,
               Instant observed,
               const std::optional<Instant>& created,
               const records::Metrics& metrics) {
    Score score;
    score.engagement = engagement_of(metrics);
    score.peak_probability = prior;
    if (!metrics.upvotes)
        return score;
    const auto intervals = intervals_of(earlier, {observed, metrics.upvotes}, created);
    if (intervals.empty())
        return score;
    const Interval& last = intervals.back();
    score.delta = records::Delta{
        last.upvotes, rounded(last.hours), last.from_creation ? "creation" : "observation"};
    score.velocity_per_hour = rounded(last.velocity());
    if (score.engagement) {
        score.vvs =
            rounded(last.velocity() * std::log10(static_cast<double>(*score.engagement) + 1));
    }
    if (const auto acceleration = acceleration_of(intervals))
        score.acceleration_per_hour2 = rounded(*acceleration);
    const auto age = created ? std::optional{hours_between(*created, observed)} : std::nullopt;
    score.phase = phase_of(intervals, age);
    score.peak_probability = rounded(peak_probability_of(intervals));
    const auto n = static_cast<double>(intervals.size());
    score.confidence = rounded(n / (n + 2) * (score.engagement ? 1 : 0.5));
    score.decidable = score.vvs.has_value() && score.phase.has_value();
    return score;
}

} // namespace smos::stages
