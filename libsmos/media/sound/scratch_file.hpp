// SPDX-License-Identifier: Apache-2.0
// Bytes on disk instead of in memory, for as long as their owner lives.
#pragma once

#include "libsmos/core/handle.hpp"
#include "libsmos/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace smos::media {

/// A file without a name: nothing is left of it, however the process ends.
class ScratchFile {
  public:
    /// The directory must exist; `named` is what messages call it. Error cannot_create.
    static Result<ScratchFile> create(const std::string& directory, const std::string& named);

    /// Error cannot_write, for a full disk too.
    Result<void> append(const void* bytes, std::size_t size);
    /// All `size` bytes from `at` on have to be there.
    Result<void> read(std::int64_t at, void* bytes, std::size_t size) const;

    std::int64_t size() const { return size_; }

  private:
    ScratchFile(UniqueFd file, std::string named)
        : file_(std::move(file)),
          named_(std::move(named)) {}

    UniqueFd file_;
    std::string named_;
    std::int64_t size_ = 0;
};

} // namespace smos::media
