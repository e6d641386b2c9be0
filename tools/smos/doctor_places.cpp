// SPDX-License-Identifier: Apache-2.0
// Models, keys, disk and state.
#include "doctor.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/engine/database.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <sys/statvfs.h>

namespace smos::dispatch {
namespace {

namespace fs = std::filesystem;

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
constexpr double little_space_gib = 2.0;
constexpr std::uintmax_t checkable_state_bytes = std::uintmax_t{256} << 20;

std::string text_member(const records::Json& value, const char* key) {
    const auto found = value.find(key);
    return found != value.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Finding check_model(const std::string& name, const std::string& path, const std::string& expected) {
    Finding finding{"model " + name, Health::ok, path};
    std::error_code failed;
    if (!fs::is_regular_file(path, failed)) {
        finding.health = Health::fail;
        finding.text += " is missing";
        finding.hint = "correct models." + name + " in the configuration";
        return finding;
    }
    const auto digest = sha256_of_file(path);
    if (!digest) {
        finding.health = Health::fail;
        finding.text = digest.error().text();
        return finding;
    }
    const std::string actual = hex(*digest);
    finding.text += " sha256:" + actual;
    if (!expected.empty() && expected != actual && expected != "sha256:" + actual) {
        finding.health = Health::fail;
        finding.text += " is not the configured " + expected;
        finding.hint = "get the model again, or correct its checksum";
    }
    return finding;
}

void collect_models(const std::string& name,
                    const records::Json& value,
                    std::vector<Finding>& findings) {
    if (value.is_string()) {
        findings.push_back(check_model(name, value.get<std::string>(), ""));
    } else if (value.is_object() && value.contains("path")) {
        findings.push_back(
            check_model(name, text_member(value, "path"), text_member(value, "sha256")));
    } else if (value.is_object()) {
        for (const auto& [key, inner] : value.items())
            collect_models(name.empty() ? key : fmt::format("{}.{}", name, key), inner, findings);
    }
}

Finding check_disk(const std::string& what, const std::string& path) {
    const std::string name = "disk for " + what;
    if (path.find("://") != std::string::npos)
        return {name, Health::ok, "not on this machine"}; // no URL: it may hold a password
    fs::path at = fs::absolute(path);
    std::error_code failed;
    while (!fs::exists(at, failed) && at.has_relative_path())
        at = at.parent_path();
    struct statvfs facts {};
    if (::statvfs(at.c_str(), &facts) != 0)
        return {name, Health::fail, at.string() + " cannot be examined", "check the path"};
    const double free_gib =
        static_cast<double>(facts.f_bavail) * static_cast<double>(facts.f_frsize) / gibibyte;
    const bool little = free_gib < little_space_gib;
    return {name,
            little ? Health::warn : Health::ok,
            fmt::format("{:.1f} GiB free at {}", free_gib, at.string()),
            little ? "a render needs about 1 GiB for a while" : ""};
}

Finding check_server(const std::string& url) {
    try {
        const store::ServerReport found = store::examine_server(url);
        const std::string where = found.place + ": " + found.software;
        if (found.verdict != "ok")
            return {"state", Health::fail, where + ": " + found.verdict, "see its log"};
        return {"state",
                Health::ok,
                where + (found.schema_version == 0 ? "; tables will be made when they are needed"
                                                   : ", and its integrity is ok")};
    } catch (const Fatal& fatal) {
        return {"state", Health::fail, fatal.what(), fatal.hint()};
    }
}

Finding check_state(const std::string& path) {
    std::error_code failed;
    if (store::is_server(path))
        return check_server(path);
    if (path.find("://") != std::string::npos)
        return {"state", Health::fail, "not a kind of state", "a file, or postgresql://…"};
    if (!fs::exists(path, failed))
        return {"state", Health::ok, path + " will be made when it is needed"};
    if (fs::file_size(path, failed) > checkable_state_bytes)
        return {"state", Health::ok, path + " is there; too large to check here"};
    try {
        store::Database database(path, store::OpenMode::scratch_copy);
        const std::string verdict = database.integrity_check();
        if (verdict == "ok")
            return {"state", Health::ok, path + " opens, and its integrity is ok"};
        return {"state", Health::fail, path + ": " + verdict, "restore it from a backup"};
    } catch (const Fatal& fatal) {
        return {"state", Health::fail, fatal.what(), fatal.hint()};
    }
}

} // namespace

std::vector<Finding> check_models(const records::Json& config) {
    std::vector<Finding> findings;
    if (const auto models = config.find("models"); models != config.end())
        collect_models("", *models, findings);
    if (findings.empty())
        findings.push_back(
            {"models", Health::ok, "none configured; identity checks are skipped or unverifiable"});
    return findings;
}

std::vector<Finding> check_keys(const records::Json& config) {
    std::string names;
    if (const auto secrets = config.find("secrets");
        secrets != config.end() && secrets->is_object())
        for (const auto& [name, value] : secrets->items())
            names += (names.empty() ? "" : ", ") + name;
    return {{"keys", Health::ok, names.empty() ? "none; local capabilities need none" : names}};
}

std::vector<Finding> check_places(const cli::Context& context) {
    return {check_disk("state", context.state_path()),
            check_disk("assets", context.assets_path()),
            check_state(context.state_path())};
}

} // namespace smos::dispatch
