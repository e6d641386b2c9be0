// SPDX-License-Identifier: Apache-2.0
// How much memory this process may still take.
#include "libsmos/core/memory.hpp"

#include "libsmos/core/file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace smos {
namespace {

constexpr std::size_t small_file = 65'536;

std::optional<std::int64_t> leading_number(std::string_view text) {
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t")));
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc{} ? std::optional{value} : std::nullopt;
}

/// Files below /proc have no size: they are read whole.
std::string text_of(const std::string& path) {
    const auto text = read_file(path, small_file);
    return text ? *text : std::string{};
}

/// The number behind "key" at the start of a line.
std::optional<std::int64_t> number_behind(std::string_view text, std::string_view key) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        if (line.substr(0, key.size()) == key)
            return leading_number(line.substr(key.size()));
        at = end + 1;
    }
    return std::nullopt;
}

void keep_least(std::optional<std::int64_t>& least, std::optional<std::int64_t> value) {
    if (value && (!least || *value < *least))
        least = value;
}

/// Every group from the process's own up to the root may have a limit.
std::optional<std::int64_t> left_in_groups(const std::string& root) {
    std::string group = text_of(root + "/proc/self/cgroup");
    const std::size_t unified = group.find("0::");
    if (unified == std::string::npos)
        return std::nullopt;
    group = group.substr(unified + 3, group.find('\n', unified) - unified - 3);
    std::optional<std::int64_t> left;
    for (;;) {
        const std::string folder = root + "/sys/fs/cgroup" + (group == "/" ? "" : group);
        const auto most = leading_number(text_of(folder + "/memory.max"));
        const auto now = leading_number(text_of(folder + "/memory.current"));
        if (most && now)
            keep_least(left, std::max<std::int64_t>(0, *most - *now));
        if (group.empty() || group == "/")
            return left;
        group.resize(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
    }
}

} // namespace

std::optional<std::int64_t> available_memory_bytes() { return available_memory_bytes(""); }

std::optional<std::int64_t> available_memory_bytes(const std::string& root) {
    std::optional<std::int64_t> left = left_in_groups(root);
    if (const auto kib = number_behind(text_of(root + "/proc/meminfo"), "MemAvailable:"))
        keep_least(left, *kib * 1024);
    return left;
}

std::optional<std::int64_t> parse_byte_size(std::string_view text) {
    double number = 0;
    const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || !std::isfinite(number) || number < 0 || text.front() == '-')
        return std::nullopt;
    std::string_view unit{rest, static_cast<std::size_t>(text.data() + text.size() - rest)};
    int power = 0;
    if (!unit.empty() && unit.front() != 'B') {
        const std::size_t found = std::string_view{"KMGT"}.find(unit.front());
        if (found == std::string_view::npos)
            return std::nullopt;
        power = static_cast<int>(found) + 1;
        unit.remove_prefix(1);
    }
    if (!unit.empty() && unit != "B" && unit != "iB")
        return std::nullopt;
    const double bytes = std::ldexp(number, 10 * power);
    if (bytes > 9e18)
        return std::nullopt;
    return static_cast<std::int64_t>(bytes);
}

} // namespace smos
