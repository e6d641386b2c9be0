// SPDX-License-Identifier: Apache-2.0
// The anchors of one run of a tool that books.
#include "libsmos/stages/cfo/anchor_run.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/store/ledger/chain.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace smos::stages {

std::string default_anchor_key(const std::string& state_path) {
    if (store::is_server(state_path))
        return state_home() + "/anchor.key";
    const std::size_t slash = state_path.rfind('/');
    return slash == std::string::npos ? "anchor.key" : state_path.substr(0, slash) + "/anchor.key";
}

std::string public_anchor_key(const std::string& key_path) { return key_path + ".pub"; }

SigningKey own_anchor_key(const std::string& key_path,
                          const std::function<void(const std::string&)>& told) {
    const std::string public_path = public_anchor_key(key_path);
    const bool there = ::access(key_path.c_str(), F_OK) == 0;
    if (key_path == state_home() + "/anchor.key") // a server's state has not made the folder
        or_fatal(make_directories(state_home()), ExitStatus::cannot_create);
    SigningKey key = or_fatal(SigningKey::read_or_make(key_path), ExitStatus::config);
    if (::access(public_path.c_str(), F_OK) != 0)
        or_fatal(write_file_atomically(public_path, public_key_pem(key.public_key())),
                 ExitStatus::cannot_create);
    if (!there && told)
        told(fmt::format("made the key that signs anchors: {}; keep a copy of {} where the ledger "
                         "cannot be written from",
                         key_path,
                         public_path));
    return key;
}

AnchorRun::AnchorRun(store::Database& database, AnchorPlaces places)
    : database_(database),
      places_(std::move(places)),
      writer_(database, own_anchor_key(places_.key_path, places_.told), places_.sinks) {}

std::optional<records::AnchorRef> AnchorRun::note(const std::string& wallet, std::int64_t seq) {
    const std::string chain = store::chain_of(wallet);
    auto before = store::anchor_before(database_, chain, seq);
    writer_.note(chain, seq);
    complain();
    return before;
}

std::optional<records::Witness> AnchorRun::note_calls(const std::string& reservation_id) {
    auto last = store::last_call_entry(database_, reservation_id);
    if (!last)
        return std::nullopt;
    records::Witness witness;
    witness.anchor = note(last->chain, last->entry.seq);
    witness.entry = std::move(last->entry);
    return witness;
}

void AnchorRun::write_due() {
    writer_.write_due();
    complain();
}

void AnchorRun::finish() {
    writer_.finish();
    complain();
}

std::vector<store::SignedAnchor> AnchorRun::anchor_all() {
    auto heads = writer_.anchor_all();
    complain();
    return heads;
}

void AnchorRun::complain() {
    for (; said_ < writer_.failures().size(); ++said_)
        if (places_.failed)
            places_.failed(writer_.failures()[said_]);
}

} // namespace smos::stages
