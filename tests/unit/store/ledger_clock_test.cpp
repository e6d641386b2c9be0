// SPDX-License-Identifier: Apache-2.0
// The wall clock against the time since boot; and refusals that are kept.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/ledger/ledger_clock.hpp"
#include "libsmos/store/ledger/spend.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::store;
using store::testing::Books;
using store::testing::on_server;
using store::testing::TemporaryFolder;

namespace {

constexpr std::int64_t second_us = 1'000'000;

/// A state whose mark says that the wall clock has run ahead by this much since.
struct Watched {
    TemporaryFolder folder;
    Database database{folder.file()};
    Ledger ledger{database};

    void jump(std::int64_t seconds) {
        ClockReading mark = read_clock(system_now());
        mark.wall_us -= seconds * second_us;
        database.transaction("ledger", [&] { keep_clock_mark(database, mark); });
    }
    Result<ReserveOutcome> reserve(const char* task) {
        return ledger.reserve({"default", task, "default/ava", 1000, "[]", "test"});
    }
};

} // namespace

TEST_CASE("a wall clock ahead of the time since boot has jumped") {
    const ClockReading mark{"boot", 100 * second_us, 1'000'000 * second_us};
    const auto later = [&](std::int64_t boot_s, std::int64_t wall_s, const char* boot = "boot") {
        return ClockReading{
            boot, mark.boot_us + boot_s * second_us, mark.wall_us + wall_s * second_us};
    };
    CHECK(clock_jump_us(mark, later(60, 60)) == 0);
    CHECK(clock_jump_us(mark, later(60, 65)) == 0);
    CHECK(clock_jump_us(mark, later(60, 66)) == 6 * second_us);
    CHECK(clock_jump_us(mark, later(28'800, 28'800)) == 0); // asleep: both go on
    CHECK(clock_jump_us(mark, later(60, -7200)) == 0);
    CHECK(clock_jump_us(mark, later(5, 900'000, "another")) == 0);
    CHECK(clock_jump_us({"", 1, 1}, {"", 2, 900 * second_us}) == 0);
    CHECK_FALSE(clock_mark_is_due(mark, later(9, 9)));
    CHECK(clock_mark_is_due(mark, later(10, 10)));
    CHECK_FALSE(clock_mark_is_due(mark, later(10, -1))); // set back: right again is no jump
    CHECK(clock_mark_is_due(mark, later(0, 1, "another")));
    CHECK_FALSE(clock_mark_is_due(mark, later(0, -1, "another")));
    const auto read = read_clock_mark(clock_mark(mark));
    REQUIRE(read);
    CHECK(read->boot_id == "boot");
    CHECK(read->boot_us == mark.boot_us);
    CHECK(read->wall_us == mark.wall_us);
    for (const char* wrong : {"", "boot", "boot 1", "boot 1 x", "boot 1 2 3"})
        CHECK_FALSE(read_clock_mark(wrong));
}

TEST_CASE("the clock of this machine does not jump by itself") {
    const ClockReading first = read_clock(system_now());
    CHECK(clock_jump_us(first, read_clock(system_now())) == 0);
}

TEST_CASE("after a jump nothing is reserved or paid until somebody vouches for the clock") {
    Watched books;
    REQUIRE(bool{books.ledger.fund({"default/ava", 5'000'000, "k", false, "test"})});
    REQUIRE(bool{books.ledger.fund({"other", 5'000'000, "k", false, "test"})});
    if (on_server()) {
        CHECK(books.ledger.rebase_clock("me", "because").error().code == "server_clock");
        return;
    }
    const auto held = books.reserve("a");
    REQUIRE(held);
    CHECK(books.ledger.rebase_clock("me", "because").error().code == "not_jumped");
    const std::string& id = held->reservation->reservation_id;
    auto call = Spend::draw(books.ledger, {id, "cap", "acme", "m", "", 500, "k"});
    REQUIRE(bool{call});
    books.jump(7200);
    CHECK_THROWS_WITH_AS(
        static_cast<void>(books.reserve("b")), doctest::Contains("jumped 2 h 0 min ahead"), Fatal);
    CHECK_THROWS_AS(
        static_cast<void>(Spend::draw(books.ledger, {id, "cap", "acme", "m", "", 1, "l"})), Fatal);
    REQUIRE(bool{call->settle(400)}); // what was spent is booked, and no window moves
    CHECK(books.ledger.balance("default/ava")->spent_micros == 400);
    {
        Statement last =
            books.database.prepare("SELECT ts_us FROM entry ORDER BY chain_id, seq DESC LIMIT 1");
        REQUIRE(last.step());
        CHECK(last.integer(0) < system_now().micros - 7100 * second_us);
    }
    const auto rebase = books.ledger.rebase_clock("me", "it was an hour behind");
    REQUIRE(bool{rebase});
    CHECK(rebase->chains == std::vector<std::string>{"default", "other"});
    CHECK(rebase->jump_us > 7199 * second_us);
    CHECK(books.reserve("b")->admitted);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("a clock set back refuses nothing, and coming back it has not jumped") {
    if (on_server())
        return;
    Watched books;
    REQUIRE(bool{books.ledger.fund({"default/ava", 5'000'000, "k", false, "test"})});
    books.jump(-7200);
    CHECK(books.reserve("a")->admitted);
    const auto mark = kept_clock_mark(books.database);
    REQUIRE(mark);
    CHECK(mark->wall_us > system_now().micros + 7000 * second_us); // as it was
}

TEST_CASE("the last refusal of a task is kept, and how often") {
    Books books;
    CHECK(refusals_of(books.database, "t").empty());
    records::Gate gate;
    gate.name = "balance";
    gate.reason = "this takes $2, over $1";
    gate.value_micros = 2'000'000;
    books.ledger.note_refusal({"default", "t", "default/ava", 5, {}});
    books.advance(60);
    books.ledger.note_refusal({"default", "t", "default/ava", 2'000'000, {gate}});
    books.ledger.note_refusal({"acme", "t", "acme/ava", 1, {}});
    books.ledger.note_refusal({std::string{"a\0b", 3}, "t", "acme/ava", 1, {}});
    const auto found = refusals_of(books.database, "t");
    REQUIRE(found.size() == 2);
    CHECK(found[0].tenant == "acme");
    CHECK(found[1].times == 2);
    CHECK(found[1].amount_micros == 2'000'000);
    CHECK(found[1].last_at.micros - found[1].first_at.micros == 60 * second_us);
    REQUIRE(found[1].gates.size() == 1);
    CHECK(found[1].gates.front().reason == gate.reason);
    CHECK(found[1].gates.front().value_micros == gate.value_micros);
    CHECK(books.ledger.verify().entries == 0);
}
