// SPDX-License-Identifier: Apache-2.0
// The file that a film is written into: without a name until it is complete.
#include "libsmos/media/codec/encode_file.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/media/codec/libav.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <new>
#include <sys/stat.h>

namespace smos::media {
namespace {

constexpr int stream_buffer_bytes = 1 << 18;

int fd_of(void* opaque) { return static_cast<int>(reinterpret_cast<std::intptr_t>(opaque)); }

int write_to_file(void* opaque, std::uint8_t* bytes, int size) {
    int done = 0;
    while (done < size) {
        const ssize_t written =
            ::write(fd_of(opaque), bytes + done, static_cast<std::size_t>(size - done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return AVERROR(errno);
        done += static_cast<int>(written);
    }
    return size;
}

std::int64_t seek_in_file(void* opaque, std::int64_t offset, int whence) {
    if (whence == AVSEEK_SIZE) {
        struct stat entry {};
        return ::fstat(fd_of(opaque), &entry) == 0 ? entry.st_size : AVERROR(errno);
    }
    const off_t at = ::lseek(fd_of(opaque), offset, whence & ~AVSEEK_FORCE);
    return at < 0 ? AVERROR(errno) : at;
}

} // namespace

Result<OutputFile> OutputFile::create(const std::string& path) {
    const std::filesystem::path target{path};
    const std::string directory =
        target.has_parent_path() ? target.parent_path().string() : std::string{"."};
    const std::string temporary = directory + "/." + random_uuid() + ".tmp";
    UniqueFd file{::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
    if (file)
        return OutputFile{std::move(file), path, temporary, false};
    const bool unsupported = errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL;
    if (unsupported)
        file.reset(::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file)
        return system_error("cannot_create", "cannot create", path, errno);
    return OutputFile{std::move(file), path, temporary, true};
}

Result<void> OutputFile::publish() {
    if (!named_) {
        const std::string nameless = fmt::format("/proc/self/fd/{}", file_.get());
        if (::linkat(
                AT_FDCWD, nameless.c_str(), AT_FDCWD, temporary_.path().c_str(), AT_SYMLINK_FOLLOW))
            return system_error("cannot_create", "cannot name the film", path_, errno);
    }
    SMOS_CHECK(move_into_place(temporary_.path(), path_, false));
    temporary_.release();
    return {};
}

void close_output_stream(AVIOContext* stream) {
    av_freep(&stream->buffer);
    avio_context_free(&stream);
}

OutputStream stream_into(int fd) {
    auto* buffer = static_cast<std::uint8_t*>(av_malloc(stream_buffer_bytes));
    void* opaque = reinterpret_cast<void*>(static_cast<std::intptr_t>(fd));
    AVIOContext* stream =
        buffer == nullptr
            ? nullptr
            : avio_alloc_context(
                  buffer, stream_buffer_bytes, 1, opaque, nullptr, write_to_file, seek_in_file);
    if (stream == nullptr) {
        av_free(buffer);
        throw std::bad_alloc();
    }
    return OutputStream{stream};
}

} // namespace smos::media
