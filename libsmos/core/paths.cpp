// SPDX-License-Identifier: Apache-2.0
// Where things live: XDG base directories, and file: URIs.
#include "libsmos/core/paths.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

namespace smos {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

std::string base_directory(const char* variable, const char* below_home) {
    const std::string given = environment(variable);
    if (!given.empty() && given.front() == '/')
        return given + "/smos";
    const std::string home = environment("HOME");
    return (home.empty() ? "/" : home + "/") + below_home + "/smos";
}

int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

std::string config_home() { return base_directory("XDG_CONFIG_HOME", ".config"); }
std::string state_home() { return base_directory("XDG_STATE_HOME", ".local/state"); }
std::string data_home() { return base_directory("XDG_DATA_HOME", ".local/share"); }

std::string program_directory() {
    std::error_code failed;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
    return failed ? std::string{"."} : self.parent_path().string();
}

std::string file_uri(std::string_view absolute_path) {
    std::string uri = "file://";
    for (const char c : absolute_path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view{"/-._~"}.find(c) != std::string_view::npos;
        if (plain) {
            uri.push_back(c);
        } else {
            uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return uri;
}

Result<std::string> path_of_file_uri(std::string_view uri) {
    const Error bad{"bad_uri", fmt::format("'{}' is not a file: URI", uri.substr(0, 200)), {}, {}};
    // RFC 8089: with an empty host, or with none.
    const bool host = uri.substr(0, 8) == "file:///";
    if (!host && (uri.substr(0, 6) != "file:/" || uri.substr(0, 7) == "file://"))
        return bad;
    std::string path;
    for (std::size_t i = host ? 7 : 5; i < uri.size(); ++i) {
        if (uri[i] != '%') {
            path.push_back(uri[i]);
            continue;
        }
        if (i + 2 >= uri.size() || hex_value(uri[i + 1]) < 0 || hex_value(uri[i + 2]) < 0)
            return bad;
        path.push_back(static_cast<char>(hex_value(uri[i + 1]) * 16 + hex_value(uri[i + 2])));
        i += 2;
    }
    if (path.find('\0') != std::string::npos)
        return bad;
    return path;
}

} // namespace smos
