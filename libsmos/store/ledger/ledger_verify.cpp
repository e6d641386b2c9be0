// SPDX-License-Identifier: Apache-2.0
// Walking the chains and recomputing every balance from the entries, each row read once.
#include "libsmos/store/ledger/ledger.hpp"
#include "libsmos/store/ledger/periods.hpp"
#include "libsmos/store/ledger/provider_limits.hpp"
#include "libsmos/store/ledger/tally.hpp"
#include "libsmos/store/ledger/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::store {
namespace {

constexpr std::size_t findings_of_chain = 16; // what follows is rarely news

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

struct Sums {
    explicit Sums(Database& database) : wallets(database) {}

    WalletTallies wallets;
    ReservationTallies reservations;
};

constexpr std::string_view select_entries =
    "SELECT seq, ts_us, kind, wallet_id, res_id, debit, credit, amount, idem, actor, meta,"
    " meta_hash, prev_hash, hash FROM entry WHERE chain_id = ?1 AND seq > ?2"
    " ORDER BY seq LIMIT 100000"; // in pages, so that a server's answer stays small

struct KnownMeta {
    std::string text;
    Digest hash{};
    bool filled = false;
};

/// One chain, entry after entry. Behind a break it goes on from the hash that the row claims, so
/// that one broken row is one finding.
class Walk {
  public:
    Walk(Database& database, const std::string& ledger_id, ChainHead head, Sums& sums, Audit& audit)
        : database_(database),
          head_(std::move(head)),
          sums_(sums),
          audit_(audit),
          hasher_(ledger_id) {
        const Digest first = genesis(ledger_id, head_.name);
        previous_ = bytes_of(first);
    }

    void run() {
        while (read_page()) {
        }
        if (seq_ < head_.seq)
            found("deleted_row",
                  seq_,
                  fmt::format("the chain ends here, its stored head is entry {}", head_.seq));
        else if (seq_ != head_.seq || previous_ != head_.hash)
            found("wrong_head", seq_, "the chain does not end at its stored head");
        ++audit_.chains;
    }

  private:
    /// False when nothing is left.
    bool read_page() {
        Statement rows = database_.prepare(select_entries);
        rows.bind(1, head_.chain_id).bind(2, seq_);
        const std::int64_t before = seq_;
        while (rows.step())
            read(rows);
        return seq_ != before;
    }

    void read(const Statement& row) {
        EntryView entry;
        entry.seq = row.integer(0);
        entry.at_us = row.integer(1);
        entry.kind = row.bytes(2);
        entry.wallet = sums_.wallets.at(row.integer(3)).name;
        entry.res_id = row.bytes(4);
        entry.debit = row.bytes(5);
        entry.credit = row.bytes(6);
        entry.amount = row.integer(7);
        entry.idem = row.bytes(8);
        entry.actor = row.bytes(9);
        entry.meta_hash = row.bytes(11);
        std::array<std::uint64_t, 2> key{};
        if (!entry.res_id.empty()) {
            key = sums_.reservations.key_of(entry.res_id);
            sums_.reservations.expect(key); // arrives while the hash is made
        }
        judge(row, entry);
        sums_.wallets.count(entry);
        if (!entry.res_id.empty()) {
            ReservationTally& reservation = sums_.reservations.at(key);
            count_entry(entry, reservation);
            if (entry.kind == "reserve")
                reservation.meta_print = sums_.reservations.print_of(row.bytes(10));
        }
    }

    void judge(const Statement& row, const EntryView& entry) {
        const std::string_view meta = row.bytes(10);
        const std::string_view stated = row.bytes(13);
        const Digest& meta_hash = hash_of_meta(meta);
        const Digest hash = hasher_(previous_, entry);
        if (entry.seq != seq_ + 1)
            found("deleted_row", entry.seq, missing_before(entry.seq));
        else if (row.bytes(12) != previous_)
            misplaced(row, entry, hash);
        else if (entry.meta_hash != bytes_of(meta_hash))
            found("edited_row", entry.seq, "the entry's details were changed");
        else if (stated != bytes_of(hash))
            found("edited_row", entry.seq, "the entry was changed");
        seq_ = entry.seq;
        previous_.assign(stated);
        ++audit_.entries;
    }

    /// Most details repeat: how a call ended, what for a call was drawn.
    const Digest& hash_of_meta(std::string_view meta) {
        KnownMeta& known = known_metas_
            [(meta.size() ^ (meta.empty() ? 0U : static_cast<unsigned char>(meta.back()))) % 64];
        if (!known.filled || known.text != meta) {
            known.text = meta;
            known.hash = sha256(meta);
            known.filled = true;
        }
        return known.hash;
    }

    std::string missing_before(std::int64_t seq) const {
        if (seq - seq_ == 2)
            return fmt::format("entry {} before this one is missing", seq_ + 1);
        return fmt::format("entries {} to {} before this one are missing", seq_ + 1, seq - 1);
    }

    void misplaced(const Statement& row, const EntryView& entry, const Digest& hash) {
        if (row.bytes(13) == bytes_of(hash)) {
            found("edited_row", entry.seq, "the entry's link to the one before it was changed");
            return;
        }
        const std::int64_t other = successor_of(previous_);
        if (other > entry.seq) {
            found(
                "swapped_rows",
                entry.seq,
                fmt::format("the entry that belongs here stands at {}: rows were swapped", other));
            quiet_until_ = other + 1;
        } else {
            found("broken_order", entry.seq, "the entry does not follow the one before it");
        }
    }

    /// Where the entry that names this hash as the one before it stands now; 0: nowhere.
    std::int64_t successor_of(const std::string& hash) {
        if (seq_ + 1 <= quiet_until_ || found_ >= findings_of_chain)
            return 0;
        Statement row =
            database_.prepare("SELECT seq FROM entry WHERE chain_id = ?1 AND prev_hash = ?2"
                              " ORDER BY seq DESC LIMIT 1");
        row.bind(1, head_.chain_id).bind_blob(2, hash.data(), hash.size());
        return row.step() ? row.integer(0) : 0;
    }

    void found(std::string_view kind, std::int64_t seq, std::string what) {
        if (seq <= quiet_until_ || found_ >= findings_of_chain)
            return;
        if (++found_ == findings_of_chain)
            what += " (further findings of this chain are left out)";
        audit_.found(kind, head_.name, seq, std::move(what));
    }

    Database& database_;
    ChainHead head_;
    Sums& sums_;
    Audit& audit_;
    EntryHasher hasher_;
    std::string previous_; // 32 bytes
    std::array<KnownMeta, 64> known_metas_{};
    std::int64_t seq_ = 0;
    std::int64_t quiet_until_ = 0;
    std::size_t found_ = 0;
};

void compare_wallets(Database& database, Sums& sums, Audit& audit) {
    Statement rows = database.prepare(
        "SELECT wallet_id, name, funded, spent, pending, owed FROM wallet ORDER BY name");
    while (rows.step()) {
        const WalletTally& tally = sums.wallets.at(rows.integer(0));
        if (rows.integer(2) != tally.funded || rows.integer(3) != tally.spent() ||
            rows.integer(4) != tally.held || rows.integer(5) != tally.owed)
            audit.found("wrong_balance", rows.text(1), 0, "the wallet differs from its entries");
    }
}

/// Running totals of what lies below a wallet.
void compare_trees(Database& database, Audit& audit) {
    Statement rows = database.prepare(
        "SELECT w.name FROM wallet w WHERE w.tree_pending <> (SELECT coalesce(sum("
        " r.amount + r.overrun - r.spent), 0) FROM reservation r"
        " JOIN wallet b ON b.wallet_id = r.wallet_id WHERE r.state = 'pending'"
        " AND (b.name = w.name OR substr(b.name, 1, length(w.name) + 1) = w.name || '/'))"
        " OR w.hour_total <> (SELECT coalesce(sum(u.amount), 0) FROM usage u"
        " WHERE u.wallet_id = w.wallet_id) ORDER BY w.name");
    while (rows.step())
        audit.found("wrong_balance", rows.text(0), 0, "the wallet differs from what lies below it");
}

void count_calls(Database& database, Sums& sums) {
    Statement rows = database.prepare("SELECT res_id, actual FROM spend WHERE actual > 0");
    while (rows.step()) {
        ReservationTally& tally = sums.reservations.at(sums.reservations.key_of(rows.bytes(0)));
        tally.called += std::clamp<Micros>(rows.integer(1), 0, max_micros);
    }
}

bool opened_for(const Sums& sums, const ReservationTally& tally, const Statement& row) {
    const auto print = [&](const auto& meta) {
        return sums.reservations.print_of(meta(row.bytes(4), row.bytes(5), row.bytes(6)));
    };
    return print(opening_meta) == tally.meta_print || print(first_opening_meta) == tally.meta_print;
}

void compare_reservations(Database& database, Sums& sums, Audit& audit) {
    Statement rows = database.prepare(
        "SELECT res_id, amount, spent, state, tenant, task_id, lines FROM reservation");
    while (rows.step()) {
        ReservationTally& tally = sums.reservations.at(sums.reservations.key_of(rows.bytes(0)));
        tally.has_row = true;
        const bool open = rows.bytes(3) == "pending";
        if (tally.openings != 1 || rows.integer(1) != tally.amount ||
            rows.integer(2) != tally.spent || open != (tally.closings == 0) ||
            !opened_for(sums, tally, rows))
            audit.found(
                "wrong_reservation", rows.text(0), 0, "the reservation differs from its entries");
        if (rows.integer(2) != tally.called)
            audit.found("wrong_call", rows.text(0), 0, "the calls differ from what was booked");
    }
}

void find_lost_reservations(Database& database, Audit& audit) {
    Statement rows = database.prepare(
        "SELECT e.res_id FROM entry e WHERE e.kind = 'reserve'"
        " AND NOT EXISTS(SELECT 1 FROM reservation r WHERE r.res_id = e.res_id) ORDER BY e.res_id");
    while (rows.step())
        audit.found(
            "wrong_reservation", rows.text(0), 0, "the reservation of these entries is gone");
}

} // namespace

Audit audit_ledger(Database& database, const AuditRequest& request) {
    return database.snapshot([&] {
        Audit audit;
        const std::string ledger_id = ledger_id_of(database);
        Sums sums{database};
        for (ChainHead& head : chain_heads(database))
            Walk{database, ledger_id, std::move(head), sums, audit}.run();
        compare_wallets(database, sums, audit);
        compare_trees(database, audit);
        audit_provider_totals(database, audit);
        count_calls(database, sums);
        compare_reservations(database, sums, audit);
        if (sums.reservations.lost() > 0)
            find_lost_reservations(database, audit);
        audit_periods(database, audit);
        audit_anchors(database, request, audit);
        return audit;
    });
}

VerifyReport Ledger::verify(const std::vector<Anchor>& anchors) {
    AuditRequest request;
    for (const Anchor& anchor : anchors) {
        SignedAnchor known;
        known.chain = anchor.chain;
        known.seq = anchor.seq;
        bytes_of_hex(anchor.hash, known.hash.data(), known.hash.size());
        request.anchors.push_back(std::move(known));
    }
    const Audit audit = audit_ledger(database_, request);
    VerifyReport report{audit.entries, audit.chains, audit.anchors, {}};
    for (const AuditFinding& finding : audit.findings)
        report.findings.push_back({finding.where, finding.seq, finding.what});
    return report;
}

} // namespace smos::store
