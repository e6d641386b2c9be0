// SPDX-License-Identifier: Apache-2.0
// Memory for the samples of a picture.
#include "libsmos/media/picture/pixel_bytes.hpp"

#include <algorithm>
#include <sys/mman.h>
#include <utility>

namespace smos::media {
namespace {

constexpr std::size_t line_bytes = 64;
constexpr std::uintptr_t huge_page_bytes = std::uintptr_t{2} << 20U;

/// A hint: the large pages that lie wholly inside come at once, not as 512 small ones each.
void prefer_huge_pages(std::uint8_t* first, std::size_t size) {
    const auto begin = reinterpret_cast<std::uintptr_t>(first);
    const std::uintptr_t skipped = (huge_page_bytes - begin % huge_page_bytes) % huge_page_bytes;
    if (size < skipped + huge_page_bytes)
        return;
    const std::size_t whole = (size - skipped) / huge_page_bytes * huge_page_bytes;
    static_cast<void>(::madvise(first + skipped, whole, MADV_HUGEPAGE));
}

} // namespace

PixelBytes::PixelBytes(std::size_t size) {
    if (size == 0)
        return;
    std::size_t room = size + line_bytes - 1;
    memory_ = std::make_unique_for_overwrite<std::uint8_t[]>(room);
    void* first = memory_.get();
    first_ = static_cast<std::uint8_t*>(std::align(line_bytes, size, first, room));
    size_ = size;
    prefer_huge_pages(first_, size_);
}

PixelBytes::PixelBytes(const PixelBytes& other) : PixelBytes(other.size_) {
    std::copy_n(other.first_, size_, first_);
}

PixelBytes::PixelBytes(PixelBytes&& other) noexcept
    : memory_(std::move(other.memory_)),
      first_(std::exchange(other.first_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

PixelBytes& PixelBytes::operator=(const PixelBytes& other) {
    if (size_ != other.size_)
        *this = PixelBytes(other.size_);
    if (this != &other)
        std::copy_n(other.first_, size_, first_);
    return *this;
}

PixelBytes& PixelBytes::operator=(PixelBytes&& other) noexcept {
    memory_ = std::move(other.memory_);
    first_ = std::exchange(other.first_, nullptr);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

bool PixelBytes::operator==(const PixelBytes& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
}

} // namespace smos::media
