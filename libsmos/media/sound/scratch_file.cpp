// SPDX-License-Identifier: Apache-2.0
// A file without a name.
#include "libsmos/media/sound/scratch_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>

namespace smos::media {

Result<ScratchFile> ScratchFile::create(const std::string& directory, const std::string& named) {
    UniqueFd file{::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
    if (!file) { // not every file system has O_TMPFILE
        std::string name = directory + "/scratch-XXXXXX";
        file.reset(::mkostemp(name.data(), O_CLOEXEC));
        if (!file)
            return system_error("cannot_create", "cannot keep sound", directory, errno);
        ::unlink(name.c_str());
    }
    return ScratchFile{std::move(file), named};
}

Result<void> ScratchFile::append(const void* bytes, std::size_t size) {
    const auto* from = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t written = ::pwrite(file_.get(), from, size, static_cast<off_t>(size_));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return system_error("cannot_write", "cannot keep sound", named_, errno);
        from += written;
        size -= static_cast<std::size_t>(written);
        size_ += written;
    }
    return {};
}

Result<void> ScratchFile::read(std::int64_t at, void* bytes, std::size_t size) const {
    auto* into = static_cast<char*>(bytes);
    while (size > 0) {
        const ssize_t got = ::pread(file_.get(), into, size, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return system_error(
                "cannot_read", "cannot read kept sound", named_, got < 0 ? errno : EIO);
        into += got;
        at += got;
        size -= static_cast<std::size_t>(got);
    }
    return {};
}

} // namespace smos::media
