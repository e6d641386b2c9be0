// SPDX-License-Identifier: Apache-2.0
// Openings, credits, refunds and bills; and the return that a wallet may ask for.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/ledger/spend.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace smos;
using namespace smos::store;
using store::testing::Books;
using store::testing::failed_gate;

namespace {

Result<Funding> book(Books& books,
                     Booking kind,
                     Micros amount,
                     const std::string& provider = {},
                     const std::string& key = {},
                     const std::string& wallet = "default/ava") {
    return books.ledger.book({kind, wallet, amount, provider, key, "test", "because"});
}

} // namespace

TEST_CASE("openings and credits are money, refunds give back what was spent") {
    Books books;
    REQUIRE(bool{book(books, Booking::opening, 2'000'000)});
    REQUIRE(bool{book(books, Booking::credit, 500'000)});
    CHECK(books.balance().available_micros == 2'500'000);
    REQUIRE(bool{book(books, Booking::cost, 1'000'000, "acme")});
    CHECK(books.balance().spent_micros == 1'000'000);
    CHECK(books.balance().hour_used_micros == 1'000'000);
    CHECK(book(books, Booking::refund, 1'000'001, "acme").error().code == "bad_amount");
    REQUIRE(bool{book(books, Booking::refund, 400'000, "acme")});
    CHECK(books.balance().available_micros == 1'900'000);
    CHECK(books.balance().hour_used_micros == 1'000'000); // the window stays shut
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("a bill above the purse is owed, counts in full and trips the breaker") {
    Books books;
    books.fund("default/ava", 1'000'000);
    REQUIRE(bool{book(books, Booking::cost, 5'000'000, "acme")});
    const WalletBalance balance = books.balance();
    CHECK(balance.spent_micros == 5'000'000);
    CHECK(balance.owed_micros == 4'000'000);
    CHECK(balance.state == "tripped");
    CHECK(books.ledger.verify().findings.empty());
    books.fund("default/ava", 4'500'000);
    CHECK(books.balance().owed_micros == 0);
    CHECK(books.balance().available_micros == 500'000);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("a booking's key is used once") {
    Books books;
    books.fund("default/ava", 9'000'000);
    CHECK(book(books, Booking::cost, 100, "acme", "march")->booked);
    CHECK_FALSE(book(books, Booking::cost, 100, "acme", "march")->booked);
    CHECK(book(books, Booking::cost, 100, "other", "march").error().code == "key_reused");
    CHECK(book(books, Booking::cost, 101, "acme", "march").error().code == "key_reused");
    CHECK(book(books, Booking::refund, 100, "acme", "march")->booked); // keys are a kind's own
    CHECK(book(books, Booking::credit, 100, "", "c")->booked);
    CHECK(book(books, Booking::credit, 101, "", "c").error().code == "key_reused");
    CHECK(books.balance().spent_micros == 0);
}

TEST_CASE("bookings out of range are refused") {
    Books books;
    books.fund("default/ava", 1'000'000);
    for (const Micros wrong : {Micros{0},
                               Micros{-1},
                               max_micros + 1,
                               std::numeric_limits<Micros>::max(),
                               std::numeric_limits<Micros>::min()})
        CHECK(book(books, Booking::credit, wrong).error().code == "bad_amount");
    CHECK(book(books, Booking::credit, max_micros).error().code == "bad_amount");
    CHECK(book(books, Booking::cost, 1).error().code == "bad_provider");
    CHECK(book(books, Booking::cost, 1, "Bad Name\n").error().code == "bad_provider");
    CHECK(book(books, Booking::credit, 1, "acme").error().code == "bad_provider");
    CHECK(book(books, Booking::credit, 1, "", "", "nobody").error().code == "unknown_wallet");
    CHECK(book(books, Booking::credit, 1, "", "", "a b").error().code == "bad_wallet_name");
}

TEST_CASE("a wallet may ask for a return") {
    Books books;
    books.fund("default/ava", 9'000'000);
    LimitRequest wish;
    wish.wallet = "default";
    wish.least_return_percent = 150;
    REQUIRE(bool{books.ledger.limit(wish)});
    const auto ask = [&](const char* task, Micros amount, std::optional<Micros> value) {
        ReserveRequest request{"default", task, "default/ava", amount, "[]", "test", value};
        return *books.ledger.reserve(request);
    };
    CHECK(failed_gate(ask("a", 1'000'001, {})) == "roi");
    CHECK(failed_gate(ask("a", 1'000'001, 1'500'001)) == "roi");
    CHECK(ask("a", 1'000'001, 1'500'002).admitted);
    wish.least_return_percent = LimitRequest::none_micros;
    REQUIRE(bool{books.ledger.limit(wish)});
    CHECK(ask("b", 1, {}).admitted);
    wish.least_return_percent = 1'000'001;
    CHECK(books.ledger.limit(wish).error().code == "bad_amount");
}

TEST_CASE("a provider's month: what is spent and what is held, on the way up") {
    Books books;
    books.now = from_date(2026, 1, 31);
    books.fund("default/ava", 9'000'000);
    LimitRequest wish;
    wish.wallet = "default";
    wish.provider_budgets_micros = {{"acme", 1'000'000}};
    REQUIRE(bool{books.ledger.limit(wish)});
    const auto ask = [&](const char* task, Micros acme, Micros other) {
        const std::string lines = R"([{"provider":"acme","micros":)" + std::to_string(acme) +
                                  R"(},{"provider":"other","micros":)" + std::to_string(other) +
                                  "}]";
        return *books.ledger.reserve(
            {"default", task, "default/ava", acme + other, lines, "t", {}});
    };
    CHECK(failed_gate(ask("a", 1'000'001, 0)) == "provider_budget");
    const auto held = ask("a", 600'000, 500'000);
    REQUIRE(held.admitted);
    CHECK(failed_gate(ask("b", 400'001, 0)) == "provider_budget");
    CHECK(ask("c", 0, 2'000'000).admitted);
    const std::string& id = held.reservation->reservation_id;
    auto call = Spend::draw(books.ledger, {id, "cap", "acme", "m", "", 600'000, "k"});
    REQUIRE(bool{call->settle(200'000)});
    CHECK(failed_gate(ask("b", 400'001, 0)) == "provider_budget"); // 0.2 spent, 0.4 still held
    REQUIRE(bool{books.close(id, "a", "failed")});
    CHECK(failed_gate(ask("b", 800'001, 0)) == "provider_budget");
    const auto rest = ask("b", 800'000, 200'001);
    REQUIRE(rest.admitted);
    CHECK(Spend::draw(books.ledger,
                      {rest.reservation->reservation_id, "cap", "acme", "m", "", 800'001, "k"})
              .error()
              .code == "provider_budget");
    books.advance(86'400); // another month
    CHECK(ask("d", 1, 0).admitted);
    wish.provider_budgets_micros = {{"acme", LimitRequest::none_micros}};
    REQUIRE(bool{books.ledger.limit(wish)});
    CHECK(ask("e", 1'000'001, 0).admitted);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("whatever money comes in pays a debt first") {
    Books books;
    books.fund("default/ava", 1'000'000);
    REQUIRE(bool{book(books, Booking::cost, 4'000'000, "acme")});
    CHECK(books.balance().owed_micros == 3'000'000);
    REQUIRE(bool{book(books, Booking::credit, 500'000)});
    CHECK(books.balance().owed_micros == 2'500'000);
    CHECK(books.balance().available_micros == 0);
    REQUIRE(bool{book(books, Booking::refund, 1'000'000, "acme")});
    CHECK(books.balance().owed_micros == 1'500'000);
    CHECK(books.balance().available_micros == 0);
    REQUIRE(bool{book(books, Booking::opening, 2'000'000)});
    CHECK(books.balance().owed_micros == 0);
    CHECK(books.balance().available_micros == 500'000);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("keys of fundings and of credits that pay a debt do not meet") {
    Books books;
    books.fund("default/ava", 1'000'000);
    REQUIRE(bool{book(books, Booking::cost, 4'000'000, "acme")});
    REQUIRE(bool{books.ledger.fund({"default/ava", 1'000'000, "credit:k", false, "test"})});
    REQUIRE(bool{book(books, Booking::credit, 1'000'000, "", "k")});
    CHECK(books.balance().owed_micros == 1'000'000);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("a provider gives back what it was paid at most") {
    Books books;
    books.fund("default/ava", 3'000'000);
    REQUIRE(bool{book(books, Booking::cost, 1'000'000, "acme")});
    REQUIRE(bool{book(books, Booking::cost, 500'000, "other")});
    CHECK(book(books, Booking::refund, 1, "nobody").error().code == "bad_amount");
    CHECK(book(books, Booking::refund, 500'001, "other").error().code == "bad_amount");
    CHECK(bool{book(books, Booking::refund, 500'000, "other")});
}

TEST_CASE("calls of one provider that have no answer yet count in its month") {
    Books books;
    books.fund("default/ava", 3'000'000);
    LimitRequest wish;
    wish.wallet = "default";
    wish.provider_budgets_micros = {{"acme", 100'000}};
    REQUIRE(bool{books.ledger.limit(wish)});
    const auto draw = [&](const char* task) { // their estimates name no provider
        const auto held = books.reserve(task, 60'000);
        REQUIRE(held.admitted);
        return Spend::draw(
            books.ledger,
            {held.reservation->reservation_id, "c", "acme", "painter-2", "", 60'000, "k"});
    };
    auto first = draw("a");
    REQUIRE(first);
    CHECK(draw("b").error().code == "provider_budget");
    REQUIRE(bool{first->settle(40'000)});
    CHECK(bool{draw("c")});
}

TEST_CASE("what a tenant committed to a capability counts what others still hold") {
    Books books;
    books.fund("default/ava", 3'000'000);
    const auto reserve = [&](const char* task) {
        return *books.ledger.reserve({"default",
                                      task,
                                      "default/ava",
                                      60'000,
                                      R"([{"capability":"c","provider":"acme","micros":60000}])",
                                      "test"});
    };
    CHECK(books.ledger.committed_today("default", "c", "") == 0);
    const auto held = reserve("a");
    reserve("b");
    CHECK(books.ledger.committed_today("default", "c", "") == 120'000);
    CHECK(books.ledger.committed_today("default", "c", "b") == 60'000);
    CHECK(books.ledger.committed_today("other", "c", "") == 0);
    auto call = Spend::draw(books.ledger,
                            {held.reservation->reservation_id, "c", "acme", "m", "", 50'000, "k"});
    REQUIRE(call);
    CHECK(books.ledger.committed_today("default", "c", "") == 120'000);
    REQUIRE(bool{call->settle(20'000)});
    CHECK(books.ledger.committed_today("default", "c", "") == 120'000);
    REQUIRE(bool{books.close(held.reservation->reservation_id, "a")});
    CHECK(books.ledger.committed_today("default", "c", "") == 80'000);
}
