// SPDX-License-Identifier: Apache-2.0
// Sizes as people write them, and what machine and control groups have left.
#include "libsmos/core/file.hpp"
#include "libsmos/core/memory.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

using namespace smos;

TEST_CASE("sizes") {
    CHECK(parse_byte_size("0") == 0);
    CHECK(parse_byte_size("1000000") == 1'000'000);
    CHECK(parse_byte_size("450M") == std::int64_t{450} << 20U);
    CHECK(parse_byte_size("2G") == std::int64_t{2} << 30U);
    CHECK(parse_byte_size("1.5GiB") == std::int64_t{3} << 29U);
    CHECK(parse_byte_size("64KB") == 65'536);
    CHECK(parse_byte_size("7B") == 7);
    for (const char* wrong :
         {"", "M", "-1", "-0", "1X", "1MM", "nan", "inf", "1e40", "1 M", "12iB "})
        CHECK_FALSE(parse_byte_size(wrong).has_value());
}

namespace {

void put(const std::string& path, const std::string& text) {
    REQUIRE(make_directories(path.substr(0, path.rfind('/'))));
    REQUIRE(write_file_atomically(path, text));
}

} // namespace

TEST_CASE("the least of the machine and every group above the process") {
    std::string pattern = (std::filesystem::temp_directory_path() / "smos-memory-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    const std::string& root = pattern;
    CHECK_FALSE(available_memory_bytes(root).has_value());
    put(root + "/proc/meminfo", "MemTotal:  9000 kB\nMemAvailable:    4096 kB\n");
    CHECK(available_memory_bytes(root) == 4096 * 1024);
    put(root + "/proc/self/cgroup", "0::/slice/unit\n");
    put(root + "/sys/fs/cgroup/slice/unit/memory.max", "max\n");
    put(root + "/sys/fs/cgroup/slice/unit/memory.current", "500\n");
    CHECK(available_memory_bytes(root) == 4096 * 1024);
    put(root + "/sys/fs/cgroup/slice/memory.max", "3000\n");
    put(root + "/sys/fs/cgroup/slice/memory.current", "1000\n");
    CHECK(available_memory_bytes(root) == 2000);
    put(root + "/sys/fs/cgroup/slice/unit/memory.max", "400\n");
    CHECK(available_memory_bytes(root) == 0);
    std::filesystem::remove_all(root);
}
