// SPDX-License-Identifier: Apache-2.0
// A state file in the making: beside the one that it becomes, gone when that fails.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/store/upkeep/backup.hpp"

#include <cstdint>
#include <string>

namespace smos::store {

class SpareFile {
  public:
    explicit SpareFile(const std::string& beside);
    SpareFile(const SpareFile&) = delete;
    SpareFile& operator=(const SpareFile&) = delete;
    /// Removes it, with the log, the journal and the lock file that an engine left beside it.
    ~SpareFile();

    const std::string& path() const { return path_; }
    std::int64_t size() const;
    /// Empty, 0600. Fatal (73).
    void create() const;

  private:
    std::string path_;
};

bool path_exists(const std::string& path);

/// Opens (and thereby brings up to date) and checks a file; `name` is what reports call it.
Result<BackupReport> verified_file(const std::string& path, const std::string& name);

} // namespace smos::store
