// SPDX-License-Identifier: Apache-2.0
// What smos-cfo is.
#include "tools/smos-cfo/spec.hpp"

#include "tools/smos-cfo/bookings.hpp"
#include "tools/smos-cfo/clock.hpp"
#include "tools/smos-cfo/journal.hpp"
#include "tools/smos-cfo/limits.hpp"
#include "tools/smos-cfo/periods.hpp"
#include "tools/smos-cfo/units.hpp"

namespace smos::tools {
namespace {

using cli::Kind;

const char* const description =
    "Keeps the ledger: wallets, reservations and what was spent, as double entries in integer "
    "micro-USD, bound into a hash chain. No money moves without an entry, and a line leaves only "
    "after its entry is on disk.\n\n"
    "As filters, reserve stands before whatever costs money and settle at the end of the line. "
    "Both do for one task once: the same record again gets the stored result. Whether a "
    "reservation is allowed is decided by gates, in order: estimate, price_known, amount, "
    "task_unique, wallet_exists, kill_switch, wallet_open, balance, hour_breaker, day_budget, "
    "month_budget, provider_budget, roi. The cfo section lists them with what they saw. Wallets "
    "are a tree, and every limit on the way up to the root holds.\n\n"
    "Rules of the house come before the money where the user's or system's configuration lists "
    "them in cfo.gates.chain: tool_budget (the most a UTC day for each capability), kill_switch, "
    "firearms (licences for capabilities, until a date or revoked), strategy_lock (approved "
    "tasks), budget (the most a production), kpi (corridors for payload.kpi) and temperature. "
    "They are asked in this order, the first that blocks ends it, and one without a policy of its "
    "own under cfo.gates blocks: cfo: {gates: {chain: [budget], budget: {threshold: "
    "\"2.50\"}}}.\n\n"
    "The ledger goes by the clock of the system, watched by the time since boot (clock-rebase), or "
    "by that of the server, never by --now.";

cli::Command fund_command() {
    return {
        .name = "fund",
        .summary = "put money into a wallet, creating it",
        .description = "Money is never created by itself: a wallet exists from its first funding "
                       "on. The same --key again books nothing.",
        .positionals = {{.name = "WALLET",
                         .doc = "tenant/persona, such as default/ava.",
                         .required = true,
                         .kind = Kind::text},
                        {.name = "USD",
                         .doc = "Amount, such as 5 or 0.50; at most six decimals.",
                         .required = true,
                         .kind = Kind::usd}},
        .options = {{.name = "key",
                     .kind = Kind::text,
                     .metavar = "KEY",
                     .doc = "Names this funding, so that a retry does not fund twice.",
                     .command_line_only = true},
                    {.name = "once",
                     .doc = "Only when the wallet was never funded.",
                     .command_line_only = true},
                    {.name = "json", .doc = "Print the wallet as one JSON object."}},
        .filter = false,
    };
}

cli::Command balance_command() {
    return {
        .name = "balance",
        .summary = "show wallets and how much of their limits is used",
        .description = "Without WALLET, all of them. A wallet that does not exist ends with "
                       "status 66.",
        .positionals = {{.name = "WALLET", .doc = "One wallet.", .kind = Kind::text}},
        .options = {{.name = "json", .doc = "One JSON object a line, amounts in micro-USD."}},
        .filter = false,
    };
}

template <typename T>
std::vector<T> joined(std::vector<T> first, const std::vector<T>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

std::vector<cli::Command> filter_commands() {
    return {{.name = "reserve",
             .summary = "reserve what planned records are estimated to cost",
             .description =
                 "Planned records become reserved or refused; all others pass.\n\n"
                 "With --best-of the money is for several candidates where the trend is fast: "
                 "ten above a viral velocity (scout.vvs) of 90, five above 80, two above 60, "
                 "else one. cfo.best_of says how many; what they do not use is given back.",
             .options = {{.name = "best-of",
                          .doc = "Reserve for as many candidates as the trend's velocity is "
                                 "worth."}},
             .filter = true},
            {.name = "settle",
             .summary = "book what finished records cost and give the rest back",
             .description =
                 "Acts on published, partial, rejected, failed and review records whose "
                 "reservation is open; published ones become settled. What was spent comes "
                 "from "
                 "the ledger, never from the line.",
             .filter = true},
            {.name = "release",
             .summary = "give reservations back without publishing",
             .description = "What was going to be made becomes refused; what was already spent "
                            "stays spent.",
             .filter = true}};
}

cli::ToolSpec make_spec() {
    return {
        .name = "smos-cfo",
        .summary = "reserve, settle and account for every cent",
        .description = description,
        .reads = "planned records (reserve), finished records (settle)",
        .writes = "reserved, refused and settled records with a cfo section",
        .commands = joined<cli::Command>(
            joined<cli::Command>(
                joined<cli::Command>({fund_command()}, book_commands()),
                joined<cli::Command>(
                    {balance_command(), units_command(), close_command(), clock_command()},
                    limit_commands())),
            joined<cli::Command>(filter_commands(), journal_commands())),
        .options = joined<cli::Option>(
            {{.name = "wallet",
              .kind = Kind::text,
              .metavar = "WALLET",
              .doc =
                  "Reserve from this wallet; without it tenant/persona of the record. For export, "
                  "report and watch: this wallet and those below it."},
             {.name = "hour-cap",
              .kind = Kind::usd,
              .metavar = "USD",
              .doc = "The most a root wallet without a limit of its own may reserve and "
                     "spend in any hour.",
              .fallback = "5"},
             {.name = "day-budget",
              .kind = Kind::usd,
              .metavar = "USD",
              .doc = "The most a root wallet without a limit of its own may reserve and "
                     "spend in a UTC day.",
              .fallback = "10"},
             {.name = "expires",
              .kind = Kind::integer,
              .metavar = "SECONDS",
              .doc = "A reservation gives itself back after this time.",
              .fallback = "86400"}},
            anchor_options()),
        .examples = {{"give a muse ten dollars, once", "smos-cfo fund default/ava 10 --once"},
                     {"reserve for what was planned",
                      "smos-plan --muse ava.yaml trends.jsonl | smos-cfo reserve"},
                     {"see what is left", "smos-cfo balance default/ava"},
                     {"let a campaign spend two dollars a day",
                      "smos-cfo limits default/ava/spring --day 2"},
                     {"stop everything that costs", "smos-cfo stop default --reason 'odd bills'"},
                     {"keep the head of the ledger where nobody can rewrite it",
                      "smos-cfo anchor --anchor-file /mnt/elsewhere/anchors.jsonl"},
                     {"check everything",
                      "smos-cfo verify --anchors /mnt/elsewhere/anchors.jsonl"}},
        .see_also = {"smos-plan(1)", "smos-render(1)", "smos-publish(1)", "smos(1)"},
    };
}

} // namespace

const cli::ToolSpec& cfo_spec() {
    static const cli::ToolSpec spec = make_spec();
    return spec;
}

} // namespace smos::tools
