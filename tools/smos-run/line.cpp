// SPDX-License-Identifier: Apache-2.0
// The line of stages that the configuration draws, and the programs of a worker.
#include "tools/smos-run/line.hpp"

#include "libsmos/cli/process.hpp"
#include "libsmos/cli/state.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace smos::tools {
namespace {

using records::Json;

struct OurStage {
    std::string_view name;
    std::string_view program;
    std::string_view verb;
    bool wants_muse;
};

constexpr std::array<OurStage, 6> our_stages{{{"plan", "smos-plan", "", true},
                                              {"reserve", "smos-cfo", "reserve", false},
                                              {"render", "smos-render", "", false},
                                              {"critic", "smos-critic", "", true},
                                              {"publish", "smos-publish", "", true},
                                              {"settle", "smos-cfo", "settle", false}}};

const OurStage* our_stage(std::string_view name) {
    const auto found = std::find_if(our_stages.begin(),
                                    our_stages.end(),
                                    [&](const OurStage& stage) { return stage.name == name; });
    return found == our_stages.end() ? nullptr : &*found;
}

[[noreturn]] void bad_line(const std::string& where, const std::string& what) {
    throw Fatal(ExitStatus::config,
                fmt::format("run.line{}: {}", where, what),
                "a stage is a name, or {name, needs: [names], command: [words]}");
}

std::vector<std::string> words_in(const Json& value, const std::string& where) {
    std::vector<std::string> words;
    if (!value.is_array())
        bad_line(where, "has to be a list of words");
    for (const Json& word : value) {
        if (!word.is_string())
            bad_line(where, "has to be a list of words");
        words.push_back(word.get<std::string>());
    }
    return words;
}

stages::AuthoredStage read_stage(const Json& value,
                                 const std::string& where,
                                 std::map<std::string, std::vector<std::string>>& commands) {
    if (value.is_string())
        return {value.get<std::string>(), {}};
    if (!value.is_object() || !value.contains("name") || !value["name"].is_string())
        bad_line(where, "is neither a name nor has one");
    stages::AuthoredStage stage{value["name"].get<std::string>(), {}};
    for (const auto& [key, part] : value.items()) {
        if (key == "needs")
            stage.needs = words_in(part, fmt::format("{}.needs ({})", where, stage.name));
        else if (key == "command")
            commands[stage.name] =
                words_in(part, fmt::format("{}.command ({})", where, stage.name));
        else if (key != "name")
            bad_line(where, fmt::format("unknown key {}", key));
    }
    return stage;
}

/// The shared options that were typed go to every stage of ours.
void add_shared(cli::Context& context, std::vector<std::string>& arguments) {
    const auto& typed = context.state().typed.options;
    for (const cli::Option& option : cli::shared_options()) {
        const auto given = typed.find(option.name);
        if (given != typed.end())
            arguments.push_back("--" + option.name + "=" + given->second.back());
    }
}

std::string path_of(const std::string& program) {
    const auto path = program.find('/') == std::string::npos ? cli::find_program(program)
                                                             : std::optional{program};
    if (!path)
        throw Fatal(ExitStatus::unavailable,
                    fmt::format("{} is neither beside smos-run nor on PATH", program),
                    "install it, or leave its stage to another worker with --stages");
    return *path;
}

stages::StageProgram
program_of(cli::Context& context, const ConfiguredLine& line, const std::string& name) {
    stages::StageProgram made{name, {}};
    const OurStage* ours = our_stage(name);
    const auto command = line.commands.find(name);
    if (command != line.commands.end()) {
        made.arguments = command->second;
        made.arguments.front() = path_of(made.arguments.front());
    } else {
        made.arguments.push_back(path_of(std::string{ours->program}));
        if (!ours->verb.empty())
            made.arguments.emplace_back(ours->verb);
        if (ours->wants_muse && context.given("muse"))
            made.arguments.push_back("--muse=" + context.text("muse"));
        add_shared(context, made.arguments);
    }
    for (const std::string& argument : context.texts("argument")) {
        const std::size_t equals = argument.find('=');
        if (equals != std::string::npos && argument.compare(0, equals, name) == 0)
            made.arguments.push_back(argument.substr(equals + 1));
    }
    return made;
}

void check_stage(const ConfiguredLine& line, std::string_view name, const char* option) {
    if (!name.empty() && line.graph.find(name))
        return;
    std::string known;
    for (std::size_t i = 0; i < line.graph.size(); ++i)
        known += (i == 0 ? "" : ", ") + line.graph.name(i);
    throw Fatal(ExitStatus::usage,
                fmt::format("--{}: {}: no such stage", option, name),
                "the line has " + known);
}

} // namespace

ConfiguredLine configured_line(const cli::Context& context) {
    std::map<std::string, std::vector<std::string>> commands;
    std::vector<stages::AuthoredStage> authored;
    const Json& config = context.trusted_config();
    const auto run = config.find("run");
    if (run != config.end() && run->is_object() && run->contains("line")) {
        const Json& line = (*run)["line"];
        if (!line.is_array())
            bad_line("", "has to be a list of stages");
        for (std::size_t i = 0; i < line.size(); ++i)
            authored.push_back(read_stage(line[i], fmt::format("[{}]", i), commands));
    } else {
        for (const OurStage& stage : our_stages)
            authored.push_back({std::string{stage.name}, {}});
    }
    ConfiguredLine made{or_fatal(stages::StageGraph::make(authored), ExitStatus::config),
                        std::move(commands)};
    for (const stages::AuthoredStage& stage : authored) {
        const auto command = made.commands.find(stage.name);
        if (command == made.commands.end() ? our_stage(stage.name) == nullptr
                                           : command->second.empty())
            bad_line(": " + stage.name, "it has no command, and is none of the stages of SMOS");
    }
    return made;
}

std::vector<stages::StageProgram> programs_of(cli::Context& context, const ConfiguredLine& line) {
    for (const std::string& argument : context.texts("argument"))
        check_stage(line, std::string_view{argument}.substr(0, argument.find('=')), "argument");
    std::vector<stages::StageProgram> programs;
    if (!context.given("stages")) {
        for (std::size_t i = 0; i < line.graph.size(); ++i)
            programs.push_back(program_of(context, line, line.graph.name(i)));
        return programs;
    }
    const std::string list = context.text("stages");
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        const std::string name = list.substr(begin, end - begin);
        check_stage(line, name, "stages");
        programs.push_back(program_of(context, line, name));
        begin = end + 1;
    }
    return programs;
}

std::map<std::string, std::size_t> limits_of(cli::Context& context, const ConfiguredLine& line) {
    std::map<std::string, std::size_t> limits;
    for (const std::string& text : context.texts("limit")) {
        const std::size_t equals = text.find('=');
        check_stage(line, std::string_view{text}.substr(0, equals), "limit");
        std::size_t most = 0;
        const char* end = text.data() + text.size();
        const char* digits = equals == std::string::npos ? end : text.data() + equals + 1;
        const auto read = std::from_chars(digits, end, most);
        if (read.ec != std::errc{} || read.ptr != end || most < 1 || most > 256)
            throw Fatal(ExitStatus::usage, fmt::format("--limit {}: STAGE=N, N is 1 to 256", text));
        limits[text.substr(0, equals)] = most;
    }
    return limits;
}

store::Policy configured_policy(const cli::Context& context) {
    store::Policy policy;
    const Json& config = context.trusted_config();
    const auto cfo = config.find("cfo");
    if (cfo == config.end() || !cfo->is_object())
        return policy;
    const auto text = [&](const char* key) -> std::optional<std::string> {
        const auto found = cfo->find(key);
        if (found == cfo->end())
            return std::nullopt;
        return found->is_string() ? found->get<std::string>() : records::dump(*found);
    };
    if (const auto cap = text("hour-cap"))
        policy.hour_cap_micros = or_fatal(parse_usd(*cap), ExitStatus::config);
    if (const auto budget = text("day-budget"))
        policy.day_budget_micros = or_fatal(parse_usd(*budget), ExitStatus::config);
    if (const auto expires = text("expires"))
        std::from_chars(
            expires->data(), expires->data() + expires->size(), policy.reservation_seconds);
    return policy;
}

} // namespace smos::tools
