// SPDX-License-Identifier: Apache-2.0
// The queue: what comes in once, and in which order it is taken.
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

NewProduction named(const std::string& task, std::int64_t priority = 0) {
    NewProduction made;
    made.task_id = task;
    made.priority = priority;
    return made;
}

NewProduction keyed(const std::string& task, const std::string& key, std::int64_t most = 1) {
    NewProduction made = named(task);
    made.concurrency_key = key;
    made.concurrency_max = most;
    return made;
}

} // namespace

TEST_CASE("the same task again is the same row, whatever became of it") {
    QueueState state;
    const Enqueued first = state.put("a");
    CHECK(first.created);
    NewProduction again = named("a", 5);
    again.record = "{\"other\":1}";
    const Enqueued second = state.put(again);
    CHECK_FALSE(second.created);
    CHECK(second.id == first.id);
    CHECK(state.show("a").priority == 0);
    CHECK(state.show("a").record == "{\"task_id\":\"a\"}");
    REQUIRE(state.queue.complete(state.take(), "{}"));
    CHECK(state.put("a").state == ProductionState::done);
    NewProduction elsewhere = named("a");
    elsewhere.tenant = "other";
    CHECK(state.put(elsewhere).created);
    CHECK(state.actions("a") ==
          Tasks{"enqueue:>queued", "claim:queued>leased", "complete:leased>done"});
}

TEST_CASE("a batch is put in as a whole, its own doubles too") {
    QueueState state;
    const auto made = state.queue.enqueue({named("a"), named("b"), named("a")}, "tester");
    REQUIRE(made.size() == 3);
    CHECK(made[0].created);
    CHECK(made[1].created);
    CHECK_FALSE(made[2].created);
    CHECK(made[2].id == made[0].id);
    CHECK(state.desk.depth().ready == 2);
}

TEST_CASE("a dedup key stands for one live production of its queue") {
    QueueState state;
    NewProduction first = named("a");
    first.dedup_key = "trend-1";
    NewProduction second = named("b");
    second.dedup_key = "trend-1";
    const std::int64_t id = state.put(first).id;
    CHECK(state.put(second).id == id);
    CHECK(state.put(second).task_id == "a");
    second.queue = "other";
    CHECK(state.put(second).created);
    REQUIRE(state.desk.cancel(state.edit("a")));
    NewProduction third = named("c");
    third.dedup_key = "trend-1";
    CHECK(state.put(third).created);
    CHECK(code_of(state.desk.retry(state.edit("a"))) == "duplicate");
    CHECK(state.desk.requeue(ProductionState::cancelled, "ann").retried == 0);
    CHECK(state.state("a") == ProductionState::cancelled);
}

TEST_CASE("claims go by priority, then time, then arrival") {
    QueueState state;
    NewProduction later = named("later");
    later.run_at = Instant{state.moment.wall.micros + 10 * second_us};
    NewProduction earlier = named("earlier");
    earlier.run_at = Instant{state.moment.wall.micros - 10 * second_us};
    state.put(later);
    state.put("second");
    state.put("third");
    state.put(named("urgent", -1));
    state.put(named("idle", 1));
    state.put(earlier);
    CHECK(tasks_of(state.claim(1)) == Tasks{"urgent"});
    CHECK(tasks_of(state.claim(10)) == Tasks{"earlier", "second", "third", "idle"});
    CHECK(state.claim(10).empty());
    CHECK(state.desk.depth().waiting == 1);
    state.advance(10);
    CHECK(tasks_of(state.claim(100)) == Tasks{"later"});
}

TEST_CASE("a claim takes no more than it asked for, and each only once") {
    QueueState state;
    std::vector<NewProduction> many;
    for (int i = 0; i < 25; ++i)
        many.push_back(named("t" + std::to_string(i)));
    state.queue.enqueue(many, "tester");
    CHECK(state.claim(10, "one").size() == 10);
    CHECK(state.claim(10, "two").size() == 10);
    CHECK(state.claim(10, "three").size() == 5);
    const Depth depth = state.desk.depth();
    CHECK(depth.leased == 25);
    CHECK(depth.ready == 0);
    CHECK(depth.work() == 25);
}

TEST_CASE("queues are apart") {
    QueueState state;
    NewProduction other = named("a");
    other.queue = "other";
    state.put(other);
    CHECK(state.claim(1).empty());
    CHECK(state.queue.claim({"other", 1, "w", second_us}).size() == 1);
    CHECK(state.desk.depth(std::string{"default"}).work() == 0);
    CHECK(state.desk.depth(std::string{"other"}).work() == 1);
}

TEST_CASE("no more of a key run at once than it allows, one by one and in batches") {
    QueueState state;
    state.put(keyed("a", "ava"));
    state.put(keyed("b", "ava"));
    state.put(keyed("c", "bob", 2));
    state.put(keyed("d", "bob", 2));
    state.put(keyed("e", "bob", 2));
    state.put("free");
    std::vector<Production> got = state.claim(10);
    CHECK(tasks_of(got) == Tasks{"a", "c", "free"});
    got.push_back(state.claim(10).at(0));
    CHECK(got[3].task_id == "d");
    CHECK(state.claim(10).empty());
    CHECK(state.show("b").state_version == 1);
    REQUIRE(state.queue.complete({got[0].id, got[0].lease_token}, "{}"));
    CHECK(tasks_of(state.claim(1)) == Tasks{"b"});
    REQUIRE(state.queue.release({got[3].id, got[3].lease_token}));
    CHECK(tasks_of(state.claim(1)) == Tasks{"d"});
    CHECK(state.claim(1).empty());
}

TEST_CASE("of one key the most urgent goes first, also in a batch and past what may not run") {
    QueueState state;
    NewProduction first = keyed("late", "ava");
    state.put(first);
    NewProduction urgent = keyed("urgent", "ava");
    urgent.priority = -1;
    state.put(urgent);
    NewProduction publishing = keyed("publishing", "ava");
    publishing.priority = -2;
    publishing.stage = "publish";
    state.put(publishing);
    NewProduction future = keyed("future", "ava");
    future.priority = -3;
    future.run_at = Instant{state.moment.wall.micros + second_us};
    state.put(future);
    state.desk.set_switch("publish", true, "ann", "");
    CHECK(tasks_of(state.claim(10)) == Tasks{"urgent"});
}

TEST_CASE("what is paused is not taken: all, one queue, one production, publishing") {
    QueueState state;
    state.put("a");
    NewProduction publishing = named("p");
    publishing.stage = "publish";
    state.put(publishing);
    state.desk.set_switch("queue", true, "ann", "maintenance");
    CHECK(state.claim(10).empty());
    CHECK(state.queue.is_paused("queue"));
    state.desk.set_switch("queue", false, "ann", "");
    state.desk.set_switch("queue:default", true, "ann", "");
    CHECK(state.claim(10).empty());
    state.desk.set_switch("queue:default", false, "ann", "");
    state.desk.set_switch("queue:other", true, "ann", "");
    state.desk.set_switch("publish", true, "ann", "");
    CHECK(tasks_of(state.claim(10)) == Tasks{"a"});
    REQUIRE(state.desk.pause(state.edit("p")));
    state.desk.set_switch("publish", false, "ann", "");
    CHECK(state.claim(10).empty());
    REQUIRE(state.desk.resume(state.edit("p")));
    CHECK(tasks_of(state.claim(10)) == Tasks{"p"});
    CHECK(code_of(state.desk.pause(state.edit("p"))) == "wrong_state");
    CHECK(code_of(state.desk.resume(state.edit("p"))) == "wrong_state");
}

TEST_CASE("the envelope names a production") {
    const auto line = records::Record::parse(R"({"task_id":"t","tenant_id":"acme","x":1e400})");
    REQUIRE(line);
    const auto made = new_production(*line);
    REQUIRE(made);
    CHECK(made->task_id == "t");
    CHECK(made->tenant == "acme");
    CHECK(made->record == R"({"task_id":"t","tenant_id":"acme","x":1e400})");
    CHECK(code_of(new_production(*records::Record::parse("{}"))) == "no_task_id");
}

TEST_CASE("hostile words are only words") {
    QueueState state;
    const std::string evil = "'; DROP TABLE production; -- \xE2\x80\xAE../$(reboot)\n<script>";
    NewProduction made = named(evil);
    made.record = "{\"title\":\"" + std::string(2000, '\'') + "\"}";
    made.concurrency_key = evil;
    made.dedup_key = evil;
    state.put(made);
    CHECK(tasks_of(state.claim(1, evil)) == Tasks{evil});
    CHECK(state.show(evil).record == made.record);
    CHECK(state.show(evil).worker == evil);
}
