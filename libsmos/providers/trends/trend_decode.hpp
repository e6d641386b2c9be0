// SPDX-License-Identifier: Apache-2.0
// Which form a JSON value has, and the items that it holds.
#pragma once

#include "libsmos/providers/trends/trend_item.hpp"
#include "libsmos/records/json.hpp"

namespace smos::providers {

/// Walks one JSON value: an item, an array of items, a Reddit listing, a JSON Feed, or an object
/// around `trends`, `hits` or `items`. `observed` counts where the value does not say when it was
/// read. What is no item goes to `sink.reject` with its path in `where`.
void decode_trends(const records::Json& value, Instant observed, const TrendSink& sink);

/// RSS 2.0, RSS 1.0 and Atom text. Document types are refused, so no entity is ever expanded and
/// nothing outside is read. A document that is no feed is one reject with its byte.
void decode_feed(std::string_view xml, Instant observed, const TrendSink& sink);

} // namespace smos::providers
