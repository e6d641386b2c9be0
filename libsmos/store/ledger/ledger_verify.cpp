// SPDX-License-Identifier: Apache-2.0
// Walking the chains and recomputing every balance from the entries, each row read once.
#include "libsmos/core/hash_pair.hpp"
#include "libsmos/store/ledger/ledger.hpp"
#include "libsmos/store/ledger/periods.hpp"
#include "libsmos/store/ledger/provider_limits.hpp"
#include "libsmos/store/ledger/tally.hpp"
#include "libsmos/store/ledger/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>

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

constexpr std::string_view select_entries =
    "SELECT seq, ts_us, wallet_id, amount, kind, res_id, debit, credit, idem, actor, meta,"
    " meta_hash, prev_hash, hash FROM entry WHERE chain_id = ?1 AND seq > ?2"
    " ORDER BY seq LIMIT 100000"; // in pages, so that a server's answer stays small

struct KnownMeta {
    std::string text;
    Digest hash{};
    bool filled = false;
};

/// One that is being read: its columns lie where the engine has them.
struct Row {
    EntryView entry;
    std::string_view meta;
    std::string_view previous;
    std::string_view stated;
};

/// One whose hash is still to be made.
struct Waiting {
    std::int64_t seq = 0;
    std::string_view bytes;      // in its hasher
    std::array<char, 32> stated; // what the row says it is
    std::size_t stated_size = 0;

    std::string_view claim() const {
        return {stated.data(), stated_size == stated.size() ? stated_size : 0};
    }
};

/// Without a call: it is asked three times for each entry.
bool same_hash(std::string_view one, std::string_view other) {
    if (one.size() != sizeof(Digest) || other.size() != sizeof(Digest))
        return false;
    std::array<std::uint64_t, 4> a{};
    std::array<std::uint64_t, 4> b{};
    std::memcpy(a.data(), one.data(), sizeof a);
    std::memcpy(b.data(), other.data(), sizeof b);
    return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3])) == 0;
}

/// One chain, entry after entry. Behind a break it goes on from the hash that the row claims, so
/// that one broken row is one finding.
class Walk {
  public:
    Walk(Database& database, const std::string& ledger_id, ChainHead head, Sums& sums, Audit& audit)
        : database_(database),
          head_(std::move(head)),
          sums_(sums),
          audit_(audit),
          hashers_{EntryHasher{ledger_id}, EntryHasher{ledger_id}},
          start_(hashers_[0].common()) {
        const Digest first = genesis(ledger_id, head_.name);
        previous_ = bytes_of(first);
    }

    void run() {
        while (read_page()) {
        }
        judge_waiting();
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

    void read(const Statement& columns) {
        Row row;
        EntryView& entry = row.entry;
        entry.seq = columns.integer(0);
        entry.at_us = columns.integer(1);
        const std::int64_t wallet_id = columns.integer(2);
        entry.wallet = sums_.wallets.at(wallet_id).name;
        entry.amount = columns.integer(3);
        columns.read_bytes(4,
                           {&entry.kind,
                            &entry.res_id,
                            &entry.debit,
                            &entry.credit,
                            &entry.idem,
                            &entry.actor,
                            &row.meta,
                            &entry.meta_hash,
                            &row.previous,
                            &row.stated});
        std::array<std::uint64_t, 2> key{};
        if (!entry.res_id.empty()) {
            key = sums_.reservations.key_of(entry.res_id);
            sums_.reservations.expect(key); // arrives while the hash is made
        }
        judge(row);
        sums_.wallets.count(entry);
        if (!entry.res_id.empty())
            count_entry(entry, row.meta, wallet_id, sums_.reservations, sums_.reservations.at(key));
    }

    void judge(const Row& row) {
        const EntryView& entry = row.entry;
        const bool follows = entry.seq == seq_ + 1 && same_hash(row.previous, previous_);
        const bool details = same_hash(entry.meta_hash, bytes_of(hash_of_meta(row.meta)));
        if (follows && details)
            wait_for_another(row);
        else
            judge_broken(row, details);
        seq_ = entry.seq;
        previous_.assign(row.stated);
        ++audit_.entries;
    }

    /// All is well so far: the hash is made together with that of the next one.
    void wait_for_another(const Row& row) {
        const std::string_view bytes = hashers_[waiting_ ? 1 : 0].bytes(previous_, row.entry);
        if (!waiting_) {
            waiting_ = Waiting{row.entry.seq, bytes, {}};
            row.stated.copy(waiting_->stated.data(), waiting_->stated.size());
            waiting_->stated_size = row.stated.size();
            return;
        }
        const std::array<Digest, 2> hashes = sha256_pair(start_, waiting_->bytes, bytes);
        compare(waiting_->seq, waiting_->claim(), hashes[0]);
        waiting_.reset();
        compare(row.entry.seq, row.stated, hashes[1]);
    }

    void judge_waiting() {
        if (waiting_)
            compare(waiting_->seq, waiting_->claim(), sha256(waiting_->bytes));
        waiting_.reset();
    }

    void compare(std::int64_t seq, std::string_view stated, const Digest& hash) {
        if (!same_hash(stated, bytes_of(hash)))
            found("edited_row", seq, "the entry was changed");
    }

    void judge_broken(const Row& row, bool details) {
        judge_waiting();
        const EntryView& entry = row.entry;
        if (entry.seq != seq_ + 1)
            found("deleted_row", entry.seq, missing_before(entry.seq));
        else if (!same_hash(row.previous, previous_))
            misplaced(row, hashers_[0](previous_, entry));
        else if (!details)
            found("edited_row", entry.seq, "the entry's details were changed");
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

    void misplaced(const Row& row, const Digest& hash) {
        const EntryView& entry = row.entry;
        if (row.stated == bytes_of(hash)) {
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
    std::array<EntryHasher, 2> hashers_;
    HashStart start_;
    std::optional<Waiting> waiting_;
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
        audit_reservations(database, sums, audit);
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
