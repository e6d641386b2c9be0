// SPDX-License-Identifier: Apache-2.0
// Periods: their names, closing them, and what verify says of a closing that is not true.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/ledger/periods.hpp"
#include "libsmos/store/ledger/spend.hpp"
#include "libsmos/store/ledger/verify.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace smos;
using namespace smos::store;
using store::testing::Books;

namespace {

Period period(const char* name) { return *parse_period(name); }

Result<Funding> book(Books& books, Booking kind, Micros amount, Instant at, const char* key = "") {
    const bool bill = kind == Booking::cost || kind == Booking::refund;
    return books.ledger.book(
        {kind, "default/ava", amount, bill ? "acme" : "", key, "test", "", at});
}

const Checkpoint* of_wallet(const Closing& closing, const std::string& wallet) {
    for (const Checkpoint& each : closing.wallets)
        if (each.wallet == wallet)
            return &each;
    return nullptr;
}

std::set<std::string> kinds(Books& books) {
    std::set<std::string> found;
    for (const AuditFinding& finding : audit_ledger(books.database).findings)
        found.insert(finding.kind);
    return found;
}

} // namespace

TEST_CASE("months, quarters and years have names") {
    CHECK(period("2026-10").from == from_date(2026, 10, 1));
    CHECK(period("2026-10").to == from_date(2026, 11, 1));
    CHECK(period("2026-12").to == from_date(2027, 1, 1));
    CHECK(period("2026-Q3").from == from_date(2026, 7, 1));
    CHECK(period("2026-Q3").to == from_date(2026, 10, 1));
    CHECK(period("2026-Q4").to == from_date(2027, 1, 1));
    CHECK(period("2026").from == from_date(2026, 1, 1));
    CHECK(period("2026").to == from_date(2027, 1, 1));
    for (const char* wrong : {"",
                              "26",
                              "2026-",
                              "2026-00",
                              "2026-13",
                              "2026-1",
                              "2026-Q0",
                              "2026-Q5",
                              "2026-Q",
                              "2026-10-01",
                              "2026-q1",
                              "1969",
                              "9999",
                              "+026",
                              "2026 10"})
        CHECK(parse_period(wrong).error().code == "bad_period");
}

TEST_CASE("a checkpoint's details are read as they were written") {
    const Checkpoint made{"2026-Q3", from_date(2026, 10, 1), "a", {1, 2, 3, 4}};
    const auto read = read_checkpoint_details(checkpoint_details(made));
    REQUIRE(read);
    CHECK(read->period == "2026-Q3");
    CHECK(read->to == made.to);
    CHECK(read->held == made.held);
    for (const char* wrong : {"", "x", "2026 1 purse=1 reserved=2 drawn=3", "2026 x purse=1"})
        CHECK_FALSE(read_checkpoint_details(wrong));
}

TEST_CASE("a closed period keeps what every wallet held and takes nothing more") {
    Books books; // 2026-03-01
    const Instant february = from_date(2026, 2, 10);
    REQUIRE(bool{book(books, Booking::opening, 9'000'000, from_date(2026, 1, 1))});
    REQUIRE(bool{book(books, Booking::cost, 1'000'000, february)});
    books.fund("other", 500'000); // in March
    CHECK(books.ledger.close_period(period("2026-03"), "me").error().code == "period_not_over");
    const auto closed = books.ledger.close_period(period("2026-02"), "me");
    REQUIRE(bool{closed});
    CHECK(closed->booked);
    REQUIRE(closed->wallets.size() == 1);
    CHECK(closed->wallets.front().wallet == "default/ava");
    CHECK(closed->wallets.front().held.purse_micros == 8'000'000);
    CHECK(kinds(books).empty());

    for (const Booking kind : {Booking::opening, Booking::credit, Booking::refund, Booking::cost}) {
        const auto late = book(books, kind, 1, february);
        REQUIRE_FALSE(bool{late});
        CHECK(late.error().code == "period_closed");
        CHECK(late.error().message.find("2026-02") != std::string::npos);
    }
    CHECK(book(books, Booking::cost, 1, from_date(2026, 1, 5)).error().code == "period_closed");
    CHECK(book(books, Booking::cost, 1, from_date(2026, 3, 2)).error().code == "bad_date");
    CHECK(bool{book(books, Booking::cost, 1, from_date(2026, 3, 1))});
    CHECK(bool{books.ledger.book({Booking::cost, "default/ava", 1, "acme", "", "t", ""})});

    books.advance(40 * 86'400);
    const auto again = books.ledger.close_period(period("2026-02"), "somebody else");
    REQUIRE(bool{again});
    CHECK_FALSE(again->booked);
    REQUIRE(again->wallets.size() == 1);
    CHECK(again->wallets.front().held == closed->wallets.front().held);
    CHECK(again->wallets.front().seq == closed->wallets.front().seq);
    const auto march = books.ledger.close_period(period("2026-03"), "me");
    REQUIRE(bool{march});
    CHECK(of_wallet(*march, "default/ava")->held.purse_micros == 7'999'998);
    CHECK(of_wallet(*march, "other")->held.purse_micros == 500'000);
    REQUIRE(bool{books.ledger.close_period(period("2026-Q1"), "me")});
    CHECK(kinds(books).empty());
}

TEST_CASE("a booking that was made before the closing is replayed after it") {
    Books books;
    REQUIRE(bool{book(books, Booking::opening, 9'000'000, from_date(2026, 1, 1), "k")});
    REQUIRE(bool{books.ledger.close_period(period("2026-01"), "me")});
    const auto again = book(books, Booking::opening, 9'000'000, from_date(2026, 1, 1), "k");
    REQUIRE(bool{again});
    CHECK_FALSE(again->booked);
    CHECK(book(books, Booking::opening, 9'000'000, from_date(2026, 1, 2), "k").error().code ==
          "key_reused");
}

TEST_CASE("open reservations are named and end in a later period") {
    Books books;
    books.fund("default/ava", 5'000'000);
    const auto held = books.reserve("a", 1'000'000);
    auto call = Spend::draw(
        books.ledger, {held.reservation->reservation_id, "cap", "acme", "m", "", 400'000, "k"});
    books.advance(40 * 86'400); // April
    const auto closed = books.ledger.close_period(period("2026-03"), "me");
    REQUIRE(bool{closed});
    REQUIRE(closed->open.size() == 1);
    CHECK(closed->open.front().task_id == "a");
    CHECK(closed->wallets.front().held == Holdings{4'000'000, 600'000, 400'000, 0});
    REQUIRE(bool{call->settle(700'000)}); // more than its ceiling
    REQUIRE(bool{books.close(held.reservation->reservation_id, "a", "failed")});
    CHECK(kinds(books).empty());
    CHECK(books.ledger.close_period(period("2026-03"), "me")->open.empty());
}

TEST_CASE("a clock that was set back into a closed period books nothing") {
    Books books;
    books.fund("default/ava", 5'000'000);
    books.advance(40 * 86'400);
    REQUIRE(bool{books.ledger.close_period(period("2026-03"), "me")});
    books.advance(-20 * 86'400);
    CHECK_THROWS_AS(books.reserve("a", 1), Fatal);
    books.advance(20 * 86'400);
    CHECK(books.reserve("a", 1).admitted);
    CHECK(kinds(books).empty());
}

TEST_CASE("a closing that is not true is found") {
    Books books;
    REQUIRE(bool{book(books, Booking::opening, 9'000'000, from_date(2026, 1, 1))});
    SUBCASE("a period without its checkpoints") {
        books.database.transaction("ledger", [&] {
            books.database
                .prepare("INSERT INTO period(name, from_us, to_us, closed_us, actor)"
                         " VALUES('2026-01', 0, ?1, ?1, 'x')")
                .bind(1, from_date(2026, 2, 1).micros)
                .run();
        });
        CHECK(kinds(books) == std::set<std::string>{"missing_checkpoint"});
        REQUIRE(bool{books.ledger.close_period(period("2026-01"), "me")}); // what a crash left
        CHECK(kinds(books).empty());
    }
    SUBCASE("the row of a period cannot be changed") {
        REQUIRE(bool{books.ledger.close_period(period("2026-01"), "me")});
        CHECK_THROWS_AS(books.database.execute("UPDATE period SET actor = 'x'"), Fatal);
        CHECK_THROWS_AS(books.database.execute("DELETE FROM period"), Fatal);
    }
}
