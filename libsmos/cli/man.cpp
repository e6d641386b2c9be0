// SPDX-License-Identifier: Apache-2.0
// The man page of a tool, in troff with the man macros; no date, so the same spec gives the same
// bytes.
#include "libsmos/cli/generate.hpp"
#include "libsmos/cli/help.hpp"
#include "libsmos/cli/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace smos::cli {
namespace {

/// Text as troff shows it: no escapes, no requests, dashes as typed.
std::string troff(std::string_view text) {
    std::string safe;
    bool line_start = true;
    for (const char c : text) {
        if (line_start && (c == '.' || c == '\''))
            safe += "\\&";
        line_start = c == '\n';
        if (c == '\\')
            safe += "\\e";
        else if (c == '-')
            safe += "\\-";
        else if (c == '`')
            safe += "\\(ga";
        else if (c == '\'')
            safe += "\\(aq";
        else if (c == '^')
            safe += "\\(ha";
        else if (c == '~')
            safe += "\\(ti";
        else if (c == '"')
            safe += "\\(dq";
        else
            safe += c;
    }
    return safe;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return text;
}

/// Text of one paragraph, one sentence-like line a source line, so that diffs stay small.
std::string filled(std::string_view text) { return troff(wrapped(text, 0, 96)) + "\n"; }

std::string section(const std::string& title, const std::string& body) {
    return body.empty() ? std::string{} : fmt::format(".SH {}\n{}", title, body);
}

std::string man_paragraphs(const std::string& text) {
    std::string body;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find("\n\n", begin), text.size());
        const std::string part = filled(std::string_view{text}.substr(begin, end - begin));
        body += (body.empty() ? "" : ".PP\n") + part;
        begin = end + 2;
    }
    return body;
}

std::string man_option(const Option& option) {
    std::string head;
    if (option.letter != 0)
        head += fmt::format("\\fB\\-{}\\fR, ", std::string(1, option.letter));
    head += fmt::format("\\fB\\-\\-{}\\fR", troff(option.name));
    if (const std::string metavar = metavar_of(option); !metavar.empty())
        head += fmt::format(" \\fI{}\\fR", troff(metavar));
    return ".TP\n" + head + "\n" + filled(option_doc(option));
}

std::string man_options(const std::vector<const Option*>& options) {
    std::string body;
    for (const Option* option : options)
        body += man_option(*option);
    return body;
}

std::string man_synopsis(const ToolSpec& spec) {
    std::string body;
    const auto add = [&](const Command& command) {
        body += fmt::format("{}\\fB{}\\fR {}\n",
                            body.empty() ? "" : ".br\n",
                            troff(spec.name),
                            troff(synopsis(spec, command)));
    };
    if (spec.commands.empty())
        add(Command{});
    for (const Command& command : spec.commands)
        add(command);
    return body;
}

std::string man_positionals(const ToolSpec& spec, const Command& command) {
    std::string body;
    for (const Positional& positional : positionals_of(spec, command))
        body += fmt::format(".TP\n\\fI{}\\fR\n{}", troff(positional.name), filled(positional.doc));
    return body;
}

std::string man_commands(const ToolSpec& spec) {
    std::string body;
    for (const Command& command : spec.commands) {
        if (command.name.empty())
            continue;
        body += fmt::format(".SS {}\n", troff(synopsis(spec, command)));
        body += filled(command.summary + ".");
        if (!command.description.empty())
            body += ".PP\n" + man_paragraphs(command.description);
        body += man_positionals(spec, command);
        std::vector<const Option*> own;
        for (const Option& option : command.options)
            own.push_back(&option);
        body += man_options(own);
    }
    return body;
}

std::string man_own_options(const ToolSpec& spec) {
    static const Command none{};
    const Command* nameless = find_command(spec, "");
    const Command& shown = nameless == nullptr ? none : *nameless;
    const bool only_verbs = nameless == nullptr && !spec.commands.empty();
    return (only_verbs ? std::string{} : man_positionals(spec, shown)) +
           man_options(own_options(spec, shown));
}

std::string man_shared_options() {
    std::vector<const Option*> options;
    for (const Option& option : shared_options())
        options.push_back(&option);
    return man_options(options);
}

std::string man_environment(const ToolSpec& spec) {
    std::string body = filled("An option that is not given takes its value from its variable, then "
                              "from the configuration. Several values of an option are separated "
                              "by commas, paths by colons.");
    std::vector<const Option*> options = all_own_options(spec);
    for (const Option& option : shared_options())
        options.push_back(&option);
    for (const Option* option : options)
        if (const std::string name = environment_name(spec, *option); !name.empty()) {
            const std::string key = config_key(spec, *option);
            body += fmt::format(".TP\n\\fB{}\\fR\n", name);
            body += filled(fmt::format(
                "Option --{}{}.", option->name, key.empty() ? "" : "; configuration key " + key));
        }
    body += ".TP\n\\fBNO_COLOR\\fR, \\fBCLICOLOR_FORCE\\fR, \\fBTERM\\fR\n" +
            filled("Whether --color auto means colour.");
    return body;
}

std::string man_files() {
    const auto file = [](const char* name, const char* doc) {
        return fmt::format(".TP\n\\fI{}\\fR\n{}", troff(name), filled(doc));
    };
    return file("./smos.yaml",
                "The project's configuration: paths and style only. Bindings, exec, channels and "
                "secrets in it are named on stderr and not applied.") +
           file("$XDG_CONFIG_HOME/smos/smos.yaml", "The user's configuration.") +
           file("/etc/xdg/smos/smos.yaml", "The system's configuration ($XDG_CONFIG_DIRS).") +
           file("$XDG_STATE_HOME/smos/state.db",
                "State, unless --state says otherwise: another file on a local disk (network and "
                "layered file systems are refused; in a container, mount a volume), or a database "
                "in UTF-8 on a PostgreSQL server, postgresql://USER@HOST:PORT/DATABASE as libpq "
                "understands it. Keep its password in ~/.pgpass, not in the URL.") +
           file("$XDG_DATA_HOME/smos/cas", "Assets, unless --assets says otherwise.");
}

std::string man_exit_status() {
    std::string body;
    for (const auto& [status, meaning] : exit_statuses())
        body += fmt::format(".TP\n\\fB{}\\fR\n{}", status, filled(std::string{meaning} + "."));
    return body + ".PP\n" +
           filled("What becomes of a record is said in the record. When several statuses apply, "
                  "the first of 70, 74, 73, 69, 65, 1 is reported.");
}

std::string man_examples(const ToolSpec& spec) {
    std::string body;
    for (const Example& example : spec.examples)
        body += fmt::format("{}{}.PP\n.RS 4\n.nf\n{}\n.fi\n.RE\n",
                            body.empty() ? "" : ".PP\n",
                            filled(example.doc),
                            troff(example.command));
    return body;
}

std::string man_see_also(const ToolSpec& spec) {
    std::string body;
    for (const std::string& page : spec.see_also) {
        const std::size_t paren = page.find('(');
        const std::string name = page.substr(0, paren);
        const std::string number = paren == std::string::npos ? "(1)" : page.substr(paren);
        body += fmt::format("{}\\fB{}\\fR{}", body.empty() ? "" : ",\n", troff(name), number);
    }
    return body.empty() ? body : body + "\n";
}

std::string man_streams(const ToolSpec& spec) {
    std::string body;
    if (!spec.reads.empty())
        body += ".PP\n" + filled("Reads: " + spec.reads);
    if (!spec.writes.empty())
        body += ".PP\n" + filled("Writes: " + spec.writes);
    return body;
}

} // namespace

std::string man_page(const ToolSpec& spec) {
    std::string page =
        fmt::format(".\\\" Generated from the tool's spec by \"{0} \\-\\-generate man\".\n"
                    ".TH {1} 1 \"\" \"SMOS {2}\" \"SMOS manual\"\n",
                    spec.name,
                    upper(troff(spec.name)),
                    smos_version());
    page += section("NAME", fmt::format("{} \\- {}\n", troff(spec.name), troff(spec.summary)));
    page += section("SYNOPSIS", man_synopsis(spec));
    page += section("DESCRIPTION", man_paragraphs(spec.description) + man_streams(spec));
    page += section("COMMANDS", man_commands(spec));
    page += section("OPTIONS", man_own_options(spec));
    page += section("SHARED OPTIONS", man_shared_options());
    page += section("ENVIRONMENT", man_environment(spec));
    page += section("FILES", man_files());
    page += section("EXIT STATUS", man_exit_status());
    page += section("EXAMPLES", man_examples(spec));
    page += section("SEE ALSO", man_see_also(spec));
    return page;
}

} // namespace smos::cli
