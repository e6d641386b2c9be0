// SPDX-License-Identifier: Apache-2.0
// Documents in, documents out, and what was lost on the way.
#include "tools/smos-media/verbs.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/interchange/interchange.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace smos::tools {
namespace {

using namespace records::interchange;

constexpr std::size_t most_bytes = std::size_t{64} << 20;

struct Document {
    std::string name;
    records::JsonBox json;
};

Document read(cli::Context& context) {
    Document document{context.positionals().front(), {}};
    const auto read_some = context.open_input(document.name);
    if (document.name == "-")
        document.name = "standard input";
    std::string text;
    std::string buffer(std::size_t{1} << 16, '\0');
    while (const std::size_t got = read_some(buffer.data(), buffer.size())) {
        text.append(buffer, 0, got);
        if (text.size() > most_bytes)
            throw Fatal(ExitStatus::bad_input,
                        fmt::format("{}: is larger than {} MiB", document.name, most_bytes >> 20));
    }
    const bool marked = text.rfind("\xEF\xBB\xBF", 0) == 0;
    const auto bytes = std::string_view{text}.substr(marked ? 3 : 0);
    document.json = or_fatal(records::parse_json(bytes, document.name), ExitStatus::bad_input);
    return document;
}

Converted converted(const Document& document, Result<Converted> result) {
    if (!result) {
        Error named = result.error();
        named.where = document.name + ": " + named.where;
        return or_fatal(Result<Converted>{named}, ExitStatus::bad_input);
    }
    return *std::move(result);
}

void finish(cli::Context& context, const Converted& made) {
    for (const Note& note : made.unsupported)
        context.warn(one_line(fmt::format("unsupported: {}: {}", note.where, note.message)));
    for (const Note& note : made.warnings)
        context.warn(one_line(fmt::format("{}: {}", note.where, note.message)));
    if (context.given("report") && !context.dry_run())
        or_fatal(
            write_file_atomically(context.text("report"), records::dump(*report_of(made)) + "\n"),
            ExitStatus::cannot_create);
    context.write_line(records::dump(*made.json));
}

/// "1920x1080", as the timeline's schema bounds it.
std::optional<CanvasSize> canvas_of(const std::string& text) {
    constexpr std::int64_t least_px = 64, most_px = 8192;
    CanvasSize size;
    const char* const end = text.data() + text.size();
    const auto width = std::from_chars(text.data(), end, size.width_px);
    if (width.ec == std::errc{} && width.ptr != end && *width.ptr == 'x') {
        const auto height = std::from_chars(width.ptr + 1, end, size.height_px);
        const auto fits = [](std::int64_t side) {
            return side >= least_px && side <= most_px && side % 2 == 0;
        };
        if (height.ec == std::errc{} && height.ptr == end && fits(size.width_px) &&
            fits(size.height_px))
            return size;
    }
    throw Fatal(ExitStatus::usage,
                fmt::format("--canvas {}: is no size of a picture", one_line(text)),
                "write it as 1920x1080, both even, 64 to 8192");
}

} // namespace

void import_timeline(cli::Context& context) {
    const Document document = read(context);
    ImportOptions options;
    // Media lie beside the file that names them, or where the tool was called.
    const std::filesystem::path file{context.positionals().front()};
    options.folder = std::filesystem::absolute(file == "-" ? "x" : file).parent_path().string();
    if (context.given("canvas"))
        options.canvas = canvas_of(context.text("canvas"));
    const std::string profile = context.text("otio-profile");
    if (profile != "auto")
        options.profile = profile == "core" ? OtioProfile::core : OtioProfile::premiere;
    switch (format_of(*document.json)) {
    case Format::otio:
        return finish(context, converted(document, otio_import(*document.json, options)));
    case Format::atoms:
        return finish(context, converted(document, atoms_import(*document.json, options)));
    case Format::timeline:
        throw Fatal(ExitStatus::bad_input,
                    document.name + ": is a smos.timeline/1 already",
                    "use it as it is, or export it");
    case Format::unknown:
        break;
    }
    throw Fatal(ExitStatus::bad_input,
                document.name + ": is neither OTIO nor an Atoms project",
                "an OTIO file has OTIO_SCHEMA at its root, an Atoms one a project or a sequence");
}

void export_timeline(cli::Context& context) {
    const Document document = read(context);
    ExportOptions options;
    if (context.text("otio-audio") == "frames")
        options.audio = OtioAudio::frames;
    finish(context, converted(document, otio_export(*document.json, options)));
}

} // namespace smos::tools
