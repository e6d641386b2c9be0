// SPDX-License-Identifier: Apache-2.0
// Precedence among the places that an option's value can come from.
#include "libsmos/cli/settings.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/nearest.hpp"
#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace smos::cli {
namespace {

std::vector<std::string> split_at(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        if (end > begin)
            parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

bool is_place(const Option& option) {
    return option.kind == Kind::path || option.kind == Kind::directory;
}

/// A relative path in a trusted file is relative to that file, not to wherever one stands.
std::string beside_file(const std::string& value, const std::string& file) {
    if (value.empty() || value.front() == '/' || value == "-" ||
        value.find("://") != std::string::npos)
        return value;
    const std::size_t slash = file.rfind('/');
    return slash == std::string::npos ? value : file.substr(0, slash + 1) + value;
}

void check_setting(const Setting& setting, const std::string& hint) {
    const Option& option = *setting.option;
    if (setting.texts.size() > 1 && !option.repeatable)
        throw Fatal(ExitStatus::config, setting.place + ": takes one value, not a list", hint);
    for (const std::string& text : setting.texts)
        if (const auto why = complaint(option, text))
            throw Fatal(ExitStatus::config, setting.place + ": " + *why, hint);
}

bool from_environment(const ToolSpec& spec, const Environment& environment, Setting& setting) {
    const std::string name = environment_name(spec, *setting.option);
    if (name.empty())
        return false;
    const std::string value = environment(name);
    if (value.empty())
        return false;
    setting.texts = setting.option->repeatable
                        ? split_at(value, is_place(*setting.option) ? ':' : ',')
                        : std::vector<std::string>{value};
    setting.origin = Origin::environment;
    setting.place = name;
    check_setting(setting, "correct or unset the variable");
    return true;
}

bool from_files(const ToolSpec& spec, const ConfigSources& sources, Setting& setting) {
    const std::string key = config_key(spec, *setting.option);
    if (key.empty())
        return false;
    for (const auto& source : sources.files) {
        const bool project = source.origin == Origin::project;
        const ConfigEntry* entry = source.file.find(key);
        if (entry == nullptr || (project && !setting.option->project_may_set))
            continue;
        setting.origin = source.origin;
        setting.place = source.file.place(*entry);
        setting.texts = entry->values;
        if (entry->nested)
            throw Fatal(ExitStatus::config,
                        setting.place + ": takes a single value, not a map",
                        "correct the file");
        check_setting(setting, "correct the file");
        if (is_place(*setting.option) && !project)
            for (std::string& text : setting.texts)
                text = beside_file(text, source.file.path);
        return true;
    }
    return false;
}

Setting resolve_one(const ToolSpec& spec,
                    const Option& option,
                    const std::map<std::string, std::vector<std::string>>& typed,
                    const Environment& environment,
                    const ConfigSources& sources) {
    Setting setting;
    setting.option = &option;
    if (const auto given = typed.find(option.name); given != typed.end()) {
        setting.texts = given->second;
        setting.origin = Origin::flag;
        setting.place = "--" + option.name;
        return setting;
    }
    if (option.command_line_only || from_environment(spec, environment, setting) ||
        from_files(spec, sources, setting))
        return setting;
    if (!option.fallback.empty())
        setting.texts = {option.fallback};
    return setting;
}

/// Why the project's file may not set this, or nothing when it may or when another tool judges it.
std::string project_refusal(const ToolSpec& spec,
                            const std::vector<const Option*>& options,
                            const ConfigEntry& entry) {
    static const std::set<std::string> tools{
        "scout",
        "plan",
        "cfo",
        "render",
        "critic",
        "publish",
        "muse",
        "run",
        "model",
        "media",
        "vault",
        "smos",
    };
    const std::size_t dot = entry.key.find('.');
    const std::string top = entry.key.substr(0, dot);
    const bool is_section = tools.count(top) != 0;
    if (top == "style" || (is_section && dot == std::string::npos && entry.nested))
        return {};
    std::vector<std::string> keys;
    for (const Option* option : options) {
        keys.push_back(config_key(spec, *option));
        if (keys.back() == entry.key)
            return option->project_may_set ? "" : "may not be set by a project's file";
    }
    if (is_section && top != short_name(spec))
        return {};
    if (dot != std::string::npos && !is_section)
        return {}; // said once, for its top-level key
    const std::string near = nearest(entry.key, keys);
    return "may not be set by a project's file" +
           (near.empty() ? "" : fmt::format(" (did you mean {}?)", near));
}

void judge_project(const ToolSpec& spec,
                   const std::vector<const Option*>& options,
                   const ConfigSources& sources,
                   Settings& settings) {
    for (const auto& source : sources.files) {
        if (source.origin != Origin::project)
            continue;
        for (const ConfigEntry& entry : source.file.entries) {
            const std::string why = project_refusal(spec, options, entry);
            if (!why.empty())
                settings.warnings.push_back(
                    fmt::format("{}: {}; not applied; set it in the user's configuration or "
                                "by --config",
                                source.file.place(entry),
                                why));
        }
    }
}

/// A mistyped key of the tool's own section would otherwise be silent.
void judge_trusted(const ToolSpec& spec,
                   const std::vector<const Option*>& options,
                   const ConfigSources& sources,
                   Settings& settings) {
    std::vector<std::string> keys;
    for (const Option* option : options)
        keys.push_back(config_key(spec, *option));
    for (const auto& source : sources.files) {
        if (source.origin == Origin::project)
            continue;
        for (const ConfigEntry& entry : source.file.entries) {
            if (entry.nested || std::find(keys.begin(), keys.end(), entry.key) != keys.end() ||
                entry.key.rfind(short_name(spec) + ".", 0) != 0)
                continue;
            const std::string near = nearest(entry.key, keys);
            if (!near.empty())
                settings.warnings.push_back(fmt::format(
                    "{}: unknown key; did you mean {}?", source.file.place(entry), near));
        }
    }
}

} // namespace

Settings resolve(const ToolSpec& spec,
                 const std::vector<const Option*>& options,
                 const std::map<std::string, std::vector<std::string>>& typed,
                 const Environment& environment,
                 const ConfigSources& sources) {
    Settings settings;
    for (const Option* option : options) {
        Setting setting = resolve_one(spec, *option, typed, environment, sources);
        if (option->kind == Kind::flag && setting.texts.empty())
            setting.texts = {"false"};
        settings.by_name.emplace(option->name, std::move(setting));
    }
    if (!sources.files.empty()) {
        std::vector<const Option*> known = all_own_options(spec);
        for (const Option& option : shared_options())
            known.push_back(&option);
        judge_project(spec, known, sources, settings);
        judge_trusted(spec, known, sources, settings);
    }
    return settings;
}

std::string origin_text(const Setting& setting) {
    switch (setting.origin) {
    case Origin::flag:
        return "flag " + setting.place;
    case Origin::environment:
        return "environment " + setting.place;
    case Origin::project:
    case Origin::user:
    case Origin::system:
    case Origin::explicit_file:
        return setting.place.substr(0, setting.place.rfind(": "));
    case Origin::fallback:
        break;
    }
    return "default";
}

} // namespace smos::cli
