// SPDX-License-Identifier: Apache-2.0
// The verb close: a month, quarter or year gets its last line.
#include "tools/smos-cfo/periods.hpp"

#include "tools/smos-cfo/books.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

namespace smos::tools {
namespace {

using records::Json;

Json json_of(const store::Closing& closing) {
    Json wallets = Json::array();
    for (const store::Checkpoint& each : closing.wallets)
        wallets.push_back({{"wallet", each.wallet},
                           {"purse_micros", each.held.purse_micros},
                           {"reserved_micros", each.held.reserved_micros},
                           {"drawn_micros", each.held.drawn_micros},
                           {"owed_micros", each.held.owed_micros},
                           {"chain", each.chain},
                           {"seq", each.seq}});
    Json open = Json::array();
    for (const store::OpenReservation& each : closing.open)
        open.push_back({{"reservation_id", each.reservation_id},
                        {"tenant", each.tenant},
                        {"task_id", each.task_id},
                        {"wallet", each.wallet},
                        {"reserved_micros", each.amount_micros},
                        {"created_at", format_rfc3339(each.created_at)}});
    return {{"period", closing.period.name},
            {"from", format_rfc3339(closing.period.from)},
            {"to", format_rfc3339(closing.period.to)},
            {"wallets", wallets},
            {"open_reservations", open}};
}

void print_table(cli::Context& context, const store::Closing& closing) {
    constexpr const char* row = "{:<32} {:>14} {:>14} {:>14}";
    context.write_line(fmt::format(row, "CLOSED " + closing.period.name, "PURSE", "HELD", "OWED"));
    for (const store::Checkpoint& each : closing.wallets)
        context.write_line(
            fmt::format(row,
                        each.wallet,
                        format_usd(each.held.purse_micros),
                        format_usd(each.held.reserved_micros + each.held.drawn_micros),
                        format_usd(each.held.owed_micros)));
    for (const store::OpenReservation& each : closing.open)
        context.write_line(fmt::format("open: {} of {} in {}: {} since {}",
                                       one_line(each.task_id),
                                       one_line(each.tenant),
                                       each.wallet,
                                       format_usd(each.amount_micros),
                                       format_rfc3339(each.created_at)));
}

} // namespace

cli::Command close_command() {
    return {
        .name = "close",
        .summary = "close a month, quarter or year of the books",
        .description =
            "An entry for each wallet says what it held when the period ended, and nothing dated "
            "before that end is booked any more: a booking with such a --date ends with status 65. "
            "verify holds the closing balances against the entries, export and report show them. "
            "Reservations that are still open are named; they end in the period that runs then.\n\n"
            "A period that is not over ends with status 75. Closing again changes nothing and "
            "prints the same. Days are those of UTC; all wallets close together.",
        .positionals = {{.name = "PERIOD",
                         .doc = "2026-10, 2026-Q3 or 2026.",
                         .required = true,
                         .kind = cli::Kind::text}},
        .options = {{.name = "json", .doc = "Print it as one JSON object."}},
        .filter = false,
    };
}

std::set<std::string> close_period(cli::Context& context, store::Ledger& ledger) {
    const auto period =
        or_fatal(store::parse_period(context.positionals().at(0)), ExitStatus::usage);
    const auto closing =
        or_fatal(ledger.close_period(period, operator_name()), ExitStatus::try_again);
    if (!closing.booked)
        context.info(fmt::format("{} was closed before", period.name));
    if (context.flag("json"))
        context.write_line(records::dump(json_of(closing)));
    else
        print_table(context, closing);
    std::set<std::string> chains;
    for (const store::Checkpoint& each : closing.wallets)
        chains.insert(each.chain);
    return chains;
}

} // namespace smos::tools
