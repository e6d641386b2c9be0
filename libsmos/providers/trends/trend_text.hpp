// SPDX-License-Identifier: Apache-2.0
// Foreign text made fit for a record: one line or a few, no markup, no unsafe links.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smos::providers {

/// One line of at most `code_points`.
std::string clean_line(std::string_view text, std::size_t code_points);

/// Each line cleaned, empty ones dropped, joined by "\n", at most limits::text_code_points.
std::string clean_text(std::string_view text);

/// HTML without its tags, scripts and styles; the five XML entities, &nbsp; and numeric ones
/// become characters. The result is text, never markup to be trusted.
std::string text_of_html(std::string_view html);

/// An absolute http or https address without spaces, controls or quotes; anything else is nothing.
std::optional<std::string> safe_url(std::string_view text);

/// RFC 822 dates of RSS ("Wed, 02 Oct 2024 13:00:00 GMT") as RFC 3339; nothing when it is none.
std::optional<std::string> rfc3339_of_rfc822(std::string_view text);

} // namespace smos::providers
