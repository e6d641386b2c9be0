// SPDX-License-Identifier: Apache-2.0
// The queue: leases, what is written under them, and how they are lost.
#include "tests/unit/store/queue_state.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::store;
using store::testing::code_of;
using store::testing::QueueState;
using store::testing::second_us;
using Tasks = std::vector<std::string>;

namespace {

const Error passing{"net_down", "no route", "host", "", true};
const Error final_error{"bad_plan", "no prompt", "plan", "", false};

/// Every write that a worker can make, under a lease that is not its own.
void check_all_lost(QueueState& state, const Lease& lease) {
    CHECK(code_of(state.queue.extend(lease, second_us)) == "lost_lease");
    CHECK(code_of(state.queue.store_output(lease, {"plan", "h", "{}", "cfo"})) == "lost_lease");
    CHECK(code_of(state.queue.complete(lease, "{}")) == "lost_lease");
    CHECK(state.queue.complete_many({{lease, "{}"}}) ==
          std::vector<std::int64_t>{lease.production_id});
    CHECK(code_of(state.queue.fail(lease, passing, {}, state.random)) == "lost_lease");
    CHECK(code_of(state.queue.crash(lease, "killed", {}, state.random)) == "lost_lease");
    CHECK(code_of(state.queue.release(lease)) == "lost_lease");
    CHECK(code_of(state.queue.enter_review(lease, "{}", "publish", state.moment.wall)) ==
          "lost_lease");
    CHECK_FALSE(Queue::holds(state.database, lease));
    CHECK_FALSE(state.queue.output_of(lease.production_id, "plan", "h"));
}

} // namespace

TEST_CASE("a lease that another has, that ended, or that never was writes nothing") {
    QueueState state;
    state.put("a");
    const Lease first = state.take("one");
    CHECK(Queue::holds(state.database, first));
    state.advance(61);
    CHECK(state.queue.reap("reaper").requeued == 1);
    check_all_lost(state, first); // nobody has it
    const Lease second = state.take("two");
    CHECK(second.token > first.token);
    const Production before = state.show("a");
    check_all_lost(state, first); // another has it
    check_all_lost(state, {first.production_id, second.token + 1});
    check_all_lost(state, {first.production_id + 99, second.token});
    CHECK(state.show("a").state_version == before.state_version);
    REQUIRE(state.queue.complete(second, "{\"done\":1}"));
    check_all_lost(state, second);
    CHECK(state.show("a").record == "{\"done\":1}");
}

TEST_CASE("heartbeats keep a long job: it runs once") {
    QueueState state;
    state.put("a");
    const Lease lease = state.take();
    for (int i = 0; i < 30; ++i) {
        state.advance(20);
        CHECK(state.queue.reap("reaper").requeued == 0);
        REQUIRE(state.queue.extend(lease, 60 * second_us));
    }
    CHECK(state.claim(1, "other").empty());
    CHECK(state.show("a").crashes == 0);
    REQUIRE(state.queue.complete(lease, "{}"));
}

TEST_CASE("a lease that lapsed is its worker's until somebody takes it") {
    QueueState state;
    state.put("a");
    const Lease lease = state.take();
    state.advance(3600);
    REQUIRE(state.queue.extend(lease, 60 * second_us));
    CHECK(state.queue.reap("reaper").requeued == 0);
}

TEST_CASE("a wall clock that is set steals no lease and keeps none") {
    QueueState state;
    state.put("a");
    const Lease lease = state.take();
    state.moment.wall.micros += 40LL * 86'400 * second_us;
    CHECK(state.queue.reap("reaper").requeued == 0);
    CHECK(Queue::holds(state.database, lease));
    state.moment.wall.micros -= 80LL * 86'400 * second_us;
    state.moment.boot_us += 59 * second_us;
    CHECK(state.queue.reap("reaper").requeued == 0);
    state.moment.boot_us += second_us;
    CHECK(state.queue.reap("reaper").requeued == 1);
}

TEST_CASE("after a restart of the machine the wall decides") {
    QueueState state;
    state.put("a");
    state.take();
    state.moment.boot_id = "second boot";
    state.moment.boot_us = 0;
    CHECK(state.queue.reap("reaper").requeued == 0);
    state.moment.boot_us = 1'000'000 * second_us;
    CHECK(state.queue.reap("reaper").requeued == 0);
    state.moment.wall.micros += 60 * second_us;
    CHECK(state.queue.reap("reaper").requeued == 1);
}

TEST_CASE("three lost workers put a production into quarantine, and no attempt is counted") {
    QueueState state;
    state.put("poison");
    for (int i = 1; i <= 3; ++i) {
        state.take();
        state.advance(61);
        const Reaped reaped = state.queue.reap("reaper");
        CHECK(reaped.requeued == (i < 3 ? 1 : 0));
        CHECK(reaped.quarantined == (i < 3 ? 0 : 1));
        CHECK(state.show("poison").crashes == i);
        CHECK(state.show("poison").attempt == 0);
    }
    CHECK(state.state("poison") == ProductionState::quarantined);
    CHECK(state.show("poison").last_error == "the lease of worker-1 lapsed");
    CHECK(state.claim(1).empty());
}

TEST_CASE("children that die count as crashes, together with lapsed leases") {
    QueueState state;
    state.put("poison");
    const auto first = state.queue.crash(state.take(), "signal 9", {}, state.random);
    REQUIRE(first);
    CHECK(first->state == ProductionState::queued);
    state.advance(901);
    state.take();
    state.advance(61);
    CHECK(state.queue.reap("reaper").requeued == 1);
    const auto third = state.queue.crash(state.take(), "signal 11", {}, state.random);
    REQUIRE(third);
    CHECK(third->state == ProductionState::quarantined);
    CHECK(state.show("poison").attempt == 0);
    CHECK(state.show("poison").last_error == "signal 11");
}

TEST_CASE("failures wait longer each time, at random, and the last one is the end") {
    QueueState state;
    state.put("a");
    const Backoff backoff{1'000, 3'000};
    for (int i = 1; i <= 5; ++i) {
        const auto failed = state.queue.fail(state.take(), passing, backoff, state.random);
        REQUIRE(failed);
        CHECK(state.show("a").attempt == i);
        CHECK(state.show("a").crashes == 0);
        CHECK(failed->state == (i < 5 ? ProductionState::queued : ProductionState::dead));
        const std::int64_t wait_us = failed->run_at.micros - state.moment.wall.micros;
        CHECK(wait_us >= 0);
        CHECK(wait_us <= std::min<std::int64_t>(3'000'000, 1'000'000LL << (i - 1)));
        CHECK(state.show("a").run_at == failed->run_at);
        if (wait_us > 0 && i < 5)
            CHECK(state.claim(1).empty());
        state.moment = state.moment.after(wait_us);
    }
    CHECK(state.state("a") == ProductionState::dead);
    CHECK(state.show("a").last_error == "net_down: host: no route");
}

TEST_CASE("what no retry mends is dead at once") {
    QueueState state;
    state.put("a");
    const auto failed = state.queue.fail(state.take(), final_error, {}, state.random);
    REQUIRE(failed);
    CHECK(failed->state == ProductionState::dead);
    CHECK(state.show("a").attempt == 1);
}

TEST_CASE("jitter is full: the same seed waits the same, other seeds anywhere below the ceiling") {
    Random one{1};
    Random same{1};
    std::int64_t least = 10'000'000;
    std::int64_t most = 0;
    for (int i = 0; i < 200; ++i) {
        const std::int64_t wait = backoff_us({}, 0, one);
        CHECK(wait == backoff_us({}, 0, same));
        least = std::min(least, wait);
        most = std::max(most, wait);
    }
    CHECK(least < 500'000);
    CHECK(most > 9'500'000);
    CHECK(most < 10'000'000);
    CHECK(backoff_us({}, 1'000'000, one) < 900'000'000);
}

TEST_CASE("what is given back counts nothing and keeps its place") {
    QueueState state;
    state.put("a");
    state.put("b");
    REQUIRE(state.queue.release(state.take()));
    CHECK(state.show("a").attempt == 0);
    CHECK(state.show("a").crashes == 0);
    const Lease again = state.take();
    CHECK(again.production_id == state.show("a").id);
    const Instant later{state.moment.wall.micros + 5 * second_us};
    REQUIRE(state.queue.release(again, later));
    CHECK(state.take().production_id == state.show("b").id);
    CHECK(state.claim(1).empty());
    state.advance(5);
    CHECK(state.take().production_id == state.show("a").id);
}

TEST_CASE("completion wins over the reaper, and the reaper over completion, never both") {
    QueueState state;
    state.put("a");
    const Lease lease = state.take();
    state.advance(61);
    REQUIRE(state.queue.complete(lease, "{}"));
    const Reaped reaped = state.queue.reap("reaper");
    CHECK(reaped.requeued + reaped.quarantined == 0);
    CHECK(state.state("a") == ProductionState::done);
    state.put("b");
    const Lease late = state.take();
    state.advance(61);
    CHECK(state.queue.reap("reaper").requeued == 1);
    CHECK(code_of(state.queue.complete(late, "{}")) == "lost_lease");
    CHECK(state.state("b") == ProductionState::queued);
}

TEST_CASE("more than a hundred lapsed leases are reaped at once") {
    QueueState state;
    std::vector<NewProduction> many(250);
    for (std::size_t i = 0; i < many.size(); ++i)
        many[i].task_id = "t" + std::to_string(i);
    state.queue.enqueue(many, "tester");
    while (!state.claim(100).empty()) {
    }
    state.advance(61);
    CHECK(state.queue.reap("reaper").requeued == 250);
}

TEST_CASE("outputs are kept by stage and input, and the production goes on behind them") {
    QueueState state;
    state.put("a");
    const Lease lease = state.take();
    REQUIRE(state.queue.store_output(lease, {"plan", "h1", "{\"plan\":1}", "cfo"}));
    CHECK(state.show("a").record == "{\"plan\":1}");
    CHECK(state.show("a").stage == "cfo");
    CHECK(state.queue.output_of(lease.production_id, "plan", "h1") == "{\"plan\":1}");
    CHECK_FALSE(state.queue.output_of(lease.production_id, "plan", "h2"));
    CHECK_FALSE(state.queue.output_of(lease.production_id, "cfo", "h1"));
    state.advance(61);
    state.queue.reap("reaper");
    const std::vector<Production> resumed = state.claim(1, "other");
    REQUIRE(resumed.size() == 1);
    CHECK(resumed[0].stage == "cfo");
    CHECK(resumed[0].record == "{\"plan\":1}");
    CHECK(state.actions("a") == Tasks{"enqueue:>queued",
                                      "claim:queued>leased",
                                      "output plan:leased>leased",
                                      "reap:leased>queued",
                                      "claim:queued>leased"});
}

TEST_CASE("many completions at once name those that came too late") {
    QueueState state;
    std::vector<NewProduction> many(127);
    for (std::size_t i = 0; i < many.size(); ++i)
        many[i].task_id = "t" + std::to_string(i);
    state.queue.enqueue(many, "tester");
    std::vector<Completion> completions;
    for (auto got = state.claim(100); !got.empty(); got = state.claim(100)) {
        for (const Production& one : got)
            completions.push_back({{one.id, one.lease_token}, "{\"of\":\"" + one.task_id + "\"}"});
    }
    REQUIRE(completions.size() == 127);
    REQUIRE(state.desk.cancel(state.edit("t5")));
    REQUIRE(state.queue.complete(completions[120].lease, "{}"));
    const std::vector<std::int64_t> lost = state.queue.complete_many(completions);
    CHECK(lost == std::vector<std::int64_t>{completions[5].lease.production_id,
                                            completions[120].lease.production_id});
    CHECK(state.desk.depth().done == 126);
    CHECK(state.show("t126").record == "{\"of\":\"t126\"}");
    CHECK(state.queue.complete_many({}).empty());
}
