// SPDX-License-Identifier: Apache-2.0
// A refusal in plain words.
#include "tools/smos-cfo/refusals.hpp"

#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::tools {
namespace {

struct WayPast {
    std::string_view gate;
    const char* words; // {} is the wallet
};

constexpr WayPast ways[] = {
    {"estimate",
     "let smos-plan estimate it again: the lines have to be as the prices in force are"},
    {"price_known", "add a row for it to `prices` in the configuration (see smos-model prices)"},
    {"amount", "ask for an amount between 0 and 2^53 micro-USD"},
    {"task_unique", "settle or release the reservation that stands: smos-cfo settle, release"},
    {"wallet_exists", "put money there: smos-cfo fund {} USD"},
    {"kill_switch", "find out why it was stopped, then: smos-cfo start {}"},
    {"wallet_open", "find out why its breaker tripped, then: smos-cfo reset {}"},
    {"balance", "put money there: smos-cfo fund {} USD"},
    {"hour_breaker",
     "wait: what was spent counts for an hour, what is reserved until it is settled or released; "
     "or raise the limit of the wallet named above: smos-cfo limits {} --hour USD"},
    {"day_budget",
     "wait for the next day of UTC, or raise the limit of the wallet named above: smos-cfo limits "
     "{} --day USD"},
    {"month_budget",
     "wait for the next month of UTC, or raise the limit of the wallet named above: smos-cfo "
     "limits {} --month USD"},
    {"provider_budget",
     "wait for the next month of UTC, bind another provider, or raise its limit: smos-cfo limits "
     "{} --provider NAME=USD"},
    {"roi",
     "plan it cheaper or expect more of it, or ask for less: smos-cfo limits {} --roi PERCENT"},
};

/// The rules of the house tell a script's code first: "budget.daily_cap_exceeded: …".
bool is_rule(const records::Gate& gate) {
    constexpr std::string_view names[] = {
        "tool_budget", "firearms", "strategy_lock", "budget", "kpi", "temperature"};
    return std::find(std::begin(names), std::end(names), gate.name) != std::end(names) ||
           gate.reason.starts_with("kill_switch.blocked") ||
           gate.reason.starts_with("policy_missing");
}

} // namespace

std::string way_past(const records::Gate& gate, const std::string& wallet) {
    if (is_rule(gate))
        return fmt::format("the rule is cfo.gates.{} of the configuration", one_line(gate.name));
    for (const WayPast& way : ways)
        if (way.gate == gate.name)
            return fmt::format(fmt::runtime(way.words), one_line(wallet));
    return "see smos-cfo(1)";
}

std::string gate_line(const records::Gate& gate) {
    return fmt::format("  {} {}: {}",
                       gate.passed ? "passed" : "refused",
                       one_line(gate.name),
                       one_line(gate.reason));
}

std::vector<std::string> refusal_lines(const store::Refusal& refusal) {
    std::vector<std::string> lines{fmt::format("{} of {}: {} from {} were refused at {}{}.",
                                               one_line(refusal.task_id),
                                               one_line(refusal.tenant),
                                               format_usd(refusal.amount_micros),
                                               one_line(refusal.wallet),
                                               format_rfc3339(refusal.last_at),
                                               refusal.times > 1
                                                   ? fmt::format(" (the last of {} times since {})",
                                                                 refusal.times,
                                                                 format_rfc3339(refusal.first_at))
                                                   : std::string{})};
    lines.emplace_back("What the gates saw then:");
    for (const records::Gate& gate : refusal.gates)
        lines.push_back(gate_line(gate));
    lines.emplace_back("What to do:");
    for (const records::Gate& gate : refusal.gates)
        if (!gate.passed)
            lines.push_back(
                fmt::format("  {}: {}", one_line(gate.name), way_past(gate, refusal.wallet)));
    lines.emplace_back("  then send the planned record through smos-cfo reserve again");
    return lines;
}

} // namespace smos::tools
