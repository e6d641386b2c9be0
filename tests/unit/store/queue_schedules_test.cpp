// SPDX-License-Identifier: Apache-2.0
// What comes round by the clock, and the hosts that work.
#include "tests/unit/store/queue_state.hpp"

#include "libsmos/store/queue/cron.hpp"
#include "libsmos/store/queue/nodes.hpp"
#include "libsmos/store/queue/schedules.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::store;
using store::testing::code_of;
using store::testing::QueueState;
using store::testing::second_us;

namespace {

std::string next_of(std::string_view cron, std::string_view after) {
    const auto parsed = Cron::parse(cron);
    if (!parsed)
        return parsed.error().code;
    const auto next = parsed->next(*parse_rfc3339(after));
    return next ? format_rfc3339(*next) : next.error().code;
}

} // namespace

TEST_CASE("the next time is that of crontab(5)") {
    const char* now = "2026-03-01T10:07:30Z"; // a Sunday
    CHECK(next_of("* * * * *", now) == "2026-03-01T10:08:00Z");
    CHECK(next_of("7 10 * * *", now) == "2026-03-02T10:07:00Z");
    CHECK(next_of("*/15 8-18 * * mon-fri", now) == "2026-03-02T08:00:00Z");
    CHECK(next_of("5/20 * * * *", now) == "2026-03-01T10:25:00Z");
    CHECK(next_of("0 0 29 feb *", now) == "2028-02-29T00:00:00Z");
    CHECK(next_of("0 0 29 2 *", "2096-03-01T00:00:00Z") == "2104-02-29T00:00:00Z");
    CHECK(next_of("30 6 13 * fri", now) == "2026-03-06T06:30:00Z");
    CHECK(next_of("30 6 13 * *", now) == "2026-03-13T06:30:00Z");
    CHECK(next_of("0 12 * * 7", now) == "2026-03-01T12:00:00Z");
    CHECK(next_of("0 12 * * 0", now) == "2026-03-01T12:00:00Z");
    CHECK(next_of("0 12 * * SUN,tue", "2026-03-01T12:00:00Z") == "2026-03-03T12:00:00Z");
    CHECK(next_of("59 23 31 12 *", now) == "2026-12-31T23:59:00Z");
    CHECK(next_of("@hourly", now) == "2026-03-01T11:00:00Z");
    CHECK(next_of("@monthly", now) == "2026-04-01T00:00:00Z");
    CHECK(next_of("0 0 30 2 *", now) == "never");
}

TEST_CASE("what is no time is refused, with the field that is wrong") {
    const char* now = "2026-03-01T00:00:00Z";
    for (const char* bad : {"",
                            "* * * *",
                            "* * * * * *",
                            "60 * * * *",
                            "* 24 * * *",
                            "* * 0 * *",
                            "* * * 13 *",
                            "* * * * 8",
                            "-1 * * * *",
                            "5-1 * * * *",
                            "*/0 * * * *",
                            "1,,2 * * * *",
                            "1/2/3 * * * *",
                            "x * * * *",
                            "mon * * * *",
                            "99999999999 * * * *",
                            "@never"})
        CHECK(next_of(bad, now) == "bad_schedule");
    CHECK(Cron::parse("0 25 * * *").error().message == "'25' is no hour from 0 to 23");
}

TEST_CASE("a schedule fires once for a time, and once for many that were missed") {
    QueueState state;
    Schedules schedules{state.database, [&state] { return state.moment.wall; }};
    Schedule hourly;
    hourly.name = "news";
    hourly.cron = "0 * * * *";
    hourly.record = R"({"type":"generate_video","payload":{"prompt":"it's"}})";
    const auto made = schedules.set(hourly);
    REQUIRE(made);
    CHECK(schedules.fire("clock").empty());
    state.advance(3600);
    const auto fired = schedules.fire("clock");
    REQUIRE(fired.size() == 1);
    CHECK(fired[0].created);
    CHECK(schedules.fire("clock").empty());
    const auto claimed = state.claim(10);
    REQUIRE(claimed.size() == 1);
    const auto record = records::Record::parse(claimed[0].record);
    REQUIRE(record);
    CHECK(record->task_id() == claimed[0].task_id);
    CHECK(record->raw("payload") == R"({"prompt":"it's"})");
    state.advance(5 * 3600 + 60);
    CHECK(schedules.fire("clock").size() == 1);
    CHECK(schedules.list().at(0).next_at.micros > state.moment.wall.micros);
}

TEST_CASE("schedules are changed by those who saw them last") {
    QueueState state;
    Schedules schedules{state.database, [&state] { return state.moment.wall; }};
    Schedule one;
    one.name = "one";
    one.cron = "@daily";
    one.record = "{}";
    const auto made = schedules.set(one);
    REQUIRE(made);
    CHECK(code_of(schedules.set(one)) == "conflict");
    Schedule changed = *made;
    changed.cron = "@hourly";
    REQUIRE(schedules.set(changed));
    CHECK(code_of(schedules.set(changed)) == "conflict");
    CHECK(code_of(schedules.remove("one", made->state_version)) == "conflict");
    CHECK(code_of(schedules.remove("two", 1)) == "no_such_schedule");
    REQUIRE(schedules.remove("one", schedules.list().at(0).state_version));
    CHECK(schedules.list().empty());
    one.cron = "61 * * * *";
    CHECK(code_of(schedules.set(one)) == "bad_schedule");
    one.cron = "@daily";
    one.record = "[]";
    CHECK_FALSE(schedules.set(one));
}

TEST_CASE("a node is alive for twice its interval, and forgotten after a day") {
    QueueState state;
    Nodes nodes{state.database, [&state] { return state.moment.wall; }};
    nodes.beat("n1", "host", "{\"free\":1}");
    state.advance(30);
    nodes.beat("n2", "host", "{}");
    state.advance(90);
    REQUIRE(nodes.list().size() == 2);
    CHECK_FALSE(nodes.list()[0].alive);
    CHECK(nodes.list()[1].alive);
    nodes.beat("n1", "host", "{\"free\":2}");
    CHECK(nodes.list()[0].alive);
    CHECK(nodes.list()[0].record == "{\"free\":2}");
    CHECK(nodes.list()[0].started_at < nodes.list()[0].beat_at);
    nodes.leave("n1");
    CHECK(nodes.list().size() == 1);
    state.advance(2 * 86'400);
    nodes.beat("n3", "host", "{}");
    REQUIRE(nodes.list().size() == 1);
    CHECK(nodes.list()[0].node_id == "n3");
}
