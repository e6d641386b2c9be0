// SPDX-License-Identifier: Apache-2.0
// Signed anchors: made, written as lines, kept in the state and sent to their sinks.
#include "libsmos/store/ledger/anchors.hpp"

#include "libsmos/store/ledger/chain.hpp"

#include <algorithm>
#include <utility>

namespace smos::store {
namespace {

constexpr std::string_view anchor_domain = "smos-anchor-v1";

void put_number(std::string& bytes, std::uint64_t number) {
    for (unsigned shift = 64; shift > 0; shift -= 8)
        bytes += static_cast<char>((number >> (shift - 8)) & 0xffU);
}

void put_field(std::string& bytes, std::string_view field) {
    put_number(bytes, field.size());
    bytes += field;
}

void put_integer(std::string& bytes, std::int64_t number) {
    put_number(bytes, 8);
    put_number(bytes, static_cast<std::uint64_t>(number));
}

template <std::size_t size>
bool copy_bytes(std::string_view from, std::array<std::uint8_t, size>& to) {
    if (from.size() != size)
        return false;
    from.copy(reinterpret_cast<char*>(to.data()), size);
    return true;
}

constexpr std::string_view select_anchors =
    "SELECT c.name, a.seq, a.at_us, a.hash, a.key_print, a.signature"
    " FROM anchor a JOIN chain c USING(chain_id) ORDER BY c.chain_id, a.seq";

constexpr std::string_view select_before =
    "SELECT c.name, a.seq, a.at_us, a.hash, a.key_print, a.signature"
    " FROM anchor a JOIN chain c USING(chain_id) WHERE c.name = ?1 AND a.seq < ?2"
    " ORDER BY a.seq DESC LIMIT 1";

constexpr std::string_view select_last =
    "SELECT c.name, a.seq, a.at_us, a.hash, a.key_print, a.signature"
    " FROM anchor a JOIN chain c USING(chain_id) WHERE c.name = ?1 ORDER BY a.seq DESC LIMIT 1";

SignedAnchor read_row(const Statement& row, const std::string& ledger_id) {
    SignedAnchor anchor;
    anchor.ledger_id = ledger_id;
    anchor.chain = row.text(0);
    anchor.seq = row.integer(1);
    anchor.at = Instant{row.integer(2)};
    copy_bytes(row.bytes(3), anchor.hash); // the schema keeps the lengths
    anchor.key_print = row.text(4);
    Signature signature{};
    if (copy_bytes(row.bytes(5), signature))
        anchor.signature = signature;
    return anchor;
}

struct Head {
    std::int64_t chain_id = 0;
    SignedAnchor anchor; // not signed yet
};

std::optional<Head> head_of(Database& database, std::string_view chain) {
    Statement row =
        database.prepare("SELECT chain_id, head_seq, head_hash FROM chain WHERE name = ?1");
    if (!row.bind(1, chain).step() || row.integer(1) == 0)
        return std::nullopt;
    Head head;
    head.chain_id = row.integer(0);
    head.anchor.chain = chain;
    head.anchor.seq = row.integer(1);
    copy_bytes(row.bytes(2), head.anchor.hash);
    return head;
}

/// Another process may have anchored the same head: the first one stays.
void keep(Database& database, std::int64_t chain_id, const SignedAnchor& anchor) {
    database
        .prepare("INSERT INTO anchor(chain_id, seq, at_us, hash, key_print, signature)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(chain_id, seq) DO NOTHING")
        .bind(1, chain_id)
        .bind(2, anchor.seq)
        .bind(3, anchor.at.micros)
        .bind_blob(4, anchor.hash.data(), anchor.hash.size())
        .bind(5, anchor.key_print)
        .bind_blob(6, anchor.signature->data(), anchor.signature->size())
        .run();
}

std::vector<std::string> chain_names(Database& database) {
    Statement rows = database.prepare("SELECT name FROM chain ORDER BY chain_id");
    std::vector<std::string> names;
    while (rows.step())
        names.push_back(rows.text(0));
    return names;
}

} // namespace

std::string signed_bytes(const SignedAnchor& anchor) {
    std::string bytes;
    put_field(bytes, anchor_domain);
    put_field(bytes, anchor.ledger_id);
    put_field(bytes, anchor.chain);
    put_integer(bytes, anchor.seq);
    put_field(bytes, bytes_of(anchor.hash));
    put_integer(bytes, anchor.at.micros);
    put_field(bytes, anchor.key_print);
    return bytes;
}

SignedAnchor sign_anchor(SignedAnchor anchor, const SigningKey& key) {
    anchor.key_print = fingerprint(key.public_key());
    anchor.signature = key.sign(signed_bytes(anchor));
    return anchor;
}

bool signature_holds(const SignedAnchor& anchor, const PublicKey& key) {
    return anchor.signature && is_signed(key, signed_bytes(anchor), *anchor.signature);
}

std::vector<SignedAnchor> kept_anchors(Database& database) {
    const std::string ledger_id = ledger_id_of(database);
    Statement rows = database.prepare(select_anchors);
    std::vector<SignedAnchor> anchors;
    while (rows.step())
        anchors.push_back(read_row(rows, ledger_id));
    return anchors;
}

std::optional<SignedAnchor> last_anchor(Database& database, std::string_view chain) {
    const std::string ledger_id = ledger_id_of(database);
    Statement row = database.prepare(select_last);
    if (!row.bind(1, chain).step())
        return std::nullopt;
    return read_row(row, ledger_id);
}

std::optional<records::AnchorRef>
anchor_before(Database& database, std::string_view chain, std::int64_t seq) {
    const std::string ledger_id = ledger_id_of(database);
    Statement row = database.prepare(select_before);
    if (!row.bind(1, chain).bind(2, seq).step())
        return std::nullopt;
    return anchor_ref(read_row(row, ledger_id));
}

records::AnchorRef anchor_ref(const SignedAnchor& anchor) {
    records::AnchorRef ref;
    ref.seq = anchor.seq;
    ref.hash = hex(anchor.hash);
    ref.signature = hex(anchor.signature->data(), anchor.signature->size());
    ref.at = format_rfc3339(anchor.at);
    ref.key = anchor.key_print;
    ref.ledger_id = anchor.ledger_id;
    return ref;
}

std::optional<CallEntry> last_call_entry(Database& database, std::string_view reservation_id) {
    Statement row = database.prepare(
        "SELECT c.name, e.seq, e.hash FROM reservation r"
        " JOIN wallet w ON w.wallet_id = r.wallet_id JOIN chain c ON c.chain_id = w.chain_id"
        " JOIN entry e ON e.chain_id = c.chain_id AND e.seq > r.opened_seq AND e.res_id = r.res_id"
        " WHERE r.res_id = ?1 ORDER BY e.seq DESC LIMIT 1");
    if (!row.bind(1, reservation_id).step())
        return std::nullopt;
    return CallEntry{row.text(0), {row.integer(1), hex_of_bytes(row.bytes(2))}};
}

AnchorWriter::AnchorWriter(Database& database, SigningKey key, AnchorSinks sinks)
    : database_(database),
      key_(std::move(key)),
      sinks_(std::move(sinks)) {}

AnchorWriter::Chain& AnchorWriter::chain_named(std::string_view name) {
    if (const auto found = chains_.find(name); found != chains_.end())
        return found->second;
    Chain& chain = chains_.emplace(name, Chain{}).first->second;
    chain.anchor = last_anchor(database_, name);
    return chain;
}

void AnchorWriter::note(std::string_view name, std::int64_t seq) {
    Chain& chain = chain_named(name);
    if (seq <= chain.anchored_seq())
        return;
    const std::int64_t now_us = monotonic_us();
    chain.noted_seq = std::max(chain.noted_seq, seq);
    if (chain.since_us == 0)
        chain.since_us = now_us;
    if (chain.is_due(now_us) && !database_.in_transaction())
        write(std::string{name}, chain);
}

void AnchorWriter::write_due() {
    const std::int64_t now_us = monotonic_us();
    for (auto& [name, chain] : chains_) {
        if (chain.is_due(now_us))
            write(name, chain);
    }
}

void AnchorWriter::finish() {
    for (auto& [name, chain] : chains_) {
        if (chain.noted_seq > chain.anchored_seq())
            write(name, chain);
    }
}

std::vector<SignedAnchor> AnchorWriter::anchor_all() {
    std::vector<SignedAnchor> heads;
    for (const std::string& name : chain_names(database_)) {
        Chain& chain = chain_named(name);
        write(name, chain);
        if (chain.anchor)
            heads.push_back(*chain.anchor);
    }
    return heads;
}

// Under the lock of the entries: an anchor that comes late would stand before an entry that was
// already told which one is.
void AnchorWriter::write(const std::string& name, Chain& chain) {
    std::optional<SignedAnchor> made;
    database_.transaction("ledger", [&] {
        auto head = head_of(database_, name);
        if (!head || chain.anchored_seq() >= head->anchor.seq)
            return;
        head->anchor.ledger_id = ledger_id_of(database_);
        head->anchor.at = database_.now();
        made = sign_anchor(std::move(head->anchor), key_);
        keep(database_, head->chain_id, *made);
    });
    chain.since_us = 0;
    if (!made)
        return;
    for (Error& failure : send_anchor(sinks_, anchor_line(*made)))
        failures_.push_back(std::move(failure));
    chain.anchor = std::move(made);
}

} // namespace smos::store
