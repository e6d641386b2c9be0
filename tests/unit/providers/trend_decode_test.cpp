// SPDX-License-Identifier: Apache-2.0
// Items out of the platforms' forms, and safe text out of hostile text.
#include "libsmos/providers/trends/trend_decode.hpp"
#include "libsmos/providers/trends/trend_fields.hpp"
#include "libsmos/providers/trends/trend_text.hpp"
#include "libsmos/records/json_value.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::providers;

namespace {

struct Decoded {
    std::vector<TrendItem> items;
    std::vector<Error> rejects;
};

Instant noon() { return *parse_rfc3339("2026-11-20T12:00:00Z"); }

TrendSink sink_into(Decoded& decoded) {
    return {[&](TrendItem item) { decoded.items.push_back(std::move(item)); },
            [&](const Error& error, std::string_view) { decoded.rejects.push_back(error); }};
}

Decoded json(std::string_view text) {
    Decoded decoded;
    const auto value = records::parse_json(text, "test");
    REQUIRE(value);
    decode_trends(*value, noon(), sink_into(decoded));
    return decoded;
}

Decoded feed(std::string_view text) {
    Decoded decoded;
    decode_feed(text, noon(), sink_into(decoded));
    return decoded;
}

} // namespace

TEST_CASE("the same Reddit post from the API and from the scraper is one item") {
    const auto api = json(R"({"retrieved_at":"2026-11-20T10:00:00Z","kind":"t3","data":{"id":"p1",
        "title":"T","subreddit":"x","score":0,"num_comments":null,"created_utc":1795000000.0}})");
    const auto row = json(R"([{"dataType":"post","id":"t3_p1","title":"T","communityName":"r/x",
        "upVotes":0,"numberOfComments":null,"scrapedAt":"2026-11-20T10:00:00Z"}])");
    REQUIRE(api.items.size() == 1);
    REQUIRE(row.items.size() == 1);
    CHECK(api.items[0].native_id == row.items[0].native_id);
    CHECK(api.items[0].source == row.items[0].source);
    CHECK(api.items[0].observed_at == row.items[0].observed_at);
    CHECK(row.items[0].metrics.upvotes == 0);
    CHECK_FALSE(row.items[0].metrics.comments);
}

TEST_CASE("an item in the wrong shape is named and the others go on") {
    const auto got = json(R"([{"id":"1","title":"a"},{"error":"gone"},7,
        {"id":"2","title":"b","comments":"many"},{"id":"3","title":"c","created_at":1900000000},
        {"id":"4","title":"d"}])");
    CHECK(got.items.size() == 2);
    REQUIRE(got.rejects.size() == 4);
    CHECK(got.rejects[0].code == "error_item");
    CHECK(got.rejects[1].code == "not_an_item");
    CHECK(got.rejects[2].message.find("comments") != std::string::npos);
    CHECK(got.rejects[2].where == "[3]");
    CHECK(got.rejects[3].code == "created_after_observed");
}

TEST_CASE("a score that is a rank is not a count") {
    CHECK_FALSE(json(R"({"id":"1","title":"a","score":0.87})").items[0].metrics.upvotes);
    CHECK(json(R"({"id":"1","title":"a","score":3.0})").items[0].metrics.upvotes == 3);
    const auto ain = json(R"({"trend_id":"u","title":"a","score":0.87,"source":"twitter",
        "timestamp":"2026-02-06T12:34:56Z","tags":["x"],
        "metrics":{"mentions":5,"engagement":0.4}})");
    REQUIRE(ain.items.size() == 1);
    CHECK(ain.items[0].platform == "twitter");
    CHECK(format_rfc3339(ain.items[0].observed_at) == "2026-02-06T12:34:56Z");
    CHECK_FALSE(ain.items[0].metrics.comments);
}

TEST_CASE("feeds by local names, with dates of both kinds") {
    const auto rss = feed("<rss><channel><title>F</title><item><title>a</title><guid>1</guid>"
                          "<pubDate>Fri, 20 Nov 2026 09:00 +0100</pubDate></item></channel></rss>");
    REQUIRE(rss.items.size() == 1);
    CHECK(format_rfc3339(*rss.items[0].created_at) == "2026-11-20T08:00:00Z");
    CHECK(rss.items[0].source == "F");
    const auto atom = feed("<a:feed xmlns:a='x'><a:entry><a:id>1</a:id><a:title>b</a:title>"
                           "<a:link href='https://example.org/'/></a:entry></a:feed>");
    REQUIRE(atom.items.size() == 1);
    CHECK(atom.items[0].url == "https://example.org/");
}

TEST_CASE("no entity is expanded and no depth is followed") {
    const auto bomb = feed("<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><rss><channel>"
                           "<item><title>&b;</title><guid>1</guid></item></channel></rss>");
    CHECK(bomb.items.empty());
    REQUIRE(bomb.rejects.size() == 1);
    std::string deep;
    for (int i = 0; i < 100000; ++i)
        deep += "<a>";
    CHECK(feed(deep).rejects.size() == 1);
    for (const char* text : {"", "<", "<rss", "<rss><![CDATA[", "<!--", "<rss></feed>", "plain"})
        CHECK(feed(text).rejects.size() == 1);
}

TEST_CASE("text of HTML has no markup") {
    CHECK(clean_text(text_of_html("<p>One &amp; two</p><SCRIPT>x</SCRIPT><br>three &#x41;")) ==
          "One & two\nthree A");
    CHECK(text_of_html("1 < 2 and a<b") == "1 < 2 and a ");
    CHECK(text_of_html("&bogus; &#0; &#xD800; &") == "&bogus; &#0; &#xD800; &");
    CHECK(text_of_html("<script>never closed") == " ");
}

TEST_CASE("only web addresses are links") {
    CHECK(safe_url("https://example.org/a?b=c#d"));
    for (const char* bad : {"javascript:alert(1)",
                            "file:///etc/passwd",
                            "//example.org",
                            "https://a\"b",
                            "https://a b",
                            "https://a\n",
                            "data:text/html,x",
                            ""})
        CHECK_FALSE(safe_url(bad));
}

TEST_CASE("dates of feeds") {
    const auto rewritten = [](const char* text) {
        const auto at = instant_of_text(text);
        return at ? format_rfc3339(*at) : "none";
    };
    CHECK(rewritten("Wed, 02 Oct 2024 13:00:00 GMT") == "2024-10-02T13:00:00Z");
    CHECK(rewritten("2 Oct 24 13:00 EST") == "2024-10-02T18:00:00Z");
    CHECK(rewritten("2026-11-20") == "2026-11-20T00:00:00Z");
    CHECK(rewritten("32 Oct 2024 13:00:00 GMT") == "none");
    CHECK(rewritten("2 Oct 2024 13:00:00 XYZ") == "none");
    CHECK(rewritten("soon") == "none");
}
