// SPDX-License-Identifier: Apache-2.0
// Keeping a state: backups, restores, copies, checks, pruning and the log of events.
#include "tests/unit/store/queue_state.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/store/memory/moods.hpp"
#include "libsmos/store/observations.hpp"
#include "libsmos/store/upkeep/backup.hpp"
#include "libsmos/store/upkeep/check.hpp"
#include "libsmos/store/upkeep/copy.hpp"
#include "libsmos/store/upkeep/events.hpp"
#include "libsmos/store/upkeep/prune.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace smos;
using namespace smos::store;
using namespace smos::store::testing;

namespace {

/// Money, a production with an output and notes, a mood, observations.
void fill(QueueState& state) {
    Ledger ledger{state.database, {}};
    SMOS_EXPECT(bool{ledger.fund({"default/ava", 5'000'000, {}, false, "test"})});
    SMOS_EXPECT(bool{ledger.reserve({"default", "a", "default/ava", 40'000, "[]", "test"})});
    state.put("a");
    const Lease lease = state.take();
    StageOutput output{"plan", "h", "{\"task_id\":\"a\"}", "render"};
    output.notes = {{{}, "outcome", "{}"}, {"render", "handover", "[1]"}};
    SMOS_EXPECT(bool{state.queue.store_output(lease, output)});
    SMOS_EXPECT(bool{state.queue.release(lease)});
    MoodChange mood;
    mood.persona_id = "ava";
    mood.thought = "it's \xF0\x9F\x98\x80";
    mood.actor = "test";
    SMOS_EXPECT(bool{Moods{state.database}.change(mood)});
    Observation seen;
    seen.platform = "hn";
    seen.native_id = "1";
    seen.observed_at = Instant{1'000'000};
    Observations{state.database}.remember({seen});
}

std::int64_t rows_of(const CopyReport& report, const std::string& name) {
    for (const CopiedTable& table : report.tables) {
        if (table.name == name)
            return table.rows;
    }
    return -1;
}

std::vector<std::string> kinds_of(const StateCheck& check) {
    std::vector<std::string> kinds;
    for (const AuditFinding& finding : check.findings)
        kinds.push_back(finding.kind);
    return kinds;
}

std::size_t files_in(const std::string& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder}, {}));
}

} // namespace

TEST_CASE("a copy has every table, boards and moods too, and proves it") {
    QueueState state;
    fill(state);
    const TemporaryFolder folder;
    Database target{folder.file()};
    std::vector<std::string> told;
    const auto report = copy_state(
        state.database, target, [&](const CopiedTable& table) { told.push_back(table.name); });
    REQUIRE(report);
    CHECK(told.size() == report->tables.size());
    CHECK(rows_of(*report, "board") == 2);
    CHECK(rows_of(*report, "mood") == 1);
    CHECK(rows_of(*report, "observation") == 1);
    CHECK(rows_of(*report, "production") == 1);
    CHECK(report->entries == 2);
    REQUIRE(report->chains.size() == 1);
    CHECK(report->chains[0].head_seq == 2);
    CHECK(check_state(target).findings.empty());
    CHECK(Moods{target}.of("default", "ava").thought == "it's \xF0\x9F\x98\x80");
    CHECK(Board{target}.read(1).at(1).note.value == "[1]");
    CHECK(code_of(copy_state(state.database, target)) == "not_empty");
    // From here to a file, whichever engine this is: the same content.
    const TemporaryFolder other;
    Database file{other.path() + "/file.db"};
    const auto again = copy_state(target, file);
    REQUIRE(again);
    REQUIRE(again->tables.size() == report->tables.size());
    for (std::size_t i = 0; i < again->tables.size(); ++i)
        CHECK(again->tables[i].content == report->tables[i].content);
}

TEST_CASE("a backup is there complete or not at all, and never over another file") {
    QueueState state;
    fill(state);
    const TemporaryFolder folder;
    const std::string file = folder.path() + "/b.db";
    const auto report = back_up(state.database, file);
    REQUIRE(report);
    CHECK(report->entries == 2);
    CHECK(report->bytes == static_cast<std::int64_t>(std::filesystem::file_size(file)));
    CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(code_of(back_up(state.database, file)) == "exists");
    CHECK(files_in(folder.path()) == 1);
    {
        Database copy{file};
        CHECK(Board{copy}.read(1).size() == 2);
        CHECK(Moods{copy}.of("default", "ava").state_version == 1);
    }
    state.database.execute("UPDATE wallet SET funded = funded + 1");
    const std::size_t before = files_in(folder.path());
    CHECK(code_of(back_up(state.database, folder.path() + "/c.db")) ==
          (on_server() ? "copy_differs" : "bad_backup"));
    CHECK(files_in(folder.path()) == before);
}

TEST_CASE("each restore keeps what it replaced under a name of its own") {
    QueueState state;
    fill(state);
    const TemporaryFolder folder;
    const std::string file = folder.path() + "/b.db";
    const std::string place = folder.path() + "/deep/state.db";
    REQUIRE(back_up(state.database, file));
    const auto first = restore(file, place, false);
    REQUIRE(first);
    CHECK(first->kept.empty());
    CHECK(code_of(restore(file, place, false)) == "exists");
    std::vector<std::string> kept;
    for (int i = 0; i < 3; ++i) {
        {
            Database live{place};
            Ledger ledger{live, {}};
            REQUIRE(ledger.fund({"default/ava", 1'000'000, {}, false, "later"}));
        }
        const auto report = restore(file, place, true);
        REQUIRE(report);
        REQUIRE(report->cut.size() == 1);
        CHECK(report->cut[0].had_seq == 3);
        CHECK(report->cut[0].has_seq == 2);
        kept.push_back(report->kept.substr(place.size()));
    }
    CHECK(kept ==
          std::vector<std::string>{".before-restore", ".before-restore.2", ".before-restore.3"});
    for (const std::string& ending : kept) {
        Database old{place + ending};
        CHECK(check_state(old).entries == 3);
    }
    {
        const Database open{place};
        CHECK_THROWS_AS(static_cast<void>(restore(file, place, true)), Fatal);
    }
    std::ofstream{folder.path() + "/text"} << "no state";
    CHECK(code_of(restore(folder.path() + "/text", place, true)) == "not_a_backup");
    CHECK(code_of(restore(folder.path() + "/none", place, true)) == "no_input");
}

TEST_CASE("a check finds what no tool would write") {
    QueueState state;
    fill(state);
    CHECK(check_state(state.database).findings.empty());
    CHECK(check_state(state.database).entries == 2);
    CHECK(check_state(state.database).productions == 1);
    const auto broken = [&](const char* sql) {
        state.database.execute(sql);
        return kinds_of(check_state(state.database));
    };
    const std::vector<std::string> late{"late_output"};
    CHECK(broken("UPDATE stage_output SET lease_token = 99") == late);
    CHECK(broken("UPDATE stage_output SET lease_token = 1;"
                 "UPDATE board SET lease_token = 99 WHERE name = 'outcome'") ==
          std::vector<std::string>{"late_note"});
    CHECK(broken("UPDATE board SET lease_token = 1;"
                 "UPDATE production SET state = 'done'") ==
          std::vector<std::string>{"wrong_history"});
    CHECK(broken("UPDATE production SET state = 'queued';"
                 "UPDATE reservation SET amount = amount + 1")
              .size() >= 1);
}

TEST_CASE("pruning counts what it removes, and removes no money") {
    QueueState state;
    fill(state);
    Observation seen;
    seen.platform = "hn";
    std::vector<Observation> many;
    for (int i = 0; i < 4500; ++i) { // more than two pages
        seen.native_id = "old" + std::to_string(i);
        seen.observed_at = Instant{i % 3 == 0 ? 9'000'000 : 2'000'000};
        many.push_back(seen);
    }
    Observations{state.database}.remember(many);
    const Instant before{5'000'000};
    CHECK(count_prunable(state.database, before).observations == 3001);
    const Pruned pruned = prune(state.database, before);
    CHECK(pruned.observations == 3001);
    CHECK(pruned.stage_outputs + pruned.notes + pruned.audit_rows + pruned.refusals == 0);
    CHECK(prune(state.database, before).observations == 0);
    CHECK(Observations{state.database}.count("hn", "old0", Instant{9'000'000}) == 1);
    const Lease lease = state.take();
    REQUIRE(state.queue.complete(lease, "{}"));
    const Instant later = state.moment.after(second_us).wall;
    const Pruned all = prune(state.database, later);
    CHECK(all.stage_outputs == 1);
    CHECK(all.notes == 2);
    CHECK(all.audit_rows == 0);
    CHECK(all.observations == 1500);
    CHECK(check_state(state.database).findings.empty());
    CHECK(check_state(state.database).entries == 2);
    REQUIRE(state.desk.purge(ProductionState::done, later, "ann") == 1);
    CHECK(prune(state.database, later).audit_rows >= 4);
}

TEST_CASE("the log of events gives each once, in order, and goes on") {
    QueueState state;
    fill(state);
    EventLog log{state.database, {}};
    const std::vector<Event> first = log.next();
    CHECK(std::count_if(
              first.begin(), first.end(), [](const Event& one) { return one.is_entry; }) == 2);
    CHECK(first.size() == 2 + state.actions("a").size());
    CHECK(log.next().empty());
    state.put("b");
    const std::vector<Event> second = log.next();
    REQUIRE(second.size() == 1);
    CHECK(second[0].task_id == "b");
    CHECK(second[0].action == "enqueue");
    CHECK(second[0].state_after == "queued");
    EventLog only{state.database, {"a", {}}};
    for (const Event& one : only.next())
        CHECK(one.task_id == "a");
    EventLog none{state.database, {{}, Instant{std::int64_t{1} << 60}}};
    CHECK(none.next().empty());
    for (int i = 0; i < 2500; ++i) // more than one call gives
        state.put("many" + std::to_string(i));
    std::size_t counted = 0;
    for (auto page = log.next(); !page.empty(); page = log.next())
        counted += page.size();
    CHECK(counted == 2500);
}
