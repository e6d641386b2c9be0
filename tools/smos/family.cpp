// SPDX-License-Identifier: Apache-2.0
// Finding the tools and becoming one of them.
#include "family.hpp"

#include "libsmos/cli/help.hpp"
#include "libsmos/cli/log.hpp"
#include "libsmos/cli/output.hpp"
#include "libsmos/cli/process.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace smos::dispatch {
namespace {

int say_error(const std::string& message, const std::string& hint, ExitStatus status) {
    cli::Log log({"smos", cli::Level::error, false, cli::wants_colour("auto"), {}});
    log.message(cli::Level::error, message);
    if (!hint.empty())
        log.hint(hint);
    return static_cast<int>(status);
}

int become(const std::string& path, int argc, char** argv, int first) {
    std::vector<char*> arguments{const_cast<char*>(path.c_str())};
    for (int i = first; i < argc; ++i)
        arguments.push_back(argv[i]);
    arguments.push_back(nullptr);
    ::execv(path.c_str(), arguments.data());
    return say_error(
        path + ": " + std::strerror(errno), "is SMOS installed completely?", ExitStatus::bug);
}

int unknown_tool(const cli::ToolSpec& spec, const std::string& name) {
    std::vector<std::string> words;
    for (const cli::Command& command : spec.commands)
        words.push_back(command.name);
    for (const std::string& program : cli::family_on_path())
        words.push_back(program.substr(5));
    for (const Member& member : members())
        words.emplace_back(member.name);
    const std::string near = nearest(name, words);
    return say_error(fmt::format("no tool or command '{}'", name),
                     near.empty() ? "see smos --help" : fmt::format("did you mean smos {}?", near),
                     ExitStatus::usage);
}

int show_help(const cli::ToolSpec& spec) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        cli::Output out(STDOUT_FILENO);
        out.text(cli::help_text(spec, nullptr) + "\n" + family_list());
        out.close();
    } catch (const cli::ReaderGone&) {
        return 0;
    } catch (const Fatal& fatal) {
        return say_error(fatal.what(), fatal.hint(), fatal.status());
    }
    return 0;
}

/// With `tail`, the arguments behind the name go along.
int hand_to(const cli::ToolSpec& spec, const std::string& name, int argc, char** argv, int first) {
    const auto path = cli::find_program("smos-" + name);
    if (!path)
        return unknown_tool(spec, name);
    return become(*path, argc, argv, first);
}

} // namespace

const std::vector<Member>& members() {
    static const std::vector<Member> list{
        {"scout", "find what is rising"},
        {"plan", "decide what the muse says about it, and write it"},
        {"cfo", "reserve, settle and account for every cent"},
        {"render", "render plans to films: picture, voice, captions, music"},
        {"critic", "judge whether a film is fit to be published"},
        {"publish", "publish approved videos once, with a receipt"},
        {"muse", "make, show and check a muse"},
        {"run", "run productions durably: a queue and its workers"},
        {"state", "keep, check, move and read the state"},
        {"media", "timelines to and from other programs"},
    };
    return list;
}

std::string family_list() {
    const auto found = cli::family_on_path();
    std::string text = "Tools (smos TOOL, or smos-TOOL):\n";
    const auto add = [&](const std::string& name, const std::string& summary) {
        text += fmt::format("  {:<24}{}\n", name, summary);
    };
    for (const Member& member : members())
        if (std::find(found.begin(), found.end(), std::string("smos-") + member.name) !=
            found.end())
            add(member.name, member.summary);
    for (const std::string& program : found) {
        const std::string name = program.substr(5);
        const bool known = std::any_of(
            members().begin(), members().end(), [&](const Member& m) { return name == m.name; });
        if (!known)
            add(name, "see smos help " + name);
    }
    return text;
}

std::optional<int> hand_over(const cli::ToolSpec& spec, int argc, char** argv) {
    if (argc < 2)
        return {};
    const std::string first = argv[1];
    if (first == "--help" || first == "-h" || (first == "help" && argc == 2))
        return show_help(spec);
    if (first == "help") {
        const std::string name = argv[2];
        static std::string help = "--help";
        std::vector<char*> arguments{help.data()};
        if (cli::find_command(spec, name) != nullptr) {
            arguments = {argv[0], argv[2], help.data()};
            return become("/proc/self/exe", 3, arguments.data(), 1);
        }
        return hand_to(spec, name, 1, arguments.data(), 0);
    }
    if (first.empty() || first.front() == '-' || cli::find_command(spec, first) != nullptr)
        return {};
    return hand_to(spec, first, argc, argv, 2);
}

} // namespace smos::dispatch
