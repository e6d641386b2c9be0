// SPDX-License-Identifier: Apache-2.0
// The ledger from outside: gates at their edges, idempotence, windows, closing.
#include "tests/unit/store/temporary_state.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace smos;
using namespace smos::store;
using store::testing::Books;
using store::testing::failed_gate;

TEST_CASE("a wallet exists only once funded, and funding is idempotent by key") {
    Books books;
    CHECK_FALSE(books.ledger.balance("default/ava").has_value());
    CHECK(failed_gate(books.reserve("t", 0)) == "wallet_exists");
    CHECK(books.ledger.fund({"default/ava", 1'000'000, "k", false, "x"})->booked);
    CHECK_FALSE(books.ledger.fund({"default/ava", 1'000'000, "k", false, "x"})->booked);
    CHECK(books.ledger.fund({"default/ava", 2'000'000, "k", false, "x"}).error().code ==
          "key_reused");
    CHECK(books.ledger.fund({"default/bea", 1'000'000, "k", false, "x"}).error().code ==
          "key_reused");
    CHECK_FALSE(books.ledger.fund({"default/ava", 9'000'000, "other", true, "x"})->booked);
    CHECK(books.balance().funded_micros == 1'000'000);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("amounts and names out of range are refused") {
    Books books;
    for (const Micros amount : {Micros{0},
                                Micros{-1},
                                max_micros + 1,
                                std::numeric_limits<Micros>::max(),
                                std::numeric_limits<Micros>::min()})
        CHECK(books.ledger.fund({"default/ava", amount, "", false, "x"}).error().code ==
              "bad_amount");
    for (const char* name :
         {"", "/", "a/", "/a", "a//b", "a/../b", "a b", "a\nb", "é", "a/b/c/d/e"})
        CHECK(books.ledger.fund({name, 1, "", false, "x"}).error().code == "bad_wallet_name");
    books.fund("default/ava", max_micros);
    CHECK(books.ledger.fund({"default/ava", 1, "", false, "x"}).error().code == "bad_amount");
    CHECK(failed_gate(books.reserve("t", -1)) == "amount");
    CHECK(failed_gate(books.reserve("t", max_micros + 1)) == "amount");
    CHECK(failed_gate(books.reserve("t", std::numeric_limits<Micros>::min())) == "amount");
    CHECK(failed_gate(books.reserve("t", max_micros)) == "hour_breaker");
    CHECK(books.ledger.reserve({"default", "", "default/ava", 1, "[]", "x"}).error().code ==
          "no_task");
}

TEST_CASE("the balance gate holds at its edge, and nothing goes below zero") {
    Books books;
    books.fund("default/ava", 1'000'000);
    CHECK(failed_gate(books.reserve("big", 1'000'001)) == "balance");
    CHECK(books.reserve("all", 1'000'000).admitted);
    CHECK(books.balance().available_micros == 0);
    CHECK(failed_gate(books.reserve("more", 1)) == "balance");
    CHECK(books.reserve("free", 0).admitted);
}

TEST_CASE("the hour breaker lets exactly five dollars pass") {
    Books books;
    books.fund("default/ava", 100'000'000);
    CHECK(failed_gate(books.reserve("over", 5'000'001)) == "hour_breaker");
    CHECK(books.reserve("edge", 5'000'000).admitted);
    CHECK(failed_gate(books.reserve("micro", 1)) == "hour_breaker");
}

TEST_CASE("open reservations of any age count in the hour, posted money for an hour") {
    Books books;
    books.policy.reservation_seconds = 1'000'000;
    Ledger ledger{books.database, books.policy, [&] { return books.now; }};
    books.fund("default/ava", 100'000'000);
    const auto first = *ledger.reserve({"default", "a", "default/ava", 5'000'000, "[]", "x"});
    books.advance(7200);
    CHECK(failed_gate(books.reserve("b", 1)) == "hour_breaker");
    REQUIRE(books.close(first.reservation->reservation_id, "a", "failed"));
    CHECK(books.reserve("b", 1).admitted);
}

TEST_CASE("the day budget counts what is open and what was posted today in UTC") {
    Books books;
    books.policy.hour_cap_micros = 1'000'000'000;
    Ledger ledger{books.database, books.policy, [&] { return books.now; }};
    books.fund("default/ava", 100'000'000);
    const auto ask = [&](const char* task, Micros amount) {
        return *ledger.reserve({"default", task, "default/ava", amount, "[]", "x"});
    };
    CHECK(failed_gate(ask("over", 10'000'001)) == "day_budget");
    CHECK(ask("edge", 10'000'000).admitted);
    CHECK(failed_gate(ask("more", 1)) == "day_budget");
}

TEST_CASE("a task reserves once: the same request is replayed, another is refused") {
    Books books;
    books.fund("default/ava", 3'000'000);
    books.fund("default/bea", 3'000'000);
    const auto first = books.reserve("t", 500'000);
    const auto again = books.reserve("t", 500'000);
    REQUIRE(first.admitted);
    REQUIRE(again.admitted);
    CHECK(again.replayed);
    CHECK(again.reservation->reservation_id == first.reservation->reservation_id);
    CHECK(again.reservation->opened.hash == first.reservation->opened.hash);
    CHECK(again.gates.size() == first.gates.size());
    CHECK(failed_gate(books.reserve("t", 500'001)) == "task_unique");
    CHECK(failed_gate(books.reserve("t", 500'000, "default/bea")) == "task_unique");
    CHECK(books.balance().reserved_micros == 500'000);
    const auto other_tenant =
        *books.ledger.reserve({"other", "t", "default/ava", 500'000, "[]", "x"});
    CHECK(other_tenant.reservation->reservation_id != first.reservation->reservation_id);
}

TEST_CASE("what was published stays reserved once, what failed may reserve again") {
    Books books;
    books.fund("default/ava", 3'000'000);
    const auto published = books.reserve("done", 100);
    REQUIRE(books.close(published.reservation->reservation_id, "done"));
    CHECK(books.reserve("done", 100).replayed);
    const auto failed = books.reserve("lost", 100);
    REQUIRE(books.close(failed.reservation->reservation_id, "lost", "failed"));
    const auto again = books.reserve("lost", 100);
    CHECK(again.admitted);
    CHECK_FALSE(again.replayed);
    CHECK(again.reservation->round == 2);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("closing is idempotent and bound to its task") {
    Books books;
    books.fund("default/ava", 3'000'000);
    const std::string id = books.reserve("t", 700'000).reservation->reservation_id;
    CHECK(books.close("nothing", "t").error().code == "unknown_reservation");
    CHECK(books.close(id, "another").error().code == "other_task");
    const auto closed = books.close(id, "t");
    REQUIRE(closed);
    CHECK(closed->state == "settled");
    CHECK(books.balance().available_micros == 3'000'000);
    CHECK(books.close(id, "t")->closed->hash == closed->closed->hash);
    CHECK(books.close(id, "t", "published", true).error().code == "closed_otherwise");
    CHECK(books.balance().available_micros == 3'000'000);
    const std::string other = books.reserve("u", 700'000).reservation->reservation_id;
    CHECK(books.close(other, "u", "approved", true)->state == "released");
}

TEST_CASE("a reservation past its time gives itself back") {
    Books books;
    books.fund("default/ava", 1'000'000);
    const auto first = books.reserve("t", 1'000'000);
    books.advance(86'400);
    const auto second = books.reserve("u", 1'000'000);
    CHECK(second.admitted);
    CHECK(books.ledger.reservation(first.reservation->reservation_id)->state == "expired");
    CHECK(books.close(first.reservation->reservation_id, "t")->state == "expired");
    CHECK(books.reserve("t", 0).reservation->round == 2);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("a clock set back reopens no window") {
    Books books;
    books.fund("default/ava", 100'000'000);
    const auto first = books.reserve("a", 5'000'000);
    books.advance(-86'400 * 3);
    CHECK(failed_gate(books.reserve("b", 1)) == "hour_breaker");
    CHECK(books.balance().hour_used_micros == 5'000'000);
}
