// SPDX-License-Identifier: Apache-2.0
// Signed anchors: places of the chain that others keep, so that nobody can cut or rewrite what is
// before them.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/core/signature.hpp"
#include "libsmos/records/cfo.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/ledger/anchor_sink.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// One anchor. What an older or foreign line does not say is empty.
struct SignedAnchor {
    std::string ledger_id{};
    std::string chain;
    std::int64_t seq = 0;
    Digest hash{};
    Instant at{};
    std::string key_print{}; // fingerprint of the public key, 64 hex digits
    std::optional<Signature> signature{};
};

/// What is signed: "smos-anchor-v1" ‖ ledger id ‖ chain ‖ seq ‖ hash ‖ at_us ‖ fingerprint, each
/// preceded by its length (8 bytes, big-endian); integers are 8 bytes, big-endian.
std::string signed_bytes(const SignedAnchor& anchor);
SignedAnchor sign_anchor(SignedAnchor anchor, const SigningKey& key);
bool signature_holds(const SignedAnchor& anchor, const PublicKey& key);

/// One line of JSON with its members in alphabetical order, without a line feed.
std::string anchor_line(const SignedAnchor& anchor);
/// Reads such a line, {"chain","seq","hash"} alone, or a production record with a cfo section (the
/// entries and anchors of its cfo and render sections). Errors: bad_anchor.
Result<std::vector<SignedAnchor>> read_anchor_line(std::string_view line, const std::string& where);

/// The anchors that the state keeps, of all chains, in order.
std::vector<SignedAnchor> kept_anchors(Database& database);
std::optional<SignedAnchor> last_anchor(Database& database, std::string_view chain);
/// The last anchor before an entry: the same whenever it is asked for, since anchors are only made
/// of heads.
std::optional<records::AnchorRef>
anchor_before(Database& database, std::string_view chain, std::int64_t seq);
records::AnchorRef anchor_ref(const SignedAnchor& anchor);

/// The last entry that the calls of a reservation booked.
struct CallEntry {
    std::string chain;
    records::EntryRef entry{};
};
std::optional<CallEntry> last_call_entry(Database& database, std::string_view reservation_id);

/// Anchors what a run books: every 256 entries of a chain or 60 seconds, and with finish().
class AnchorWriter {
  public:
    static constexpr std::int64_t entries_between = 256;
    static constexpr std::int64_t micros_between = 60'000'000;

    AnchorWriter(Database& database, SigningKey key, AnchorSinks sinks);

    /// The entry `seq` of the chain was booked; writes an anchor when it is time and no transaction
    /// runs.
    void note(std::string_view chain, std::int64_t seq);
    /// Writes the anchors that have come due; outside of transactions.
    void write_due();
    /// Anchors the head of every chain that was noted and has grown since its last anchor.
    void finish();
    /// Anchors the head of every chain that has grown, noted or not; the last anchor of each.
    std::vector<SignedAnchor> anchor_all();

    /// What a sink could not do; an anchor that it missed is covered by the next one.
    const std::vector<Error>& failures() const { return failures_; }

  private:
    struct Chain {
        std::optional<SignedAnchor> anchor{};
        std::int64_t noted_seq = 0;
        std::int64_t since_us = 0; // when the first entry after the anchor was noted; 0: none was

        std::int64_t anchored_seq() const { return anchor ? anchor->seq : 0; }
        bool is_due(std::int64_t now_us) const {
            return noted_seq - anchored_seq() >= entries_between ||
                   (since_us != 0 && now_us - since_us >= micros_between);
        }
    };

    Chain& chain_named(std::string_view name);
    void write(const std::string& name, Chain& chain);

    Database& database_;
    SigningKey key_;
    AnchorSinks sinks_;
    std::map<std::string, Chain, std::less<>> chains_;
    std::vector<Error> failures_;
};

} // namespace smos::store
