// SPDX-License-Identifier: Apache-2.0
// What a tool is, as plain data: the parser, --help, the man page and the completions are walks
// over this and nothing else.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smos::cli {

enum class Kind { flag, text, integer, number, usd, time, path, directory, choice };

/// One option. The environment name is SMOS_<TOOL>_<NAME> (SMOS_<NAME> for shared ones) and the
/// configuration key <tool>.<name> (<name> for shared ones); both follow from the name.
struct Option {
    std::string name{}; // "min-vvs"
    char letter = 0;    // 'n', 0 for none
    Kind kind = Kind::flag;
    std::string metavar{};  // "FILE"
    std::string doc{};      // one sentence
    std::string fallback{}; // default, as text; empty is none
    std::vector<std::string> choices{};
    bool repeatable = false;
    bool required = false;
    bool project_may_set = false;   // ./smos.yaml may set it (paths and style only)
    bool command_line_only = false; // no environment, no configuration
    std::string section{};          // the tool whose setting it is too: "cfo"; empty: its own
};

struct Positional {
    std::string name{}; // "FILE"
    std::string doc{};
    bool required = false;
    bool repeatable = false;
    Kind kind = Kind::path;
};

struct Example {
    std::string doc{};     // what it shows
    std::string command{}; // one shell line
};

/// A verb of a tool ("fund" of smos-cfo); a tool without verbs has one with an empty name.
struct Command {
    std::string name{};
    std::string summary{};
    std::string description{};
    std::vector<Positional> positionals{};
    std::vector<Option> options{};
    std::optional<bool> filter{}; // nothing: as the tool
};

struct ToolSpec {
    std::string name{};        // "smos-scout"
    std::string summary{};     // one line, no full stop
    std::string description{}; // paragraphs separated by an empty line
    std::string reads{};
    std::string writes{};
    std::vector<Command> commands{};
    std::vector<Option> options{}; // of every command of this tool
    std::vector<Example> examples{};
    std::vector<std::string> see_also{};
    bool filter = false; // adds FILE..., --rejects and --fail
    /// (name, version) of what the tool is linked with and the devices that it sees, for
    /// `smos doctor`, which asks by `smos-x --generate versions`. May be empty.
    std::function<std::vector<std::pair<std::string, std::string>>()> versions{};
};

/// The options of every tool, and those of every filter.
const std::vector<Option>& shared_options();
const std::vector<Option>& filter_options();

/// "scout" of "smos-scout"; "smos" of "smos".
std::string short_name(const ToolSpec& spec);
/// The command of that name; none gives nullptr.
const Command* find_command(const ToolSpec& spec, std::string_view name);
/// True when the tool is called with a verb: more than the one command with an empty name.
bool has_verbs(const ToolSpec& spec);
bool is_filter(const ToolSpec& spec, const Command& command);
/// The command's positionals; a filter without any has FILE....
std::vector<Positional> positionals_of(const ToolSpec& spec, const Command& command);
/// The options of the command and of the tool (with the filter's), without the shared ones.
std::vector<const Option*> own_options(const ToolSpec& spec, const Command& command);
/// The same of all commands, each name once.
std::vector<const Option*> all_own_options(const ToolSpec& spec);
bool is_shared(const Option& option);
/// "SMOS_SCOUT_MIN_VVS", "SMOS_STATE"; empty for an option of the command line only.
std::string environment_name(const ToolSpec& spec, const Option& option);
/// "scout.min-vvs", "state"; empty for an option of the command line only.
std::string config_key(const ToolSpec& spec, const Option& option);

} // namespace smos::cli
