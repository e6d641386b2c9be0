// SPDX-License-Identifier: Apache-2.0
// Rules of the house before the money.
#include "libsmos/stages/cfo/gate_chain.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace smos::stages {
namespace {

using records::Gate;
using records::Json;

constexpr std::array<const char*, 7> order{
    "tool_budget", "kill_switch", "firearms", "strategy_lock", "budget", "kpi", "temperature"};

Gate passes(std::string reason) {
    Gate gate;
    gate.passed = true;
    gate.reason = std::move(reason);
    return gate;
}

/// `code` first, so that a script can tell one reason from another.
Gate blocks(const char* code, const std::string& reason) {
    Gate gate;
    gate.reason = fmt::format("{}: {}", code, reason);
    return gate;
}

Gate within(const char* code, const std::string& what, Micros value, Micros limit) {
    Gate gate =
        value <= limit
            ? passes(fmt::format("{}: {} of {}", what, format_usd(value), format_usd(limit)))
            : blocks(code,
                     fmt::format("{}: {} is over {}", what, format_usd(value), format_usd(limit)));
    gate.value_micros = value;
    gate.limit_micros = limit;
    return gate;
}

std::optional<Micros> amount_of(const Json& value) {
    const auto amount =
        parse_usd(value.is_string() ? value.get<std::string>() : records::dump(value));
    return amount ? std::optional{*amount} : std::nullopt;
}

std::optional<double> number_in(const Json& object, const char* name) {
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (!object.is_object() || found == object.end() || !found->is_number())
        return std::nullopt;
    return found->get<double>();
}

Gate tool_budget(const Json& policy, const GateQuestion& question) {
    Gate tightest = passes("nothing of it costs");
    for (const auto& [capability, asked] : question.by_capability) {
        if (asked == 0)
            continue;
        const auto cap = policy.find(capability);
        if (cap == policy.end())
            return blocks("budget.daily_cap_missing",
                          fmt::format("no cap for {}", one_line(capability)));
        Gate gate = within("budget.daily_cap_exceeded",
                           fmt::format("{} today (UTC) with this", one_line(capability)),
                           question.committed_today(capability) + asked,
                           *amount_of(*cap));
        if (!gate.passed)
            return gate;
        tightest = std::move(gate);
    }
    return tightest;
}

Gate kill_switch(const Json& policy) {
    return policy.value("blocked", true) ? blocks("kill_switch.blocked", "the switch is on")
                                         : passes("the switch is off");
}

/// A licence for what may hurt: a capability that the policy names needs one that holds now.
Gate firearms(const Json& policy, const GateQuestion& question, Instant now) {
    for (const auto& [capability, asked] : question.by_capability) {
        const auto licence = policy.find(capability);
        if (licence == policy.end())
            continue;
        const auto until = parse_rfc3339(licence->value("until", ""));
        if (licence->value("revoked", false) || !until || *until <= now)
            return blocks(
                "firearms.license_required",
                fmt::format("the licence for {} is revoked or over", one_line(capability)));
    }
    return passes("nothing of it needs a licence that is missing");
}

Gate strategy_lock(const Json& policy, const GateQuestion& question) {
    if (!policy.value("locked", true))
        return passes("the strategy is open");
    const auto approved = policy.find("approved");
    const bool listed =
        approved != policy.end() && approved->is_array() &&
        std::find(approved->begin(), approved->end(), question.task_id) != approved->end();
    return listed ? passes("the task was approved")
                  : blocks("strategy_lock.approval_required", "the task is not approved");
}

Gate budget(const Json& policy, const GateQuestion& question) {
    const auto threshold = policy.find("threshold");
    if (threshold == policy.end())
        return blocks("budget_threshold_missing", "no threshold is set");
    return within(
        "budget_threshold_exceeded", "this takes", question.amount_micros, *amount_of(*threshold));
}

Gate kpi(const Json& policy, const GateQuestion& question) {
    const auto stated =
        question.payload.is_object() ? question.payload.find("kpi") : question.payload.end();
    const bool has = question.payload.is_object() && stated != question.payload.end();
    if (policy.empty())
        return blocks("kpi_threshold_missing", "no corridor is set");
    for (const auto& [name, corridor] : policy.items()) {
        const auto value = has ? number_in(*stated, name.c_str()) : std::nullopt;
        if (!value)
            return blocks("kpi_threshold_missing",
                          fmt::format("payload.kpi.{} is not known", name));
        const auto floor = number_in(corridor, "floor"), ceiling = number_in(corridor, "ceiling");
        if (floor && *value < *floor)
            return blocks("kpi_floor_breached",
                          fmt::format("{} is {}, below {}", name, *value, *floor));
        if (ceiling && *value > *ceiling)
            return blocks("kpi_ceiling_breached",
                          fmt::format("{} is {}, above {}", name, *value, *ceiling));
    }
    return passes("every indicator is in its corridor");
}

Gate temperature(const Json& policy, const GateQuestion& question) {
    const auto most = number_in(policy, "most");
    const auto stated = number_in(question.payload, "temperature");
    if (!most || !stated)
        return blocks("temperature_breach",
                      most ? "payload.temperature is not known" : "no limit is set");
    if (*stated > *most)
        return blocks("temperature_breach", fmt::format("{} is above {}", *stated, *most));
    return passes(fmt::format("{} of {}", *stated, *most));
}

Gate judge(const std::string& name, const Json& policy, const GateQuestion& question, Instant now) {
    if (name == "tool_budget")
        return tool_budget(policy, question);
    if (name == "kill_switch")
        return kill_switch(policy);
    if (name == "firearms")
        return firearms(policy, question, now);
    if (name == "strategy_lock")
        return strategy_lock(policy, question);
    if (name == "budget")
        return budget(policy, question);
    return name == "kpi" ? kpi(policy, question) : temperature(policy, question);
}

Error bad_gate(const std::string& where, std::string message) {
    return {"bad_gate", std::move(message), "cfo.gates" + where, "see smos-cfo(1)"};
}

Result<void>
check_corridor(const std::string& where, const std::string& member, const Json& stated) {
    if (member != "floor" && member != "ceiling")
        return bad_gate(where + '.' + member, "a corridor has floor and ceiling");
    if (!stated.is_number())
        return bad_gate(where + '.' + member, "a number");
    return {};
}

Result<void>
check_licence(const std::string& where, const std::string& member, const Json& stated) {
    if (member == "until" && stated.is_string() && parse_rfc3339(stated.get<std::string>()))
        return {};
    if (member == "revoked" && stated.is_boolean())
        return {};
    return bad_gate(where + '.' + member,
                    member == "until"     ? "a time such as \"2027-01-01T00:00:00Z\""
                    : member == "revoked" ? "true or false"
                                          : "a licence has until and revoked");
}

/// What a policy may not be wrong about: what would pass where it was meant to block.
Result<void> check_policy(const std::string& name, const Json& policy) {
    if (!policy.is_object())
        return bad_gate("." + name, "a policy is a map");
    if (name == "tool_budget")
        for (const auto& [capability, cap] : policy.items())
            if (!amount_of(cap))
                return bad_gate(fmt::format(".{}.{}", name, capability), "not an amount in USD");
    if (name == "budget" && policy.contains("threshold") && !amount_of(policy["threshold"]))
        return bad_gate(".budget.threshold", "not an amount in USD");
    for (const char* flag : {"blocked", "locked"})
        if (policy.contains(flag) && !policy[flag].is_boolean())
            return bad_gate(fmt::format(".{}.{}", name, flag), "true or false");
    if (name == "firearms" || name == "kpi")
        for (const auto& [key, value] : policy.items()) {
            const std::string where = fmt::format(".{}.{}", name, key);
            if (!value.is_object())
                return bad_gate(where, "a map");
            if (name == "kpi" && value.empty())
                return bad_gate(where, "a corridor needs a floor or a ceiling");
            for (const auto& [member, stated] : value.items())
                SMOS_CHECK(name == "kpi" ? check_corridor(where, member, stated)
                                         : check_licence(where, member, stated));
        }
    return {};
}

bool is_known(const std::string& name) {
    return std::find(order.begin(), order.end(), name) != order.end();
}

} // namespace

Result<GateChain> GateChain::from_config(const Json& config) {
    GateChain made;
    const auto cfo = config.is_object() ? config.find("cfo") : config.end();
    if (!config.is_object() || cfo == config.end() || cfo->is_null())
        return made;
    if (!cfo->is_object())
        return Error{"bad_gate", "has to be a map", "cfo", "see smos-cfo(1)"};
    if (!cfo->contains("gates"))
        return made;
    const Json& gates = (*cfo)["gates"];
    if (!gates.is_object() || !gates.contains("chain") || !gates["chain"].is_array())
        return bad_gate("", "needs a list `chain`");
    std::vector<std::string> asked;
    for (const Json& name : gates["chain"]) {
        if (!name.is_string() || !is_known(name.get<std::string>()))
            return bad_gate(".chain", "no gate of this name: " + one_line(records::dump(name)));
        asked.push_back(name.get<std::string>());
    }
    for (const char* name : order)
        if (std::find(asked.begin(), asked.end(), name) != asked.end())
            made.chain_.emplace_back(name);
    for (const auto& [name, policy] : gates.items()) {
        if (name == "chain")
            continue;
        if (!is_known(name))
            return bad_gate("." + name, "no gate of this name");
        SMOS_CHECK(check_policy(name, policy));
        made.policies_[name] = records::JsonBox{policy};
    }
    return made;
}

std::vector<Gate> GateChain::ask(const GateQuestion& question, Instant now) const {
    std::vector<Gate> gates;
    for (const std::string& name : chain_) {
        const auto policy = policies_.find(name);
        Gate gate = policy == policies_.end()
                        ? blocks("policy_missing", fmt::format("no policy for the gate {}", name))
                        : judge(name, *policy->second, question, now);
        gate.name = name;
        gates.push_back(std::move(gate));
        if (!gates.back().passed)
            break;
    }
    return gates;
}

} // namespace smos::stages
