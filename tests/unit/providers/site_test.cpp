// SPDX-License-Identifier: Apache-2.0
// Pages and feeds as text: every word from outside is escaped, addresses stay what they are.
#include "libsmos/providers/channels/site_page.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/records/json_value.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smos;
using namespace smos::providers;

namespace {

const std::string evil = "\"><script>alert('x')</script>&amp;";

SitePost hostile() {
    return {"a-title-11111111",
            "ava",
            evil,
            evil,
            evil,
            evil,
            {evil},
            {evil},
            evil,
            "2026-11-20T12:00:00Z",
            14'600,
            1080,
            1920,
            123'456};
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

} // namespace

TEST_CASE("the five characters of markup are escaped, others stay") {
    CHECK(escape_html("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK(escape_html("é😀 $(x) {{}}") == "é😀 $(x) {{}}");
    CHECK(escape_html("").empty());
}

TEST_CASE("no page lets markup through") {
    const SitePost post = hostile();
    for (const std::string& page : {post_page(post, "WEBVTT\n\n\"'<script>"),
                                    muse_page({post, post}),
                                    front_page({{post}, {post, post}})}) {
        CHECK(count(page, "<script") == 0);
        CHECK(count(page, "alert('x')") == 0);
        CHECK(page.find("Content-Security-Policy\" content=\"default-src 'none';") !=
              std::string::npos);
        CHECK(page.find("Made with AI.") != std::string::npos);
        CHECK(page.find("http://") == std::string::npos);
        CHECK(page.find("https://") == std::string::npos);
        CHECK(page.rfind("<!doctype html>", 0) == 0);
    }
}

TEST_CASE("captions travel in the page, encoded; without them there is no track") {
    const std::string page = post_page(hostile(), "WEBVTT\n\n<b> é");
    CHECK(page.find("src=\"data:text/vtt;charset=utf-8,WEBVTT%0A%0A%3Cb%3E%20%C3%A9\"") !=
          std::string::npos);
    CHECK(post_page(hostile(), "").find("<track") == std::string::npos);
    CHECK(post_page(hostile(), "").find("captions.vtt") == std::string::npos);
}

TEST_CASE("feeds are escaped, dated and addressed") {
    const std::string rss = rss_feed({hostile()}, "");
    CHECK(count(rss, "<script") == 0);
    CHECK(rss.find("<pubDate>Fri, 20 Nov 2026 12:00:00 GMT</pubDate>") != std::string::npos);
    CHECK(rss.find("<enclosure url=\"a-title-11111111/video.mp4\" length=\"123456\"") !=
          std::string::npos);
    SitePost first = hostile();
    first.published_at = "1970-01-01T00:00:00Z";
    CHECK(rss_feed({first}, "").find("Thu, 01 Jan 1970 00:00:00 GMT") != std::string::npos);
    first.published_at = "not a time";
    CHECK(rss_feed({first}, "").find("<pubDate></pubDate>") != std::string::npos);

    const auto feed = records::parse_json(json_feed({hostile()}, "https://e.org/m"), "feed");
    REQUIRE(feed);
    const auto& item = (*feed)["items"][0];
    CHECK(item["title"] == evil);
    CHECK(item["url"] == "https://e.org/m/ava/a-title-11111111/index.html");
    CHECK(item["attachments"][0]["size_in_bytes"] == 123'456);
    CHECK(item["_smos"]["ai_generated"] == true);
}

TEST_CASE("lengths are shown in minutes and seconds") {
    SitePost post = hostile();
    CHECK(post_page(post, "").find("0:14") != std::string::npos);
    post.duration_ms = 60'000;
    CHECK(post_page(post, "").find("1:00") != std::string::npos);
}
