// SPDX-License-Identifier: Apache-2.0
// Whole files in and out: bounded reads, and writes that are there completely or not at all.
#pragma once

#include "libsmos/core/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace smos {

/// The whole file; larger than `limit_bytes` is an error, a directory too.
Result<std::string> read_file(const std::string& path, std::size_t limit_bytes);

/// Writes beside `path`, syncs, renames over it. Mode 0600. Nothing half-written remains.
Result<void> write_file_atomically(const std::string& path, std::string_view bytes);

/// The same with what another file holds, readable for all. A device or a pipe is written to.
Result<void> copy_atomically(const std::string& from, const std::string& path);

/// The same for a file that somebody else already wrote as `temporary` on the same file system.
/// With `exclusive` an existing `path` is an error with code "exists".
Result<void> move_into_place(const std::string& temporary, const std::string& path, bool exclusive);

/// Makes the directory and its parents, mode 0700.
Result<void> make_directories(const std::string& path);

/// A name beside `path` that no other process uses; not created.
std::string temporary_beside(const std::string& path);

/// Removes its path when it goes, unless released: no temporary file outlives a failure.
class TemporaryFile {
  public:
    explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
    TemporaryFile(TemporaryFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TemporaryFile& operator=(TemporaryFile&&) = delete;
    ~TemporaryFile();
    const std::string& path() const { return path_; }
    void release() { path_.clear(); }

  private:
    std::string path_;
};

} // namespace smos
