// SPDX-License-Identifier: Apache-2.0
// Anchors of a run: the key, the sinks, and what both could not do.
#include "tools/smos-cfo/anchors.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/store/ledger/chain.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace smos::tools {
namespace {

std::string public_path(const std::string& key_path) { return key_path + ".pub"; }

store::AnchorSinks sinks_of(const cli::Context& context) {
    store::AnchorSinks sinks;
    if (context.given("anchor-file"))
        sinks.file = context.text("anchor-file");
    if (context.given("anchor-command"))
        sinks.command = context.text("anchor-command");
    return sinks;
}

SigningKey own_key(cli::Context& context) {
    const std::string path = anchor_key_path(context);
    const bool there = ::access(path.c_str(), F_OK) == 0;
    if (!context.given("anchor-key") && path.find('/') != std::string::npos) // none with a server
        or_fatal(make_directories(path.substr(0, path.rfind('/'))), ExitStatus::cannot_create);
    SigningKey key = or_fatal(SigningKey::read_or_make(path), ExitStatus::config);
    if (::access(public_path(path).c_str(), F_OK) != 0)
        or_fatal(write_file_atomically(public_path(path), public_key_pem(key.public_key())),
                 ExitStatus::cannot_create);
    if (!there)
        context.info(fmt::format("made the key that signs anchors: {}; keep a copy of {} where "
                                 "the ledger cannot be written from",
                                 path,
                                 public_path(path)));
    return key;
}

} // namespace

std::string anchor_key_path(const cli::Context& context) {
    if (context.given("anchor-key"))
        return context.text("anchor-key");
    const std::string state = context.state_path();
    if (store::is_server(state))
        return state_home() + "/anchor.key";
    const std::size_t slash = state.rfind('/');
    return slash == std::string::npos ? "anchor.key" : state.substr(0, slash) + "/anchor.key";
}

std::vector<PublicKey> trusted_keys(const cli::Context& context) {
    std::vector<PublicKey> keys;
    if (context.given("public-key")) {
        for (const std::string& path : context.texts("public-key"))
            keys.push_back(or_fatal(read_public_key(path), ExitStatus::no_input));
        return keys;
    }
    const std::string path = public_path(anchor_key_path(context));
    if (::access(path.c_str(), F_OK) == 0)
        keys.push_back(or_fatal(read_public_key(path), ExitStatus::no_input));
    return keys;
}

AnchorRun::AnchorRun(cli::Context& context, store::Database& database)
    : context_(context),
      database_(database),
      writer_(database, own_key(context), sinks_of(context)) {}

std::optional<records::AnchorRef> AnchorRun::note(const std::string& wallet, std::int64_t seq) {
    const std::string chain = store::chain_of(wallet);
    auto before = store::anchor_before(database_, chain, seq);
    writer_.note(chain, seq);
    complain();
    return before;
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
    for (; said_ < writer_.failures().size(); ++said_) {
        const Error& failure = writer_.failures()[said_];
        context_.error(failure);
        context_.set_status(failure.code == "anchor_file_failed" ? ExitStatus::io_error
                                                                 : ExitStatus::unavailable);
    }
}

void print_anchors(cli::Context& context, store::Database& database) {
    if (context.dry_run())
        throw Fatal(ExitStatus::usage,
                    "an anchor is signed and kept, which a dry run may not do",
                    "leave out --dry-run");
    if (context.flag("init-key")) {
        const SigningKey key = own_key(context);
        context.write_line(fmt::format(
            "{}  {}", fingerprint(key.public_key()), public_path(anchor_key_path(context))));
        return;
    }
    AnchorRun run{context, database};
    for (const store::SignedAnchor& head : run.anchor_all())
        context.write_line(store::anchor_line(head));
}

} // namespace smos::tools
