// SPDX-License-Identifier: Apache-2.0
// The queue: pools of stages, turns of concurrency keys, and what both keep out of claims' way.
#include "tests/unit/store/queue_state.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::store;
using store::testing::code_of;
using store::testing::QueueState;
using store::testing::second_us;
using store::testing::tasks_of;
using Tasks = std::vector<std::string>;

namespace {

NewProduction at_stage(const std::string& task, const std::string& stage, const char* key = "") {
    NewProduction made;
    made.task_id = task;
    made.stage = stage;
    if (*key != '\0')
        made.concurrency_key = key;
    return made;
}

Tasks claim_of(QueueState& state, const Tasks& stages, int most = 1) {
    return tasks_of(state.queue.claim({"default", most, "w", 60 * second_us, stages}));
}

std::int64_t open_rows(QueueState& state) {
    Statement row = state.database.prepare(
        "SELECT count(*) FROM production WHERE state = 'queued' AND parked = 0");
    REQUIRE(row.step());
    return row.integer(0);
}

void put_many(QueueState& state, int number, const NewProduction& like) {
    std::vector<NewProduction> many(static_cast<std::size_t>(number), like);
    for (int i = 0; i < number; ++i)
        many[static_cast<std::size_t>(i)].task_id = like.task_id + std::to_string(i);
    state.queue.enqueue(many, "tester");
}

} // namespace

TEST_CASE("a worker takes only what waits for its stages, the most urgent first") {
    QueueState state;
    state.put(at_stage("r", "render"));
    state.put(at_stage("first", ""));
    NewProduction urgent = at_stage("urgent", "critic");
    urgent.priority = -1;
    state.put(urgent);
    CHECK(claim_of(state, {"publish"}).empty());
    CHECK(claim_of(state, {"critic", "render"}) == Tasks{"urgent"});
    CHECK(claim_of(state, {"critic", "render"}) == Tasks{"r"});
    CHECK(claim_of(state, {"critic", "render"}).empty());
    CHECK(claim_of(state, {"plan", ""}, 10) == Tasks{"first"});
    CHECK(state.desk.depth_of_stages()["render"].leased == 1);
    CHECK(state.desk.depth_of_stages(std::string{"other"}).empty());
}

TEST_CASE("what is to be published waits while that is paused, and holds up nobody") {
    QueueState state;
    state.put(at_stage("p", "publish"));
    state.put(at_stage("r", "render"));
    state.desk.set_switch("publish", true, "ann", "");
    CHECK(claim_of(state, {"publish", "render"}) == Tasks{"r"});
    CHECK(claim_of(state, {"publish", "render"}).empty());
    state.desk.set_switch("publish", false, "ann", "");
    CHECK(claim_of(state, {"publish", "render"}) == Tasks{"p"});
}

TEST_CASE("a production is handed over to whoever does the stage") {
    QueueState state;
    state.put("a");
    const Lease lease = state.take();
    REQUIRE(state.queue.hand_over(lease, "render"));
    CHECK(state.show("a").stage == "render");
    CHECK(state.show("a").attempt == 0);
    CHECK(claim_of(state, {"plan", ""}).empty());
    CHECK(claim_of(state, {"render"}) == Tasks{"a"});
    CHECK(code_of(state.queue.hand_over(lease, "plan")) == "lost_lease");
}

TEST_CASE("while stages run side by side the line stays where they began") {
    QueueState state;
    state.put("a");
    const Lease lease = state.take();
    REQUIRE(state.queue.store_output(lease, {"film", "h", "{\"film\":1}", "voice", "film", {}}));
    CHECK(state.show("a").record == "{\"task_id\":\"a\"}");
    CHECK(state.show("a").since == "film");
    CHECK(state.show("a").stage == "voice");
    CHECK(state.queue.output_of(lease.production_id, "film", "h") == "{\"film\":1}");
    REQUIRE(
        state.queue.store_output(lease, {"voice", "h", "{\"voice\":1}", "mix", "", "{\"b\":2}"}));
    CHECK(state.show("a").record == "{\"b\":2}");
    CHECK(state.show("a").since.empty());
    CHECK(state.queue.output_of(lease.production_id, "voice", "h") == "{\"voice\":1}");
}

TEST_CASE("after an outage a worker gives back what it never heard of") {
    QueueState state;
    state.put("a");
    state.put("b");
    state.put("c");
    const Lease known = state.take("w");
    const Lease unknown = state.take("w");
    const Lease other = state.take("v");
    state.queue.release_unknown("w", {known});
    CHECK(Queue::holds(state.database, known));
    CHECK_FALSE(Queue::holds(state.database, unknown));
    CHECK(Queue::holds(state.database, other));
    CHECK(state.show("b").crashes == 0);
}

TEST_CASE("of a key that is busy nothing stands in the way of claims, however much waits") {
    QueueState state;
    put_many(state, 300, at_stage("k", "", "ava"));
    CHECK(open_rows(state) == 1);
    const Lease lease = state.take();
    CHECK(open_rows(state) == 0);
    put_many(state, 300, at_stage("l", "", "ava"));
    CHECK(open_rows(state) == 0);
    state.put("free");
    CHECK(tasks_of(state.claim(1)) == Tasks{"free"});
    REQUIRE(state.queue.complete(lease, "{}"));
    CHECK(open_rows(state) == 1);
    CHECK(tasks_of(state.claim(10)) == Tasks{"k1"});
}

TEST_CASE("the next turn comes by whatever way the last one ends") {
    QueueState state;
    state.put(at_stage("a", "", "ava"));
    state.put(at_stage("b", "", "ava"));
    const auto next_is = [&](const char* task) {
        CHECK(tasks_of(state.claim(1)) == Tasks{task});
        CHECK(state.claim(1).empty());
    };
    next_is("a");
    state.advance(61);
    state.queue.reap("reaper"); // a lapses, and is the first again
    next_is("a");
    REQUIRE(state.desk.cancel(state.edit("a")));
    next_is("b");
    REQUIRE(state.desk.retry(state.edit("a")));
    const Production b = state.show("b");
    REQUIRE(state.queue.fail({b.id, b.lease_token}, {"x", "x", {}, {}, true}, {}, state.random));
    next_is("a");
    const Production a = state.show("a");
    REQUIRE(state.queue.enter_review({a.id, a.lease_token}, "{}", "publish", state.moment.wall));
    state.advance(3600);
    next_is("b");
    REQUIRE(state.desk.approve(state.edit("a")));
    CHECK(state.claim(1).empty());
    const Production again = state.show("b");
    REQUIRE(state.queue.release({again.id, again.lease_token}));
    REQUIRE(state.desk.pause(state.edit("b")));
    next_is("a");
}

TEST_CASE("a key's turn at a stage that nobody does here holds up no other stage") {
    QueueState state;
    state.put(at_stage("film", "render", "ava"));
    state.put(at_stage("plan", "", "ava"));
    CHECK(claim_of(state, {"", "plan"}) == Tasks{"plan"});
    CHECK(claim_of(state, {"render"}).empty());
}

TEST_CASE("turns that two transactions left closed are opened by the next look") {
    QueueState state;
    state.put(at_stage("a", "", "ava"));
    state.database.execute("UPDATE production SET parked = 1");
    CHECK(state.claim(1).empty());
    state.queue.reap("reaper");
    CHECK(tasks_of(state.claim(1)) == Tasks{"a"});
}
