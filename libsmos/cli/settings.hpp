// SPDX-License-Identifier: Apache-2.0
// The value of every option and where it came from: flag, environment, files, fallback.
#pragma once

#include "libsmos/cli/config.hpp"
#include "libsmos/cli/context.hpp"
#include "libsmos/cli/parse.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace smos::cli {

struct Setting {
    const Option* option = nullptr;
    std::vector<std::string> texts; // empty: no value at all
    Origin origin = Origin::fallback;
    std::string place; // "--state", "SMOS_STATE", "file:line: key"; empty for a fallback
};

/// The files in effect, the strongest first.
struct ConfigSources {
    struct Source {
        Origin origin = Origin::user;
        ConfigFile file;
    };
    std::vector<Source> files;
    records::JsonBox trusted; // an object, always there
    records::JsonBox style;   // likewise: the `style` of trusted, with the project's laid over it
};

struct Settings {
    std::map<std::string, Setting> by_name;
    std::vector<std::string> warnings; // what ./smos.yaml asked for and did not get
};

/// Reads an environment variable; empty counts as unset.
using Environment = std::function<std::string(const std::string& name)>;
std::string process_environment(const std::string& name);

/// Finds and reads the files. `explicit_path` is --config or SMOS_CONFIG and replaces user and
/// system. Throws Fatal{config} for a file that cannot be read.
ConfigSources load_sources(const Environment& environment,
                           const std::string& explicit_path,
                           const std::string& project_path = "smos.yaml");

/// Precedence: flag, environment, project, user, system, fallback. Throws Fatal{config} for a
/// value of the wrong kind, naming the variable or file, line and key.
Settings resolve(const ToolSpec& spec,
                 const std::vector<const Option*>& options,
                 const std::map<std::string, std::vector<std::string>>& typed,
                 const Environment& environment,
                 const ConfigSources& sources);

/// "flag", "environment SMOS_STATE", "/etc/xdg/smos/smos.yaml:3", "default".
std::string origin_text(const Setting& setting);

} // namespace smos::cli
