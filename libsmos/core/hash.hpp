// SPDX-License-Identifier: Apache-2.0
// SHA-256, and the names derived from hashes: content addresses and name-based UUIDs.
#pragma once

#include "libsmos/core/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace smos {

using Digest = std::array<std::uint8_t, 32>;

/// Incremental SHA-256.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(const void* bytes, std::size_t size);
    void update(std::string_view bytes) { update(bytes.data(), bytes.size()); }
    /// Length first, so that fields cannot be shifted into each other.
    void update_field(std::string_view bytes);
    /// May be called once.
    Digest finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

Digest sha256(std::string_view bytes);
std::string hex(const std::uint8_t* bytes, std::size_t size);
inline std::string hex(const Digest& digest) { return hex(digest.data(), digest.size()); }
inline std::string hex_of_bytes(std::string_view bytes) {
    return hex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}
inline std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

/// SHA-256 of a whole file, read in blocks.
Result<Digest> sha256_of_file(const std::string& path);

/// RFC 9562 version 5 (SHA-1 based) UUID in the SMOS namespace; fields are length-prefixed.
std::string name_uuid(std::initializer_list<std::string_view> fields);

/// The same fields at a moment, which comes first (RFC 9562 version 8, with the place of the time
/// as in version 7): what is made one after the other lies side by side in an index. Times before
/// 1970 count as 1970.
std::string dated_uuid(std::int64_t at_us, std::initializer_list<std::string_view> fields);

/// A version 4 UUID from the system's randomness.
std::string random_uuid();

/// "00-<32 hex>-<16 hex>-01": a W3C traceparent derived from `name`.
std::string traceparent_for(std::string_view name);

} // namespace smos
