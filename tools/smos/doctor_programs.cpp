// SPDX-License-Identifier: Apache-2.0
// What the tools are, what they are linked with, and the devices that they see.
#include "doctor.hpp"
#include "family.hpp"

#include "libsmos/cli/process.hpp"
#include "libsmos/cli/version.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/engine/database.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>

namespace smos::dispatch {
namespace {

constexpr int answer_timeout_ms = 20'000;

Result<records::Json> versions_of(const std::string& path) {
    cli::PipelineLimits limits;
    limits.timeout_ms = answer_timeout_ms;
    limits.quiet_stderr = true;
    SMOS_TRY(const cli::PipelineEnd end,
             cli::run_pipeline({{path, "--generate", "versions"}}, "", limits));
    if (end.statuses.front() != 0)
        return Error{
            "no_versions", fmt::format("ended with status {}", end.statuses.front()), path};
    return records::parse_json(end.output, path);
}

/// Linked libraries and devices come as names and texts; "none" or "missing" in front is a warning.
void add_linked(const std::string& tool,
                const records::Json& versions,
                std::vector<Finding>& findings) {
    const auto linked = versions.find("linked");
    if (linked == versions.end() || !linked->is_object())
        return;
    for (const auto& [name, value] : linked->items()) {
        const std::string text =
            value.is_string() ? value.get<std::string>() : records::dump(value);
        const bool missing = text.rfind("missing", 0) == 0;
        findings.push_back(
            {fmt::format("{}: {}", tool, name), missing ? Health::warn : Health::ok, text});
    }
}

void check_member(const Member& member, std::vector<Finding>& findings) {
    const std::string program = std::string("smos-") + member.name;
    const auto path = cli::find_program(program);
    if (!path) {
        findings.push_back({program,
                            Health::fail,
                            "not found beside smos nor on PATH",
                            "install SMOS completely"});
        return;
    }
    const auto versions = versions_of(*path);
    if (!versions) {
        findings.push_back({program, Health::fail, versions.error().text(), "install it again"});
        return;
    }
    const std::string version = versions->value("version", "");
    const bool same = version == cli::smos_version();
    findings.push_back({program,
                        same ? Health::ok : Health::warn,
                        fmt::format("{} {}", version, *path),
                        same ? "" : "not the version of smos itself; install one version"});
    add_linked(program, *versions, findings);
}

/// 3.7.0 to 3.51.2 can corrupt a database when two connections write and checkpoint at once.
Finding check_sqlite() {
    const std::string version = store::Database::engine_version();
    std::array<int, 3> part{};
    std::sscanf(version.c_str(), "%d.%d.%d", &part[0], &part[1], &part[2]);
    if (part >= std::array{3, 51, 3})
        return {"sqlite", Health::ok, version};
    return {"sqlite",
            Health::warn,
            version + " has the WAL-reset bug (fixed in 3.51.3)",
            "SMOS serialises commit, checkpoint and close, so its own tools are safe; let no other "
            "program write the state file"};
}

} // namespace

std::vector<Finding> check_programs() {
    std::vector<Finding> findings{check_sqlite()};
    for (const Member& member : members())
        check_member(member, findings);
    return findings;
}

} // namespace smos::dispatch
