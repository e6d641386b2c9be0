// SPDX-License-Identifier: Apache-2.0
// What the verbs of smos-cfo are that read the journal.
#include "tools/smos-cfo/anchors.hpp"
#include "tools/smos-cfo/journal.hpp"

namespace smos::tools {
namespace {

using cli::Kind;

cli::Command verify_command() {
    return {
        .name = "verify",
        .summary = "walk the hash chain and recompute every balance",
        .description =
            "Names what it finds: edited_row, deleted_row, swapped_rows, broken_order, wrong_head, "
            "wrong_balance, wrong_reservation, wrong_call; and by anchors rewritten, cut_tail, "
            "rolled_back, bad_signature, unknown_key, other_ledger. The exit status is 65 when "
            "anything is found.\n\n"
            "The anchors that the state keeps are always compared. Whoever can write the state "
            "file could remove them too: give the anchors that were kept elsewhere with --anchors. "
            "The lines about each chain say how many entries came after the last anchor: those "
            "only the state vouches for.",
        .options = {{.name = "anchors",
                     .kind = Kind::path,
                     .metavar = "FILE",
                     .doc = "Anchors, or production records with a cfo section, one JSON object a "
                            "line.",
                     .repeatable = true},
                    {.name = "public-key",
                     .kind = Kind::path,
                     .metavar = "FILE",
                     .doc = "The keys that may have signed (PEM); without it the one beside "
                            "--anchor-key.",
                     .repeatable = true},
                    {.name = "json", .doc = "One JSON object instead of text."}},
        .filter = false,
    };
}

cli::Command anchor_command() {
    return {
        .name = "anchor",
        .summary = "sign the head of each chain, to be kept elsewhere",
        .description =
            "Without an anchor outside of the state nobody can tell that its last entries were cut "
            "off. Every run that books entries anchors them by itself, at its end and after 256 "
            "entries or a minute; this verb anchors what other tools booked and prints the last "
            "anchor of each chain.",
        .options = {{.name = "init-key",
                     .doc = "Only make the key, and print its fingerprint and where its public "
                            "half is.",
                     .command_line_only = true}},
        .filter = false,
    };
}

} // namespace

std::vector<cli::Command> journal_commands() { return {verify_command(), anchor_command()}; }

std::vector<cli::Option> anchor_options() {
    return {{.name = "anchor-key",
             .kind = Kind::path,
             .metavar = "FILE",
             .doc = "The Ed25519 key (PKCS#8 PEM, mode 0600) that signs anchors; made with its "
                    "public half FILE.pub when it is missing. Without it anchor.key beside the "
                    "state file."},
            {.name = "anchor-file",
             .kind = Kind::path,
             .metavar = "FILE",
             .doc = "Append every anchor to this file, which should be on another host or owned "
                    "by another user."},
            {.name = "anchor-command",
             .kind = Kind::text,
             .metavar = "COMMAND",
             .doc = "Give every anchor to this shell command, one line on its stdin; it has ten "
                    "seconds."}};
}

void run_journal_verb(cli::Context& context, store::Database& database, store::Ledger& ledger) {
    static_cast<void>(ledger);
    if (context.command() == "verify")
        verify(context, database);
    else
        print_anchors(context, database);
}

} // namespace smos::tools
