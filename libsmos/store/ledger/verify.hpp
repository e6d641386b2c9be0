// SPDX-License-Identifier: Apache-2.0
// What is wrong with a ledger, by name: the chains walked, the balances recomputed, the anchors
// compared.
#pragma once

#include "libsmos/core/signature.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/ledger/anchors.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

struct Sums;

/// The kinds of findings, one word each: edited_row, deleted_row, swapped_rows, broken_order,
/// wrong_head, wrong_balance, wrong_reservation, wrong_call, wrong_checkpoint,
/// missing_checkpoint, late_entry (the rows themselves), and by anchors
/// rewritten, cut_tail, rolled_back, bad_signature, unknown_key, other_ledger.
struct AuditFinding {
    std::string kind;
    std::string where; // chain, wallet or reservation
    std::int64_t seq = 0;
    std::string what;
};

/// How much of a chain only the state itself vouches for.
struct LossWindow {
    std::string chain;
    std::int64_t head_seq = 0;
    std::int64_t kept_seq = 0;    // the last anchor that the state keeps and that agrees; 0: none
    std::int64_t outside_seq = 0; // the same of the anchors that were given
};

struct AuditRequest {
    std::vector<SignedAnchor> anchors{}; // from elsewhere
    std::vector<PublicKey> keys{};       // whose signatures count; none: signatures are not checked
    bool all_keys_known = true;          // a signature by another key is a finding
};

struct Audit {
    std::int64_t entries = 0;
    std::int64_t chains = 0;
    std::int64_t anchors = 0; // of the request
    std::int64_t kept = 0;    // of the state
    std::int64_t signatures = 0;
    std::vector<AuditFinding> findings{};
    std::vector<LossWindow> windows{};

    void found(std::string_view kind, std::string where, std::int64_t seq, std::string what) {
        findings.push_back({std::string{kind}, std::move(where), seq, std::move(what)});
    }
};

/// One unchanging view of everything. Of the anchors that the state keeps the last signature of
/// each chain is checked: it covers all entries before it.
Audit audit_ledger(Database& database, const AuditRequest& request = {});

/// The part of it about reservations and their calls, which `sums` has seen the entries of.
void audit_reservations(Database& database, Sums& sums, Audit& audit);

/// The part of it about anchors; inside a snapshot. `audit` already holds what the walk found.
void audit_anchors(Database& database, const AuditRequest& request, Audit& audit);

} // namespace smos::store
