// SPDX-License-Identifier: Apache-2.0
// Walking the chains and recomputing every balance from the entries.
#include "libsmos/core/hash.hpp"
#include "libsmos/store/ledger/chain.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <fmt/format.h>

namespace smos::store {
namespace {

std::string_view digest_bytes(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

struct ChainHead {
    std::int64_t chain_id = 0;
    std::string name;
    std::int64_t seq = 0;
    std::string hash; // 32 bytes
};

std::vector<ChainHead> chain_heads(Database& database) {
    Statement rows =
        database.prepare("SELECT chain_id, name, head_seq, head_hash FROM chain ORDER BY chain_id");
    std::vector<ChainHead> heads;
    while (rows.step())
        heads.push_back({rows.integer(0), rows.text(1), rows.integer(2), rows.text(3)});
    return heads;
}

Entry read_entry(const Statement& row) {
    Entry entry;
    entry.seq = row.integer(0);
    entry.at = Instant{row.integer(1)};
    entry.kind = row.text(2);
    entry.wallet = row.text(3);
    entry.res_id = row.text(4);
    entry.debit = row.text(5);
    entry.credit = row.text(6);
    entry.amount = row.integer(7);
    entry.idem = row.text(8);
    entry.actor = row.text(9);
    entry.meta = row.text(10);
    return entry;
}

// Stops at the first break of a chain: everything behind it would only repeat the news.
void walk(Database& database,
          const std::string& ledger_id,
          const ChainHead& head,
          VerifyReport& report) {
    Statement rows = database.prepare(
        "SELECT e.seq, e.ts_us, e.kind, w.name, e.res_id, e.debit, e.credit, e.amount, e.idem,"
        " e.actor, e.meta, e.meta_hash, e.prev_hash, e.hash FROM entry e"
        " LEFT JOIN wallet w USING(wallet_id) WHERE e.chain_id = ?1 ORDER BY e.seq");
    rows.bind(1, head.chain_id);
    std::string previous{digest_bytes(genesis(ledger_id, head.name))};
    std::int64_t seq = 0;
    while (rows.step()) {
        const Entry entry = read_entry(rows);
        const Digest meta_hash = sha256(entry.meta);
        const Digest hash = hash_of(ledger_id, previous, entry, meta_hash);
        const char* broken = nullptr;
        if (entry.seq != seq + 1)
            broken = "an entry before this one is missing";
        else if (rows.bytes(12) != previous)
            broken = "the entry does not follow the one before it";
        else if (rows.bytes(11) != digest_bytes(meta_hash))
            broken = "the entry's details were changed";
        else if (rows.bytes(13) != digest_bytes(hash))
            broken = "the entry was changed";
        if (broken != nullptr) {
            report.findings.push_back({head.name, entry.seq, broken});
            return;
        }
        seq = entry.seq;
        previous = digest_bytes(hash);
        ++report.entries;
    }
    if (seq != head.seq || previous != head.hash)
        report.findings.push_back({head.name, seq, "the chain does not end at its stored head"});
}

void check_anchor(Database& database, const Anchor& anchor, VerifyReport& report) {
    Statement row = database.prepare("SELECT e.hash FROM entry e JOIN chain c"
                                     " USING(chain_id) WHERE c.name = ?1 AND e.seq = ?2");
    row.bind(1, anchor.chain).bind(2, anchor.seq);
    ++report.anchors;
    if (!row.step())
        report.findings.push_back({anchor.chain,
                                   anchor.seq,
                                   "anchored, but no longer there: the tail was cut or an "
                                   "older file was put back"});
    else if (hex_of_bytes(row.bytes(0)) != anchor.hash)
        report.findings.push_back(
            {anchor.chain, anchor.seq, "not the entry that was anchored: the chain was rewritten"});
}

void collect(Database& database, std::string_view sql, const char* what, VerifyReport& report) {
    Statement rows = database.prepare(sql);
    while (rows.step())
        report.findings.push_back({rows.text(0), 0, what});
}

/// By accounts: what a wallet reserves may be the money of one above it.
constexpr std::string_view wrong_wallets =
    "WITH moved(account, amount) AS (SELECT debit, amount FROM entry"
    " UNION ALL SELECT credit, -amount FROM entry),"
    " total(account, amount) AS (SELECT account, sum(amount) FROM moved GROUP BY account),"
    " fund(account, amount) AS (SELECT debit, sum(amount) FROM entry"
    " WHERE kind IN ('fund', 'opening', 'credit') GROUP BY debit)"
    " SELECT w.name FROM wallet w"
    " LEFT JOIN fund f ON f.account = 'assets:wallet:' || w.name"
    " LEFT JOIN total p ON p.account = 'assets:wallet:' || w.name"
    " LEFT JOIN total r ON r.account = 'assets:reserved:' || w.name"
    " LEFT JOIN total d ON d.account = 'assets:drawn:' || w.name"
    " LEFT JOIN total o ON o.account = 'liabilities:payable:' || w.name"
    " WHERE w.funded <> coalesce(f.amount, 0)"
    " OR w.pending <> coalesce(r.amount, 0) + coalesce(d.amount, 0)"
    " OR w.owed <> -coalesce(o.amount, 0)"
    " OR w.funded + w.owed - w.spent - w.pending <> coalesce(p.amount, 0)"
    " ORDER BY w.name";

constexpr std::string_view wrong_trees =
    "SELECT w.name FROM wallet w WHERE w.tree_pending <> (SELECT coalesce(sum("
    " r.amount + r.overrun - r.spent), 0) FROM reservation r"
    " JOIN wallet b ON b.wallet_id = r.wallet_id WHERE r.state = 'pending'"
    " AND (b.name = w.name OR substr(b.name, 1, length(w.name) + 1) = w.name || '/'))"
    " OR w.hour_total <> (SELECT coalesce(sum(u.amount), 0) FROM usage u"
    " WHERE u.wallet_id = w.wallet_id) ORDER BY w.name";

constexpr std::string_view wrong_reservations =
    "SELECT r.res_id FROM reservation r LEFT JOIN (SELECT res_id,"
    " sum(CASE WHEN kind = 'reserve' THEN amount ELSE 0 END) AS amount,"
    " sum(CASE WHEN debit LIKE 'expenses:%' THEN amount ELSE 0 END) AS spent,"
    " sum(CASE WHEN kind IN ('settle', 'release', 'expire') THEN 1 ELSE 0 END) AS closings,"
    " max(CASE WHEN kind = 'reserve' THEN meta END) AS meta"
    " FROM entry WHERE res_id IS NOT NULL GROUP BY res_id) e USING(res_id)"
    " WHERE e.res_id IS NULL OR r.amount <> e.amount OR r.spent <> e.spent"
    " OR (r.state = 'pending') <> (e.closings = 0)"
    " OR e.meta <> length(CAST(r.tenant AS BLOB)) || ':' || r.tenant"
    " || length(CAST(r.task_id AS BLOB)) || ':' || r.task_id || r.lines"
    " ORDER BY r.res_id";

constexpr std::string_view lost_reservations =
    "SELECT e.res_id FROM entry e WHERE e.kind = 'reserve'"
    " AND NOT EXISTS(SELECT 1 FROM reservation r WHERE r.res_id = e.res_id) ORDER BY e.res_id";

constexpr std::string_view wrong_spends =
    "SELECT r.res_id FROM reservation r WHERE r.spent <>"
    " (SELECT coalesce(sum(actual), 0) FROM spend s WHERE s.res_id = r.res_id)"
    " ORDER BY r.res_id";

} // namespace

VerifyReport Ledger::verify(const std::vector<Anchor>& anchors) {
    return database_.snapshot([&] {
        VerifyReport report;
        const std::string ledger_id = ledger_id_of(database_);
        for (const ChainHead& head : chain_heads(database_)) {
            walk(database_, ledger_id, head, report);
            ++report.chains;
        }
        for (const Anchor& anchor : anchors)
            check_anchor(database_, anchor, report);
        collect(database_, wrong_wallets, "the wallet differs from its entries", report);
        collect(database_, wrong_trees, "the wallet differs from what lies below it", report);
        collect(database_, wrong_reservations, "the reservation differs from its entries", report);
        collect(database_, lost_reservations, "the reservation of these entries is gone", report);
        collect(database_, wrong_spends, "the calls differ from what was booked", report);
        return report;
    });
}

} // namespace smos::store
