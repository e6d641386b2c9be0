// SPDX-License-Identifier: Apache-2.0
// How far one production has come through the graph of stages, and what may run next.
#include "libsmos/stages/run/walk.hpp"

#include "libsmos/records/record.hpp"

#include <algorithm>

namespace smos::stages {
namespace {

bool in_review(std::string_view line) {
    const auto record = records::Record::parse(std::string{line});
    return record && record->status() == records::Status::review;
}

} // namespace

NextStep next_step(const StageGraph& graph, std::size_t stage, std::string_view line) {
    if (in_review(line)) {
        // What was spent is settled before a person is asked, who may take days.
        const auto settle = graph.find("settle");
        if (settle && stage != *settle)
            return {NextStep::Kind::stage, "settle"};
        return {NextStep::Kind::review, graph.find("publish") ? "publish" : "done"};
    }
    for (std::size_t next = 0; next < graph.size(); ++next) {
        if (next != stage && !graph.before(next, stage))
            return {NextStep::Kind::stage, graph.name(next)};
    }
    return {NextStep::Kind::done, {}};
}

Result<ProductionWalk>
ProductionWalk::begin(const StageGraph& graph, std::string line, std::string_view stage) {
    const auto from = graph.find(stage);
    if (!from)
        return Error{"no_such_stage",
                     "the line of this worker has no such stage",
                     std::string{stage},
                     "give all workers the same run.line"};
    ProductionWalk walk{graph, std::move(line)};
    walk.since_ = graph.name(*from);
    for (std::size_t i = 0; i < graph.size(); ++i) {
        if (graph.before(i, *from))
            walk.passed_.insert(i);
    }
    return walk;
}

Result<std::vector<ProductionWalk::Ready>> ProductionWalk::ready() const {
    std::vector<Ready> found;
    const bool only_settled = in_review(line_);
    for (std::size_t stage = 0; stage < graph_->size(); ++stage) {
        const auto& needs = graph_->needs(stage);
        if (is_done(stage) || (only_settled && graph_->name(stage) != since_) ||
            !std::all_of(
                needs.begin(), needs.end(), [this](std::size_t need) { return is_done(need); }))
            continue;
        std::vector<std::size_t> behind;
        for (const auto& [made, lines] : made_) {
            if (graph_->before(made, stage))
                behind.push_back(made);
        }
        SMOS_TRY(std::string input, join_sections(*graph_, line_, made_, behind));
        found.push_back({stage, std::move(input)});
    }
    return found;
}

void ProductionWalk::arrive(std::size_t stage, StageMade made) { made_[stage] = std::move(made); }

Result<std::optional<ProductionWalk::Joined>> ProductionWalk::join() {
    const bool only_settled = in_review(line_);
    std::vector<std::size_t> all;
    for (const auto& [stage, lines] : made_)
        all.push_back(stage);
    if (all.empty())
        return std::optional<Joined>{};
    std::optional<std::size_t> next;
    for (std::size_t left = graph_->size(); left-- > 0;) {
        if (is_done(left) || only_settled)
            continue;
        next = left;
        for (const std::size_t stage : all) {
            if (!graph_->before(stage, left))
                return std::optional<Joined>{};
        }
    }
    SMOS_TRY(std::string line, join_sections(*graph_, line_, made_, all));
    Joined joined{std::move(line), {}};
    if (in_review(joined.line))
        joined.next = next_step(*graph_, all.back(), joined.line);
    else if (next)
        joined.next = {NextStep::Kind::stage, graph_->name(*next)};
    if (joined.next.kind == NextStep::Kind::stage) {
        SMOS_TRY(*this, begin(*graph_, joined.line, joined.next.stage));
    } else {
        line_ = joined.line;
        passed_.insert(all.begin(), all.end());
        made_.clear();
    }
    return std::optional<Joined>{std::move(joined)};
}

} // namespace smos::stages
