// SPDX-License-Identifier: Apache-2.0
// Configuration files: smos.yaml as flat entries with their places, and as one JSON object.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/records/json.hpp"

#include <string>
#include <vector>

namespace smos::cli {

/// One key of a configuration file: "state", or "scout.min-vvs" for a key under a tool's name.
struct ConfigEntry {
    std::string key;
    std::vector<std::string> values; // one for a scalar, any number for a list of scalars
    bool nested = false;             // a map or a list of more than scalars: no option's value
    int line = 0;                    // from 1
};

struct ConfigFile {
    std::string path;
    std::vector<ConfigEntry> entries;
    records::JsonBox tree; // the whole file; an object

    const ConfigEntry* find(const std::string& key) const;
    /// "path:line: key", for messages.
    std::string place(const ConfigEntry& entry) const;
};

/// Reads a YAML map. No such file is an error with code "no_file"; everything else that is wrong
/// (syntax, a duplicate key, over 1 MiB, an alias that expands without end) names file and line.
Result<ConfigFile> read_config(const std::string& path);

/// Lays `over` upon `base`: objects member by member, everything else replaced.
void merge_config(records::Json& base, const records::Json& over);

} // namespace smos::cli
