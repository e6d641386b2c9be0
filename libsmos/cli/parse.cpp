// SPDX-License-Identifier: Apache-2.0
// argv against a ToolSpec; CLI11 ends here.
#include "libsmos/cli/parse.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/nearest.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace smos::cli {
namespace {

std::vector<const Option*> options_of(const ToolSpec& spec, const Command& command) {
    std::vector<const Option*> list = own_options(spec, command);
    for (const Option& option : shared_options())
        list.push_back(&option);
    return list;
}

std::string help_hint(const ToolSpec& spec) { return fmt::format("see {} --help", spec.name); }

std::string meant(const std::string& word, const std::string& dashes, const ToolSpec& spec) {
    return word.empty() ? help_hint(spec) : fmt::format("did you mean {}{}?", dashes, word);
}

[[noreturn]] void
unknown_option(const ToolSpec& spec, const Command& command, const std::string& argument) {
    const std::string shown = argument.substr(0, argument.find('='));
    std::vector<std::string> names;
    for (const Option* option : options_of(spec, command))
        names.push_back(option->name);
    const std::size_t bare = shown.find_first_not_of('-');
    const std::string word = bare == std::string::npos ? std::string{} : shown.substr(bare);
    const std::string of = command.name.empty() ? std::string{} : " of " + command.name;
    const bool is_long = shown.rfind("--", 0) == 0 || word.size() > 1;
    const bool is_number = !word.empty() && word.find_first_not_of("0123456789.") == word.npos;
    throw Fatal(ExitStatus::usage,
                fmt::format("unknown option {}{}", shown, of),
                is_number ? "a value that begins with - stands behind --"
                          : meant(is_long ? nearest(word, names) : std::string{}, "--", spec));
}

[[noreturn]] void unknown_verb(const ToolSpec& spec, const std::string& verb) {
    std::vector<std::string> names;
    std::string all;
    for (const Command& command : spec.commands) {
        names.push_back(command.name);
        all += (all.empty() ? "" : ", ") + command.name;
    }
    const std::string near = nearest(verb, names);
    throw Fatal(ExitStatus::usage,
                fmt::format("unknown command '{}'", verb),
                near.empty() ? fmt::format("one of {}", all) : meant(near, "", spec));
}

const Command& chosen_command(const ToolSpec& spec, const Glance& seen) {
    static const Command none{};
    if (seen.verb) {
        if (const Command* command = find_command(spec, *seen.verb))
            return *command;
    }
    if (const Command* nameless = find_command(spec, ""))
        return *nameless;
    if (spec.commands.empty())
        return none;
    if (seen.unknown)
        unknown_option(spec, none, *seen.unknown);
    if (seen.verb)
        unknown_verb(spec, *seen.verb);
    std::string all;
    for (const Command& command : spec.commands)
        all += (all.empty() ? "" : ", ") + command.name;
    throw Fatal(ExitStatus::usage, "a command is missing", fmt::format("one of {}", all));
}

void add_to(CLI::App& app, const Option& option, std::map<std::string, CLI::Option*>& added) {
    std::string names = "--" + option.name;
    if (option.letter != 0)
        names += std::string(",-") + option.letter;
    if (option.kind == Kind::flag) {
        added[option.name] = app.add_flag(names);
        return;
    }
    CLI::Option* made = app.add_option(names, [](const CLI::results_t&) { return true; });
    made->type_size(1)->expected(1)->allow_extra_args(false);
    made->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    added[option.name] = made;
}

/// Lets CLI11 take the options out of `arguments`; what it does not know comes back.
std::vector<std::string> take_options(const ToolSpec& spec,
                                      const std::vector<const Option*>& options,
                                      std::vector<std::string> arguments,
                                      Typed& typed) {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    std::map<std::string, CLI::Option*> added;
    for (const Option* option : options)
        add_to(app, *option, added);
    std::reverse(arguments.begin(), arguments.end());
    try {
        app.parse(arguments);
    } catch (const CLI::ParseError& error) {
        throw Fatal(ExitStatus::usage, error.what(), help_hint(spec));
    }
    for (const auto& [name, made] : added)
        if (made->count() > 0)
            typed.options[name] = made->results();
    return app.remaining();
}

void check_values(const ToolSpec& spec, const std::vector<const Option*>& options, Typed& typed) {
    for (const Option* option : options) {
        const auto found = typed.options.find(option->name);
        if (found == typed.options.end())
            continue;
        auto& values = found->second;
        if (!option->repeatable)
            values.erase(values.begin(), values.end() - 1);
        for (const std::string& value : values)
            if (const auto why = complaint(*option, value))
                throw Fatal(ExitStatus::usage,
                            fmt::format("--{}: {}", option->name, *why),
                            help_hint(spec));
    }
}

void check_positionals(const ToolSpec& spec, const Typed& typed) {
    const auto wanted = positionals_of(spec, *typed.command);
    std::size_t required = 0;
    bool open_ended = false;
    for (const Positional& positional : wanted) {
        required += positional.required ? 1 : 0;
        open_ended = open_ended || positional.repeatable;
    }
    const auto& given = typed.positionals;
    if (given.size() < required)
        throw Fatal(ExitStatus::usage,
                    fmt::format("{} is missing", wanted[given.size()].name),
                    help_hint(spec));
    if (!open_ended && given.size() > wanted.size())
        throw Fatal(ExitStatus::usage,
                    fmt::format("unexpected argument '{}'", given[wanted.size()]),
                    help_hint(spec));
}

} // namespace

Typed parse(const ToolSpec& spec, const Glance& seen) {
    const Command& command = chosen_command(spec, seen);
    if (seen.dangling)
        throw Fatal(ExitStatus::usage,
                    fmt::format("option {} needs a value", *seen.dangling),
                    help_hint(spec));
    Typed typed;
    typed.command = &command;
    const auto options = options_of(spec, command);
    std::vector<std::string> arguments = seen.before;
    if (seen.verb && find_command(spec, *seen.verb) == &command)
        arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(seen.verb_at));
    for (std::string& rest : take_options(spec, options, std::move(arguments), typed)) {
        if (rest.size() > 1 && rest.front() == '-')
            unknown_option(spec, command, rest);
        typed.positionals.push_back(std::move(rest));
    }
    typed.positionals.insert(typed.positionals.end(), seen.after.begin(), seen.after.end());
    check_values(spec, options, typed);
    check_positionals(spec, typed);
    return typed;
}

} // namespace smos::cli
