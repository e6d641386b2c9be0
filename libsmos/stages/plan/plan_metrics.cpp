// SPDX-License-Identifier: Apache-2.0
// A trend's counts in words: rounded down, never up, and only those that the record holds.
#include "libsmos/core/clock.hpp"
#include "libsmos/stages/plan/plan_text.hpp"
#include "libsmos/stages/plan/plan_trend.hpp"

#include <fmt/format.h>

#include <cmath>

namespace smos::stages {
namespace {

std::string counted_unit(std::int64_t count, const std::string& unit, bool round) {
    if (count == 1)
        return "one " + unit;
    return (round ? rounded(count) : counted(count)) + " " + unit + "s";
}

std::string vote_unit(const std::string& platform) {
    if (platform == "reddit")
        return "upvote";
    if (platform == "hn")
        return "point";
    return "like";
}

std::string span_of(std::int64_t minutes) {
    if (minutes < 60)
        return "less than an hour";
    if (minutes < 120)
        return "an hour";
    if (minutes < 48 * 60)
        return counted_unit(minutes / 60, "hour", false);
    if (minutes < 21 * 1440)
        return counted_unit(minutes / 1440, "day", false);
    if (minutes < 90 * 1440)
        return counted_unit(minutes / 10080, "week", false);
    return {};
}

std::string place_of(const records::Scout& scout) {
    if (scout.platform == "reddit")
        return "Reddit";
    if (scout.platform == "hn")
        return "Hacker News";
    if (scout.platform == "tiktok")
        return "TikTok";
    if (scout.platform == "youtube")
        return "YouTube";
    if (scout.platform == "mastodon")
        return "Mastodon";
    if (scout.platform == "bluesky")
        return "Bluesky";
    return {};
}

void read_age(Trend& trend, const records::Scout& scout) {
    if (!scout.created_at)
        return;
    const auto created = parse_rfc3339(*scout.created_at);
    const auto seen = parse_rfc3339(scout.observed_at);
    if (!created || !seen || *seen < *created)
        return;
    trend.age_minutes = (seen->micros - created->micros) / 60'000'000;
    trend.age = span_of(trend.age_minutes);
}

} // namespace

void read_metrics(Trend& trend, const records::Scout& scout) {
    const records::Metrics& metrics = scout.metrics;
    const std::string unit = vote_unit(scout.platform);
    trend.place = place_of(scout);
    read_age(trend, scout);
    const std::int64_t votes = metrics.upvotes.value_or(0);
    const std::int64_t comments = metrics.comments.value_or(0);
    trend.upvote_count = votes;
    if (votes > 1)
        trend.upvotes = counted_unit(votes, unit, true);
    if (comments > 1)
        trend.comments = counted_unit(comments, "comment", true);
    if (votes >= 60 && trend.age_minutes >= 120 && trend.age_minutes < 48 * 60) {
        const std::int64_t hourly = votes * 60 / trend.age_minutes;
        if (hourly >= 10)
            trend.rate = fmt::format("{} {}s an hour", rounded(hourly), unit);
    }
    if (comments >= 10 && votes >= comments * 2)
        trend.ratio = fmt::format(
            "about one comment for every {} {}s", counted((votes + comments / 2) / comments), unit);
    if (metrics.upvote_ratio && *metrics.upvote_ratio >= 0.5 && *metrics.upvote_ratio <= 1.0)
        trend.approval = fmt::format("{}%", std::lround(*metrics.upvote_ratio * 100));
}

} // namespace smos::stages
