// SPDX-License-Identifier: Apache-2.0
// SHA-256 of two messages at once: one alone keeps a processor waiting for its own last round.
#pragma once

#include "libsmos/core/hash.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace smos {

/// Where the hash of messages stands that all begin alike, behind the whole blocks of that
/// beginning.
class HashStart {
  public:
    HashStart();
    explicit HashStart(std::string_view common);

  private:
    friend std::array<Digest, 2>
    sha256_pair(const HashStart& start, std::string_view one, std::string_view other);

    alignas(16) std::array<std::uint32_t, 8> state_; // f e b a, h g d c
    std::size_t blocks_ = 0;
};

/// The same as sha256() of each. Where the processor has the SHA instructions both are made in
/// little more than the time of the longer one.
std::array<Digest, 2> sha256_pair(std::string_view one, std::string_view other);
/// Of two messages that both begin with what `start` was made from.
std::array<Digest, 2>
sha256_pair(const HashStart& start, std::string_view one, std::string_view other);

} // namespace smos
