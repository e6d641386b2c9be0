// SPDX-License-Identifier: Apache-2.0
// The anchors of one run of a tool that books: its key, its sinks, and what they could not do.
#pragma once

#include "libsmos/records/cfo.hpp"
#include "libsmos/store/ledger/anchors.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

/// anchor.key beside the state file; in $XDG_STATE_HOME/smos for a server.
std::string default_anchor_key(const std::string& state_path);
std::string public_anchor_key(const std::string& key_path);

/// The key, made with its public half beside it when it is missing; `told` hears of that. Fatal
/// (78, 73).
SigningKey own_anchor_key(const std::string& key_path,
                          const std::function<void(const std::string&)>& told);

struct AnchorPlaces {
    std::string key_path;
    store::AnchorSinks sinks{};
    std::function<void(const std::string&)> told{}; // to a person
    std::function<void(const Error&)> failed{};     // what a sink could not do
};

class AnchorRun {
  public:
    AnchorRun(store::Database& database, AnchorPlaces places);

    /// An entry was booked; the last anchor before it.
    std::optional<records::AnchorRef> note(const std::string& wallet, std::int64_t seq);
    /// Notes the last entry of a reservation's calls, whatever became of them; nothing without any.
    std::optional<records::Witness> note_calls(const std::string& reservation_id);
    /// Outside of transactions, while a run goes on.
    void write_due();
    /// Anchors what was noted.
    void finish();
    std::vector<store::SignedAnchor> anchor_all();

  private:
    void complain();

    store::Database& database_;
    AnchorPlaces places_;
    store::AnchorWriter writer_;
    std::size_t said_ = 0;
};

} // namespace smos::stages
