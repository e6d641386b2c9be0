// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-cfo that are no filters.
#include "tools/smos-cfo/books.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <unistd.h>

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
            {"day_budget_micros", balance.day_budget_micros},
            {"purse", balance.purse},
            {"hour_cap_of", balance.hour_cap_of},
            {"day_budget_of", balance.day_budget_of},
            {"month_used_micros", balance.month_used_micros},
            {"month_budget_micros",
             balance.month_budget_micros ? Json(*balance.month_budget_micros) : Json()}};
}

std::string used_of(Micros used, Micros limit) {
    return fmt::format("{} of {}", format_usd(used), format_usd(limit));
}

/// What the columns cannot show.
std::vector<std::string> remarks_of(const store::WalletBalance& balance) {
    std::vector<std::string> remarks;
    if (balance.owed_micros > 0)
        remarks.push_back("owes " + format_usd(balance.owed_micros) + " beyond its funds");
    if (balance.purse != balance.name)
        remarks.push_back("pays from " + balance.purse);
    if (balance.hour_cap_of != balance.name)
        remarks.push_back("its hour is that of " + balance.hour_cap_of);
    if (balance.day_budget_of != balance.name)
        remarks.push_back("its day that of " + balance.day_budget_of);
    if (balance.month_budget_micros)
        remarks.push_back("this month " +
                          used_of(balance.month_used_micros, *balance.month_budget_micros));
    if (balance.state != "open")
        remarks.push_back("is " + balance.state);
    return remarks;
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
        if (const auto remarks = remarks_of(balance); !remarks.empty())
            context.write_line(fmt::format("  {}", fmt::join(remarks, "; ")));
    }
}

void show(cli::Context& context, const std::vector<store::WalletBalance>& balances) {
    if (!context.flag("json"))
        return print_table(context, balances);
    for (const store::WalletBalance& balance : balances)
        context.write_line(records::dump(json_of(balance)));
}

} // namespace

std::string operator_name() { return fmt::format("uid {}", ::getuid()); }

cli::Positional wallet_argument() {
    return {.name = "WALLET",
            .doc = "tenant, tenant/persona or deeper.",
            .required = true,
            .kind = cli::Kind::text};
}

bool fund(cli::Context& context, store::Ledger& ledger) {
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
    return funding.booked;
}

void show_limits(cli::Context& context, store::Ledger& ledger, const std::string& wallet) {
    const auto balance = ledger.balance(wallet);
    if (!balance) {
        throw Fatal(ExitStatus::no_input,
                    fmt::format("{}: no such wallet", wallet),
                    "fund it with: smos-cfo fund WALLET USD");
    }
    show(context, {*balance});
}

void show_balance(cli::Context& context, store::Ledger& ledger) {
    if (context.positionals().empty())
        return show(context, ledger.balances());
    show_limits(context, ledger, context.positionals().front());
}

} // namespace smos::tools
