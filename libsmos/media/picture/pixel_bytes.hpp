// SPDX-License-Identifier: Apache-2.0
// Memory for the samples of a picture, which nobody writes before its owner does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace smos::media {

/// A fixed number of bytes that begin on a cache line. Copied as a vector is; empty once moved
/// from.
class PixelBytes {
  public:
    PixelBytes() = default;
    /// What they hold is undefined: write each before it is read, or the film depends on it.
    explicit PixelBytes(std::size_t size);
    PixelBytes(const PixelBytes& other);
    PixelBytes(PixelBytes&& other) noexcept;
    PixelBytes& operator=(const PixelBytes& other);
    PixelBytes& operator=(PixelBytes&& other) noexcept;
    ~PixelBytes() = default;

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    std::uint8_t* data() { return first_; }
    const std::uint8_t* data() const { return first_; }
    const std::uint8_t* begin() const { return first_; }
    const std::uint8_t* end() const { return first_ + size_; }
    bool operator==(const PixelBytes& other) const;

  private:
    std::unique_ptr<std::uint8_t[]> memory_;
    std::uint8_t* first_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace smos::media
