// SPDX-License-Identifier: Apache-2.0
// The entries as they pass: all or a part of them, in the order of their chains.
#include "libsmos/store/ledger/journal.hpp"

#include <vector>

namespace smos::store {
namespace {

// In pages, so that a server's answer stays small.
constexpr std::string_view select_page =
    "SELECT e.seq, e.ts_us, e.kind, w.name, e.res_id, r.tenant, r.task_id, e.debit, e.credit,"
    " e.amount, e.idem, e.actor, e.meta, e.hash FROM entry e"
    " JOIN wallet w ON w.wallet_id = e.wallet_id LEFT JOIN reservation r ON r.res_id = e.res_id"
    " WHERE e.chain_id = ?1 AND e.seq > ?2 ORDER BY e.seq LIMIT 10000";

constexpr std::string_view select_after =
    "SELECT e.seq, e.ts_us, e.kind, w.name, e.res_id, r.tenant, r.task_id, e.debit, e.credit,"
    " e.amount, e.idem, e.actor, e.meta, e.hash FROM entry e"
    " JOIN wallet w ON w.wallet_id = e.wallet_id LEFT JOIN reservation r ON r.res_id = e.res_id"
    " WHERE e.chain_id = (SELECT chain_id FROM chain WHERE name = ?1) AND e.seq > ?2"
    " ORDER BY e.seq LIMIT 100";

JournalLine read_line(const Statement& row, std::string_view chain) {
    JournalLine line;
    line.chain = chain;
    line.seq = row.integer(0);
    line.at = Instant{row.integer(1)};
    line.kind = row.bytes(2);
    line.wallet = row.bytes(3);
    line.res_id = row.bytes(4);
    line.tenant = row.bytes(5);
    line.task_id = row.bytes(6);
    line.debit = row.bytes(7);
    line.credit = row.bytes(8);
    line.amount = row.integer(9);
    line.idem = row.bytes(10);
    line.actor = row.bytes(11);
    line.meta = row.bytes(12);
    line.hash = row.bytes(13);
    return line;
}

struct ChainRow {
    std::int64_t chain_id = 0;
    std::string name;
};

std::vector<ChainRow> chains_of(Database& database) {
    Statement rows = database.prepare("SELECT chain_id, name FROM chain ORDER BY chain_id");
    std::vector<ChainRow> chains;
    while (rows.step())
        chains.push_back({rows.integer(0), rows.text(1)});
    return chains;
}

bool is_of_wallet(const JournalRange& range, std::string_view wallet) {
    return range.wallet.empty() ||
           (wallet.starts_with(range.wallet) &&
            (wallet.size() == range.wallet.size() || wallet[range.wallet.size()] == '/'));
}

} // namespace

bool is_in(const JournalRange& range, std::string_view wallet, Instant at) {
    return is_of_wallet(range, wallet) && !(range.from && at < *range.from) &&
           !(range.to && *range.to <= at);
}

void each_line(Database& database,
               const JournalRange& range,
               const std::function<void(const JournalLine&)>& on_line,
               const std::function<void(const JournalLine&)>& before) {
    database.snapshot([&] {
        for (const ChainRow& chain : chains_of(database)) {
            std::int64_t seq = 0;
            for (std::int64_t last = -1; last != seq;) {
                last = seq;
                Statement rows = database.prepare(select_page);
                rows.bind(1, chain.chain_id).bind(2, seq);
                while (rows.step()) {
                    const JournalLine line = read_line(rows, chain.name);
                    seq = line.seq;
                    if (is_in(range, line.wallet, line.at))
                        on_line(line);
                    else if (before && range.from && line.at < *range.from &&
                             is_of_wallet(range, line.wallet))
                        before(line);
                }
            }
        }
    });
}

std::int64_t lines_after(Database& database,
                         std::string_view chain,
                         std::int64_t seq,
                         const std::function<void(const JournalLine&)>& on_line) {
    Statement rows = database.prepare(select_after);
    rows.bind(1, chain).bind(2, seq);
    while (rows.step()) {
        const JournalLine line = read_line(rows, chain);
        seq = line.seq;
        on_line(line);
    }
    return seq;
}

} // namespace smos::store
