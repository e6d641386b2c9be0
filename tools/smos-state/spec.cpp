// SPDX-License-Identifier: Apache-2.0
// What smos-state is.
#include "tools/smos-state/spec.hpp"

namespace smos::tools {
namespace {

using cli::Kind;

const char* const description =
    "Keeps the state: the ledger, the queue with its history, what was observed and what was "
    "published, in a SQLite file or, with --state postgresql://…, on a server.\n\n"
    "Every other tool opens the state by itself and brings its schema up to date; this one is for "
    "backups, moves, checks and clearing. Nothing here changes or removes an entry of the ledger, "
    "an anchor, a reservation or a receipt.";

std::vector<cli::Command> keeping_commands() {
    return {
        {.name = "migrate",
         .summary = "bring the schema up to date and say what was done",
         .description = "Any tool does this when it opens the state. A crash leaves whole steps "
                        "only; the next run goes on.",
         .filter = false},
        {.name = "backup",
         .summary = "write a verified copy while others go on writing",
         .description =
             "FILE holds one view of everything that was committed when it began. It is checked as "
             "verify does, synced, private (0600), and there completely or not at all; a file that "
             "is there is never written over. Of a server it is a SQLite file with the same "
             "content, which restore and copy read. A program that is killed leaves "
             "FILE.* temporary files beside it and no FILE.",
         .positionals = {{.name = "FILE", .doc = "A new file.", .required = true}},
         .filter = false},
        {.name = "restore",
         .summary = "put a backup in place of the state file",
         .description =
             "Only while no process has the state file open (else status 75), and over an "
             "existing one only with --force; that one is kept beside it as "
             "state.db.before-restore, or state.db.before-restore.2 and so on where an earlier "
             "restore kept one. FILE itself stays as it is. What was booked after the "
             "backup is gone from the state, and anchors that were made since say so: smos-cfo "
             "verify --anchors names each chain that was cut. To fill a server from a backup, "
             "use copy.",
         .positionals = {{.name = "FILE", .doc = "What backup wrote.", .required = true}},
         .options = {{.name = "force",
                      .doc = "Replace the state file that is there.",
                      .command_line_only = true}},
         .filter = false},
        {.name = "copy",
         .summary = "move the state between a file and a server, with proof",
         .description =
             "FROM and TO are files or postgresql:// URLs; TO has to be empty. One view of FROM is "
             "copied in bounded transactions, then every table is read back and compared by "
             "SHA-256, the head of every chain is compared, and the ledger of TO is audited. "
             "Until then TO is marked unfinished and refused by every tool; after a failure it "
             "stays so, and is to be emptied before another try. FROM is brought up to date and "
             "else not changed: stop using it afterwards, or two ledgers go on from one head.",
         .positionals =
             {{.name = "FROM", .doc = "A state file or URL.", .required = true, .kind = Kind::text},
              {.name = "TO",
               .doc = "An empty place: a new file, or the URL of a database.",
               .required = true,
               .kind = Kind::text}},
         .filter = false}};
}

std::vector<cli::Command> looking_commands() {
    return {
        {.name = "verify",
         .summary = "check the engine, references, ledger and queue",
         .description =
             "The integrity check of the engine, references to rows that are not there, the audit "
             "of the ledger (see smos-cfo verify, which also compares anchors kept elsewhere), "
             "and the history of the queue against its productions. Findings end with status 65.",
         .filter = false},
        {.name = "prune",
         .summary = "remove old observations, outputs, notes, history of purged productions, "
                    "nodes, refusals",
         .description =
             "Observations made before, the stage outputs and board notes of productions that were "
             "done before, audit rows of productions that were purged (smos-run purge), nodes that "
             "fell "
             "silent, and refusals. Entries, anchors, reservations, calls, receipts, productions "
             "and their "
             "history stay. Works in short transactions beside everybody else; --dry-run counts.",
         .options = {{.name = "before",
                      .kind = Kind::integer,
                      .metavar = "DAYS",
                      .doc = "What is older than this many days, at least 1.",
                      .fallback = "365"}},
         .filter = false},
        {.name = "tail",
         .summary = "print what happened: decisions on productions and entries of the ledger",
         .description = "In the order of time. Rows are only ever added to this log; prune removes "
                        "the oldest of purged productions.",
         .options = {{.name = "follow",
                      .letter = 'f',
                      .doc = "Go on with what happens from now on, until interrupted.",
                      .command_line_only = true},
                     {.name = "task",
                      .kind = Kind::text,
                      .metavar = "ID",
                      .doc = "Only this production and its reservations.",
                      .command_line_only = true},
                     {.name = "since",
                      .kind = Kind::time,
                      .metavar = "TIME",
                      .doc = "Only what happened then or later.",
                      .command_line_only = true}},
         .filter = false}};
}

cli::ToolSpec make_spec() {
    cli::ToolSpec spec{
        .name = "smos-state",
        .summary = "keep, check, move and read the state",
        .description = description,
        .reads = "the state, backups",
        .writes = "backups, states, reports",
        .commands = keeping_commands(),
        .options = {{.name = "json", .doc = "JSON instead of text."}},
        .examples = {{"every night, from cron", "smos-state backup /backup/smos-$(date +%F).db"},
                     {"is everything whole?", "smos-state verify"},
                     {"to a server, when one host is not enough",
                      "smos-state copy ~/.local/state/smos/state.db postgresql://db.example/smos"},
                     {"watch one production", "smos-state tail --follow --task demo-1"},
                     {"what would a year's limit remove", "smos-state prune --dry-run"}},
        .see_also = {"smos-cfo(1)", "smos-run(1)", "smos(1)"},
    };
    for (auto& command : looking_commands())
        spec.commands.push_back(std::move(command));
    return spec;
}

} // namespace

const cli::ToolSpec& state_spec() {
    static const cli::ToolSpec spec = make_spec();
    return spec;
}

} // namespace smos::tools
