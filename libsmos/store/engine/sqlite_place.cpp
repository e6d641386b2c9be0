// SPDX-License-Identifier: Apache-2.0
// Where a state file may lie, and hearing of what others write to it.
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/handle.hpp"
#include "libsmos/store/engine/sqlite_engine.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace smos::store {
namespace {

struct Refused {
    unsigned magic;
    const char* name;
};

// f_type of statfs(2): file systems that other hosts write too, whose locks and shared memory do
// not reach across.
constexpr std::array<Refused, 9> network_file_systems{{{0x6969U, "NFS"},
                                                       {0x517BU, "SMB"},
                                                       {0xFF534D42U, "CIFS"},
                                                       {0xFE534D42U, "SMB2"},
                                                       {0x5346414FU, "AFS"},
                                                       {0x73757245U, "Coda"},
                                                       {0x00C36400U, "Ceph"},
                                                       {0x0BD00BD0U, "Lustre"},
                                                       {0x47504653U, "GPFS"}}};
constexpr unsigned fuse_magic = 0x65735546U;
// Unions of layers: a file is another inode before and after its first write, so locks that were
// taken on one do not hold on the other; and a container's layer goes with it.
constexpr std::array<Refused, 2> layered_file_systems{
    {{0x794C7630U, "overlay"}, {0x61756673U, "aufs"}}};

std::string directory_holding(const std::string& path) {
    const std::string parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

// FUSE carries local disks and remote ones alike: the mount's type tells ("fuse.sshfs").
std::string fuse_type(const std::string& directory) {
    struct stat entry {};
    if (::stat(directory.c_str(), &entry) != 0)
        return {};
    const std::string device = fmt::format(" {}:{} ", major(entry.st_dev), minor(entry.st_dev));
    std::ifstream mounts{"/proc/self/mountinfo"};
    for (std::string line; std::getline(mounts, line);) {
        const std::size_t dash = line.find(" - ");
        if (dash != std::string::npos && line.substr(0, dash).find(device) != std::string::npos)
            return line.substr(dash + 3, line.find(' ', dash + 3) - dash - 3);
    }
    return {};
}

bool remote_fuse(const std::string& type) {
    for (const char* name : {"sshfs",
                             "s3fs",
                             "rclone",
                             "gcsfuse",
                             "davfs",
                             "gluster",
                             "ceph",
                             "goofys",
                             "mountpoint-s3",
                             "juicefs",
                             "smb",
                             "nfs"}) {
        if (type.find(name) != std::string::npos)
            return true;
    }
    return false;
}

bool layered_fuse(const std::string& type) {
    return type.find("overlay") != std::string::npos || type.find("unionfs") != std::string::npos ||
           type.find("mergerfs") != std::string::npos;
}

void refuse_layered(const std::string& directory, const std::string& name) {
    throw Fatal(ExitStatus::config,
                fmt::format("{}: lies on {}, a layered file system, where locks do not hold and "
                            "which a container takes with it when it ends",
                            directory,
                            name),
                "in a container mount a volume (docker run -v smos:/state) and give --state "
                "/state/state.db, or a postgresql:// URL; for a trial a tmpfs will do");
}

/// The directory, or what it will be made in.
std::string nearest_existing(const std::string& directory) {
    std::error_code ignored;
    std::filesystem::path nearest = std::filesystem::absolute(directory, ignored);
    while (nearest.has_relative_path() && !std::filesystem::exists(nearest, ignored))
        nearest = nearest.parent_path();
    return nearest.string();
}

void refuse_place(const std::string& wanted) {
    const std::string directory = nearest_existing(wanted);
    struct statfs found {};
    if (::statfs(directory.c_str(), &found) != 0)
        return; // opening the file says why
    const auto magic = static_cast<unsigned>(found.f_type);
    for (const Refused& refused : layered_file_systems) {
        if (magic == refused.magic)
            refuse_layered(directory, refused.name);
    }
    if (magic == fuse_magic && layered_fuse(fuse_type(directory)))
        refuse_layered(directory, fuse_type(directory));
    std::string name;
    for (const Refused& refused : network_file_systems) {
        if (magic == refused.magic)
            name = refused.name;
    }
    if (magic == fuse_magic && remote_fuse(fuse_type(directory)))
        name = fuse_type(directory);
    if (!name.empty()) {
        throw Fatal(ExitStatus::config,
                    fmt::format("{}: lies on {}, where locks do not hold", directory, name),
                    "put the state file on a local disk with --state");
    }
}

} // namespace

bool file_exists(const std::string& path) {
    struct stat entry {};
    return ::stat(path.c_str(), &entry) == 0 && entry.st_size > 0;
}

void prepare_place(const std::string& path, OpenMode mode) {
    const std::string directory = directory_holding(path);
    if (std::filesystem::is_directory(path)) {
        throw Fatal(ExitStatus::cannot_create,
                    fmt::format("{}: a directory, not a state file", path),
                    "name a file with --state, for example " + path + "/state.db");
    }
    refuse_place(directory);
    if (mode == OpenMode::scratch_copy)
        return;
    or_fatal(make_directories(directory), ExitStatus::cannot_create);
    // Exclusive, because opening and closing a file that SQLite has open in this process would
    // drop SQLite's locks on it.
    const UniqueFd made{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!made && errno != EEXIST) {
        throw Fatal(ExitStatus::cannot_create,
                    fmt::format("{}: cannot create: {}", path, std::strerror(errno)),
                    "choose another place with --state");
    }
    struct stat entry {};
    if (::stat(path.c_str(), &entry) == 0 && (entry.st_mode & 077U) != 0 &&
        entry.st_uid == ::geteuid())
        ::chmod(path.c_str(), 0600);
}

UniqueFd watch_commits(const std::string& path) {
    UniqueFd watch{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    // A commit writes the log beside the file, which stays as long as one has it open.
    if (watch && ::inotify_add_watch(watch.get(), (path + "-wal").c_str(), IN_MODIFY) < 0)
        watch.reset();
    return watch;
}

bool drain_watch(int watch) {
    bool any = false;
    std::array<char, 4096> events{};
    while (watch >= 0 && ::read(watch, events.data(), events.size()) > 0)
        any = true;
    return any;
}

} // namespace smos::store
