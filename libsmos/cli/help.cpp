// SPDX-License-Identifier: Apache-2.0
// The walk over a ToolSpec that --help prints.
#include "libsmos/cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::cli {
namespace {

constexpr std::size_t doc_column = 26;

std::string left_of(const Option& option) {
    const std::string letter =
        option.letter == 0 ? "    " : fmt::format("-{}, ", std::string(1, option.letter));
    const std::string metavar = metavar_of(option);
    return fmt::format("  {}--{}{}", letter, option.name, metavar.empty() ? "" : " " + metavar);
}

std::string entry(const std::string& left, const std::string& doc) {
    std::string text = left;
    if (left.size() + 2 > doc_column)
        text += "\n" + std::string(doc_column, ' ');
    else
        text.append(doc_column - left.size(), ' ');
    return text + wrapped(doc, doc_column) + "\n";
}

std::string usage_lines(const ToolSpec& spec, const Command* command) {
    if (command != nullptr)
        return fmt::format("Usage: {} {}\n", spec.name, synopsis(spec, *command));
    std::string text;
    if (const Command* nameless = find_command(spec, ""))
        text += fmt::format("Usage: {} {}\n", spec.name, synopsis(spec, *nameless));
    else if (spec.commands.empty())
        text += fmt::format("Usage: {} {}\n", spec.name, synopsis(spec, Command{}));
    if (has_verbs(spec))
        text += fmt::format(
            "{} {} COMMAND [OPTIONS] ...\n", text.empty() ? "Usage:" : "      ", spec.name);
    return text;
}

std::string command_list(const ToolSpec& spec) {
    if (!has_verbs(spec))
        return {};
    std::string text = "\nCommands:\n";
    for (const Command& command : spec.commands)
        if (!command.name.empty())
            text += entry("  " + command.name, command.summary);
    return text;
}

std::string positional_list(const ToolSpec& spec, const Command& command) {
    const auto positionals = positionals_of(spec, command);
    if (positionals.empty())
        return {};
    std::string text = "\nArguments:\n";
    for (const Positional& positional : positionals)
        text += entry("  " + positional.name, positional.doc);
    return text;
}

std::string option_list(const std::string& title, const std::vector<const Option*>& options) {
    if (options.empty())
        return {};
    std::string text = "\n" + title + ":\n";
    for (const Option* option : options)
        text += entry(left_of(*option), option_doc(*option));
    return text;
}

std::string shared_list() {
    std::vector<const Option*> options;
    for (const Option& option : shared_options())
        options.push_back(&option);
    return option_list("Shared options", options);
}

std::string example_list(const ToolSpec& spec) {
    if (spec.examples.empty())
        return {};
    std::string text = "\nExamples:\n";
    for (const Example& example : spec.examples)
        text += fmt::format("  {}\n      {}\n", wrapped(example.doc, 2, 80), example.command);
    return text;
}

std::string status_list() {
    std::string text;
    for (const auto& [status, meaning] : exit_statuses())
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", status, meaning);
    return "\nExit status:\n  " + wrapped(text, 2) + "\n";
}

std::string paragraphs(const std::string& text) {
    std::string laid;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find("\n\n", begin), text.size());
        laid += "\n" + wrapped(text.substr(begin, end - begin), 0) + "\n";
        begin = end + 2;
    }
    return laid;
}

} // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
    std::string laid;
    std::size_t column = indent;
    std::size_t begin = 0;
    while (begin < text.size()) {
        if (text[begin] == ' ' || text[begin] == '\n') {
            ++begin;
            continue;
        }
        const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
        const std::size_t size = end - begin;
        if (!laid.empty() && column + 1 + size > width) {
            laid += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!laid.empty()) {
            laid += ' ';
            ++column;
        }
        laid += text.substr(begin, size);
        column += size;
        begin = end;
    }
    return laid;
}

std::string metavar_of(const Option& option) {
    if (option.kind == Kind::flag)
        return {};
    if (!option.metavar.empty())
        return option.metavar;
    switch (option.kind) {
    case Kind::integer:
    case Kind::number:
        return "N";
    case Kind::usd:
        return "USD";
    case Kind::time:
        return "TIME";
    case Kind::path:
        return "FILE";
    case Kind::directory:
        return "DIR";
    case Kind::choice:
        return "NAME";
    case Kind::flag:
    case Kind::text:
        break;
    }
    return "TEXT";
}

std::string option_doc(const Option& option) {
    std::string doc = option.doc;
    if (!option.choices.empty()) {
        std::string all;
        for (const std::string& choice : option.choices)
            all += (all.empty() ? "" : ", ") + choice;
        doc += " One of: " + all + ".";
    }
    if (!option.fallback.empty())
        doc += " Default: " + option.fallback + ".";
    if (option.repeatable)
        doc += " May be repeated.";
    if (option.required)
        doc += " Required.";
    return doc;
}

std::string synopsis(const ToolSpec& spec, const Command& command) {
    std::string text = command.name.empty() ? "" : command.name + " ";
    text += "[OPTIONS]";
    for (const Positional& positional : positionals_of(spec, command)) {
        const std::string name = positional.name + (positional.repeatable ? "..." : "");
        text += positional.required ? " " + name : " [" + name + "]";
    }
    return text;
}

const std::vector<std::pair<int, const char*>>& exit_statuses() {
    static const std::vector<std::pair<int, const char*>> list{
        {0, "done"},
        {1, "negative outcome, only with --fail"},
        {64, "wrong usage"},
        {65, "malformed input"},
        {66, "input missing"},
        {69, "service unavailable"},
        {70, "a bug"},
        {73, "cannot create output"},
        {74, "I/O error"},
        {75, "try again later"},
        {76, "remote protocol error"},
        {77, "not permitted"},
        {78, "configuration"},
        {130, "interrupted"},
        {143, "terminated"},
    };
    return list;
}

std::string help_text(const ToolSpec& spec, const Command* command) {
    static const Command none{};
    const bool one = command != nullptr && !command->name.empty();
    std::string text =
        one ? fmt::format("{} {} - {}\n\n", spec.name, command->name, command->summary)
            : fmt::format("{} - {}\n\n", spec.name, spec.summary);
    text += usage_lines(spec, one ? command : nullptr);
    text += paragraphs(one ? command->description : spec.description);
    const Command* shown = one ? command : find_command(spec, "");
    if (!one)
        text += command_list(spec);
    if (shown != nullptr || spec.commands.empty()) {
        const Command& at = shown == nullptr ? none : *shown;
        text += positional_list(spec, at) + option_list("Options", own_options(spec, at));
    } else {
        text += option_list("Options of every command", own_options(spec, none));
        text += fmt::format("\nSee {} COMMAND --help for the options of a command.\n", spec.name);
    }
    return text + shared_list() + (one ? "" : example_list(spec)) + status_list();
}

} // namespace smos::cli
