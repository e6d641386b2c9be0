// SPDX-License-Identifier: Apache-2.0
// Files that are there completely or not at all, on a full disk too.
#include "libsmos/core/file.hpp"
#include "libsmos/core/paths.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>

using namespace smos;
namespace fs = std::filesystem;

namespace {

/// A directory of its own that goes when the test ends.
struct Scratch {
    std::string path = fs::temp_directory_path().string() + "/smos-core-XXXXXX";
    Scratch() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
    ~Scratch() { fs::remove_all(path); }
    std::string operator/(const char* name) const { return path + "/" + name; }
};

std::size_t entries(const std::string& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator{}));
}

unsigned mode_of(const std::string& path) {
    struct stat entry {};
    REQUIRE(::stat(path.c_str(), &entry) == 0);
    return entry.st_mode & 0777U;
}

} // namespace

TEST_CASE("a file is replaced whole, private, without remains") {
    const Scratch scratch;
    const std::string path = scratch / "file";
    REQUIRE(write_file_atomically(path, "first"));
    REQUIRE(write_file_atomically(path, std::string(100'000, 'x')));
    CHECK(read_file(path, 200'000)->size() == 100'000);
    CHECK(mode_of(path) == 0600);
    CHECK(entries(scratch.path) == 1);
}

TEST_CASE("what cannot be written is an error that names the path") {
    const Scratch scratch;
    fs::create_directory(scratch / "taken");
    for (const std::string& path : {scratch / "taken", scratch / "none/file"}) {
        const auto written = write_file_atomically(path, "x");
        REQUIRE_FALSE(written);
        CHECK(written.error().where.find(scratch.path) == 0);
        CHECK_FALSE(written.error().message.empty());
    }
    CHECK(entries(scratch.path) == 1);
}

TEST_CASE("a full disk keeps the old file and leaves no half one") {
    const Scratch scratch;
    const std::string disk = scratch / "disk";
    fs::create_directory(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) {
        MESSAGE("mounting is not permitted here: not tried");
        return;
    }
    const std::string path = disk + "/file";
    REQUIRE(write_file_atomically(path, "old"));
    const auto written = write_file_atomically(path, std::string(1 << 20, 'x'));
    REQUIRE_FALSE(written);
    CHECK(written.error().code == "cannot_write");
    CHECK(written.error().message.find("No space") != std::string::npos);
    REQUIRE(write_file_atomically(scratch / "large", std::string(1 << 20, 'x')));
    const auto copied = copy_atomically(scratch / "large", path);
    REQUIRE_FALSE(copied);
    CHECK(copied.error().message.find("No space") != std::string::npos);
    CHECK(*read_file(path, 100) == "old");
    CHECK(entries(disk) == 1);
    CHECK(::umount(disk.c_str()) == 0);
}

TEST_CASE("a copy is there whole, readable for all, or not at all") {
    const Scratch scratch;
    REQUIRE(write_file_atomically(scratch / "from", "what it holds"));
    REQUIRE(write_file_atomically(scratch / "to", "old"));
    REQUIRE(copy_atomically(scratch / "from", scratch / "to"));
    CHECK(*read_file(scratch / "to", 100) == "what it holds");
    CHECK((mode_of(scratch / "to") & 0700U) == 0600);
    CHECK_FALSE(copy_atomically(scratch / "nowhere", scratch / "to"));
    CHECK_FALSE(copy_atomically(scratch / "from", scratch / "nowhere/to"));
    CHECK(*read_file(scratch / "to", 100) == "what it holds");
    CHECK(entries(scratch.path) == 2);
}

TEST_CASE("an exclusive move never replaces") {
    const Scratch scratch;
    const std::string from = scratch / "from", to = scratch / "to";
    REQUIRE(write_file_atomically(from, "new"));
    REQUIRE(write_file_atomically(to, "old"));
    const auto moved = move_into_place(from, to, true);
    REQUIRE_FALSE(moved);
    CHECK(moved.error().code == "exists");
    CHECK(*read_file(to, 100) == "old");
    fs::remove(to);
    REQUIRE(move_into_place(from, to, true));
    CHECK(*read_file(to, 100) == "new");
    CHECK_FALSE(fs::exists(from));
}

TEST_CASE("reading is bounded and refuses directories") {
    const Scratch scratch;
    const std::string path = scratch / "file";
    REQUIRE(write_file_atomically(path, "12345"));
    CHECK(*read_file(path, 5) == "12345");
    REQUIRE_FALSE(read_file(path, 4));
    CHECK(read_file(path, 4).error().code == "too_large");
    CHECK_FALSE(read_file(scratch.path, 100));
    CHECK_FALSE(read_file("/dev/zero", 1 << 20));
    CHECK_FALSE(read_file(scratch / "none", 100));
}

TEST_CASE("directories are made private, once, and not over a file") {
    const Scratch scratch;
    const std::string deep = scratch / "a/b/c";
    REQUIRE(make_directories(deep));
    REQUIRE(make_directories(deep));
    REQUIRE(make_directories(deep + "/"));
    CHECK(mode_of(deep) == 0700);
    REQUIRE(write_file_atomically(scratch / "file", "x"));
    CHECK_FALSE(make_directories(scratch / "file"));
    CHECK_FALSE(make_directories(scratch / "file/below"));
}

TEST_CASE("a temporary file goes with its owner unless released") {
    const Scratch scratch;
    const std::string path = scratch / "file";
    {
        const TemporaryFile gone{path};
        (void)write_file_atomically(path, "x");
    }
    CHECK_FALSE(fs::exists(path));
    {
        TemporaryFile kept{path};
        REQUIRE(write_file_atomically(path, "x"));
        TemporaryFile moved{std::move(kept)};
        moved.release();
    }
    CHECK(fs::exists(path));
    CHECK(temporary_beside(path) != temporary_beside(path));
}

TEST_CASE("file addresses go both ways, whatever the name holds") {
    for (const char* path : {"/a b/#?%.mp4", "/é😀", "/..", "/a'\"<>&$(x)\n"}) {
        CAPTURE(path);
        const std::string uri = file_uri(path);
        CHECK(uri.find_first_of(" #?<>\"'\n") == std::string::npos);
        CHECK(*path_of_file_uri(uri) == path);
    }
    CHECK(*path_of_file_uri("file:/a%20b") == "/a b");
    for (const char* bad : {"",
                            "/a",
                            "file:",
                            "file://host/a",
                            "http://a/b",
                            "file:a",
                            "file://a",
                            "file:///%",
                            "file:///%0",
                            "file:///%zz",
                            "file:///a%00b",
                            "FILE:///a"}) {
        CAPTURE(bad);
        CHECK_FALSE(path_of_file_uri(bad));
    }
}

TEST_CASE("a relative XDG variable counts as unset") {
    const char* const before = std::getenv("XDG_STATE_HOME");
    const std::string kept = before == nullptr ? "" : before;
    ::setenv("XDG_STATE_HOME", "relative", 1);
    CHECK(state_home().front() == '/');
    CHECK(state_home().find("relative") == std::string::npos);
    ::setenv("XDG_STATE_HOME", "/elsewhere", 1);
    CHECK(state_home() == "/elsewhere/smos");
    if (before == nullptr)
        ::unsetenv("XDG_STATE_HOME");
    else
        ::setenv("XDG_STATE_HOME", kept.c_str(), 1);
}

TEST_CASE("a device is written to and never replaced") {
    const Scratch folder;
    const std::string from = folder / "from";
    REQUIRE(write_file_atomically(from, "bytes"));
    const std::string pipe = folder / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK_FALSE(write_file_atomically(pipe, "bytes"));
    CHECK(fs::is_fifo(pipe));
    CHECK(entries(folder.path) == 2);
    CHECK(copy_atomically(from, "/dev/null"));
    const auto full = copy_atomically(from, "/dev/full");
    REQUIRE_FALSE(full);
    CHECK(full.error().text().find("No space left") != std::string::npos);
    CHECK(fs::is_character_file("/dev/null"));
    CHECK(fs::is_character_file("/dev/full"));
}
