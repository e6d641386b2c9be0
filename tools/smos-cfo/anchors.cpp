// SPDX-License-Identifier: Apache-2.0
// The anchors of smos-cfo by its options, and the verb that prints them.
#include "tools/smos-cfo/anchors.hpp"

#include "libsmos/core/fatal.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace smos::tools {
namespace {

std::string key_path(const cli::Context& context) {
    return context.given("anchor-key") ? context.text("anchor-key")
                                       : stages::default_anchor_key(context.state_path());
}

} // namespace

stages::AnchorPlaces anchor_places(cli::Context& context) {
    stages::AnchorPlaces places;
    places.key_path = key_path(context);
    if (context.given("anchor-file"))
        places.sinks.file = context.text("anchor-file");
    if (context.given("anchor-command"))
        places.sinks.command = context.text("anchor-command");
    places.told = [&context](const std::string& what) { context.info(what); };
    places.failed = [&context](const Error& failure) {
        context.error(failure);
        context.set_status(failure.code == "anchor_file_failed" ? ExitStatus::io_error
                                                                : ExitStatus::unavailable);
    };
    return places;
}

std::vector<PublicKey> trusted_keys(const cli::Context& context) {
    std::vector<PublicKey> keys;
    if (context.given("public-key")) {
        for (const std::string& path : context.texts("public-key"))
            keys.push_back(or_fatal(read_public_key(path), ExitStatus::no_input));
        return keys;
    }
    const std::string path = stages::public_anchor_key(key_path(context));
    if (::access(path.c_str(), F_OK) == 0)
        keys.push_back(or_fatal(read_public_key(path), ExitStatus::no_input));
    return keys;
}

void print_anchors(cli::Context& context, store::Database& database) {
    if (context.dry_run())
        throw Fatal(ExitStatus::usage,
                    "an anchor is signed and kept, which a dry run may not do",
                    "leave out --dry-run");
    stages::AnchorPlaces places = anchor_places(context);
    if (context.flag("init-key")) {
        const SigningKey key = stages::own_anchor_key(places.key_path, places.told);
        context.write_line(fmt::format(
            "{}  {}", fingerprint(key.public_key()), stages::public_anchor_key(places.key_path)));
        return;
    }
    stages::AnchorRun run{database, std::move(places)};
    for (const store::SignedAnchor& head : run.anchor_all())
        context.write_line(store::anchor_line(head));
}

} // namespace smos::tools
