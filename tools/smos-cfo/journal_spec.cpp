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
            "wrong_balance, wrong_reservation, wrong_call, wrong_checkpoint, missing_checkpoint, "
            "late_entry; and by anchors rewritten, cut_tail, "
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

std::vector<cli::Option> range_options() {
    return {{.name = "from",
             .kind = Kind::text,
             .metavar = "DAY",
             .doc = "Entries of this day (2026-03-29) or RFC 3339 time and later.",
             .command_line_only = true},
            {.name = "to",
             .kind = Kind::text,
             .metavar = "DAY",
             .doc = "Entries before this day or time.",
             .command_line_only = true}};
}

cli::Command export_command() {
    cli::Command command{
        .name = "export",
        .summary = "write the journal for plain-text accounting, as CSV or as JSON lines",
        .description =
            "Double entries in US dollars with six decimals, each with the number and hash that it "
            "has in the chain, and behind the last one what every account holds, as balance "
            "assertions: hledger, ledger and bean-check fail when a line is missing. With --from "
            "the accounts open with what they held. --wallet takes one wallet and those below "
            "it.\n\n"
            "Days are those of UTC, as they are stored. Names that the languages cannot hold are "
            "escaped: %XX in hledger and ledger, -xx in the accounts of Beancount.",
        .options = range_options(),
        .filter = false,
    };
    command.options.push_back({.name = "format",
                               .kind = Kind::choice,
                               .metavar = "FORMAT",
                               .doc = "The language.",
                               .fallback = "hledger",
                               .choices = {"hledger", "ledger", "beancount", "csv", "jsonl"}});
    return command;
}

cli::Command report_command() {
    cli::Command command{
        .name = "report",
        .summary = "show what was spent, how fast, and how long it lasts",
        .description =
            "What a day costs is taken from the last seven days, or from the time since the first "
            "expense where that is shorter, but at least one day.",
        .options = range_options(),
        .filter = false,
    };
    command.options.push_back({.name = "by",
                               .kind = Kind::choice,
                               .metavar = "WHAT",
                               .doc = "The rows of the table.",
                               .fallback = "day",
                               .choices = {"day", "muse", "provider", "capability"}});
    command.options.push_back({.name = "tz",
                               .kind = Kind::text,
                               .metavar = "ZONE",
                               .doc = "Count days of this time zone, such as Europe/Berlin; stored "
                                      "are those of UTC."});
    command.options.push_back({.name = "html",
                               .kind = Kind::path,
                               .metavar = "FILE",
                               .doc = "Write one page with plots, which loads nothing.",
                               .command_line_only = true});
    command.options.push_back({.name = "json", .doc = "One JSON object with all four groupings."});
    return command;
}

cli::Command reconcile_command() {
    cli::Command command{
        .name = "reconcile",
        .summary = "hold a provider's bill against what was booked",
        .description =
            "The bill is CSV; its first line names the columns provider and amount (US dollars), "
            "and "
            "may name model and period (months such as 2026-03, or days). Each line is matched, "
            "missing (billed, not booked), not billed, or different.",
        .positionals = {{.name = "INVOICE", .doc = "The bill.", .required = true}},
        .options = range_options(),
        .filter = false,
    };
    command.options.push_back({.name = "tz",
                               .kind = Kind::text,
                               .metavar = "ZONE",
                               .doc = "Periods of this time zone; without it of UTC."});
    command.options.push_back({.name = "json", .doc = "One JSON object a line."});
    command.options.push_back({.name = "fail",
                               .doc = "End with status 1 when anything does not match.",
                               .command_line_only = true});
    return command;
}

cli::Command watch_command() {
    return {
        .name = "watch",
        .summary = "follow new entries, one line each",
        .description = "Until it is interrupted.",
        .options =
            {{.name = "all", .doc = "Begin with the first entry.", .command_line_only = true},
             {.name = "once", .doc = "End when there is nothing new.", .command_line_only = true},
             {.name = "json", .doc = "One JSON object a line."}},
        .filter = false,
    };
}

cli::Command explain_command() {
    return {
        .name = "explain",
        .summary = "say in plain words why a task was reserved or refused, and what became of it",
        .description =
            "For a refusal: what every gate saw at that time, and what to do. The last refusal of "
            "a task is kept until smos-state prune takes it.",
        .positionals =
            {{.name = "TASK", .doc = "A task_id.", .required = true, .kind = Kind::text}},
        .filter = false,
    };
}

} // namespace

std::vector<cli::Command> journal_commands() {
    return {verify_command(),
            anchor_command(),
            export_command(),
            report_command(),
            reconcile_command(),
            watch_command(),
            explain_command()};
}

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
    const std::string& verb = context.command();
    if (verb == "verify")
        verify(context, database);
    else if (verb == "export")
        export_journal(context, database);
    else if (verb == "report")
        report(context, database, ledger);
    else if (verb == "reconcile")
        reconcile(context, database);
    else if (verb == "watch")
        watch(context, database);
    else if (verb == "explain")
        explain(context, database, ledger);
    else
        print_anchors(context, database);
}

} // namespace smos::tools
