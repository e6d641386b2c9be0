// SPDX-License-Identifier: Apache-2.0
// Where the programs of the family are.
#include "libsmos/cli/process.hpp"
#include "libsmos/core/handle.hpp"
#include "libsmos/core/paths.hpp"

#include <cstdlib>
#include <dirent.h>
#include <filesystem>
#include <set>
#include <string_view>
#include <unistd.h>

namespace smos::cli {
namespace {

std::vector<std::string> program_places() {
    std::vector<std::string> places{program_directory()};
    const char* path = std::getenv("PATH");
    const std::string list = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
    std::size_t begin = 0;
    while (begin < list.size()) {
        const std::size_t end = std::min(list.find(':', begin), list.size());
        if (list[begin] == '/') // an empty or relative entry would run what lies where one stands
            places.push_back(list.substr(begin, end - begin));
        begin = end + 1;
    }
    return places;
}

bool is_program(const std::filesystem::path& path) {
    std::error_code failed;
    return std::filesystem::is_regular_file(path, failed) && ::access(path.c_str(), X_OK) == 0;
}

} // namespace

std::optional<std::string> find_program(const std::string& name) {
    if (name.empty() || name.find('/') != std::string::npos)
        return {};
    for (std::string path : program_places()) {
        path += "/" + name;
        if (is_program(path))
            return path;
    }
    return {};
}

std::vector<std::string> family_on_path() {
    std::set<std::string> names;
    for (const std::string& place : program_places()) {
        const UniqueHandle<DIR, &::closedir> directory(::opendir(place.c_str()));
        if (!directory)
            continue;
        while (const dirent* entry = ::readdir(directory.get())) {
            const std::string_view name = entry->d_name;
            if (name.size() > 5 && name.substr(0, 5) == "smos-" &&
                is_program(place + "/" + entry->d_name))
                names.emplace(name);
        }
    }
    return {names.begin(), names.end()};
}

} // namespace smos::cli
