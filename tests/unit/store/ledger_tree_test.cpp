// SPDX-License-Identifier: Apache-2.0
// Wallets as a tree: every limit on the way up holds, whoever below uses it.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/ledger/spend.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace smos;
using namespace smos::store;
using store::testing::Books;
using store::testing::failed_gate;

namespace {

const std::string& reason_of(const ReserveOutcome& outcome) {
    for (const records::Gate& gate : outcome.gates)
        if (!gate.passed)
            return gate.reason;
    return outcome.gates.front().reason;
}

void spend(Books& books, const std::string& wallet, const std::string& task, Micros amount) {
    const auto reserved = books.reserve(task, amount, wallet);
    REQUIRE(reserved.admitted);
    const std::string& id = reserved.reservation->reservation_id;
    auto call = Spend::draw(books.ledger, {id, "cap", "acme", "m", "", amount, "k"});
    REQUIRE(bool{call});
    REQUIRE(bool{call->settle(amount)});
    REQUIRE(bool{books.close(id, task)});
}

Result<WalletBalance> limit(Books& books, const std::string& wallet, LimitRequest request) {
    request.wallet = wallet;
    request.actor = "test";
    return books.ledger.limit(request);
}

} // namespace

TEST_CASE("siblings share the limits of the wallet above them") {
    Books books;
    books.fund("default/ava", 100'000'000);
    books.fund("default/bea", 100'000'000);
    CHECK(books.reserve("a", 3'000'000, "default/ava").admitted);
    const auto over = books.reserve("b", 2'000'001, "default/bea");
    CHECK(failed_gate(over) == "hour_breaker");
    CHECK(reason_of(over).find("by default") != std::string::npos);
    CHECK(books.reserve("b", 2'000'000, "default/bea").admitted);
    CHECK(books.balance("default").hour_used_micros == 5'000'000);
    CHECK(books.balance("default/ava").hour_cap_of == "default");
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("another root has limits of its own") {
    Books books;
    books.fund("default/ava", 100'000'000);
    books.fund("other/ava", 100'000'000);
    CHECK(books.reserve("a", 5'000'000, "default/ava").admitted);
    CHECK(books.reserve("b", 5'000'000, "other/ava").admitted);
}

TEST_CASE("a child's own limit holds beside those above it") {
    Books books;
    books.fund("default/ava", 100'000'000);
    REQUIRE(bool{limit(books, "default/ava/spring", {.wallet = {}, .hour_cap_micros = 1'000'000})});
    CHECK(failed_gate(books.reserve("a", 1'000'001, "default/ava/spring")) == "hour_breaker");
    CHECK(books.reserve("a", 1'000'000, "default/ava/spring").admitted);
    CHECK(failed_gate(books.reserve("b", 4'000'001, "default/ava")) == "hour_breaker");
    CHECK(books.reserve("b", 4'000'000, "default/ava").admitted);
    REQUIRE(bool{limit(books,
                       "default/ava/spring",
                       {.wallet = {}, .hour_cap_micros = LimitRequest::none_micros})});
    CHECK(failed_gate(books.reserve("c", 1, "default/ava/spring")) == "hour_breaker");
}

TEST_CASE("a wallet without money of its own pays from the one above it") {
    Books books;
    books.fund("default/ava", 3'000'000);
    REQUIRE(bool{limit(books, "default/ava/spring", {})});
    spend(books, "default/ava/spring", "a", 1'000'000);
    CHECK(books.balance("default/ava").spent_micros == 1'000'000);
    CHECK(books.balance("default/ava/spring").spent_micros == 0);
    CHECK(books.balance("default/ava/spring").available_micros == 2'000'000);
    CHECK(books.balance("default/ava/spring").purse == "default/ava");
    const auto open = books.reserve("b", 500'000, "default/ava/spring");
    CHECK(open.reservation->purse == "default/ava");
    books.fund("default/ava/spring", 9'000'000); // what is open stays where it was taken from
    CHECK(books.balance("default/ava").reserved_micros == 500'000);
    REQUIRE(bool{books.close(open.reservation->reservation_id, "b", "failed")});
    CHECK(books.balance("default/ava").available_micros == 2'000'000);
    CHECK(books.balance("default/ava/spring").available_micros == 9'000'000);
    CHECK(failed_gate(books.reserve("c", 1, "default/ava/autumn")) == "wallet_exists");
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("a month's budget counts the month, and only where one is set") {
    Books books;
    books.policy.day_budget_micros = books.policy.hour_cap_micros = max_micros;
    Ledger ledger{books.database, books.policy, [&] { return books.now; }};
    books.now = from_date(2026, 1, 30);
    books.fund("default/ava", 100'000'000);
    LimitRequest month;
    month.wallet = "default/ava";
    month.month_budget_micros = 20'000'000;
    REQUIRE(bool{ledger.limit(month)});
    const auto ask = [&](const char* task, Micros amount) {
        return *ledger.reserve({"default", task, "default/ava", amount, "[]", "x"});
    };
    const auto first = ask("a", 15'000'000);
    REQUIRE(first.admitted);
    auto call = Spend::draw(
        ledger, {first.reservation->reservation_id, "cap", "acme", "m", "", 15'000'000, "k"});
    REQUIRE(bool{call->settle(15'000'000)});
    books.advance(86'400);
    CHECK(failed_gate(ask("b", 5'000'001)) == "month_budget");
    CHECK(ledger.balance("default/ava")->month_used_micros == 15'000'000);
    books.advance(86'400); // February
    CHECK(ledger.balance("default/ava")->month_used_micros == 0);
    CHECK(ask("b", 5'000'001).admitted);
}

TEST_CASE("money really spent trips the breaker, and only a reset opens it") {
    Books books;
    books.fund("default/ava", 100'000'000);
    books.fund("default/bea", 100'000'000);
    CHECK(books.ledger.switch_wallet("default", WalletSwitch::reset, "op", "x").error().code ==
          "not_tripped");
    spend(books, "default/ava", "a", 4'999'999);
    CHECK(books.balance().state == "open");
    spend(books, "default/ava", "b", 1);
    CHECK(books.balance("default").state == "tripped");
    CHECK(failed_gate(books.reserve("c", 0, "default/bea")) == "wallet_open");
    books.advance(2 * 86'400);
    const auto refused = books.reserve("c", 1, "default/bea");
    CHECK(failed_gate(refused) == "wallet_open");
    CHECK(reason_of(refused).find("smos-cfo reset default") != std::string::npos);
    REQUIRE(bool{books.ledger.switch_wallet("default", WalletSwitch::reset, "op", "looked")});
    CHECK(books.reserve("c", 1, "default/bea").admitted);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("an overrun is booked in full, above the cap, and trips") {
    Books books;
    books.fund("default/ava", 6'000'000);
    const auto reserved = books.reserve("a", 4'000'000);
    auto call =
        Spend::draw(books.ledger,
                    {reserved.reservation->reservation_id, "cap", "acme", "m", "", 4'000'000, "k"});
    REQUIRE(bool{call->settle(7'000'000)});
    const WalletBalance balance = books.balance();
    CHECK(balance.spent_micros == 7'000'000);
    CHECK(balance.owed_micros == 1'000'000);
    CHECK(balance.state == "tripped");
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("the kill switch stops reserving and paying below it") {
    Books books;
    books.fund("default/ava", 6'000'000);
    const auto reserved = books.reserve("a", 1'000'000);
    const std::string& id = reserved.reservation->reservation_id;
    REQUIRE(bool{books.ledger.switch_wallet("default", WalletSwitch::stop, "op", "alarm")});
    CHECK(failed_gate(books.reserve("b", 1)) == "kill_switch");
    CHECK(Spend::draw(books.ledger, {id, "cap", "acme", "m", "", 1, "k"}).error().code ==
          "stopped");
    CHECK(bool{Spend::draw(books.ledger, {id, "cap", "acme", "m", "", 0, "free"})});
    CHECK(books.ledger.switch_wallet("nobody", WalletSwitch::start, "op", "").error().code ==
          "unknown_wallet");
    REQUIRE(bool{books.ledger.switch_wallet("default", WalletSwitch::start, "op", "")});
    CHECK(books.ledger.switch_wallet("default", WalletSwitch::start, "op", "").error().code ==
          "not_stopped");
    CHECK(books.reserve("b", 1).admitted);
}

TEST_CASE("stopping and starting does not open a breaker that has tripped") {
    Books books;
    books.fund("default/ava", 100'000'000);
    spend(books, "default/ava", "a", 5'000'000);
    REQUIRE(books.balance("default").state == "tripped");
    const auto turn = [&](WalletSwitch what) {
        return books.ledger.switch_wallet("default", what, "op", "x");
    };
    CHECK(turn(WalletSwitch::stop)->state == "closed");
    CHECK(turn(WalletSwitch::stop)->state == "closed"); // again
    CHECK(turn(WalletSwitch::reset).error().code == "not_tripped");
    CHECK(turn(WalletSwitch::start)->state == "tripped");
    books.advance(2 * 86'400);
    CHECK(failed_gate(books.reserve("b", 1)) == "wallet_open");
    CHECK(turn(WalletSwitch::reset)->state == "open");
    CHECK(turn(WalletSwitch::stop)->state == "closed");
    CHECK(turn(WalletSwitch::start)->state == "open");
    CHECK(books.reserve("b", 1).admitted);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("limits out of range are refused") {
    Books books;
    for (const Micros wrong : {Micros{-2}, max_micros + 1})
        CHECK(limit(books, "default", {.wallet = {}, .hour_cap_micros = wrong}).error().code ==
              "bad_amount");
    CHECK(limit(books, "a b", {}).error().code == "bad_wallet_name");
    REQUIRE(bool{limit(books, "default", {.wallet = {}, .hour_cap_micros = 0})});
    books.fund("default/ava", 1'000'000);
    CHECK(failed_gate(books.reserve("a", 1)) == "hour_breaker");
}

TEST_CASE("many in one commit: all of it or nothing") {
    Books books;
    books.fund("default/ava", 3'000'000);
    books.ledger.together([&] {
        for (int i = 0; i < 50; ++i)
            REQUIRE(books.reserve("t" + std::to_string(i), 60'000).admitted);
        CHECK(failed_gate(books.reserve("one more", 1)) == "balance");
        CHECK(books.reserve("t7", 60'000).replayed);
    });
    CHECK(books.balance().reserved_micros == 3'000'000);
    const auto before = books.ledger.heads();
    CHECK_THROWS(books.ledger.together([&] {
        REQUIRE(bool{books.close(books.ledger.reserve({"default", "t1", "default/ava", 60'000})
                                     ->reservation->reservation_id,
                                 "t1",
                                 "failed")});
        throw std::runtime_error("power cut");
    }));
    CHECK(books.ledger.heads().front().hash == before.front().hash);
    CHECK(books.balance().reserved_micros == 3'000'000);
    CHECK(books.ledger.verify().findings.empty());
    CHECK(books.reserve("t1", 60'000).replayed);
}

TEST_CASE("one commit that holds money of several paths") {
    Books books;
    for (const char* wallet : {"default/ava", "default/ava/spring", "default/bea", "other/ava/x/y"})
        books.fund(wallet, 9'000'000'000);
    Ledger ledger{books.database, {max_micros, max_micros}, [&] { return books.now; }};
    const auto reserve = [&](const char* task, Micros amount, const char* wallet) {
        return ledger.reserve({"default", task, wallet, amount, "[]", "test"})->admitted;
    };
    // The same second, so that nothing but the held sums is written.
    REQUIRE(reserve("before", 1, "other/ava/x/y"));
    REQUIRE(reserve("before that", 1, "default/bea"));
    REQUIRE(reserve("and before", 1, "default/ava/spring"));
    ledger.together([&] {
        REQUIRE(reserve("a", 3'000'000'000, "default/ava"));
        REQUIRE(reserve("b", 20, "default/ava/spring"));
        REQUIRE(reserve("c", 3'000'000'000, "default/bea"));
        REQUIRE(reserve("d", 4'000'000'000, "other/ava/x/y"));
        REQUIRE(reserve("e", 5, "default/ava/spring"));
    });
    CHECK(books.balance("default").hour_used_micros == 6'000'000'027);
    CHECK(books.balance("default/ava").reserved_micros == 3'000'000'000);
    CHECK(books.balance("default/ava/spring").reserved_micros == 26);
    CHECK(books.balance("default/bea").reserved_micros == 3'000'000'001);
    CHECK(books.balance("other/ava/x/y").reserved_micros == 4'000'000'001);
    CHECK(books.balance("other").hour_used_micros == 4'000'000'001);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("a task's second round is all right to a verification") {
    Books books;
    books.fund("default/ava", 1000);
    books.fund("other", 1000);
    const auto first = books.reserve("a", 10);
    REQUIRE(bool{books.close(first.reservation->reservation_id, "a", "failed", true)});
    const auto second = books.reserve("a", 10, "other"); // in a chain that is shorter
    REQUIRE(second.reservation->round == 2);
    REQUIRE(bool{books.close(second.reservation->reservation_id, "a", "failed", true)});
    REQUIRE(books.reserve("a", 10).reservation->round == 3);
    CHECK(books.ledger.verify({}).findings.empty());
}
