// SPDX-License-Identifier: Apache-2.0
// The scout section: what was perceived.
#pragma once

#include "libsmos/records/sidecar.hpp"

namespace smos::records {

/// Counts as the platform gave them; unknown is absent, never 0.
struct Metrics {
    std::optional<std::int64_t> upvotes;
    std::optional<std::int64_t> comments;
    std::optional<std::int64_t> shares;
    std::optional<std::int64_t> views;
    std::optional<double> upvote_ratio;
};

/// The change that the velocity is computed from.
struct Delta {
    std::optional<std::int64_t> upvotes;
    double hours = 0;  // floored at 0.1
    std::string basis; // observation | creation
};

struct Scout : Stamp {
    std::string platform;
    std::string source;
    std::string native_id;
    std::string fingerprint;
    std::optional<std::string> topic;
    std::string title;
    std::optional<std::string> text; // at most 2000 code points
    std::optional<std::string> url;
    std::optional<std::string> language;
    std::vector<std::string> tags;
    std::optional<std::string> created_at;
    std::string observed_at;
    std::optional<std::string> first_seen_at;
    std::optional<std::int64_t> observations;
    Metrics metrics;
    std::optional<std::int64_t> engagement;
    std::optional<Delta> delta;
    std::optional<double> vvs;
    std::optional<double> velocity_per_hour;
    std::optional<double> acceleration_per_hour2;
    std::optional<std::string> phase; // emerging | rising | peaking | declining | dormant
    std::optional<double> peak_probability;
    std::optional<double> confidence;
    std::optional<bool> decidable;
    std::vector<JsonBox> items;
    std::vector<Sidecar> media;
};

template <>
struct Fields<Metrics> {
    static constexpr const char* name = "metrics";
    static constexpr const char* doc = "Counts as the platform gave them; unknown is absent.";
    static constexpr auto list() {
        return std::make_tuple(field("upvotes", &Metrics::upvotes, "Upvotes, likes or score."),
                               field("comments", &Metrics::comments, "Comments or replies."),
                               field("shares", &Metrics::shares, "Shares, reposts, crossposts."),
                               field("views", &Metrics::views, "Views or plays."),
                               field("upvote_ratio", &Metrics::upvote_ratio, "0..1."));
    }
};

template <>
struct Fields<Delta> {
    static constexpr const char* name = "delta";
    static constexpr const char* doc =
        "Against the latest strictly earlier observation, else creation.";
    static constexpr auto list() {
        return std::make_tuple(field("upvotes", &Delta::upvotes, "Change of upvotes."),
                               required("hours", &Delta::hours, "Hours passed, at least 0.1."),
                               required("basis", &Delta::basis, "observation or creation."));
    }
};

template <>
struct Fields<Scout> {
    static constexpr const char* name = "scout";
    static constexpr const char* doc = "What was perceived: one item, or one topic with items.";
    static constexpr auto list() {
        return std::tuple_cat(
            stamp_fields<Scout>(),
            std::make_tuple(
                required("platform", &Scout::platform, "reddit, tiktok, hn, feed, intent, …"),
                field("source", &Scout::source, "Subreddit, feed or channel."),
                required("native_id", &Scout::native_id, "The platform's own id."),
                field("fingerprint", &Scout::fingerprint, "Equal for equal titles and links."),
                field("topic", &Scout::topic, "What it is about."),
                required("title", &Scout::title, "The headline as the platform shows it."),
                field("text", &Scout::text, "Body, at most 2000 code points."),
                field("url", &Scout::url, "Where it stands."),
                field("language", &Scout::language, "BCP 47."),
                field("tags", &Scout::tags, "Flairs, hashtags, categories."),
                field("created_at", &Scout::created_at, "When it was posted."),
                required("observed_at", &Scout::observed_at, "When these counts were read."),
                field("first_seen_at", &Scout::first_seen_at, "Our first observation."),
                field("observations", &Scout::observations, "How many we have, this one included."),
                field("metrics", &Scout::metrics, "The counts."),
                field("engagement", &Scout::engagement, "Comments + shares that are known."),
                field("delta", &Scout::delta, "What changed and since when."),
                field("vvs",
                      &Scout::vvs,
                      "Viral velocity: delta upvotes / hours * log10(engagement + 1)."),
                field("velocity_per_hour", &Scout::velocity_per_hour, "Upvotes an hour."),
                field("acceleration_per_hour2",
                      &Scout::acceleration_per_hour2,
                      "Change of velocity."),
                field("phase", &Scout::phase, "emerging, rising, peaking, declining or dormant."),
                field("peak_probability", &Scout::peak_probability, "Of reaching its peak, 0..1."),
                field("confidence", &Scout::confidence, "In the phase, 0..1."),
                field("decidable", &Scout::decidable, "False when the data cannot tell."),
                field("items", &Scout::items, "The items of a topic."),
                field("media", &Scout::media, "Files that belong to it.")));
    }
};

} // namespace smos::records
