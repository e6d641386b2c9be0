// SPDX-License-Identifier: Apache-2.0
// Encoded packets kept from one run to the next, by the hash of what they were made from.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace smos::media {

/// Several threads call both at the same time. The encoder checks what it gets: bytes that are not
/// what was kept must not come back, but cannot do more than cost an encode.
class GopStore {
  public:
    virtual ~GopStore() = default;
    virtual std::optional<std::string> find(const Digest& key) = 0;
    /// Whether find() will most likely give something.
    virtual bool has(const Digest& key) const = 0;
    /// An error leaves the store as it was; the film does not need it.
    virtual Result<void> keep(const Digest& key, std::string_view bytes) = 0;
};

/// One file per key in one directory, for several processes at once and kill -9 at any instant: an
/// entry appears complete or not at all, and one whose SHA-256 is wrong is removed, not returned.
/// Entries are not synced: a power cut can damage the newest, which is then found out.
class FileGopStore final : public GopStore {
  public:
    /// Makes the directory if need be, mode 0700, and removes what killed writers left behind.
    /// When the entries hold more than `limit_bytes`, those go first that were used longest ago.
    static Result<std::shared_ptr<FileGopStore>> open(const std::string& directory,
                                                      std::int64_t limit_bytes);
    std::optional<std::string> find(const Digest& key) override;
    Result<void> keep(const Digest& key, std::string_view bytes) override;

    bool has(const Digest& key) const override { return has(directory_, key); }

    /// Whether such a directory has an entry; reads and changes nothing.
    static bool has(const std::string& directory, const Digest& key);

  private:
    struct Opened {}; // only open() makes one
  public:
    FileGopStore(Opened, std::string directory, std::int64_t limit_bytes)
        : directory_(std::move(directory)),
          limit_bytes_(limit_bytes) {}

  private:
    std::string path_of(const Digest& key) const;
    void sweep(const std::string& spared);

    const std::string directory_;
    const std::int64_t limit_bytes_;
    std::mutex sweeping_;
};

} // namespace smos::media
