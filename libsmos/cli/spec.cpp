// SPDX-License-Identifier: Apache-2.0
// The options that all tools share, and the names that follow from an option's name.
#include "libsmos/cli/spec.hpp"

#include <algorithm>
#include <cctype>

namespace smos::cli {
namespace {

std::vector<Option> make_shared() {
    return {
        {.name = "config",
         .kind = Kind::path,
         .metavar = "FILE",
         .doc = "Trusted configuration instead of the user's and the system's."},
        {.name = "state",
         .kind = Kind::path,
         .metavar = "PATH|URL",
         .doc = "The state: a SQLite file, or postgresql://USER@HOST:PORT/DATABASE; without it "
                "$XDG_STATE_HOME/smos/state.db.",
         .project_may_set = true},
        {.name = "assets",
         .kind = Kind::path,
         .metavar = "PATH|URL",
         .doc = "The asset store; without it $XDG_DATA_HOME/smos/cas.",
         .project_may_set = true},
        {.name = "log-level",
         .kind = Kind::choice,
         .metavar = "LEVEL",
         .doc = "What to say on stderr.",
         .fallback = "warn",
         .choices = {"error", "warn", "info", "debug"}},
        {.name = "log-format",
         .kind = Kind::choice,
         .metavar = "FORMAT",
         .doc = "Messages as text, or as one JSON object a line.",
         .fallback = "text",
         .choices = {"text", "json"}},
        {.name = "color",
         .kind = Kind::choice,
         .metavar = "WHEN",
         .doc = "Colour on stderr; auto also heeds NO_COLOR, CLICOLOR_FORCE and TERM=dumb.",
         .fallback = "auto",
         .choices = {"auto", "always", "never"}},
        {.name = "quiet", .letter = 'q', .doc = "Say errors only, and show no progress."},
        {.name = "progress",
         .kind = Kind::choice,
         .metavar = "HOW",
         .doc = "A bar or JSON events on stderr; auto is a bar on a terminal.",
         .fallback = "auto",
         .choices = {"auto", "none", "bar", "json"}},
        {.name = "dry-run",
         .letter = 'n',
         .doc = "Write, spend and send nothing; say what would be done. A state on a server is "
                "only read "
                "meanwhile, and what cannot be told without writing is refused (64): writes that "
                "are rolled back would make others wait."},
        {.name = "seed",
         .kind = Kind::integer,
         .metavar = "N",
         .doc = "Seed of everything that is drawn at random, 0 or more.",
         .fallback = "0"},
        {.name = "now",
         .kind = Kind::time,
         .metavar = "TIME",
         .doc = "Freeze the clock of perception at this RFC 3339 time, never the ledger's."},
        {.name = "help", .letter = 'h', .doc = "Show this help.", .command_line_only = true},
        {.name = "version", .doc = "Show the version.", .command_line_only = true},
    };
}

std::vector<Option> make_filter() {
    return {
        {.name = "rejects",
         .kind = Kind::path,
         .metavar = "FILE",
         .doc = "Append malformed input lines to FILE as they came."},
        {.name = "fail",
         .doc = "Exit with status 1 when a record that leaves is skipped, refused, rejected, in "
                "review or failed."},
    };
}

void add_once(std::vector<const Option*>& list, const std::vector<Option>& options) {
    for (const Option& option : options) {
        const bool known = std::any_of(list.begin(), list.end(), [&](const Option* other) {
            return other->name == option.name;
        });
        if (!known)
            list.push_back(&option);
    }
}

} // namespace

const std::vector<Option>& shared_options() {
    static const std::vector<Option> list = make_shared();
    return list;
}

const std::vector<Option>& filter_options() {
    static const std::vector<Option> list = make_filter();
    return list;
}

std::string short_name(const ToolSpec& spec) {
    return spec.name.rfind("smos-", 0) == 0 ? spec.name.substr(5) : spec.name;
}

const Command* find_command(const ToolSpec& spec, std::string_view name) {
    for (const Command& command : spec.commands)
        if (command.name == name)
            return &command;
    return nullptr;
}

bool has_verbs(const ToolSpec& spec) {
    return std::any_of(spec.commands.begin(), spec.commands.end(), [](const Command& command) {
        return !command.name.empty();
    });
}

bool is_filter(const ToolSpec& spec, const Command& command) {
    return command.filter.value_or(spec.filter);
}

std::vector<Positional> positionals_of(const ToolSpec& spec, const Command& command) {
    if (!command.positionals.empty() || !is_filter(spec, command))
        return command.positionals;
    return {{.name = "FILE",
             .doc = "Production records, one JSON object a line; - or none is standard input.",
             .repeatable = true}};
}

std::vector<const Option*> own_options(const ToolSpec& spec, const Command& command) {
    std::vector<const Option*> list;
    add_once(list, command.options);
    add_once(list, spec.options);
    if (is_filter(spec, command))
        add_once(list, filter_options());
    return list;
}

std::vector<const Option*> all_own_options(const ToolSpec& spec) {
    std::vector<const Option*> list;
    add_once(list, spec.options);
    bool filter = spec.commands.empty() && spec.filter;
    for (const Command& command : spec.commands) {
        add_once(list, command.options);
        filter = filter || is_filter(spec, command);
    }
    if (filter)
        add_once(list, filter_options());
    return list;
}

bool is_shared(const Option& option) {
    const auto& list = shared_options();
    return std::any_of(
        list.begin(), list.end(), [&](const Option& shared) { return shared.name == option.name; });
}

std::string environment_name(const ToolSpec& spec, const Option& option) {
    if (option.command_line_only)
        return {};
    std::string name = "SMOS_";
    const std::string section = option.section.empty() ? short_name(spec) : option.section;
    if (!is_shared(option) && section != "smos")
        name += section + "_";
    name += option.name;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
        return c == '-' ? '_' : static_cast<char>(std::toupper(c));
    });
    return name;
}

std::string config_key(const ToolSpec& spec, const Option& option) {
    if (option.command_line_only || option.name == "config")
        return {};
    const std::string section = option.section.empty() ? short_name(spec) : option.section;
    return is_shared(option) ? option.name : section + "." + option.name;
}

} // namespace smos::cli
