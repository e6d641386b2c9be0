// SPDX-License-Identifier: Apache-2.0
// Boards of a run and moods of muses.
#include "tests/unit/store/queue_state.hpp"

#include "libsmos/store/memory/board.hpp"
#include "libsmos/store/memory/moods.hpp"
#include "libsmos/store/upkeep/check.hpp"
#include "libsmos/store/upkeep/prune.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::store;
using namespace smos::store::testing;

namespace {

BoardWriter writer(const std::string& stage, std::int64_t attempt = 1) {
    return {"worker-1", stage, attempt, "hash of its input"};
}

BoardNote note(const std::string& name, const std::string& value, const std::string& to = {}) {
    return {to, name, value};
}

/// "to/name by stage attempt=value" of all.
std::vector<std::string> told(const std::vector<BoardEntry>& entries) {
    std::vector<std::string> found;
    for (const BoardEntry& one : entries)
        found.push_back(one.note.to_stage + "/" + one.note.name + " by " + one.writer.stage + " " +
                        std::to_string(one.writer.attempt) + "=" + one.note.value);
    return found;
}

using Told = std::vector<std::string>;

} // namespace

TEST_CASE("a second attempt replaces its own notes and no other's") {
    QueueState state;
    state.put("a");
    Board board{state.database};
    const Lease first = state.take();
    CHECK(bool{board.write(first, writer("plan"), {note("idea", "1"), note("why", "\"x\"")})});
    CHECK(
        bool{board.write(first, writer("render"), {note("idea", "2"), note("idea", "3", "mix")})});
    CHECK(bool{state.queue.fail(first, Error{"busy", "busy", {}, {}, true}, {0, 0}, state.random)});
    CHECK(code_of(board.write(first, writer("plan"), {note("idea", "9")})) == "lost_lease");
    const Lease second = state.take("worker-2");
    BoardWriter again = writer("plan", 2);
    again.actor = "worker-2";
    CHECK(bool{board.write(second, again, {note("idea", "[4]")})});
    const auto entries = board.read(second.production_id);
    CHECK(told(entries) == Told{"/idea by plan 2=[4]",
                                "/idea by render 1=2",
                                "/why by plan 1=\"x\"",
                                "mix/idea by render 1=3"});
    CHECK(entries[0].writer.actor == "worker-2");
    CHECK(entries[0].lease_token == second.token);
    CHECK(entries[0].writer.input_hash == "hash of its input");
    CHECK(entries[2].lease_token == first.token);
    CHECK(code_of(board.write(first, writer("plan"), {note("idea", "9")})) == "lost_lease");
    CHECK(check_state(state.database).findings.empty());
}

TEST_CASE("an output and what it leaves on the boards are one write") {
    QueueState state;
    state.put("a");
    const Lease lease = state.take();
    StageOutput output{"plan", "h", "{\"task_id\":\"a\"}", "render"};
    output.notes = {note("outcome", "{}"), note("handover", "{}", "render")};
    output.attempt = 3;
    const Lease stale{lease.production_id, lease.token + 7};
    Board board{state.database};
    CHECK(code_of(state.queue.store_output(stale, output)) == "lost_lease");
    CHECK(board.read(lease.production_id).empty());
    CHECK(bool{state.queue.store_output(lease, output)});
    CHECK(told(board.read(lease.production_id)) ==
          Told{"/outcome by plan 3={}", "render/handover by plan 3={}"});
    CHECK(board.read(lease.production_id)[0].writer.actor == "worker-1");
}

TEST_CASE("boards are bounded, and all of a write is refused") {
    QueueState state;
    state.put("a");
    Board board{state.database};
    const Lease lease = state.take();
    for (const char* name : {"", "A", "a b", "a\n", "../a", "é"})
        CHECK(code_of(board.write(lease, writer("plan"), {note(name, "1")})) == "bad_note");
    CHECK(code_of(board.write(lease, writer("plan"), {note(std::string(65, 'a'), "1")})) ==
          "bad_note");
    for (const char* value : {"", "{", "word", "NaN", "1 2"})
        CHECK(code_of(board.write(lease, writer("plan"), {note("a", value)})) == "bad_note");
    const std::string fits = "\"" + std::string(Board::most_value_bytes - 2, 'x') + "\"";
    CHECK(bool{board.write(lease, writer("plan"), {note("a", fits)})});
    CHECK(code_of(board.write(lease, writer("plan"), {note("a", fits + " ")})) == "bad_note");
    CHECK(code_of(board.write(lease, writer(""), {note("a", "1")})) == "bad_note");
    for (const char* name : {"outcome", "handover"})
        CHECK(code_of(board.write(lease, writer("plan"), {note(name, "1")})) == "bad_note");
    for (const char* to : {"a b", "../a", "Render"})
        CHECK(code_of(board.write(lease, writer("plan"), {note("a", "1", to)})) == "bad_note");
    std::vector<BoardNote> many;
    for (std::int64_t i = 1; i < Board::most_notes; ++i)
        many.push_back(note("n" + std::to_string(i), "0"));
    CHECK(bool{board.write(lease, writer("plan"), many)});
    CHECK(bool{board.write(lease, writer("plan"), many)});
    CHECK(code_of(board.write(lease, writer("plan"), {note("n1", "1"), note("more", "1")})) ==
          "board_full");
    CHECK(bool{board.write(lease, writer("render"), {note("more", "1")})});
    // What the worker notes about a stage takes nothing from it.
    CHECK(bool{board.write_own(
        lease, writer("plan"), {note("outcome", "1"), note("handover", "1", "z")})});
    CHECK(bool{board.write(lease, writer("plan"), {note("n2", "0")})});
    CHECK(code_of(board.write_own({lease.production_id, lease.token + 1},
                                  writer("plan"),
                                  {note("outcome", "2")})) == "lost_lease");
    const auto entries = board.read(lease.production_id);
    CHECK(entries.size() == static_cast<std::size_t>(Board::most_notes) + 3);
    CHECK(told(entries)[1] == "/more by render 1=1");
    CHECK(told(entries)[2] == "/n1 by plan 1=0");
}

TEST_CASE("a person writes on the whiteboard of a production that is there") {
    QueueState state;
    const std::int64_t id = state.put("a").id;
    Board board{state.database};
    CHECK(bool{board.write(id, "ann", note("wish", "\"it's \\u0000 \xF0\x9F\x98\x80\""))});
    CHECK(code_of(board.write(id, "ann", note("wish", "1", "render"))) == "bad_note");
    CHECK(code_of(board.write(id + 1, "ann", note("wish", "1"))) == "no_such_production");
    const auto entries = board.read(id);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].note.value == "\"it's \\u0000 \xF0\x9F\x98\x80\"");
    CHECK(entries[0].writer.actor == "ann");
    CHECK(entries[0].lease_token == 0);
}

TEST_CASE("notes go with their production, and with age when it was done") {
    QueueState state;
    Board board{state.database};
    for (const char* task : {"old", "dead", "gone"}) {
        state.put(task);
        const Lease lease = state.take();
        CHECK(bool{board.write(lease, writer("plan"), {note("a", "1"), note("b", "1")})});
        if (std::string{task} == "dead")
            CHECK(bool{state.queue.fail(lease, Error{"no", "no"}, {}, state.random)});
        else
            CHECK(bool{state.queue.complete(lease, "{}")});
    }
    const Instant soon = state.moment.after(second_us).wall;
    CHECK(bool{state.desk.cancel(state.edit("dead"))} == false);
    CHECK(count_prunable(state.database, state.moment.wall).notes == 0);
    CHECK(count_prunable(state.database, soon).notes == 4);
    CHECK(prune(state.database, soon).notes == 4);
    CHECK(board.read(state.show("old").id).empty());
    const std::int64_t dead = state.show("dead").id;
    CHECK(board.read(dead).size() == 2);
    CHECK(state.desk.purge(ProductionState::dead, soon, "ann") == 1);
    CHECK(board.read(dead).empty());
}

TEST_CASE("a note under a lease that was never given is found") {
    QueueState state;
    const std::int64_t id = state.put("a").id;
    put_notes(state.database, {id, 5}, writer("plan"), {note("a", "1")}, state.moment.wall);
    const StateCheck check = check_state(state.database);
    REQUIRE(check.findings.size() == 1);
    CHECK(check.findings[0].kind == "late_note");
    CHECK(check.findings[0].where == "a");
}

TEST_CASE("a mood is neutral until somebody says otherwise") {
    const TemporaryFolder folder;
    Database database{folder.file()};
    Moods moods{database};
    CHECK(moods.of("default", "ava").state_version == 0);
    CHECK_FALSE(moods.of("default", "ava").updated_at.has_value());
    CHECK(moods.all().empty());
    MoodChange change;
    change.persona_id = "ava";
    change.actor = "ann";
    change.valence_milli = -1000;
    change.thought = "line\none\u202e";
    change.task_id = "t1";
    const auto first = moods.change(change);
    REQUIRE(first);
    CHECK(first->valence_milli == -1000);
    CHECK(first->arousal_milli == 0);
    CHECK(first->thought == "line one");
    CHECK(first->task_id == "t1");
    CHECK(first->updated_at.has_value());
    MoodChange later;
    later.persona_id = "ava";
    later.actor = "bob";
    later.dominance_milli = 800;
    CHECK(bool{moods.change(later)});
    CHECK(moods.of("default", "ava").valence_milli == -1000);
    CHECK(moods.of("default", "ava").thought == "line one");
    CHECK(moods.of("default", "ava").actor == "bob");
    CHECK(moods.of("default", "ava").state_version == 2);
    later.if_version = 1;
    CHECK(code_of(moods.change(later)) == "conflict");
    later.if_version = 2;
    later.thought = "";
    CHECK(bool{moods.change(later)});
    CHECK_FALSE(moods.of("default", "ava").thought.has_value());
    CHECK_FALSE(moods.of("default", "ava").task_id.has_value());
    CHECK(moods.of("other", "ava").state_version == 0);
    CHECK(moods.all().size() == 1);
}

TEST_CASE("a mood outside of its ranges is refused by name") {
    const TemporaryFolder folder;
    Database database{folder.file()};
    Moods moods{database};
    MoodChange change;
    change.persona_id = "ava";
    const auto refused = [&](std::optional<std::int64_t> MoodChange::*member, std::int64_t value) {
        MoodChange wrong = change;
        wrong.*member = value;
        const auto result = moods.change(wrong);
        return result ? std::string{} : result.error().where;
    };
    CHECK(refused(&MoodChange::valence_milli, -1001) == "valence");
    CHECK(refused(&MoodChange::valence_milli, 1001) == "valence");
    CHECK(refused(&MoodChange::arousal_milli, -1) == "arousal");
    CHECK(refused(&MoodChange::arousal_milli, 1001) == "arousal");
    CHECK(refused(&MoodChange::dominance_milli, -1) == "dominance");
    CHECK(refused(&MoodChange::dominance_milli, 1000).empty());
    change.thought = std::string(Moods::most_thought_code_points + 1, 'x');
    CHECK(code_of(moods.change(change)) == "bad_mood");
    change.thought.reset();
    change.persona_id.clear();
    CHECK(code_of(moods.change(change)) == "bad_mood");
}
