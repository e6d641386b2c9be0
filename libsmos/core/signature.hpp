// SPDX-License-Identifier: Apache-2.0
// Ed25519: a key pair in a file, signatures made with it, and signatures checked.
#pragma once

#include "libsmos/core/result.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace smos {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

/// The private half; never printed, and wiped from memory when it goes.
class SigningKey {
  public:
    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;
    ~SigningKey();

    static SigningKey generate();
    /// Reads PKCS#8 PEM. Errors: cannot_read, not_private (others may read or write the file),
    /// bad_key.
    static Result<SigningKey> read(const std::string& path);
    /// Reads the file, or makes it: mode 0600, never half-written, never over an existing one.
    static Result<SigningKey> read_or_make(const std::string& path);

    /// Writes PKCS#8 PEM, mode 0600; error "exists" when there is a file.
    Result<void> write(const std::string& path) const;
    PublicKey public_key() const;
    Signature sign(std::string_view message) const;

  private:
    struct State;
    explicit SigningKey(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

bool is_signed(const PublicKey& key, std::string_view message, const Signature& signature);

/// SHA-256 of the 32 bytes, in hex: names a key without showing it.
std::string fingerprint(const PublicKey& key);

/// SubjectPublicKeyInfo PEM, as `openssl pkey -pubin` reads it.
std::string public_key_pem(const PublicKey& key);
/// From PEM; errors: cannot_read, bad_key.
Result<PublicKey> read_public_key(const std::string& path);

/// Exactly `size` bytes of hex digits, else false.
bool bytes_of_hex(std::string_view digits, std::uint8_t* bytes, std::size_t size);

} // namespace smos
