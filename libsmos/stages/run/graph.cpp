// SPDX-License-Identifier: Apache-2.0
// The stages of a production and what each needs: a graph without cycles, in one fixed order.
#include "libsmos/stages/run/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace smos::stages {
namespace {

using Needs = std::vector<std::vector<std::size_t>>; // of each stage as it was written

bool good_name(const std::string& name) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !name.empty() && name.size() <= 64 && name != "done" &&
           std::all_of(name.begin(), name.end(), letter);
}

Result<void> check_names(const std::vector<AuthoredStage>& authored) {
    if (authored.empty())
        return Error{"no_stages", "the line has no stages", "run.line", "name at least one"};
    if (authored.size() > StageGraph::most_stages)
        return Error{
            "too_many_stages",
            fmt::format("{} stages, {} are possible", authored.size(), StageGraph::most_stages),
            "run.line"};
    std::set<std::string> seen;
    for (const AuthoredStage& stage : authored) {
        if (!good_name(stage.name))
            return Error{"bad_stage_name",
                         "a stage's name is 1 to 64 of a-z, 0-9, - and _, and not done",
                         "run.line: " + stage.name.substr(0, 64)};
        if (!seen.insert(stage.name).second)
            return Error{"duplicate_stage", "two stages have this name", "run.line: " + stage.name};
    }
    return {};
}

Result<Needs> read_needs(const std::vector<AuthoredStage>& authored) {
    Needs needs(authored.size());
    for (std::size_t i = 0; i < authored.size(); ++i) {
        if (!authored[i].needs) {
            if (i > 0)
                needs[i].push_back(i - 1);
            continue;
        }
        for (const std::string& need : *authored[i].needs) {
            const auto found =
                std::find_if(authored.begin(), authored.end(), [&](const AuthoredStage& stage) {
                    return stage.name == need;
                });
            if (found == authored.end())
                return Error{"unknown_need",
                             fmt::format("it needs {}, and no stage has that name", need),
                             "run.line: " + authored[i].name};
            const auto place = static_cast<std::size_t>(found - authored.begin());
            if (std::find(needs[i].begin(), needs[i].end(), place) == needs[i].end())
                needs[i].push_back(place);
        }
    }
    return needs;
}

/// The way around, from a stage that was not placed along needs that were not placed either.
Error cycle_of(const std::vector<AuthoredStage>& authored,
               const Needs& needs,
               const std::vector<bool>& placed) {
    std::vector<std::size_t> way;
    auto at =
        static_cast<std::size_t>(std::find(placed.begin(), placed.end(), false) - placed.begin());
    const std::string unreached = authored[at].name;
    while (std::find(way.begin(), way.end(), at) == way.end()) {
        way.push_back(at);
        at = *std::find_if(
            needs[at].begin(), needs[at].end(), [&](std::size_t need) { return !placed[need]; });
    }
    std::string text = authored[at].name;
    for (auto stage = std::find(way.begin(), way.end(), at) + 1; stage != way.end(); ++stage)
        text += " needs " + authored[*stage].name;
    text += " needs " + authored[at].name;
    return Error{"stage_cycle",
                 fmt::format("{}: {} is never reached", text, unreached),
                 "run.line: " + authored[at].name,
                 "take one of these needs away"};
}

} // namespace

Result<StageGraph> StageGraph::make(const std::vector<AuthoredStage>& authored) {
    SMOS_CHECK(check_names(authored));
    SMOS_TRY(const Needs needs, read_needs(authored));
    std::vector<bool> placed(authored.size());
    std::vector<std::size_t> number(authored.size());
    StageGraph graph;
    const auto can_come = [&](std::size_t stage) {
        return !placed[stage] && std::all_of(needs[stage].begin(),
                                             needs[stage].end(),
                                             [&](std::size_t need) { return placed[need]; });
    };
    for (std::size_t place = 0; place < authored.size(); ++place) {
        std::size_t next = 0;
        while (next < authored.size() && !can_come(next))
            ++next;
        if (next == authored.size())
            return cycle_of(authored, needs, placed);
        placed[next] = true;
        number[next] = place;
        graph.names_.push_back(authored[next].name);
        std::vector<std::size_t> own;
        std::vector<bool> before(authored.size());
        for (const std::size_t need : needs[next]) {
            own.push_back(number[need]);
            before[number[need]] = true;
            for (std::size_t i = 0; i < place; ++i)
                before[i] = before[i] || graph.before_[number[need]][i];
        }
        std::sort(own.begin(), own.end());
        graph.needs_.push_back(std::move(own));
        graph.before_.push_back(std::move(before));
    }
    return graph;
}

std::optional<std::size_t> StageGraph::find(std::string_view name) const {
    if (name.empty())
        return 0;
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
}

bool StageGraph::alone(std::size_t stage) const {
    for (std::size_t other = 0; other < size(); ++other) {
        if (other != stage && !before(other, stage) && !before(stage, other))
            return false;
    }
    return true;
}

} // namespace smos::stages
