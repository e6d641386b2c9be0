// SPDX-License-Identifier: Apache-2.0
// Looking at a timeline: half-size films, sheets and posters as files, frames in the terminal.
#include "tools/smos-render/cells.hpp"
#include "tools/smos-render/options.hpp"
#include "tools/smos-render/timelines.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/records/json_value.hpp"

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace smos::tools {
namespace {

constexpr int most_moments = 400;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

TerminalSize terminal_size() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0)
        return {size.ws_col, size.ws_row};
    return {};
}

CellColours colours_for(const std::string& choice) {
    const bool shows = ::isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb" &&
                       environment("NO_COLOR").empty();
    if (choice == "never" || (choice != "always" && !shows))
        return CellColours::none;
    const std::string depth = environment("COLORTERM");
    return depth == "truecolor" || depth == "24bit" ? CellColours::full : CellColours::palette;
}

/// Gone with everything in it, whatever happens.
class Folder {
  public:
    explicit Folder(std::string path) : path_(std::move(path)) {}
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string file(const char* name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

stages::PreviewWish wish_of(cli::Context& context, const Folder& folder) {
    stages::PreviewWish wish;
    if (context.flag("preview") && context.given("output"))
        wish.film_path = folder.file("preview.mp4");
    if (context.given("contact-sheet"))
        wish.sheet_path = folder.file("sheet.jpg");
    if (context.given("poster"))
        wish.poster_path = folder.file("poster.jpg");
    const std::int64_t moments = context.integer("moments");
    if (moments < 0 || moments > most_moments)
        throw Fatal(ExitStatus::usage, "--moments is 0 to 400");
    wish.moments = static_cast<int>(moments);
    return wish;
}

records::Json deliver_all(cli::Context& context,
                          const stages::PreviewWish& wish,
                          const stages::Preview& preview) {
    records::Json made = records::Json::object();
    if (!wish.film_path.empty()) {
        or_fatal(copy_atomically(wish.film_path, context.text("output")),
                 ExitStatus::cannot_create);
        made["preview"] = {{"file", context.text("output")},
                           {"width", preview.width_px},
                           {"height", preview.height_px}};
    }
    if (!wish.sheet_path.empty()) {
        or_fatal(copy_atomically(wish.sheet_path, context.text("contact-sheet")),
                 ExitStatus::cannot_create);
        records::Json frames = records::Json::array();
        for (const stages::Moment& moment : preview.moments)
            frames.push_back(moment.frame);
        made["contact_sheet"] = {{"file", context.text("contact-sheet")}, {"frames", frames}};
    }
    if (!wish.poster_path.empty()) {
        or_fatal(copy_atomically(wish.poster_path, context.text("poster")),
                 ExitStatus::cannot_create);
        made["poster"] = {{"file", context.text("poster")}, {"frame", preview.poster_frame}};
    }
    return made;
}

} // namespace

void look_at_file(cli::Context& context, const stages::RenderOptions& options) {
    for (const char* target : {"output", "contact-sheet", "poster"})
        if (context.given(target))
            check_target(context.text(target));
    const bool preview = context.flag("preview");
    const bool in_terminal = preview && !context.given("output");
    if (context.given("output") && !preview)
        render_file(context, options);
    stages::RenderOptions resolving = options;
    resolving.resolve_only = true;
    const stages::Rendered rendered = rendered_file(context, resolving);
    const Folder folder{or_fatal(options.sources.assets->scratch(), ExitStatus::cannot_create)};
    stages::PreviewWish wish = wish_of(context, folder);
    const TerminalSize size = terminal_size();
    if (in_terminal)
        wish.moment_width_px =
            picture_width_for(size, rendered.timeline.width_px(), rendered.timeline.height_px());
    const std::string& input = context.positionals().front();
    auto seen = loaded_preview(options, rendered.timeline, input, wish);
    if (!seen)
        throw failed(input, seen.error());
    const records::Json made = deliver_all(context, wish, *seen);
    if (in_terminal) {
        for (const std::string& line :
             cell_lines(seen->moments, size, colours_for(context.text("color"))))
            context.write_line(line);
    } else {
        context.write_line(records::dump(made));
    }
}

} // namespace smos::tools
