// SPDX-License-Identifier: Apache-2.0
// The verbs that hold money back: limits, the kill switch, and opening again.
#include "tools/smos-cfo/limits.hpp"

#include "tools/smos-cfo/books.hpp"

#include "libsmos/core/fatal.hpp"

#include <fmt/format.h>

namespace smos::tools {
namespace {

using cli::Kind;

cli::Option limit_option(const char* name, const char* doc) {
    return {.name = name,
            .kind = Kind::text,
            .metavar = "USD|none",
            .doc = doc,
            .command_line_only = true};
}

cli::Command switch_command(const char* name, const char* summary, const char* description) {
    return {.name = name,
            .summary = summary,
            .description = description,
            .positionals = {wallet_argument()},
            .options = {{.name = "reason",
                         .kind = Kind::text,
                         .metavar = "TEXT",
                         .doc = "Why, for the ledger.",
                         .command_line_only = true},
                        {.name = "json", .doc = "Print the wallet as one JSON object."}},
            .filter = false};
}

Micros limit_of(const char* name, const std::string& text) {
    if (text == "none")
        return store::LimitRequest::none_micros;
    const auto amount = parse_usd(text);
    if (!amount)
        throw Fatal(ExitStatus::usage,
                    fmt::format("--{} {}: {}", name, text, amount.error().message),
                    "an amount in USD, or none");
    return *amount;
}

std::optional<Micros> asked_limit(const cli::Context& context, const char* name) {
    if (!context.given(name))
        return std::nullopt;
    return limit_of(name, context.text(name));
}

std::pair<std::string, Micros> asked_provider(const std::string& text) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0)
        throw Fatal(ExitStatus::usage,
                    fmt::format("--provider {}: names no limit", text),
                    "such as acme=5, or acme=none");
    return {text.substr(0, equals), limit_of("provider", text.substr(equals + 1))};
}

std::optional<std::int64_t> asked_return(const cli::Context& context) {
    if (!context.given("roi"))
        return std::nullopt;
    const std::string text = context.text("roi");
    if (text == "none")
        return store::LimitRequest::none_micros;
    const bool digits = !text.empty() && text.size() <= 7 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    if (!digits)
        throw Fatal(ExitStatus::usage,
                    fmt::format("--roi {}: not a whole number of percent", text),
                    "a number such as 150, or none");
    return std::stoll(text);
}

} // namespace

std::vector<cli::Command> limit_commands() {
    return {
        {.name = "limits",
         .summary = "set what a wallet and everything below it may reserve and spend",
         .description =
             "Wallets are a tree: what tenant/persona/campaign reserves and spends counts in the "
             "limits of all three, and the tightest refuses. A wallet that is not there is made; "
             "it has no money of its own then and pays from the one above it. Without an option "
             "the limits that hold are shown. A root (tenant) without limits of its own has "
             "--hour-cap and --day-budget.",
         .positionals = {wallet_argument()},
         .options = {limit_option("hour", "The most in any hour, open reservations included."),
                     limit_option("day", "The most in a UTC day."),
                     limit_option("month", "The most in a UTC month."),
                     {.name = "provider",
                      .kind = Kind::text,
                      .metavar = "NAME=USD|NAME=none",
                      .doc = "The most with one provider in a UTC month, counted from when it is "
                             "first set.",
                      .repeatable = true,
                      .command_line_only = true},
                     {.name = "roi",
                      .kind = Kind::text,
                      .metavar = "PERCENT|none",
                      .doc = "What a production must be expected to earn, in percent of what it "
                             "reserves; 150 is half as much again.",
                      .command_line_only = true},
                     {.name = "json", .doc = "Print the wallet as one JSON object."}},
         .filter = false},
        switch_command("stop",
                       "the kill switch: nothing is reserved or paid below a wallet",
                       "Holds back new reservations, and paid calls of those that are open, until "
                       "start. What is already in flight is booked when it comes back."),
        switch_command("start",
                       "open a wallet that was stopped",
                       "Undoes stop. A breaker that had tripped before still waits for reset."),
        switch_command("reset",
                       "open a wallet whose breaker tripped",
                       "The breaker trips when what was really spent in an hour reaches the cap, "
                       "or passes it because a provider charged more than its ceiling. It stays "
                       "so until somebody has looked.")};
}

bool set_limits(cli::Context& context, store::Ledger& ledger) {
    store::LimitRequest request;
    request.wallet = context.positionals().at(0);
    request.hour_cap_micros = asked_limit(context, "hour");
    request.day_budget_micros = asked_limit(context, "day");
    request.month_budget_micros = asked_limit(context, "month");
    request.actor = operator_name();
    request.least_return_percent = asked_return(context);
    if (context.given("provider"))
        for (const std::string& text : context.texts("provider"))
            request.provider_budgets_micros.insert(asked_provider(text));
    bool asked = true;
    if (!request.hour_cap_micros && !request.day_budget_micros && !request.month_budget_micros &&
        !request.least_return_percent && request.provider_budgets_micros.empty())
        asked = false;
    if (asked)
        or_fatal(ledger.limit(request), ExitStatus::usage);
    show_limits(context, ledger, request.wallet);
    return asked;
}

std::optional<store::WalletSwitch> switch_of(std::string_view verb) {
    if (verb == "stop")
        return store::WalletSwitch::stop;
    if (verb == "start")
        return store::WalletSwitch::start;
    if (verb == "reset")
        return store::WalletSwitch::reset;
    return std::nullopt;
}

void switch_wallet(cli::Context& context, store::Ledger& ledger, store::WalletSwitch what) {
    const std::string& wallet = context.positionals().at(0);
    const std::string reason = context.given("reason") ? context.text("reason") : std::string{};
    const auto outcome = ledger.switch_wallet(wallet, what, operator_name(), reason);
    if (!outcome && outcome.error().code == "unknown_wallet")
        throw Fatal(ExitStatus::no_input,
                    outcome.error().where + ": " + outcome.error().message,
                    outcome.error().hint);
    or_fatal(outcome, ExitStatus::usage);
    show_limits(context, ledger, wallet);
}

} // namespace smos::tools
