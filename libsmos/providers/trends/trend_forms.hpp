// SPDX-License-Identifier: Apache-2.0
// The JSON forms in which platforms and scrapers hand over one item, each with its own names.
#pragma once

#include "libsmos/providers/trends/trend_fields.hpp"
#include "libsmos/providers/trends/trend_item.hpp"

namespace smos::providers {

/// `observed` counts when the object does not say itself when it was read (retrieved_at,
/// scrapedAt, observed_at). Errors name the member: no title, no id, wrong types, created after
/// observed.

/// A post in Reddit's own names (the `data` of a t3).
Result<TrendItem> reddit_item(const records::Json& data, Instant observed);
/// A row of Apify's trudax/reddit-scraper and -lite; votes are absent in the lite RSS mode.
Result<TrendItem> apify_reddit_item(const records::Json& row, Instant observed);
/// A row of Apify's clockworks/tiktok-scraper.
Result<TrendItem> tiktok_item(const records::Json& row, Instant observed);
/// An AIN trend message. Its score and its metrics are ratios and mentions, not votes or comments,
/// so both stay unknown.
Result<TrendItem> ain_trend_item(const records::Json& message, Instant observed);
/// An item of a JSON Feed.
Result<TrendItem>
json_feed_item(const records::Json& item, const std::string& feed_title, Instant observed);
/// Any object with an id (or an address) and a title under usual names; Hacker News (API and
/// Algolia) among them. A `score` that is no whole number is a rank and not a count.
Result<TrendItem> plain_item(const records::Json& object, Instant observed);

/// Cleans, bounds and checks what a form has read; every form ends here.
Result<TrendItem> finished_item(TrendItem item, const std::optional<Error>& error);

} // namespace smos::providers
