// SPDX-License-Identifier: Apache-2.0
// smos-run board and note: what the stages of one run leave for each other.
#include "libsmos/store/memory/board.hpp"

#include "tools/smos-run/verbs.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/queue/fence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace smos::tools {
namespace {

using records::Json;

store::Production wanted(cli::Context& context, store::Database& database) {
    const std::string& task = context.positionals().front();
    const auto found = store::find_production(database, context.text("tenant"), task);
    if (!found)
        throw Fatal(ExitStatus::no_input,
                    fmt::format("{}: no such production", task),
                    "smos-run list shows them; another tenant's needs --tenant");
    return *found;
}

std::string edge_of(const store::BoardEntry& entry) {
    return entry.writer.stage + ":" + entry.note.to_stage;
}

std::string line_of(const store::Production& production, const store::BoardEntry& entry) {
    const bool edge = !entry.note.to_stage.empty();
    Json made{{"task_id", production.task_id},
              {"tenant_id", production.tenant},
              {"scope", edge ? "blackboard" : "whiteboard"}};
    if (edge)
        made["edge"] = edge_of(entry);
    made["name"] = entry.note.name;
    auto value = records::parse_json(entry.note.value, entry.note.name);
    made["value"] = value ? *std::move(value) : Json{entry.note.value};
    made["at"] = format_rfc3339(entry.at);
    Json provenance{{"agent_id", entry.writer.actor}};
    if (!entry.writer.stage.empty()) {
        provenance["node_id"] = entry.writer.stage;
        provenance["attempt"] = entry.writer.attempt;
        provenance["input_sha256"] = entry.writer.input_hash;
        provenance["lease_token"] = entry.lease_token;
    }
    made["provenance"] = std::move(provenance);
    return records::dump(made);
}

/// The value as it was typed, or all of stdin; a byte more than may be tells that there is more.
std::string value_of(cli::Context& context) {
    const std::vector<std::string>& words = context.positionals();
    if (words.size() > 2 && words[2] != "-")
        return words[2];
    std::string text;
    const auto read_some = context.open_input("-");
    std::array<char, 4096> bytes{};
    while (text.size() <= store::Board::most_value_bytes) {
        const std::size_t got = read_some(bytes.data(), bytes.size());
        if (got == 0)
            break;
        text.append(bytes.data(), got);
    }
    return text;
}

ExitStatus status_of_refusal(const std::string& code) {
    return code == "lost_lease" ? ExitStatus::try_again : ExitStatus::bad_input;
}

} // namespace

void show_board(cli::Context& context, store::Database& database) {
    const store::Production production = wanted(context, database);
    const std::vector<std::string> edges = context.texts("edge");
    for (const store::BoardEntry& entry : store::Board{database}.read(production.id)) {
        const bool chosen =
            edges.empty() || std::find(edges.begin(), edges.end(), edge_of(entry)) != edges.end();
        if (chosen && (!context.flag("whiteboard") || entry.note.to_stage.empty()))
            context.write_line(line_of(production, entry));
    }
}

void write_note(cli::Context& context, store::Database& database) {
    const std::vector<std::string>& words = context.positionals();
    if (words.size() > 3 || words.size() < 2)
        throw Fatal(ExitStatus::usage, "note takes a task, a name and a JSON value");
    const auto stage = store::leased_stage_of_environment();
    const store::Production production = wanted(context, database);
    store::Board board{database};
    store::BoardNote note{context.text("to"), words[1], value_of(context)};
    if (auto value = records::parse_json(note.value, note.name))
        note.value = records::dump(*value);
    Result<void> written;
    if (stage) {
        const auto lease = store::lease_of_environment();
        if (lease->production_id != production.id)
            throw Fatal(ExitStatus::usage,
                        production.task_id + ": not the production of this run",
                        "a stage writes on the boards of its own run");
        const std::string actor = production.worker.value_or("");
        written =
            board.write(*lease, {actor, stage->stage, stage->attempt, stage->input_hash}, {note});
    } else {
        written = board.write(production.id, actor_of(context), note);
    }
    if (!written)
        or_fatal(written, status_of_refusal(written.error().code));
    for (const store::BoardEntry& entry : board.read(production.id)) {
        if (entry.note.name == note.name && entry.note.to_stage == note.to_stage &&
            entry.writer.stage == (stage ? stage->stage : std::string{}))
            context.write_line(line_of(production, entry));
    }
}

} // namespace smos::tools
