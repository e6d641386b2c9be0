// SPDX-License-Identifier: Apache-2.0
// The verbs explain and watch: one task in plain words, and entries as they come.
#include "tools/smos-cfo/journal.hpp"
#include "tools/smos-cfo/refusals.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/ledger/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>

namespace smos::tools {
namespace {

using records::Json;

struct Round {
    std::string reservation_id;
    std::string tenant;
    std::int64_t number = 1;
};

std::vector<Round> rounds_of(store::Database& database, const std::string& task) {
    store::Statement rows = database.prepare("SELECT res_id, tenant, round FROM reservation"
                                             " WHERE task_id = ?1 ORDER BY tenant, round");
    rows.bind(1, task);
    std::vector<Round> rounds;
    while (rows.step())
        rounds.push_back({rows.text(0), rows.text(1), rows.integer(2)});
    return rounds;
}

std::string ending_of(const store::Reservation& held) {
    if (held.state == "pending")
        return fmt::format("It is still open and gives itself back at {}.",
                           format_rfc3339(held.expires_at));
    const std::string when = held.closed_at ? format_rfc3339(*held.closed_at) : std::string{"?"};
    const std::string why = held.outcome.empty()
                                ? std::string{}
                                : fmt::format(" (the task ended as {})", one_line(held.outcome));
    return fmt::format("It was {} at {}{}: {} were spent and {} given back.",
                       held.state,
                       when,
                       why,
                       format_usd(held.spent_micros),
                       format_usd(std::max<Micros>(
                           held.amount_micros + held.overrun_micros - held.spent_micros, 0)));
}

void tell_gates(cli::Context& context, const store::Reservation& held) {
    for (const records::Gate& gate : held.gates)
        context.write_line(gate_line(gate));
}

void tell_spends(cli::Context& context, const std::vector<records::SpendLine>& spends) {
    for (const records::SpendLine& spend : spends) {
        const char* how = spend.outcome == "done"       ? "was paid"
                          : spend.outcome == "in_doubt" ? "was booked at its ceiling, since nobody "
                                                          "knows whether it was done"
                                                        : "failed";
        context.write_line(fmt::format("  {} from {} ({}) {}: {}",
                                       one_line(spend.capability),
                                       one_line(spend.provider),
                                       one_line(spend.model),
                                       how,
                                       format_usd(spend.micros)));
    }
}

std::string entry_text(const store::JournalLine& line) {
    return fmt::format("{} {}/{} {} {}: {} from {} to {}{}",
                       format_rfc3339(line.at),
                       line.chain,
                       line.seq,
                       line.kind,
                       line.wallet,
                       format_usd(line.amount),
                       one_line(line.credit),
                       one_line(line.debit),
                       line.task_id.empty() ? std::string{}
                                            : fmt::format(" for {}", one_line(line.task_id)));
}

std::string entry_json(const store::JournalLine& line) {
    return records::dump(Json{
        {"chain", line.chain},
        {"seq", line.seq},
        {"time", format_rfc3339(line.at)},
        {"kind", line.kind},
        {"wallet", line.wallet},
        {"reservation", line.res_id},
        {"task", line.task_id},
        {"debit", line.debit},
        {"credit", line.credit},
        {"amount_micros", line.amount},
        {"hash", hex(reinterpret_cast<const std::uint8_t*>(line.hash.data()), line.hash.size())}});
}

void tell_entries(cli::Context& context,
                  store::Database& database,
                  const store::Reservation& held) {
    store::Statement rows =
        database.prepare("SELECT e.seq, e.ts_us, e.kind, e.debit, e.credit, e.amount FROM entry e"
                         " WHERE e.chain_id = (SELECT chain_id FROM wallet WHERE name = ?1)"
                         " AND e.seq >= ?2 AND e.res_id = ?3 ORDER BY e.seq");
    rows.bind(1, held.wallet).bind(2, held.opened.seq).bind(3, held.reservation_id);
    while (rows.step())
        context.write_line(fmt::format("  #{} {} {}: {} from {} to {}",
                                       rows.integer(0),
                                       format_rfc3339(Instant{rows.integer(1)}),
                                       rows.text(2),
                                       format_usd(rows.integer(5)),
                                       one_line(rows.bytes(4)),
                                       one_line(rows.bytes(3))));
}

/// The heads now: what is there already is the business of export.
std::map<std::string, std::int64_t> heads_of(store::Database& database) {
    store::Statement rows = database.prepare("SELECT name, head_seq FROM chain ORDER BY chain_id");
    std::map<std::string, std::int64_t> heads;
    while (rows.step())
        heads.emplace(rows.text(0), rows.integer(1));
    return heads;
}

void follow(cli::Context& context,
            store::Database& database,
            std::map<std::string, std::int64_t>& seen,
            const store::JournalRange& range) {
    for (const auto& [chain, head] : heads_of(database)) {
        std::int64_t& at = seen[chain];
        while (at < head) {
            const std::int64_t before = at;
            at = store::lines_after(database, chain, at, [&](const store::JournalLine& line) {
                if (store::is_in(range, line.wallet, line.at))
                    context.write_line(context.flag("json") ? entry_json(line) : entry_text(line));
            });
            if (at == before)
                return;
        }
    }
}

} // namespace

void explain(cli::Context& context, store::Database& database, store::Ledger& ledger) {
    const std::string& task = context.positionals().at(0);
    const auto rounds = rounds_of(database, task);
    const auto refusals = store::refusals_of(database, task);
    if (rounds.empty() && refusals.empty()) {
        throw Fatal(ExitStatus::no_input,
                    fmt::format("{}: nothing was ever asked for this task", one_line(task)),
                    "refusals are forgotten with smos-state prune; the record's cfo section keeps "
                    "its gates");
    }
    for (const store::Refusal& refusal : refusals)
        for (const std::string& line : refusal_lines(refusal))
            context.write_line(line);
    for (const Round& round : rounds) {
        const store::Reservation held = *ledger.reservation(round.reservation_id);
        context.write_line(fmt::format("{} of {}: {} were reserved from {} at {} (round {}, {}).",
                                       one_line(task),
                                       one_line(round.tenant),
                                       format_usd(held.amount_micros),
                                       held.wallet,
                                       format_rfc3339(held.created_at),
                                       round.number,
                                       held.reservation_id));
        context.write_line("Why it was allowed:");
        tell_gates(context, held);
        const auto spends = ledger.spends(held.reservation_id);
        context.write_line(spends.empty() ? "Nothing was paid from it." : "What was paid from it:");
        tell_spends(context, spends);
        context.write_line(ending_of(held));
        context.write_line("Its entries:");
        tell_entries(context, database, held);
    }
}

void watch(cli::Context& context, store::Database& database) {
    store::JournalRange range;
    if (context.typed("wallet"))
        range.wallet = context.text("wallet");
    std::map<std::string, std::int64_t> seen;
    if (!context.flag("all"))
        seen = heads_of(database);
    constexpr timespec pause{0, 200'000'000};
    while (!context.interrupted()) {
        follow(context, database, seen, range);
        if (context.flag("once"))
            return;
        context.flush();
        ::nanosleep(&pause, nullptr);
    }
}

} // namespace smos::tools
