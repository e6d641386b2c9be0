// SPDX-License-Identifier: Apache-2.0
// The ledger against its anchors: what the chain alone cannot tell.
#include "libsmos/store/ledger/chain.hpp"
#include "libsmos/store/ledger/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace smos::store {
namespace {

struct ChainView {
    std::int64_t chain_id = 0;
    std::int64_t last_seq = 0;  // of the entries that are there
    std::int64_t kept_good = 0; // the last anchors that agree
    std::int64_t outside_good = 0;
    std::int64_t kept_beyond = 0; // the last anchor of the state that lies behind the end
};

std::map<std::string, ChainView> chain_views(Database& database) {
    Statement rows =
        database.prepare("SELECT c.name, c.chain_id, coalesce((SELECT max(e.seq) FROM entry e"
                         " WHERE e.chain_id = c.chain_id), 0) FROM chain c");
    std::map<std::string, ChainView> views;
    while (rows.step()) {
        ChainView view;
        view.chain_id = rows.integer(1);
        view.last_seq = rows.integer(2);
        views.emplace(rows.text(0), view);
    }
    return views;
}

class AnchorCheck {
  public:
    AnchorCheck(Database& database, const AuditRequest& request, Audit& audit)
        : database_(database),
          request_(request),
          audit_(audit),
          ledger_id_(ledger_id_of(database)),
          views_(chain_views(database)) {
        for (const PublicKey& key : request.keys)
            keys_.emplace(fingerprint(key), key);
    }

    void run() {
        check_kept();
        std::vector<SignedAnchor> given = request_.anchors;
        std::stable_sort(given.begin(), given.end(), [](const auto& a, const auto& b) {
            return std::tie(a.chain, a.seq) < std::tie(b.chain, b.seq);
        });
        for (const SignedAnchor& anchor : given) {
            ++audit_.anchors;
            if (is_ours(anchor) && signature_is_good(anchor))
                compare(anchor, true);
        }
        for (const auto& [name, view] : views_)
            audit_.windows.push_back({name, view.last_seq, view.kept_good, view.outside_good});
    }

  private:
    /// The last signature covers all before it: only that one is computed.
    void check_kept() {
        const std::vector<SignedAnchor> kept = kept_anchors(database_);
        for (std::size_t i = 0; i < kept.size(); ++i) {
            ++audit_.kept;
            const bool last = i + 1 == kept.size() || kept[i + 1].chain != kept[i].chain;
            if (last && !signature_is_good(kept[i]))
                continue;
            compare(kept[i], false);
        }
    }

    bool is_ours(const SignedAnchor& anchor) {
        if (anchor.ledger_id.empty() || anchor.ledger_id == ledger_id_)
            return true;
        audit_.found("other_ledger",
                     anchor.chain,
                     anchor.seq,
                     fmt::format("an anchor of another ledger ({}; this one is {})",
                                 anchor.ledger_id,
                                 ledger_id_.empty() ? "empty" : ledger_id_));
        return false;
    }

    /// An anchor without one is taken for what it says: it came from where the auditor trusts it.
    bool signature_is_good(const SignedAnchor& anchor) {
        if (!anchor.signature || keys_.empty())
            return true;
        const auto key = keys_.find(anchor.key_print);
        if (key == keys_.end() && !request_.all_keys_known)
            return true;
        if (key == keys_.end()) {
            audit_.found(
                "unknown_key",
                anchor.chain,
                anchor.seq,
                fmt::format("signed with a key that was not given ({:.16}…)", anchor.key_print));
            return false;
        }
        ++audit_.signatures;
        SignedAnchor completed = anchor;
        if (completed.ledger_id.empty())
            completed.ledger_id = ledger_id_;
        if (signature_holds(completed, key->second))
            return true;
        audit_.found(
            "bad_signature", anchor.chain, anchor.seq, "the anchor's signature does not hold");
        return false;
    }

    void compare(const SignedAnchor& anchor, bool outside) {
        const auto found = views_.find(anchor.chain);
        if (found == views_.end() || anchor.seq > found->second.last_seq)
            return beyond(anchor, found == views_.end() ? nullptr : &found->second, outside);
        ChainView& view = found->second;
        if (hash_at(view.chain_id, anchor.seq) != bytes_of(anchor.hash)) {
            audit_.found(
                "rewritten",
                anchor.chain,
                anchor.seq,
                fmt::format("not the entry that was anchored: the chain was rewritten, "
                            "between entry {} and this one",
                            std::max(std::min(view.kept_good, anchor.seq - 1), view.outside_good) +
                                1));
        } else {
            std::int64_t& good = outside ? view.outside_good : view.kept_good;
            good = std::max(good, anchor.seq);
        }
    }

    void beyond(const SignedAnchor& anchor, ChainView* view, bool outside) {
        if (view != nullptr && !outside)
            view->kept_beyond = std::max(view->kept_beyond, anchor.seq);
        const bool cut = !outside || (view != nullptr && view->kept_beyond > 0) || rows_disagree();
        audit_.found(cut ? "cut_tail" : "rolled_back",
                     anchor.chain,
                     anchor.seq,
                     cut ? "anchored, but no longer there: the tail was cut"
                         : "anchored, but no longer there: an older state was put back, or the "
                           "tail was cut with everything that belongs to it");
    }

    /// A whole older state agrees with itself; one whose entries were cut off does not.
    bool rows_disagree() const {
        return std::any_of(
            audit_.findings.begin(), audit_.findings.end(), [](const AuditFinding& finding) {
                return finding.kind == "deleted_row" || finding.kind == "wrong_head" ||
                       finding.kind == "wrong_balance" || finding.kind == "wrong_reservation";
            });
    }

    std::string hash_at(std::int64_t chain_id, std::int64_t seq) {
        Statement row =
            database_.prepare("SELECT hash FROM entry WHERE chain_id = ?1 AND seq = ?2");
        row.bind(1, chain_id).bind(2, seq);
        return row.step() ? row.text(0) : std::string{};
    }

    Database& database_;
    const AuditRequest& request_;
    Audit& audit_;
    std::string ledger_id_;
    std::map<std::string, ChainView> views_;
    std::map<std::string, PublicKey> keys_;
};

} // namespace

void audit_anchors(Database& database, const AuditRequest& request, Audit& audit) {
    AnchorCheck{database, request, audit}.run();
}

} // namespace smos::store
