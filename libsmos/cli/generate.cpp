// SPDX-License-Identifier: Apache-2.0
// The hidden --generate of every tool.
#include "libsmos/cli/generate.hpp"

#include "libsmos/cli/version.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

namespace smos::cli {
namespace {

std::string versions_text(const ToolSpec& spec) {
    records::Json object{{"tool", spec.name}, {"version", smos_version()}};
    records::Json linked = records::Json::object();
    if (spec.versions)
        for (const auto& [name, version] : spec.versions())
            linked[name] = version;
    object["linked"] = std::move(linked);
    return records::dump(object) + "\n";
}

} // namespace

std::string generated(const ToolSpec& spec, std::string_view what) {
    if (what == "man")
        return man_page(spec);
    if (what == "bash")
        return bash_completion(spec);
    if (what == "zsh")
        return zsh_completion(spec);
    if (what == "fish")
        return fish_completion(spec);
    if (what == "spec")
        return records::dump(spec_as_json(spec)) + "\n";
    if (what == "versions")
        return versions_text(spec);
    throw Fatal(ExitStatus::usage,
                fmt::format("--generate: '{}' is nothing that can be generated", what),
                "one of man, bash, zsh, fish, spec, versions");
}

} // namespace smos::cli
