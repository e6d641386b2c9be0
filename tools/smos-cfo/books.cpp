// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-cfo that are no filters.
#include "tools/smos-cfo/books.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

namespace smos::tools {
namespace {

using records::Json;

Json json_of(const store::WalletBalance& balance) {
    return {{"wallet", balance.name},
            {"state", balance.state},
            {"funded_micros", balance.funded_micros},
            {"spent_micros", balance.spent_micros},
            {"reserved_micros", balance.reserved_micros},
            {"available_micros", balance.available_micros},
            {"owed_micros", balance.owed_micros},
            {"hour_used_micros", balance.hour_used_micros},
            {"hour_cap_micros", balance.hour_cap_micros},
            {"day_used_micros", balance.day_used_micros},
            {"day_budget_micros", balance.day_budget_micros}};
}

std::string used_of(Micros used, Micros limit) {
    return fmt::format("{} of {}", format_usd(used), format_usd(limit));
}

void print_table(cli::Context& context, const std::vector<store::WalletBalance>& balances) {
    constexpr const char* row = "{:<24} {:>12} {:>12} {:>12} {:>12}  {:<20} {}";
    context.write_line(fmt::format(
        row, "WALLET", "AVAILABLE", "RESERVED", "SPENT", "FUNDED", "THIS HOUR", "TODAY"));
    for (const store::WalletBalance& balance : balances) {
        context.write_line(
            fmt::format(row,
                        balance.name,
                        format_usd(balance.available_micros),
                        format_usd(balance.reserved_micros),
                        format_usd(balance.spent_micros),
                        format_usd(balance.funded_micros),
                        used_of(balance.hour_used_micros, balance.hour_cap_micros),
                        used_of(balance.day_used_micros, balance.day_budget_micros)));
        if (balance.owed_micros > 0)
            context.write_line(fmt::format(
                "{:<24} owes {} beyond its funds", balance.name, format_usd(balance.owed_micros)));
    }
}

void show(cli::Context& context, const std::vector<store::WalletBalance>& balances) {
    if (!context.flag("json"))
        return print_table(context, balances);
    for (const store::WalletBalance& balance : balances)
        context.write_line(records::dump(json_of(balance)));
}

} // namespace

std::optional<records::EntryRef> fund(cli::Context& context, store::Ledger& ledger) {
    store::FundRequest request;
    request.wallet = context.positionals().at(0);
    request.amount_micros = or_fatal(parse_usd(context.positionals().at(1)), ExitStatus::usage);
    request.key = context.given("key") ? context.text("key") : std::string{};
    request.once = context.flag("once");
    request.actor = "smos-cfo";
    const auto funding = or_fatal(ledger.fund(request), ExitStatus::usage);
    if (!funding.booked)
        context.info(fmt::format("{} was funded before; nothing booked", request.wallet));
    show(context, {funding.balance});
    return funding.entry;
}

void show_balance(cli::Context& context, store::Ledger& ledger) {
    if (context.positionals().empty())
        return show(context, ledger.balances());
    const std::string& name = context.positionals().front();
    const auto balance = ledger.balance(name);
    if (!balance) {
        throw Fatal(ExitStatus::no_input,
                    fmt::format("{}: no such wallet", name),
                    "fund it with: smos-cfo fund WALLET USD");
    }
    show(context, {*balance});
}

} // namespace smos::tools
