// SPDX-License-Identifier: Apache-2.0
// A state file in the making: beside the one that it becomes, gone when that fails.
#include "libsmos/store/upkeep/spare_file.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/handle.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace smos::store {

SpareFile::SpareFile(const std::string& beside) : path_(temporary_beside(beside)) {}

SpareFile::~SpareFile() {
    for (const char* ending : {"", "-journal", "-wal", "-shm", ".lock"})
        ::unlink((path_ + ending).c_str());
}

std::int64_t SpareFile::size() const {
    struct stat entry {};
    return ::stat(path_.c_str(), &entry) == 0 ? std::int64_t{entry.st_size} : 0;
}

void SpareFile::create() const {
    const UniqueFd made{
        ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!made)
        throw Fatal(ExitStatus::cannot_create,
                    fmt::format("{}: cannot create: {}", path_, std::strerror(errno)));
}

bool path_exists(const std::string& path) {
    struct stat entry {};
    return ::lstat(path.c_str(), &entry) == 0;
}

} // namespace smos::store
