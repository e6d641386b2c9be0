// SPDX-License-Identifier: Apache-2.0
// Whole files in and out: bounded reads, and writes that are there completely or not at all.
#include "libsmos/core/file.hpp"

#include "libsmos/core/handle.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

namespace smos {
namespace {

std::string directory_of(const std::string& path) {
    const std::string parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

Result<void> sync_directory_of(const std::string& path) {
    const UniqueFd directory{
        ::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory || ::fsync(directory.get()) != 0) {
        return system_error("cannot_write", "cannot sync the directory", path, errno);
    }
    return {};
}

/// Errors name `path`, which the bytes are for.
Result<void> write_all(const UniqueFd& file, const std::string& path, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return system_error("cannot_write", "cannot write", path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void>
write_and_sync(const std::string& temporary, const std::string& path, std::string_view bytes) {
    const UniqueFd file{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!file)
        return system_error("cannot_create", "cannot create", path, errno);
    SMOS_CHECK(write_all(file, path, bytes));
    if (::fsync(file.get()) != 0)
        return system_error("cannot_write", "cannot sync", path, errno);
    return {};
}

} // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit_bytes) {
    const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file)
        return system_error("cannot_read", "cannot open", path, errno);
    std::string bytes;
    std::string block(std::size_t{1} << 16, '\0');
    for (;;) {
        const ssize_t got = ::read(file.get(), block.data(), block.size());
        if (got == 0)
            return bytes;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return system_error("cannot_read", "cannot read", path, errno);
        if (bytes.size() + static_cast<std::size_t>(got) > limit_bytes) {
            return Error{"too_large", fmt::format("larger than {} bytes", limit_bytes), path, {}};
        }
        bytes.append(block.data(), static_cast<std::size_t>(got));
    }
}

Result<void> write_file_atomically(const std::string& path, std::string_view bytes) {
    TemporaryFile temporary{temporary_beside(path)};
    SMOS_CHECK(write_and_sync(temporary.path(), path, bytes));
    SMOS_CHECK(move_into_place(temporary.path(), path, false));
    temporary.release();
    return {};
}

namespace {

/// A device, a pipe or a socket: written to, never replaced.
bool is_special(const std::string& path) {
    struct stat entry {};
    return ::stat(path.c_str(), &entry) == 0 && !S_ISREG(entry.st_mode) && !S_ISDIR(entry.st_mode);
}

Result<void> copy_into(const UniqueFd& source, const UniqueFd& copy, const std::string& path) {
    if (!copy)
        return system_error("cannot_create", "cannot create", path, errno);
    // Not every device takes sendfile().
    std::string block(std::size_t{1} << 20U, '\0');
    for (;;) {
        const ssize_t got = ::read(source.get(), block.data(), block.size());
        if (got == 0)
            return {};
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return system_error("cannot_read", "cannot read", path, errno);
        SMOS_CHECK(write_all(copy, path, {block.data(), static_cast<std::size_t>(got)}));
    }
}

} // namespace

Result<void> copy_atomically(const std::string& from, const std::string& path) {
    const UniqueFd source{::open(from.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!source)
        return system_error("cannot_read", "cannot open", from, errno);
    if (is_special(path))
        return copy_into(source, UniqueFd{::open(path.c_str(), O_WRONLY | O_CLOEXEC)}, path);
    TemporaryFile temporary{temporary_beside(path)};
    {
        const UniqueFd copy{
            ::open(temporary.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
        SMOS_CHECK(copy_into(source, copy, path));
        if (::fsync(copy.get()) != 0)
            return system_error("cannot_write", "cannot sync", path, errno);
    }
    SMOS_CHECK(move_into_place(temporary.path(), path, false));
    temporary.release();
    return {};
}

Result<void>
move_into_place(const std::string& temporary, const std::string& path, bool exclusive) {
    const UniqueFd file{::open(temporary.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file || ::fsync(file.get()) != 0) {
        return system_error("cannot_write", "cannot sync", temporary, errno);
    }
    if (exclusive) {
        if (::link(temporary.c_str(), path.c_str()) != 0) {
            return system_error(
                errno == EEXIST ? "exists" : "cannot_create", "cannot create", path, errno);
        }
        ::unlink(temporary.c_str());
    } else if (is_special(path)) {
        return Error{"cannot_create", "is a device or a pipe", path, "name a file"};
    } else if (::rename(temporary.c_str(), path.c_str()) != 0) {
        return system_error("cannot_create", "cannot create", path, errno);
    }
    return sync_directory_of(path);
}

Result<void> make_directories(const std::string& path) {
    std::string partial;
    for (const auto& part : std::filesystem::path(path)) {
        partial =
            partial.empty() ? part.string() : (std::filesystem::path(partial) / part).string();
        if (::mkdir(partial.c_str(), 0700) != 0 && errno != EEXIST && errno != EISDIR) {
            return system_error("cannot_create", "cannot create the directory", partial, errno);
        }
    }
    struct stat entry {};
    if (::stat(path.c_str(), &entry) != 0 || !S_ISDIR(entry.st_mode)) {
        return system_error("cannot_create", "not a directory", path, ENOTDIR);
    }
    return {};
}

std::string temporary_beside(const std::string& path) {
    static std::atomic<unsigned> serial{0};
    const std::filesystem::path target{path};
    const std::string name = fmt::format(
        ".{}.{}.{}.tmp", target.filename().string().substr(0, 64), ::getpid(), serial.fetch_add(1));
    return (target.parent_path() / name).string();
}

TemporaryFile::~TemporaryFile() {
    if (!path_.empty())
        ::unlink(path_.c_str());
}

} // namespace smos
