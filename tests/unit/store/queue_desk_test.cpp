// SPDX-License-Identifier: Apache-2.0
// The queue as people see it: decisions, conflicts, clearing away.
#include "tests/unit/store/queue_state.hpp"

#include "libsmos/core/fatal.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::store;
using store::testing::code_of;
using store::testing::QueueState;
using store::testing::second_us;
using store::testing::tasks_of;
using Tasks = std::vector<std::string>;

namespace {

const Error final_error{"bad_plan", "no prompt", "plan", "", false};

void put_into_review(QueueState& state, const std::string& task, std::int64_t seconds = 3600) {
    state.put(task);
    const Instant until{state.moment.wall.micros + seconds * second_us};
    REQUIRE(
        state.queue.enter_review(state.take(), "{\"critic\":\"" + task + "\"}", "publish", until));
}

void kill(QueueState& state, const std::string& task) {
    state.put(task);
    REQUIRE(state.queue.fail(state.take(), final_error, {}, state.random));
}

} // namespace

TEST_CASE("an edit of another version, of another state or of nothing is refused") {
    QueueState state;
    state.put("a");
    Edit seen = state.edit("a");
    state.take();
    CHECK(code_of(state.desk.retry(seen)) == "conflict");
    for (const auto& verb : {&QueueDesk::cancel, &QueueDesk::pause, &QueueDesk::resume}) {
        const auto refused = (state.desk.*verb)(seen);
        CHECK(code_of(refused) == "conflict");
        CHECK(refused.error().retryable);
    }
    CHECK(code_of(state.desk.approve(seen)) == "conflict");
    CHECK(code_of(state.desk.reject(seen)) == "conflict");
    Edit fresh = state.edit("a");
    CHECK(code_of(state.desk.retry(fresh)) == "wrong_state");
    CHECK(code_of(state.desk.approve(fresh)) == "wrong_state");
    CHECK(code_of(state.desk.reject(fresh)) == "wrong_state");
    CHECK(state.show("a").state_version == fresh.state_version);
    fresh.task_id = "b";
    CHECK(code_of(state.desk.cancel(fresh)) == "no_such_production");
    fresh.task_id = "a";
    fresh.tenant = "other";
    CHECK(code_of(state.desk.cancel(fresh)) == "no_such_production");
}

TEST_CASE("of two edits of one version the second is refused") {
    QueueState state;
    state.put("a");
    const Edit seen = state.edit("a");
    const auto first = state.desk.pause(seen);
    REQUIRE(first);
    CHECK(first->state == ProductionState::paused);
    CHECK(first->state_version == seen.state_version + 1);
    CHECK(code_of(state.desk.cancel(seen)) == "conflict");
}

TEST_CASE("cancelling takes the lease away") {
    QueueState state;
    state.put("a");
    const Lease lease = state.take();
    REQUIRE(state.desk.cancel(state.edit("a")));
    CHECK(code_of(state.queue.extend(lease, second_us)) == "lost_lease");
    CHECK(state.state("a") == ProductionState::cancelled);
    CHECK(code_of(state.desk.cancel(state.edit("a"))) == "wrong_state");
    REQUIRE(state.desk.retry(state.edit("a")));
    CHECK(state.take().token > lease.token);
}

TEST_CASE("a review goes on after approval, and ends with rejection") {
    QueueState state;
    put_into_review(state, "a");
    put_into_review(state, "b");
    CHECK(state.claim(10).empty());
    CHECK(state.desk.depth().review == 2);
    CHECK(state.desk.depth().work() == 0);
    state.advance(10);
    REQUIRE(state.desk.approve(state.edit("a"), std::string{"{\"said\":\"yes\"}"}));
    REQUIRE(state.desk.reject(state.edit("b")));
    const std::vector<Production> next = state.claim(10);
    REQUIRE(tasks_of(next) == Tasks{"a"});
    CHECK(next[0].stage == "publish");
    CHECK(next[0].verdict == "approved");
    CHECK(next[0].record == "{\"said\":\"yes\"}");
    CHECK(state.state("b") == ProductionState::done);
    CHECK(state.show("b").verdict == "rejected");
    CHECK(state.show("b").record == "{\"critic\":\"b\"}");
    CHECK(state.actions("b").back() == "reject:review>done");
}

TEST_CASE("reviews that nobody decided are shown when their time is over") {
    QueueState state;
    put_into_review(state, "slow", 100);
    put_into_review(state, "fast", 50);
    CHECK(state.desk.overdue_reviews().empty());
    state.advance(60);
    CHECK(tasks_of(state.desk.overdue_reviews()) == Tasks{"fast"});
    state.advance(60);
    CHECK(tasks_of(state.desk.overdue_reviews()) == Tasks{"fast", "slow"});
    const Production late = state.desk.overdue_reviews()[0];
    const Edit timeout{late.tenant, late.task_id, late.state_version, "review-timeout"};
    REQUIRE(state.desk.approve(state.edit("fast"))); // a person is faster
    CHECK(code_of(state.desk.reject(timeout)) == "conflict");
}

TEST_CASE("a retry begins anew, one or all") {
    QueueState state;
    kill(state, "a");
    kill(state, "b");
    kill(state, "c");
    REQUIRE(state.desk.retry(state.edit("a")));
    CHECK(state.show("a").attempt == 0);
    CHECK(state.show("a").crashes == 0);
    CHECK(state.show("a").last_error); // why it was dead stays to be seen
    CHECK(state.desk.requeue(ProductionState::dead, "ann").retried == 2);
    CHECK(state.claim(10).size() == 3);
    CHECK(state.desk.requeue(ProductionState::dead, "ann").retried == 0);
}

TEST_CASE("purging removes what ended long ago, and its outputs, but not its history") {
    QueueState state;
    state.put("old");
    const Lease lease = state.take();
    REQUIRE(state.queue.store_output(lease, {"plan", "h", "{}", "cfo"}));
    REQUIRE(state.queue.fail(lease, final_error, {}, state.random));
    state.advance(1000);
    kill(state, "young");
    state.put("live");
    const Instant before{state.moment.wall.micros - 500 * second_us};
    CHECK(state.desk.purge(ProductionState::dead, before, "ann") == 1);
    CHECK(state.desk.purge(ProductionState::queued, {state.moment.wall.micros * 2}, "ann") == 0);
    CHECK_FALSE(state.desk.show("default", "old"));
    CHECK_FALSE(state.queue.output_of(lease.production_id, "plan", "h"));
    CHECK(state.actions("old").back() == "purge:dead>");
    CHECK(state.state("young") == ProductionState::dead);
    CHECK(state.state("live") == ProductionState::queued);
}

TEST_CASE("a lease of what was purged is not the lease of what came after it") {
    QueueState state;
    state.put("a");
    const Lease old = state.take();
    REQUIRE(state.desk.cancel(state.edit("a")));
    CHECK(state.desk.purge(ProductionState::cancelled, {state.moment.wall.micros + 1}, "ann") == 1);
    state.put("b");
    state.take();
    CHECK(code_of(state.queue.complete(old, "{}")) == "lost_lease");
    CHECK(state.state("b") == ProductionState::leased);
}

TEST_CASE("lists are pages in the order of arrival") {
    QueueState state;
    for (const char* task : {"a", "b", "c"})
        state.put(task);
    kill(state, "d"); // takes a: it came first
    ListFilter filter;
    filter.most = 2;
    CHECK(tasks_of(state.desk.list(filter)) == Tasks{"a", "b"});
    filter.after_id = state.show("b").id;
    CHECK(tasks_of(state.desk.list(filter)) == Tasks{"c", "d"});
    ListFilter dead;
    dead.state = ProductionState::dead;
    CHECK(tasks_of(state.desk.list(dead)) == Tasks{"a"});
    dead.scope.queue = "other";
    CHECK(state.desk.list(dead).empty());
}

TEST_CASE("too many reviews pause publishing by themselves, half of them end it") {
    QueueState state;
    for (int i = 0; i < 5; ++i)
        put_into_review(state, "t" + std::to_string(i));
    CHECK_FALSE(state.desk.watch_backlog(5));
    put_into_review(state, "t5");
    CHECK(state.desk.watch_backlog(5));
    for (int i = 0; i < 3; ++i)
        REQUIRE(state.desk.reject(state.edit("t" + std::to_string(i))));
    CHECK(state.desk.watch_backlog(5));
    REQUIRE(state.desk.reject(state.edit("t3")));
    CHECK_FALSE(state.desk.watch_backlog(5));
    state.desk.set_switch("publish", true, "ann", "holidays");
    CHECK(state.desk.watch_backlog(5)); // a person's pause is ended by a person
    REQUIRE(state.desk.switches().size() == 1);
    CHECK(state.desk.switches()[0].actor == "ann");
    CHECK(state.desk.switches()[0].reason == "holidays");
}

TEST_CASE("who pauses publishing while it is paused by itself has paused it") {
    QueueState state;
    for (int i = 0; i < 3; ++i)
        put_into_review(state, "t" + std::to_string(i));
    REQUIRE(state.desk.watch_backlog(2));
    state.desk.set_switch("publish", true, "ann", "holidays");
    for (int i = 0; i < 3; ++i)
        REQUIRE(state.desk.reject(state.edit("t" + std::to_string(i))));
    CHECK(state.desk.watch_backlog(2));
    REQUIRE(state.desk.switches().size() == 1);
    CHECK(state.desk.switches()[0].actor == "ann");
}

TEST_CASE("all of a queue or of a tenant are not all") {
    QueueState state;
    for (const char* queue : {"one", "two"}) {
        NewProduction made;
        made.task_id = std::string{"t-"} + queue;
        made.queue = queue;
        made.record = "{}";
        state.put(made);
        REQUIRE(state.desk.cancel(state.edit(made.task_id)));
    }
    const auto cancelled = ProductionState::cancelled;
    const Instant later{state.moment.wall.micros + 1};
    CHECK(state.desk.purge(cancelled, later, "ann", {{}, "other"}) == 0);
    CHECK(state.desk.requeue(cancelled, "ann", {"two", {}}).retried == 1);
    CHECK(state.desk.show("default", "t-one")->state == cancelled);
    CHECK(state.desk.purge(cancelled, later, "ann", {"two", {}}) == 0);
    CHECK(state.desk.purge(cancelled, later, "ann", {"one", "default"}) == 1);
}

TEST_CASE("every change has one audit row with who, what and in which version") {
    QueueState state;
    state.put("a");
    REQUIRE(state.queue.extend(state.take(), second_us));
    REQUIRE(state.desk.cancel(state.edit("a")));
    const std::vector<AuditRow> rows = state.desk.audit_of("default", "a");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].actor == "tester");
    CHECK(rows[1].actor == "worker-1");
    CHECK(rows[2].actor == "ann");
    for (std::size_t i = 0; i < rows.size(); ++i)
        CHECK(rows[i].state_version == static_cast<std::int64_t>(i) + 1);
    CHECK_THROWS_AS(state.database.execute("UPDATE audit SET actor = 'nobody'"), Fatal);
    CHECK_THROWS_AS(state.database.execute("UPDATE production SET lease_token = 0"), Fatal);
}
