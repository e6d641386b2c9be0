// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-state that make states: migrate, backup, restore, copy.
#include "tools/smos-state/verbs.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/upkeep/backup.hpp"

#include <fmt/format.h>

namespace smos::tools {
namespace {

using records::Json;

/// What was refused because of what lies there is worth another place, not another try.
template <typename T>
T or_refused(Result<T> result) {
    ExitStatus status = ExitStatus::io_error;
    if (!result) {
        const std::string& code = result.error().code;
        if (code == "exists" || code == "not_empty" || code == "cannot_create")
            status = ExitStatus::cannot_create;
        else if (code == "no_input")
            status = ExitStatus::no_input;
        else if (code == "not_a_backup" || code == "bad_backup" || code == "copy_differs")
            status = ExitStatus::bad_input;
    }
    return or_fatal(std::move(result), status);
}

/// One object as a line, or each of `lines`.
void print(cli::Context& context, const Json& object, const std::vector<std::string>& lines) {
    if (context.flag("json"))
        return context.write_line(records::dump(object));
    for (const std::string& line : lines)
        context.write_line(line);
}

std::string text_of(const store::CopiedChain& chain) {
    return fmt::format("{}: {} entries, head {}", chain.name, chain.head_seq, chain.head_hash);
}

Json json_of(const std::vector<store::CopiedChain>& chains) {
    Json made = Json::array();
    for (const store::CopiedChain& chain : chains)
        made.push_back(
            {{"chain", chain.name}, {"head_seq", chain.head_seq}, {"head_hash", chain.head_hash}});
    return made;
}

Json json_of(const store::BackupReport& report) {
    return {{"file", report.file},
            {"bytes", report.bytes},
            {"entries", report.entries},
            {"chains", json_of(report.chains)}};
}

} // namespace

void migrate(cli::Context& context) {
    const store::SchemaReport before = store::examine_schema(context.state_path());
    if (!context.dry_run())
        const store::Database database{context.state_path()};
    else if (before.version > before.latest)
        throw Fatal(ExitStatus::config,
                    fmt::format("{}: written by a newer version (schema {}, this program knows {})",
                                before.place,
                                before.version,
                                before.latest));
    const int steps = before.latest - before.version;
    print(context,
          {{"place", before.place},
           {"before", before.version},
           {"after", context.dry_run() ? before.version : before.latest},
           {"latest", before.latest},
           {"dry_run", context.dry_run()}},
          {steps == 0 ? fmt::format("{}: schema {}, up to date", before.place, before.version)
                      : fmt::format("{}: schema {} {} {}",
                                    before.place,
                                    before.version,
                                    context.dry_run() ? "would become" : "became",
                                    before.latest)});
}

void back_up(cli::Context& context) {
    const std::string& file = context.positionals().front();
    want_state(context.state_path());
    if (context.dry_run())
        return print(context,
                     {{"file", file}, {"dry_run", true}},
                     {fmt::format("would back up to {}", file)});
    store::Database database{context.state_path()};
    const store::BackupReport report = or_refused(store::back_up(database, file));
    std::vector<std::string> lines{fmt::format(
        "{}: {} bytes, {} entries, verified{}",
        file,
        report.bytes,
        report.entries,
        store::is_server(context.state_path()) ? "; a SQLite file with the server's content" : "")};
    for (const store::CopiedChain& chain : report.chains)
        lines.push_back(text_of(chain));
    print(context, json_of(report), lines);
}

void restore(cli::Context& context) {
    const std::string& file = context.positionals().front();
    const std::string place = context.state_path();
    if (store::is_server(place))
        throw Fatal(ExitStatus::usage,
                    "a server's state is not replaced by a file",
                    "fill an empty database with: smos-state copy FILE postgresql://…");
    if (context.dry_run())
        return print(context,
                     {{"file", file}, {"place", place}, {"dry_run", true}},
                     {fmt::format("would put {} in place of {}", file, place)});
    const store::RestoreReport report =
        or_refused(store::restore(file, place, context.flag("force")));
    Json cut = Json::array();
    std::vector<std::string> lines{fmt::format(
        "{}: restored from {}, {} entries, verified", place, file, report.restored.entries)};
    if (!report.kept.empty())
        lines.push_back("what was there is kept as " + report.kept);
    if (!report.unreadable.empty())
        lines.push_back("it could not be read, so what it held more is not known: " +
                        report.unreadable);
    for (const store::CutChain& chain : report.cut) {
        cut.push_back(
            {{"chain", chain.name}, {"had_seq", chain.had_seq}, {"has_seq", chain.has_seq}});
        lines.push_back(fmt::format("{}: {} of {} entries are gone, from entry {} on",
                                    chain.name,
                                    chain.had_seq - chain.has_seq,
                                    chain.had_seq,
                                    chain.has_seq + 1));
    }
    if (!report.cut.empty())
        lines.emplace_back(
            "anchors kept elsewhere since then will say cut_tail or rewritten: keep them with a "
            "note of this restore, hold what providers charged against the books with smos-cfo "
            "reconcile, book what is missing, then run smos-cfo anchor");
    print(context,
          {{"place", place},
           {"kept", report.kept},
           {"unreadable", report.unreadable},
           {"restored", json_of(report.restored)},
           {"cut", cut}},
          lines);
}

void copy(cli::Context& context) {
    const std::string& from = context.positionals().at(0);
    const std::string& to = context.positionals().at(1);
    want_state(from);
    if (context.dry_run())
        return print(context,
                     {{"dry_run", true}},
                     {"would copy everything; nothing was opened and nothing was written"});
    store::Database source{from};
    store::Database target{to};
    const store::CopyReport report =
        or_refused(store::copy_state(source, target, [&](const store::CopiedTable& table) {
            context.info(fmt::format("{}: {} rows", table.name, table.rows));
        }));
    Json tables = Json::array();
    std::vector<std::string> lines;
    for (const store::CopiedTable& table : report.tables) {
        tables.push_back({{"table", table.name}, {"rows", table.rows}, {"sha256", table.content}});
        lines.push_back(
            fmt::format("{:<16} {:>10} rows {}", table.name, table.rows, table.content));
    }
    for (const store::CopiedChain& chain : report.chains)
        lines.push_back(text_of(chain) + ", equal on both sides");
    lines.push_back(fmt::format("{}: {} entries audited, all good; from now on use --state with it "
                                "and not {}",
                                target.path(),
                                report.entries,
                                source.path()));
    print(context,
          {{"from", source.path()},
           {"to", target.path()},
           {"tables", tables},
           {"chains", json_of(report.chains)},
           {"entries", report.entries}},
          lines);
}

} // namespace smos::tools
