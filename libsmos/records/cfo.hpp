// SPDX-License-Identifier: Apache-2.0
// The cfo section: whether it may be paid, and what it cost.
#pragma once

#include "libsmos/records/sidecar.hpp"

namespace smos::records {

struct Gate {
    std::string name;
    bool passed = false;
    std::string reason;
    std::optional<std::int64_t> value_micros;
    std::optional<std::int64_t> limit_micros;
};

struct SpendLine {
    std::string spend_id;
    std::string capability;
    std::string provider;
    std::string model;
    std::string requested_model;
    std::int64_t micros = 0;
    std::string outcome; // done | failed | in_doubt
};

struct EntryRef {
    std::int64_t seq = 0;
    std::string hash;
};

struct AnchorRef {
    std::int64_t seq = 0;
    std::string hash;
    std::string signature;
    std::string at;
    std::string key;
    std::string ledger_id;
};

/// Where a chain stood when something was booked: whoever keeps it can tell a changed past.
struct Witness {
    EntryRef entry;
    std::optional<AnchorRef> anchor; // the last one before the entry
};

struct Cfo : Stamp {
    std::string wallet; // tenant/persona
    std::optional<std::string> reservation_id;
    std::string state; // pending | settled | released | expired | refused
    std::optional<std::int64_t> reserved_micros;
    std::optional<std::int64_t> best_of;
    std::optional<std::int64_t> settled_micros;
    std::vector<Gate> gates;
    std::vector<SpendLine> spends;
    std::optional<EntryRef> entry;
    std::optional<AnchorRef> anchor;
};

/// A list of gates as JSON, and back.
std::string text_of_gates(const std::vector<Gate>& gates);
Result<std::vector<Gate>> gates_of_text(std::string_view text);

template <>
struct Fields<Gate> {
    static constexpr const char* name = "gate";
    static constexpr const char* doc = "One rule that the money had to pass.";
    static constexpr auto list() {
        return std::make_tuple(
            required("name", &Gate::name, "Its name; the order is fixed."),
            required("passed", &Gate::passed, "Whether it let the money pass."),
            required("reason", &Gate::reason, "In plain words."),
            field("value_micros", &Gate::value_micros, "The amount that was asked."),
            field("limit_micros", &Gate::limit_micros, "What was left."));
    }
};

template <>
struct Fields<SpendLine> {
    static constexpr const char* name = "spend";
    static constexpr const char* doc = "One paid call, copied from the ledger.";
    static constexpr auto list() {
        return std::make_tuple(
            required("spend_id", &SpendLine::spend_id, "Its id."),
            required("capability", &SpendLine::capability, "cap.*"),
            required("provider", &SpendLine::provider, "Who was paid."),
            required("model", &SpendLine::model, "The model that answered."),
            field("requested_model", &SpendLine::requested_model, "The model that was asked."),
            required("micros", &SpendLine::micros, "What it cost."),
            required("outcome", &SpendLine::outcome, "done, failed or in_doubt."));
    }
};

template <>
struct Fields<EntryRef> {
    static constexpr const char* name = "entry_ref";
    static constexpr const char* doc = "A place in the ledger's chain.";
    static constexpr auto list() {
        return std::make_tuple(required("seq", &EntryRef::seq, "Number of the entry."),
                               required("hash", &EntryRef::hash, "Its SHA-256."));
    }
};

template <>
struct Fields<AnchorRef> {
    static constexpr const char* name = "anchor_ref";
    static constexpr const char* doc = "A signed place in the chain.";
    static constexpr auto list() {
        return std::make_tuple(required("seq", &AnchorRef::seq, "Number of the entry."),
                               required("hash", &AnchorRef::hash, "Its SHA-256."),
                               required("signature", &AnchorRef::signature, "Ed25519."),
                               field("at", &AnchorRef::at, "When it was signed."),
                               field("key", &AnchorRef::key, "Fingerprint of the public key."),
                               field("ledger_id", &AnchorRef::ledger_id, "Whose chain it is."));
    }
};

template <>
struct Fields<Witness> {
    static constexpr const char* name = "witness";
    static constexpr const char* doc = "Where the ledger stood.";
    static constexpr auto list() {
        return std::make_tuple(
            required("entry", &Witness::entry, "The last entry of its calls."),
            field("anchor", &Witness::anchor, "The last anchor before that entry."));
    }
};

template <>
struct Fields<Cfo> {
    static constexpr const char* name = "cfo";
    static constexpr const char* doc = "Whether it may be paid, and what it cost.";
    static constexpr auto list() {
        return std::tuple_cat(
            stamp_fields<Cfo>(),
            std::make_tuple(
                required("wallet", &Cfo::wallet, "tenant/persona."),
                field("reservation_id", &Cfo::reservation_id, "Its reservation."),
                required("state", &Cfo::state, "pending, settled, released, expired or refused."),
                field("reserved_micros", &Cfo::reserved_micros, "The ceiling."),
                field("best_of", &Cfo::best_of, "How many candidates that pays for."),
                field("settled_micros", &Cfo::settled_micros, "What was really spent."),
                field("gates", &Cfo::gates, "Every gate in order."),
                field("spends", &Cfo::spends, "The paid calls."),
                field("entry", &Cfo::entry, "The ledger entry of the last change."),
                field("anchor", &Cfo::anchor, "The last anchor.")));
    }
};

} // namespace smos::records
