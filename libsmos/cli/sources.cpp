// SPDX-License-Identifier: Apache-2.0
// Which configuration files are in effect.
#include "libsmos/cli/settings.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/records/json_value.hpp"

#include <cstdlib>
#include <optional>

namespace smos::cli {
namespace {

std::optional<ConfigFile> read_if_there(const std::string& path) {
    auto file = read_config(path);
    if (file)
        return *std::move(file);
    if (file.error().code == "no_file")
        return {};
    throw Fatal(
        ExitStatus::config, file.error().where + ": " + file.error().message, file.error().hint);
}

std::vector<std::string> system_paths(const Environment& environment) {
    std::string directories = environment("XDG_CONFIG_DIRS");
    if (directories.empty())
        directories = "/etc/xdg";
    std::vector<std::string> paths;
    std::size_t begin = 0;
    while (begin < directories.size()) {
        const std::size_t end = std::min(directories.find(':', begin), directories.size());
        if (directories[begin] == '/')
            paths.push_back(directories.substr(begin, end - begin) + "/smos/smos.yaml");
        begin = end + 1;
    }
    return paths;
}

void add_source(ConfigSources& sources, Origin origin, const std::string& path) {
    if (auto file = read_if_there(path))
        sources.files.push_back({origin, *std::move(file)});
}

/// The weakest first, so that the stronger lie on top.
void merge_sources(ConfigSources& sources) {
    for (auto source = sources.files.rbegin(); source != sources.files.rend(); ++source) {
        const records::Json& tree = *source->file.tree;
        if (source->origin != Origin::project)
            merge_config(*sources.trusted, tree);
        if (tree.contains("style"))
            merge_config(*sources.style, tree["style"]);
    }
}

} // namespace

std::string process_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::string{} : std::string{value};
}

ConfigSources load_sources(const Environment& environment,
                           const std::string& explicit_path,
                           const std::string& project_path) {
    ConfigSources sources;
    sources.trusted = records::Json::object();
    sources.style = records::Json::object();
    add_source(sources, Origin::project, project_path);
    if (!explicit_path.empty()) {
        auto file = read_config(explicit_path);
        if (!file)
            throw Fatal(ExitStatus::config,
                        file.error().where + ": " + file.error().message,
                        file.error().hint);
        sources.files.push_back({Origin::explicit_file, *std::move(file)});
    } else {
        add_source(sources, Origin::user, config_home() + "/smos.yaml");
        for (const std::string& path : system_paths(environment))
            add_source(sources, Origin::system, path);
    }
    merge_sources(sources);
    return sources;
}

} // namespace smos::cli
