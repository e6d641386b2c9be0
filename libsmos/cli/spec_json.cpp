// SPDX-License-Identifier: Apache-2.0
// A ToolSpec as JSON and back: how `smos` learns what the options of another tool are.
#include "libsmos/cli/generate.hpp"
#include "libsmos/records/json_value.hpp"

#include <array>

namespace smos::cli {
namespace {

constexpr std::array<const char*, 9> kind_names{
    "flag", "text", "integer", "number", "usd", "time", "path", "directory", "choice"};

records::Json option_as_json(const ToolSpec& spec, const Option& option) {
    records::Json value{{"name", option.name},
                        {"kind", kind_names[static_cast<std::size_t>(option.kind)]},
                        {"doc", option.doc}};
    if (option.letter != 0)
        value["letter"] = std::string(1, option.letter);
    if (!option.metavar.empty())
        value["metavar"] = option.metavar;
    if (!option.fallback.empty())
        value["default"] = option.fallback;
    if (!option.choices.empty())
        value["choices"] = option.choices;
    if (option.repeatable)
        value["repeatable"] = true;
    if (option.required)
        value["required"] = true;
    if (option.project_may_set)
        value["project_may_set"] = true;
    if (option.command_line_only)
        value["command_line_only"] = true;
    else
        value["environment"] = environment_name(spec, option);
    if (const std::string key = config_key(spec, option); !key.empty())
        value["config_key"] = key;
    return value;
}

records::Json options_as_json(const ToolSpec& spec, const std::vector<Option>& options) {
    records::Json list = records::Json::array();
    for (const Option& option : options)
        list.push_back(option_as_json(spec, option));
    return list;
}

records::Json command_as_json(const ToolSpec& spec, const Command& command) {
    records::Json positionals = records::Json::array();
    for (const Positional& positional : positionals_of(spec, command))
        positionals.push_back({{"name", positional.name},
                               {"doc", positional.doc},
                               {"required", positional.required},
                               {"repeatable", positional.repeatable}});
    return {{"name", command.name},
            {"summary", command.summary},
            {"filter", is_filter(spec, command)},
            {"positionals", positionals},
            {"options", options_as_json(spec, command.options)}};
}

Error bad_spec(const std::string& what) {
    return {"bad_spec", what, "", "is the tool of the same version?"};
}

std::string text_of(const records::Json& value, const char* key) {
    const auto found = value.find(key);
    return found != value.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool flag_of(const records::Json& value, const char* key) {
    const auto found = value.find(key);
    return found != value.end() && found->is_boolean() && found->get<bool>();
}

Result<Option> option_from_json(const records::Json& value) {
    Option option;
    option.name = text_of(value, "name");
    if (option.name.empty())
        return bad_spec("an option without name");
    const std::string kind = text_of(value, "kind");
    std::size_t index = 0;
    while (index < kind_names.size() && kind != kind_names[index])
        ++index;
    if (index == kind_names.size())
        return bad_spec("option " + option.name + " is of an unknown kind");
    option.kind = static_cast<Kind>(index);
    option.doc = text_of(value, "doc");
    option.metavar = text_of(value, "metavar");
    option.fallback = text_of(value, "default");
    option.repeatable = flag_of(value, "repeatable");
    option.required = flag_of(value, "required");
    option.project_may_set = flag_of(value, "project_may_set");
    option.command_line_only = flag_of(value, "command_line_only");
    if (const auto choices = value.find("choices"); choices != value.end() && choices->is_array())
        for (const auto& choice : *choices)
            if (choice.is_string())
                option.choices.push_back(choice.get<std::string>());
    return option;
}

Result<std::vector<Option>> options_from_json(const records::Json& value) {
    std::vector<Option> options;
    const auto list = value.find("options");
    if (list == value.end() || !list->is_array())
        return options;
    for (const auto& item : *list) {
        SMOS_TRY(Option option, option_from_json(item));
        options.push_back(std::move(option));
    }
    return options;
}

} // namespace

records::Json spec_as_json(const ToolSpec& spec) {
    records::Json commands = records::Json::array();
    for (const Command& command : spec.commands)
        commands.push_back(command_as_json(spec, command));
    return {{"name", spec.name},
            {"summary", spec.summary},
            {"reads", spec.reads},
            {"writes", spec.writes},
            {"filter", spec.filter},
            {"commands", commands},
            {"options", options_as_json(spec, spec.options)},
            {"shared_options", options_as_json(spec, shared_options())}};
}

Result<ToolSpec> spec_from_json(const records::Json& value) {
    if (!value.is_object())
        return bad_spec("not a JSON object");
    ToolSpec spec;
    spec.name = text_of(value, "name");
    spec.summary = text_of(value, "summary");
    spec.filter = flag_of(value, "filter");
    if (spec.name.empty())
        return bad_spec("a tool without name");
    SMOS_TRY(spec.options, options_from_json(value));
    const auto commands = value.find("commands");
    if (commands != value.end() && commands->is_array())
        for (const auto& item : *commands) {
            Command command;
            command.name = text_of(item, "name");
            command.summary = text_of(item, "summary");
            command.filter = flag_of(item, "filter");
            SMOS_TRY(command.options, options_from_json(item));
            spec.commands.push_back(std::move(command));
        }
    return spec;
}

} // namespace smos::cli
