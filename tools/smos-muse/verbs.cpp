// SPDX-License-Identifier: Apache-2.0
// Muses made, printed and checked.
#include "tools/smos-muse/verbs.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/limits.hpp"
#include "libsmos/muse/genesis.hpp"
#include "libsmos/muse/muse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sys/stat.h>

namespace smos::tools {
namespace {

void write_block(cli::Context& context, std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        context.write_line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool exists(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0;
}

void keep(cli::Context& context, const muse::Muse& made) {
    const std::string path = context.given("out") ? context.text("out") : made.persona_id + ".yaml";
    if (path == "-")
        return write_block(context, muse::emit(made));
    if (exists(path) && !context.flag("force"))
        throw Fatal(ExitStatus::cannot_create, path + " exists", "give another --out, or --force");
    if (!context.dry_run())
        or_fatal(write_file_atomically(path, muse::emit(made)), ExitStatus::cannot_create);
    context.write_line(path);
}

} // namespace

void make(cli::Context& context, bool surprise) {
    muse::Wish wish;
    wish.seed = context.seed();
    if (!surprise) {
        wish.name = context.text("name");
        wish.niche = context.text("niche");
        if (context.given("notes"))
            wish.notes =
                or_fatal(read_file(context.text("notes"), 64 * 1024), ExitStatus::no_input);
    }
    const muse::Muse made = or_fatal(muse::genesis(wish), ExitStatus::bad_input);
    keep(context, made);
}

void show(cli::Context& context) {
    const std::string path = context.positionals().front();
    auto loaded = muse::load(path);
    if (!loaded)
        throw Fatal(loaded.error().code == "no_input" ? ExitStatus::no_input
                                                      : ExitStatus::bad_input,
                    Error{"", loaded.error().message, loaded.error().where}.text(),
                    loaded.error().hint);
    const std::string dna = muse::dna_sha256(*loaded);
    if (!context.flag("json")) {
        write_block(context, muse::emit(*loaded));
        return context.write_line("# dna_sha256: " + dna);
    }
    std::string json = muse::emit_json(*loaded);
    json.insert(json.size() - 1, fmt::format(",\"dna_sha256\":\"{}\"", dna));
    context.write_line(json);
}

void lint(cli::Context& context) {
    for (const std::string& path : context.positionals()) {
        const auto bytes = read_file(path, limits::yaml_bytes);
        if (!bytes) {
            context.error(bytes.error());
            context.set_status(ExitStatus::no_input);
            continue;
        }
        const muse::Reading reading = muse::read(*bytes);
        for (const muse::Problem& problem : reading.problems) {
            const char* kind = problem.severity == muse::Severity::error ? "error" : "warning";
            const Error said = problem.as_error(path);
            context.write_line(fmt::format("{}: {}: {}{}",
                                           said.where,
                                           kind,
                                           said.message,
                                           said.hint.empty() ? "" : "; " + said.hint));
        }
        if (!reading.ok())
            context.set_status(ExitStatus::bad_input);
    }
}

} // namespace smos::tools
