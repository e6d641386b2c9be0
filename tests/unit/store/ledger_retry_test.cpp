// SPDX-License-Identifier: Apache-2.0
// What a client does after a commit whose outcome it does not know: the same again.
#include "tests/model/faulty_engine.hpp"
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/engine/sqlite_engine.hpp"
#include "libsmos/store/ledger/spend.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::store;
using model::Fault;
using store::testing::failed_gate;

namespace {

struct Shaky {
    model::Armed armed;
    Database database{std::make_unique<model::FaultyEngine>(
        open_sqlite("retry.db", OpenMode::scratch_copy), armed)};
    Instant now = from_date(2026, 3, 1);
    Ledger ledger{database, {}, [this] { return now; }};

    template <typename Work>
    void failing(Fault fault, Work&& work) {
        armed = {fault, 0, false, 0};
        CHECK_THROWS_AS(static_cast<void>(work()), Fatal);
        CHECK(armed.fired);
    }
    ReserveOutcome reserve(const std::string& task, Micros amount, const std::string& lines) {
        return *ledger.reserve({"default", task, "default/ava", amount, lines, "test", {}});
    }
    Result<Spend> draw(const std::string& id) {
        return Spend::draw(ledger, {id, "cap", "acme", "m", "", 400'000, "k"});
    }
};

} // namespace

TEST_CASE("a ledger whose first commit was lost begins again with an identity that is stored") {
    Shaky books;
    const FundRequest request{"default/ava", 4'000'000, "k", false, "test"};
    books.failing(Fault::before_commit, [&] { return books.ledger.fund(request); });
    CHECK(books.ledger.fund(request)->booked);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("a draw whose answer was lost is no call: it costs nothing and is drawn again") {
    for (const Fault fault : {Fault::before_commit, Fault::after_commit}) {
        Shaky books;
        REQUIRE(bool{books.ledger.fund({"default/ava", 4'000'000, "k", false, "test"})});
        const std::string id = books.reserve("t", 1'000'000, "[]").reservation->reservation_id;
        books.failing(fault, [&] { return books.draw(id); });
        CHECK(books.ledger.reservation(id)->drawn_micros == 0);
        auto again = books.draw(id);
        REQUIRE(bool{again});
        CHECK(bool{again->settle(300'000)});
        CHECK(books.ledger.reservation(id)->spent_micros == 300'000);
        CHECK(books.ledger.verify().findings.empty());
    }
}

TEST_CASE("a call whose settling was not heard is settled once by the same again") {
    for (const Fault fault : {Fault::before_commit, Fault::after_commit}) {
        Shaky books;
        REQUIRE(bool{books.ledger.fund({"default/ava", 4'000'000, "k", false, "test"})});
        const std::string id = books.reserve("t", 1'000'000, "[]").reservation->reservation_id;
        auto call = books.draw(id);
        REQUIRE(bool{call});
        books.failing(fault, [&] { return call->settle(250'000, "cas:1"); });
        CHECK(bool{call->settle(250'000, "cas:1")});
        CHECK(books.ledger.reservation(id)->spent_micros == 250'000);
    }
}

TEST_CASE("what is spent with a provider counts at once, in the same commit") {
    Shaky books;
    REQUIRE(bool{books.ledger.fund({"default/ava", 4'000'000, "k", false, "test"})});
    LimitRequest limit;
    limit.wallet = "default/ava";
    limit.provider_budgets_micros["acme"] = 1'000'000;
    REQUIRE(bool{books.ledger.limit(limit)});
    const std::string lines = R"([{"capability":"cap","provider":"acme","micros":300000}])";
    books.ledger.together([&] {
        const BookRequest bill{Booking::cost, "default/ava", 800'000, "acme", "b", "test", ""};
        REQUIRE(bool{books.ledger.book(bill)});
        CHECK(failed_gate(books.reserve("t", 300'000, lines)) == "provider_budget");
    });
}

TEST_CASE("a provider's limit costs the same with many open reservations, and is verified") {
    Shaky books;
    REQUIRE(bool{books.ledger.fund({"default/ava", 4'000'000, "k", false, "test"})});
    const std::string lines = R"([{"capability":"cap","provider":"acme","micros":100}])";
    CHECK(books.reserve("before", 100, lines).admitted);
    LimitRequest limit;
    limit.wallet = "default";
    limit.provider_budgets_micros["acme"] = 20'100;
    REQUIRE(bool{books.ledger.limit(limit)});
    CHECK(books.reserve("first", 100, lines).admitted); // begins the total
    const auto price = [&](const std::string& task) {
        books.armed.seen = 0;
        CHECK(books.reserve(task, 100, lines).admitted);
        return books.armed.seen;
    };
    const std::size_t alone = price("alone");
    for (int i = 3; i < 200; ++i)
        CHECK(books.reserve("t" + std::to_string(i), 100, lines).admitted);
    CHECK(price("late") == alone);
    CHECK(failed_gate(books.reserve("over", 101, R"([{"provider":"acme","micros":101}])")) ==
          "provider_budget");
    CHECK(books.ledger.verify().findings.empty());
    books.database.execute("UPDATE provider_limit SET held = held - 1");
    REQUIRE(books.ledger.verify().findings.size() == 1);
    CHECK(books.ledger.verify().findings[0].chain == "default");
}
