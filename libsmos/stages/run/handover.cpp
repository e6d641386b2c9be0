// SPDX-License-Identifier: Apache-2.0
// What a worker writes on the boards of a run about the stages that it ran.
#include "libsmos/stages/run/handover.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/records/scan.hpp"
#include "libsmos/records/sections.hpp"

#include <map>

namespace smos::stages {
namespace {

using records::Json;

constexpr std::size_t most_text_code_points = 1000;
constexpr std::size_t most_names = 64;
constexpr std::size_t most_name_code_points = 64;

using Members = std::map<std::string, std::string>; // name and bytes

Members members_of(const std::string& line) {
    Members found;
    std::size_t end = 0;
    records::scan_object(line, end, [&](const records::ScanMember& member) {
        found[records::unescape(member.key)] =
            line.substr(member.value_begin, member.value_end - member.value_begin);
    });
    return found;
}

Json names_of_changed(const Members& before, const Members& after) {
    Json changed = Json::array();
    for (const auto& [name, value] : after) {
        const auto old = before.find(name);
        if ((old == before.end() || old->second != value) && changed.size() < most_names)
            changed.push_back(first_code_points(name, most_name_code_points));
    }
    return changed;
}

/// Short members as they are, others not at all.
void copy_short(const Members& from, const char* name, Json& to) {
    const auto found = from.find(name);
    if (found == from.end() || found->second.size() > 100)
        return;
    if (auto value = records::parse_json(found->second, name))
        to[name] = *std::move(value);
}

} // namespace

std::vector<store::BoardNote> notes_of_output(const StageGraph& graph,
                                              std::size_t stage,
                                              const std::string& input,
                                              const std::string& output) {
    const Members after = members_of(output);
    Json outcome{{"outcome", "done"}};
    copy_short(after, "status", outcome);
    std::vector<store::BoardNote> notes{{{}, "outcome", records::dump(outcome)}};
    Json handover = Json::object();
    for (const char* name : {"status", "confidence", "state_version"})
        copy_short(after, name, handover);
    handover["wrote"] = names_of_changed(members_of(input), after);
    handover["output_sha256"] = sha256_hex(output);
    for (std::size_t next = 0; next < graph.size(); ++next) {
        for (const std::size_t need : graph.needs(next)) {
            if (need == stage)
                notes.push_back({graph.name(next), "handover", records::dump(handover)});
        }
    }
    return notes;
}

store::BoardNote note_of_failure(const StageAnswer& answer) {
    const Json outcome{
        {"outcome", answer.kind == StageAnswer::Kind::crash ? "crashed" : "failed"},
        {"code", first_code_points(one_line(answer.error.code), most_name_code_points)},
        {"message", first_code_points(one_line(answer.error.text()), most_text_code_points)},
        {"retryable", answer.error.retryable}};
    return {{}, "outcome", records::dump(outcome)};
}

std::optional<store::MoodChange> thought_of_plan(const std::string& line,
                                                 const std::string& actor) {
    const auto record = records::Record::parse(line);
    if (!record)
        return std::nullopt;
    const std::string persona = record->persona_id();
    const auto plan = record->section<records::Plan>();
    // What the state cannot hold as it is names no muse.
    if (persona.empty() || one_line(persona) != persona || !plan || !*plan)
        return std::nullopt;
    std::string thought;
    if ((*plan)->script)
        thought = (*plan)->script->hook;
    else if (!(*plan)->reasons.empty())
        thought = (*plan)->reasons.front().text;
    if (thought = one_line(thought); thought.empty())
        return std::nullopt;
    store::MoodChange change;
    change.tenant = record->tenant_id();
    change.persona_id = persona;
    change.thought = first_code_points(thought, store::Moods::most_thought_code_points);
    change.task_id = one_line(record->task_id());
    change.actor = actor;
    return change;
}

} // namespace smos::stages
