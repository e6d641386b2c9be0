// SPDX-License-Identifier: Apache-2.0
// One thing that a platform showed us at one moment, whatever form it came in.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/records/scout.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::providers {

/// Every text is UTF-8, cleaned for one line (text: for lines); a count is -2^53..2^53.
struct TrendItem {
    std::string platform;            // lower-case letters, digits, dashes
    std::string source;              // "r/science", "@somebody", a feed's title; may be empty
    std::string native_id;           // 1 to 500 bytes, without the platform's type prefix
    std::string title;               // never empty
    std::optional<std::string> text; // at most limits::text_code_points
    std::optional<std::string> url;  // where it stands; http or https
    std::optional<std::string> link; // what it points to, when that is elsewhere
    std::optional<std::string> language;
    std::vector<std::string> tags;
    std::optional<Instant> created_at;
    Instant observed_at;
    records::Metrics metrics;
};

/// What a decoder calls for each item, and for each piece that is none (`bytes` is that piece).
struct TrendSink {
    std::function<void(TrendItem)> item;
    std::function<void(const Error& error, std::string_view bytes)> reject;
};

} // namespace smos::providers
