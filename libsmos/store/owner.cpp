// SPDX-License-Identifier: Apache-2.0
// Which process began something, and whether it still runs.
#include "libsmos/store/owner.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace smos::store {
namespace {

constexpr std::int64_t patience_us = 3'600'000'000;

std::string line_of_proc(const std::string& path) {
    std::ifstream file{path};
    std::string line;
    std::getline(file, line);
    return line;
}

std::string process_namespace() {
    struct stat entry {};
    return ::stat("/proc/self/ns/pid", &entry) == 0 ? fmt::format("{}", entry.st_ino) : "0";
}

// Field 22 of /proc/PID/stat, counted behind the command name, which may hold anything.
std::string start_of(const std::string& pid) {
    const std::string line = line_of_proc("/proc/" + pid + "/stat");
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos)
        return {};
    std::size_t at = name_end + 1;
    for (int field = 2; field < 22; ++field) {
        at = line.find(' ', at);
        if (at == std::string::npos)
            return {};
        ++at;
    }
    return line.substr(at, line.find(' ', at) - at);
}

std::string surroundings() {
    return line_of_proc("/proc/sys/kernel/random/boot_id") + ':' + process_namespace();
}

std::vector<std::string> owner_parts(std::string_view owner) {
    std::vector<std::string> parts{""};
    for (const char c : owner) {
        if (c == ':')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

} // namespace

std::string this_process() {
    const std::string pid = fmt::format("{}", ::getpid());
    return fmt::format("{}:{}:{}", surroundings(), pid, start_of(pid));
}

bool may_be_alive(std::string_view owner, Instant since, Instant now) {
    const std::vector<std::string> parts = owner_parts(owner);
    if (parts.size() != 4)
        return false;
    const std::vector<std::string> here = owner_parts(surroundings());
    if (parts[0] != here[0])
        return false; // the machine was started again since
    if (parts[1] != here[1])
        return now.micros - since.micros < patience_us;
    return !parts[3].empty() && start_of(parts[2]) == parts[3];
}

} // namespace smos::store
