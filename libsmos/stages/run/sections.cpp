// SPDX-License-Identifier: Apache-2.0
// Joining what stages that ran side by side wrote into their lines.
#include "libsmos/stages/run/sections.hpp"

#include "libsmos/records/json_value.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/records/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace smos::stages {
namespace {

using Members = std::map<std::string, std::string>; // of the line: name and bytes

Members members_of(const std::string& line) {
    Members found;
    std::size_t end = 0;
    records::scan_object(line, end, [&](const records::ScanMember& member) {
        found[records::unescape(member.key)] =
            line.substr(member.value_begin, member.value_end - member.value_begin);
    });
    return found;
}

std::int64_t number_in(const Members& members, const std::string& key) {
    const auto found = members.find(key);
    const auto value =
        found == members.end() ? Result<records::Json>{0} : records::parse_json(found->second, key);
    return value && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

records::Json list_in(const Members& members, const std::string& key) {
    const auto found = members.find(key);
    if (found == members.end())
        return records::Json::array();
    auto value = records::parse_json(found->second, key);
    return value && value->is_array() ? *std::move(value) : records::Json::array();
}

/// Greater is graver; what only says how far it came is 0.
int gravity_of(std::string_view status) {
    constexpr std::array<std::string_view, 4> grave{
        R"("review")", R"("refused")", R"("rejected")", R"("failed")"};
    const auto found = std::find(grave.begin(), grave.end(), status);
    return found == grave.end() ? 0 : static_cast<int>(found - grave.begin()) + 1;
}

class Joining {
  public:
    Joining(const StageGraph& graph, const std::string& base)
        : graph_(graph),
          now_(members_of(base)) {}

    Result<void> add(std::size_t stage, const StageMade& made) {
        const Members before = members_of(made.input);
        const Members after = members_of(made.output);
        for (const auto& [key, value] : before) {
            if (after.count(key) == 0)
                return Error{"lost_section",
                             fmt::format("{} took {} out of its line", graph_.name(stage), key),
                             graph_.name(stage)};
        }
        for (const auto& [key, value] : after) {
            const auto old = before.find(key);
            if (old == before.end() || old->second != value)
                SMOS_CHECK(put(stage, key, before, after));
        }
        return {};
    }

    std::string line(const std::string& base) const {
        auto record = records::Record::parse(base);
        SMOS_EXPECT(bool{record});
        for (const std::string& key : changed_)
            record->set_raw(key, now_.at(key));
        return record->str();
    }

  private:
    Result<void>
    put(std::size_t stage, const std::string& key, const Members& before, const Members& after) {
        if (std::find(changed_.begin(), changed_.end(), key) == changed_.end())
            changed_.push_back(key);
        if (key == "state_version") {
            const std::int64_t steps = number_in(after, key) - number_in(before, key);
            now_[key] = fmt::format("{}", number_in(now_, key) + steps);
            return {};
        }
        if (key == "errors") {
            add_errors(list_in(before, key), list_in(after, key));
            return {};
        }
        const std::string& value = after.at(key);
        const auto owner = owners_.find(key);
        const bool beside = owner != owners_.end() && !graph_.before(owner->second, stage);
        if (beside && key == "status" && gravity_of(now_[key]) > gravity_of(value))
            return {};
        if (beside && key != "status" && now_[key] != value)
            return Error{"section_conflict",
                         fmt::format("{} and {} ran side by side and both wrote {}",
                                     graph_.name(owner->second),
                                     graph_.name(stage),
                                     key),
                         graph_.name(stage),
                         "let one of them need the other in run.line"};
        owners_[key] = stage;
        now_[key] = value;
        return {};
    }

    void add_errors(const records::Json& before, const records::Json& after) {
        records::Json all = list_in(now_, "errors");
        const bool grown = after.size() >= before.size() &&
                           std::equal(before.begin(), before.end(), after.begin());
        for (std::size_t i = grown ? before.size() : 0; i < after.size(); ++i)
            all.push_back(after[i]);
        now_["errors"] = records::dump(all);
    }

    const StageGraph& graph_;
    Members now_;
    std::map<std::string, std::size_t> owners_;
    std::vector<std::string> changed_; // in the order in which they came
};

} // namespace

Result<std::string> join_sections(const StageGraph& graph,
                                  const std::string& base,
                                  const MadeByStage& made,
                                  const std::vector<std::size_t>& given) {
    if (given.empty())
        return base;
    std::vector<std::size_t> wanted = given;
    std::sort(wanted.begin(), wanted.end());
    const std::size_t last = wanted.back();
    if (std::all_of(wanted.begin(), wanted.end(), [&](std::size_t stage) {
            return stage == last || graph.before(stage, last);
        }))
        return made.at(last).output;
    Joining joining{graph, base};
    for (const std::size_t stage : wanted)
        SMOS_CHECK(joining.add(stage, made.at(stage)));
    return joining.line(base);
}

} // namespace smos::stages
