// SPDX-License-Identifier: Apache-2.0
// RFC 3339 both ways.
#include "libsmos/core/clock.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smos;

TEST_CASE("times of any offset are read as one instant") {
    const Instant noon = *parse_rfc3339("2026-11-20T12:00:00Z");
    CHECK(noon.micros == 1'795'176'000'000'000);
    for (const char* same : {"2026-11-20t12:00:00z",
                             "2026-11-20 12:00:00Z",
                             "2026-11-20T12:00:00.000000000Z",
                             "2026-11-20T13:30:00+01:30",
                             "2026-11-19T12:01:00-23:59",
                             "2026-11-20T13:00:00+0100"}) {
        CAPTURE(same);
        CHECK(*parse_rfc3339(same) == noon);
    }
    CHECK(parse_rfc3339("1970-01-01T00:00:00Z")->micros == 0);
    CHECK(parse_rfc3339("1970-01-01T00:00:00.1234569Z")->micros == 123'456);
    CHECK(*parse_rfc3339("2016-12-31T23:59:60Z") == *parse_rfc3339("2017-01-01T00:00:00Z"));
    CHECK(parse_rfc3339("2024-02-29T00:00:00Z"));
}

TEST_CASE("what is no time is refused with a hint") {
    for (const char* bad : {"",
                            "2026-11-20",
                            "2026-11-20T12:00:00",
                            "2026-11-20T12:00Z",
                            "2023-02-29T00:00:00Z",
                            "2026-13-01T00:00:00Z",
                            "2026-00-10T00:00:00Z",
                            "2026-11-31T00:00:00Z",
                            "2026-11-20T24:00:00Z",
                            "2026-11-20T12:60:00Z",
                            "2026-11-20T12:00:61Z",
                            "2026-11-20T12:00:00.Z",
                            "2026-11-20T12:00:00.1234567890Z",
                            "2026-11-20T12:00:00+24:00",
                            "2026-11-20T12:00:00+1",
                            "2026-11-20T12:00:00Z ",
                            "2026-11-20T12:00:00ZZ",
                            "1969-12-31T23:59:59Z",
                            "1970-01-01T00:00:00+01:00",
                            "+026-11-20T12:00:00Z",
                            "now"}) {
        CAPTURE(bad);
        REQUIRE_FALSE(parse_rfc3339(bad));
        CHECK(parse_rfc3339(bad).error().code == "bad_time");
        CHECK_FALSE(parse_rfc3339(bad).error().hint.empty());
    }
    CHECK_FALSE(parse_rfc3339(std::string(1'000'000, '2')));
}

TEST_CASE("what is written is read again as the same") {
    for (const char* text : {"1970-01-01T00:00:00Z",
                             "2024-02-29T23:59:59.999999Z",
                             "2026-11-20T12:00:00.120Z",
                             "9999-12-31T23:59:59Z"}) {
        CHECK(format_rfc3339(*parse_rfc3339(text)) == text);
    }
    CHECK(format_rfc3339({-1}) == "1969-12-31T23:59:59.999999Z");
    CHECK(utc_day({-1}) == -1);
    CHECK(utc_day({0}) == 0);
    CHECK(utc_day({86'400'000'000}) == 1);
}
