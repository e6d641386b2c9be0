// SPDX-License-Identifier: Apache-2.0
// The queue and the ledger in one transaction: money of what dies, and of what goes on.
#include "tests/unit/store/queue_state.hpp"

#include "libsmos/store/ledger/spend.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::store;
using store::testing::code_of;
using store::testing::QueueState;

namespace {

struct PaidState : QueueState {
    Ledger ledger{database, {}, [this] { return moment.wall; }};

    PaidState() { REQUIRE(ledger.fund({"default/ava", 1'000'000, {}, false, "test"})); }

    /// A production in the queue that holds `amount`.
    std::string put_reserved(const std::string& task, Micros amount) {
        const auto outcome = ledger.reserve(
            {"default",
             task,
             "default/ava",
             amount,
             R"([{"capability":"c","provider":"acme","micros":)" + std::to_string(amount) + "}]",
             "test"});
        REQUIRE(outcome);
        REQUIRE(outcome->admitted);
        const std::string id = outcome->reservation->reservation_id;
        NewProduction made;
        made.task_id = task;
        made.record = R"({"task_id":")" + task + R"(","cfo":{"tool":"smos-cfo","version":"1",)" +
                      R"("at":"2026-01-01T00:00:00Z","elapsed_ms":0,"wallet":"default/ava",)" +
                      R"("reservation_id":")" + id + R"(","state":"pending","gates":[],)" +
                      R"("spends":[]}})";
        put(made);
        return id;
    }
    WalletBalance balance() { return *ledger.balance("default/ava"); }
    Reservation reservation(const std::string& id) { return *ledger.reservation(id); }
    void check_books() { CHECK(ledger.verify().findings.empty()); }

    Spend draw(const std::string& id, Micros ceiling) {
        SpendRequest request;
        request.reservation_id = id;
        request.ceiling_micros = ceiling;
        request.capability = "c";
        request.provider = "acme";
        request.model = "m";
        request.spend_key = "k";
        auto spend = Spend::draw(ledger, request);
        REQUIRE(spend);
        return *std::move(spend);
    }
};

} // namespace

TEST_CASE("what dies gives its money back, what it spent stays booked") {
    PaidState state;
    const std::string id = state.put_reserved("a", 50'000);
    {
        Spend spend = state.draw(id, 20'000);
        REQUIRE(spend.settle(15'000, "{}"));
    }
    const Lease lease = state.take();
    REQUIRE(state.queue.fail(lease, {"x", "x", {}, {}, true}, {}, state.random));
    CHECK(state.reservation(id).state == "pending"); // it is tried again
    state.advance(3600);
    REQUIRE(state.queue.fail(state.take(), {"x", "x", {}, {}, false}, {}, state.random));
    CHECK(state.state("a") == ProductionState::dead);
    CHECK(state.reservation(id).state == "settled");
    CHECK(state.reservation(id).outcome == "dead");
    CHECK(state.balance().reserved_micros == 0);
    CHECK(state.balance().spent_micros == 15'000);
    state.check_books();
}

TEST_CASE("a call in flight is settled in full when its production is cancelled") {
    PaidState state;
    const std::string id = state.put_reserved("a", 50'000);
    state.take();
    Spend spend = state.draw(id, 20'000);
    REQUIRE(state.desk.cancel(state.edit("a")));
    CHECK(state.reservation(id).state == "settled");
    CHECK(state.balance().spent_micros == 20'000);
    CHECK(state.balance().reserved_micros == 0);
    CHECK(code_of(spend.settle(5'000, "{}")) == "not_open");
    CHECK(state.balance().spent_micros == 20'000);
    state.check_books();
}

TEST_CASE("quarantine gives the money back, by a crash and by the reaper") {
    PaidState state;
    const std::string crashed = state.put_reserved("a", 10'000);
    for (int i = 0; i < 3; ++i) {
        state.advance(3600);
        REQUIRE(state.queue.crash(state.take(), "signal 9", {}, state.random));
    }
    CHECK(state.reservation(crashed).state == "released");
    const std::string lapsed = state.put_reserved("b", 10'000);
    for (int i = 0; i < 3; ++i) {
        state.take();
        CHECK(state.reservation(lapsed).state == "pending");
        state.advance(61);
        state.queue.reap("reaper");
    }
    CHECK(state.state("b") == ProductionState::quarantined);
    CHECK(state.reservation(lapsed).state == "released");
    CHECK(state.balance().reserved_micros == 0);
    state.check_books();
}

TEST_CASE("approval reserves again what was not spent, or is refused with the gate") {
    PaidState state;
    const std::string id = state.put_reserved("a", 50'000);
    {
        Spend spend = state.draw(id, 20'000);
        REQUIRE(spend.settle(20'000, "{}"));
    }
    const Lease lease = state.take();
    REQUIRE(state.ledger.close({id, "default", "a", false, "review", "test"}));
    REQUIRE(state.queue.enter_review(
        lease, state.show("a").record, "publish", Instant{state.moment.wall.micros + 1}));
    LimitRequest limit;
    limit.wallet = "default/ava";
    limit.day_budget_micros = 40'000; // 20,000 were spent, 30,000 are asked
    REQUIRE(state.ledger.limit(limit));
    const Production before = state.show("a");
    const auto refused = state.desk.approve(state.edit("a"));
    CHECK(code_of(refused) == "refused");
    CHECK(refused.error().message.find("day_budget") != std::string::npos);
    CHECK(state.state("a") == ProductionState::review);
    CHECK(state.show("a").state_version == before.state_version);
    CHECK(state.balance().reserved_micros == 0);
    limit.day_budget_micros = 50'000;
    REQUIRE(state.ledger.limit(limit));
    const auto approved = state.desk.approve(state.edit("a"));
    REQUIRE(approved);
    CHECK(approved->state == ProductionState::queued);
    CHECK(state.balance().reserved_micros == 30'000);
    CHECK(approved->record.find(id) == std::string::npos);
    CHECK(approved->record.find("\"state\":\"pending\"") != std::string::npos);
    state.check_books();
}

TEST_CASE("a refused edit leaves no reservation behind") {
    PaidState state;
    const std::string id = state.put_reserved("a", 50'000);
    REQUIRE(state.queue.fail(state.take(), {"x", "x", {}, {}, false}, {}, state.random));
    Edit stale = state.edit("a");
    --stale.state_version;
    CHECK(code_of(state.desk.retry(stale)) == "conflict");
    CHECK(code_of(state.desk.approve(state.edit("a"))) == "wrong_state");
    CHECK(state.balance().reserved_micros == 0);
    REQUIRE(state.desk.retry(state.edit("a")));
    CHECK(state.balance().reserved_micros == 50'000);
    state.check_books();
}

TEST_CASE("what a person rejects holds no money") {
    PaidState state;
    const std::string id = state.put_reserved("a", 300'000);
    const Production leased = state.claim(1).at(0);
    const Instant until{state.moment.wall.micros + 3'600'000'000};
    REQUIRE(
        state.queue.enter_review({leased.id, leased.lease_token}, leased.record, "publish", until));
    REQUIRE(state.desk.reject(state.edit("a")));
    CHECK(state.reservation(id).state == "released");
    CHECK(state.balance().available_micros == 1'000'000);
    state.check_books();
}

TEST_CASE("a call whose outcome nobody knows is asked again only when somebody says so") {
    PaidState state;
    const std::string id = state.put_reserved("a", 300'000);
    state.take();
    { const Spend lost = state.draw(id, 40'000); }
    REQUIRE(state.desk.cancel(state.edit("a")));
    CHECK(code_of(state.desk.retry(state.edit("a"))) == "in_doubt");
    const Requeued all = state.desk.requeue(ProductionState::cancelled, "ann");
    CHECK(all.retried == 0);
    CHECK(all.in_doubt == 1);
    CHECK(state.desk.retry(state.edit("a"), Doubts::asked_again));
    CHECK(state.balance().reserved_micros == 260'000);
    state.check_books();
}
