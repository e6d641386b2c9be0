// SPDX-License-Identifier: Apache-2.0
// The pages and feeds of the static site, from the posts' post.json and nothing else.
#pragma once

#include "libsmos/core/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smos::providers {

/// What a page shows of one post; read back from post.json, so hostile.
struct SitePost {
    std::string folder; // its name below the muse's
    std::string persona_id;
    std::string persona_name;
    std::string language;
    std::string title;
    std::string caption;
    std::vector<std::string> hashtags;
    std::vector<std::string> transcript;
    std::string digital_source_type;
    std::string published_at; // RFC 3339
    std::int64_t duration_ms = 0;
    std::int64_t width_px = 0;
    std::int64_t height_px = 0;
    std::int64_t video_bytes = 0;
};

/// Text between tags and inside quoted attributes.
std::string escape_html(std::string_view text);

/// Newest first; each a complete document or feed.
std::string post_page(const SitePost& post, std::string_view vtt);
std::string muse_page(const std::vector<SitePost>& posts);
std::string front_page(const std::vector<std::vector<SitePost>>& muses);
std::string rss_feed(const std::vector<SitePost>& posts, const std::string& base_url);
std::string json_feed(const std::vector<SitePost>& posts, const std::string& base_url);
std::string site_style();

/// base_url + "/" + segments, or a relative address when there is no base URL.
std::string address_of(const std::string& base_url, const SitePost& post);

} // namespace smos::providers
