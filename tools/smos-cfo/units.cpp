// SPDX-License-Identifier: Apache-2.0
// The verb of units that are no money.
#include "tools/smos-cfo/units.hpp"

#include "tools/smos-cfo/books.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/ledger/units.hpp"

#include <fmt/format.h>

#include <charconv>

namespace smos::tools {
namespace {

using cli::Kind;

std::int64_t whole_units(const std::string& text) {
    std::int64_t units = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), units);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || units <= 0)
        throw Fatal(ExitStatus::usage,
                    fmt::format("{}: not a whole number of units above 0", text),
                    "such as 10");
    return units;
}

store::UnitMove
move_of(const cli::Context& context, const std::string& tenant, std::string wallet) {
    if (context.positionals().size() != 3 || !context.given("reference"))
        throw Fatal(ExitStatus::usage,
                    "credit and charge need UNITS and --reference",
                    "such as: smos-cfo units default/credits charge 10 --reference request-7");
    store::UnitMove move;
    move.tenant = tenant;
    move.wallet = std::move(wallet);
    move.units = whole_units(context.positionals().at(2));
    move.reference_id = context.text("reference");
    move.reason = context.given("reason") ? context.text("reason") : std::string{};
    move.actor = operator_name();
    return move;
}

} // namespace

cli::Command units_command() {
    return {
        .name = "units",
        .summary = "credit, charge or show units that are no money",
        .description =
            "Whole units that a tenant's tools are paid with: credits, renders, minutes. They are "
            "apart from the ledger's money. A reference moves units once: the same request again "
            "gets the balance that it got then. Nothing goes below zero: insufficient_units ends "
            "with status 65, an unknown wallet with 66.",
        .positionals = {{.name = "TENANT/WALLET",
                         .doc = "Whose, and of what: default/credits.",
                         .required = true,
                         .kind = Kind::text},
                        {.name = "credit|charge",
                         .doc = "What to do; without it the balance is shown.",
                         .kind = Kind::text},
                        {.name = "UNITS", .doc = "How many.", .kind = Kind::text}},
        .options = {{.name = "reference",
                     .kind = Kind::text,
                     .metavar = "ID",
                     .doc = "Names the request that is paid.",
                     .command_line_only = true},
                    {.name = "reason",
                     .kind = Kind::text,
                     .metavar = "TEXT",
                     .doc = "What for.",
                     .command_line_only = true},
                    {.name = "json", .doc = "Print one JSON object."}},
        .filter = false,
    };
}

void move_units(cli::Context& context, store::Database& database) {
    const std::string& place = context.positionals().at(0);
    const std::size_t slash = place.find('/');
    if (slash == std::string::npos)
        throw Fatal(ExitStatus::usage,
                    fmt::format("{}: no TENANT/WALLET", place),
                    "such as default/credits");
    const std::string tenant = place.substr(0, slash);
    const std::string wallet = place.substr(slash + 1);
    const std::string what =
        context.positionals().size() > 1 ? context.positionals().at(1) : std::string{};
    store::UnitWallets units{database};
    std::int64_t balance = 0;
    if (what.empty()) {
        const auto held = units.balance(tenant, wallet);
        if (!held)
            throw Fatal(ExitStatus::no_input,
                        fmt::format("{}: no such wallet of units", place),
                        "credit it first");
        balance = *held;
    } else if (what == "credit" || what == "charge") {
        const store::UnitMove move = move_of(context, tenant, wallet);
        const auto moved = what == "credit" ? units.credit(move) : units.charge(move);
        if (!moved && moved.error().code == "wallet_not_found")
            throw Fatal(ExitStatus::no_input, moved.error().text(), moved.error().hint);
        balance =
            or_fatal(moved,
                     !moved && moved.error().code == "insufficient_units" ? ExitStatus::bad_input
                                                                          : ExitStatus::usage)
                .units;
        if (!moved->moved)
            context.info("the reference was booked before; nothing moved");
    } else {
        throw Fatal(ExitStatus::usage, what + ": neither credit nor charge", {});
    }
    if (context.flag("json"))
        context.write_line(records::dump(
            records::Json{{"tenant", tenant}, {"wallet", wallet}, {"units", balance}}));
    else
        context.write_line(fmt::format("{}  {}", place, balance));
}

} // namespace smos::tools
