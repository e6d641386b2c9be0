// SPDX-License-Identifier: Apache-2.0
// The store of packets as a directory of checked files.
#include "libsmos/media/codec/gop_store.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/core/handle.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <tuple>
#include <vector>

namespace smos::media {
namespace {

constexpr std::string_view entry_magic = "smosgop1";
constexpr std::string_view entry_suffix = ".gop";
constexpr std::string_view unfinished_suffix = ".part";
constexpr std::size_t entry_header = entry_magic.size() + 2 * sizeof(Digest);
constexpr std::int64_t largest_entry = std::int64_t{1} << 30;

std::string_view text_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::string entry_path(const std::string& directory, const Digest& key) {
    return directory + "/" + hex(key) + std::string{entry_suffix};
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// All bytes of an entry's file, or nothing.
std::optional<std::string> read_entry(int fd) {
    struct stat entry {};
    if (::fstat(fd, &entry) != 0 || !S_ISREG(entry.st_mode) || entry.st_size > largest_entry)
        return std::nullopt;
    std::string bytes(static_cast<std::size_t>(entry.st_size), '\0');
    std::size_t at = 0;
    while (at < bytes.size()) {
        const ssize_t got = ::read(fd, bytes.data() + at, bytes.size() - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return std::nullopt;
        at += static_cast<std::size_t>(got);
    }
    return bytes;
}

bool is_intact(std::string_view entry, const Digest& key) {
    if (entry.size() < entry_header || entry.substr(0, entry_magic.size()) != entry_magic)
        return false;
    entry.remove_prefix(entry_magic.size());
    if (entry.substr(0, key.size()) != text_of(key))
        return false;
    const Digest sum = sha256(entry.substr(2 * key.size()));
    return entry.substr(key.size(), sum.size()) == text_of(sum);
}

/// A writer holds a lock on its unfinished file, and a killed one does not. The lock is held until
/// the name is gone: a writer that has just made the file then sees that it is.
void remove_abandoned(const std::string& path) {
    const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (file && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0)
        ::unlink(path.c_str());
}

/// A new file that is locked before any sweep could take it for abandoned.
UniqueFd create_locked(const std::string& path) {
    for (;;) {
        UniqueFd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
        struct stat entry {};
        if (!file || ::flock(file.get(), LOCK_EX) != 0 || ::fstat(file.get(), &entry) != 0)
            return {};
        if (entry.st_nlink > 0)
            return file;
    }
}

} // namespace

Result<std::shared_ptr<FileGopStore>> FileGopStore::open(const std::string& directory,
                                                         std::int64_t limit_bytes) {
    SMOS_CHECK(make_directories(directory));
    auto store = std::make_shared<FileGopStore>(Opened{}, directory, limit_bytes);
    store->sweep({});
    return store;
}

std::string FileGopStore::path_of(const Digest& key) const { return entry_path(directory_, key); }

bool FileGopStore::has(const std::string& directory, const Digest& key) {
    struct stat entry {};
    return ::lstat(entry_path(directory, key).c_str(), &entry) == 0 && S_ISREG(entry.st_mode);
}

std::optional<std::string> FileGopStore::find(const Digest& key) {
    const std::string path = path_of(key);
    const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file)
        return std::nullopt;
    std::optional<std::string> entry = read_entry(file.get());
    if (!entry || !is_intact(*entry, key)) {
        ::unlink(path.c_str());
        return std::nullopt;
    }
    ::futimens(file.get(), nullptr); // used now: among the last to go
    entry->erase(0, entry_header);
    return entry;
}

Result<void> FileGopStore::keep(const Digest& key, std::string_view bytes) {
    const auto size = static_cast<std::int64_t>(entry_header + bytes.size());
    if (size > std::min(limit_bytes_, largest_entry))
        return {}; // it would push out all others and go next
    const std::string path = path_of(key);
    const std::string part = directory_ + "/" + random_uuid() + std::string{unfinished_suffix};
    const UniqueFd file = create_locked(part);
    if (!file)
        return system_error("cannot_create", "cannot create", path, errno);
    TemporaryFile unfinished{part};
    const Digest sum = sha256(bytes);
    const bool written = write_all(file.get(), entry_magic) &&
                         write_all(file.get(), text_of(key)) &&
                         write_all(file.get(), text_of(sum)) && write_all(file.get(), bytes);
    if (!written)
        return system_error("cannot_write", "cannot write", path, errno);
    if (::rename(part.c_str(), path.c_str()) != 0)
        return system_error("cannot_write", "cannot rename", path, errno);
    unfinished.release();
    sweep(path);
    return {};
}

void FileGopStore::sweep(const std::string& spared) {
    const std::lock_guard lock(sweeping_);
    using Age = std::tuple<std::int64_t, std::int64_t, std::string, std::int64_t>;
    std::vector<Age> entries;
    std::int64_t total = 0;
    const UniqueHandle<DIR, ::closedir> listing{::opendir(directory_.c_str())};
    while (const dirent* name = listing ? ::readdir(listing.get()) : nullptr) {
        const std::string path = directory_ + "/" + name->d_name;
        struct stat entry {};
        if (::lstat(path.c_str(), &entry) != 0 || !S_ISREG(entry.st_mode))
            continue;
        if (ends_with(path, unfinished_suffix))
            remove_abandoned(path);
        if (!ends_with(path, entry_suffix))
            continue;
        total += entry.st_size;
        if (path != spared)
            entries.emplace_back(entry.st_mtim.tv_sec, entry.st_mtim.tv_nsec, path, entry.st_size);
    }
    if (total <= limit_bytes_)
        return;
    std::sort(entries.begin(), entries.end());
    for (const auto& [seconds, nanoseconds, path, size] : entries) {
        if (total <= limit_bytes_)
            return;
        ::unlink(path.c_str());
        total -= size;
    }
}

} // namespace smos::media
