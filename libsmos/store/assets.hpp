// SPDX-License-Identifier: Apache-2.0
// Files by content: $XDG_DATA_HOME/smos/cas, named by SHA-256, and small notes that say which
// content answers a request that was made before.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/records/sidecar.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smos::store {

/// Layout below the root: sha256/ab/<hex> holds content, notes/<kind>/<key>.json holds notes.
/// Directories are 0700, files 0600; every file appears complete or not at all.
class Assets {
  public:
    /// Nothing is created before the first write.
    explicit Assets(std::string root);

    const std::string& root() const { return root_; }

    /// Moves a finished file in (same file system: see scratch()); returns its sidecar, cas: URI.
    Result<records::Sidecar> adopt(const std::string& path, std::string_view mime_type);
    /// The same for a file whose SHA-256 is known.
    Result<records::Sidecar>
    adopt(const std::string& path, std::string_view mime_type, const Digest& content);
    Result<records::Sidecar> put(std::string_view bytes, std::string_view mime_type);

    /// The file behind a cas: or file: URI; it has to exist. For cas: the name is trusted.
    Result<std::string> path_of(std::string_view uri) const;
    /// Whether the sidecar's file is there with its size.
    bool has(const records::Sidecar& sidecar) const;

    /// A new private directory under the root for files to be adopted.
    Result<std::string> scratch();

    /// `kind` and `key` are our own words and hashes, never text from outside.
    std::optional<std::string> note(std::string_view kind, std::string_view key) const;
    Result<void> set_note(std::string_view kind, std::string_view key, std::string_view text);

  private:
    std::string content_path(std::string_view hex) const;

    std::string root_;
};

} // namespace smos::store
