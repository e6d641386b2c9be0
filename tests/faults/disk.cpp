// SPDX-License-Identifier: Apache-2.0
// Preloaded into a tool, this logs what it writes and syncs below $SMOS_DISK_ROOT, in order, for
// rebuilding what a power cut would have left; or it makes the write number $SMOS_DISK_SHORT short.
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

template <typename Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

constexpr int descriptors = 256;

std::string& path_of(int fd) {
    static std::string paths[descriptors];
    static std::string none;
    return fd >= 0 && fd < descriptors ? paths[fd] : none;
}

bool below_root(const char* path) {
    static const char* root = std::getenv("SMOS_DISK_ROOT");
    return root != nullptr && path != nullptr && std::strncmp(path, root, std::strlen(root)) == 0;
}

// One operation is one append: "KIND OFFSET SIZE PATH\n" and SIZE bytes.
void note(const char* kind, const std::string& path, off_t offset, const void* data, size_t size) {
    static const char* log = std::getenv("SMOS_DISK_LOG");
    if (log == nullptr)
        return;
    static const int fd = next<int(const char*, int, ...)>("open64")(
        log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    const std::string head = std::string{kind} + ' ' + std::to_string(offset) + ' ' +
                             std::to_string(size) + ' ' + path + '\n';
    iovec parts[2] = {{const_cast<char*>(head.data()), head.size()},
                      {const_cast<void*>(data), size}};
    if (::writev(fd, parts, 2) != static_cast<ssize_t>(head.size() + size))
        std::abort();
}

size_t allowed(size_t size) {
    static const char* wanted = std::getenv("SMOS_DISK_SHORT");
    static long left = wanted != nullptr ? std::atol(wanted) : 0;
    return left > 0 && --left == 0 && size > 1 ? size / 2 : size;
}

int opened(int fd, const char* path, int flags) {
    if (fd >= 0)
        path_of(fd) = below_root(path) ? path : "";
    if (fd >= 0 && below_root(path) && (flags & O_CREAT) != 0)
        note("create", path, 0, nullptr, 0);
    return fd;
}

mode_t mode_in(int flags, va_list words) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(words, mode_t) : mode_t{0};
}

ssize_t write_at(const char* name, int fd, const void* data, size_t size, off_t offset) {
    const std::string& path = path_of(fd);
    const size_t part = path.empty() ? size : allowed(size);
    const ssize_t done =
        next<ssize_t(int, const void*, size_t, off_t)>(name)(fd, data, part, offset);
    if (done > 0 && !path.empty())
        note("write", path, offset, data, static_cast<size_t>(done));
    return done;
}

int synced(const char* name, int fd) {
    const int status = next<int(int)>(name)(fd);
    if (status == 0 && !path_of(fd).empty())
        note("sync", path_of(fd), 0, nullptr, 0);
    return status;
}

int cut(const char* name, int fd, off_t size) {
    const int status = next<int(int, off_t)>(name)(fd, size);
    if (status == 0 && !path_of(fd).empty())
        note("truncate", path_of(fd), size, nullptr, 0);
    return status;
}

} // namespace

extern "C" {

int open64(const char* path, int flags, ...) {
    va_list words;
    va_start(words, flags);
    const mode_t mode = mode_in(flags, words);
    va_end(words);
    return opened(next<int(const char*, int, ...)>("open64")(path, flags, mode), path, flags);
}

int open(const char* path, int flags, ...) {
    va_list words;
    va_start(words, flags);
    const mode_t mode = mode_in(flags, words);
    va_end(words);
    return opened(next<int(const char*, int, ...)>("open")(path, flags, mode), path, flags);
}

int close(int fd) {
    path_of(fd).clear();
    return next<int(int)>("close")(fd);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off_t offset) {
    return write_at("pwrite64", fd, data, size, offset);
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
    return write_at("pwrite", fd, data, size, offset);
}

// Standard output is where a tool acknowledges.
ssize_t write(int fd, const void* data, size_t size) {
    const std::string& path = path_of(fd);
    const off_t offset = path.empty() ? 0 : ::lseek(fd, 0, SEEK_CUR);
    const size_t part = path.empty() && fd != STDOUT_FILENO ? size : allowed(size);
    const ssize_t done = next<ssize_t(int, const void*, size_t)>("write")(fd, data, part);
    if (done > 0 && fd == STDOUT_FILENO)
        note("said", "-", 0, data, static_cast<size_t>(done));
    else if (done > 0 && !path.empty())
        note("write", path, offset, data, static_cast<size_t>(done));
    return done;
}

int ftruncate64(int fd, off_t size) noexcept { return cut("ftruncate64", fd, size); }

int ftruncate(int fd, off_t size) noexcept { return cut("ftruncate", fd, size); }

int fsync(int fd) { return synced("fsync", fd); }

int fdatasync(int fd) { return synced("fdatasync", fd); }

int unlink(const char* path) noexcept {
    const int status = next<int(const char*)>("unlink")(path);
    if (status == 0 && below_root(path))
        note("unlink", path, 0, nullptr, 0);
    return status;
}

int link(const char* from, const char* to) noexcept {
    const int status = next<int(const char*, const char*)>("link")(from, to);
    if (status == 0 && below_root(to))
        note("link", std::string{from} + '\t' + to, 0, nullptr, 0);
    return status;
}

int rename(const char* from, const char* to) noexcept {
    const int status = next<int(const char*, const char*)>("rename")(from, to);
    if (status == 0 && below_root(to))
        note("rename", std::string{from} + '\t' + to, 0, nullptr, 0);
    return status;
}
}
