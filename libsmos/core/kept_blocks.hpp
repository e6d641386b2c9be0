// SPDX-License-Identifier: Apache-2.0
// Large blocks of memory that the next one who asks for the same size gets again.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>

namespace smos {

/// Never holds more than was in use at one time, and of that at most two fifths for nobody: more
/// would meet the peak of those who ask elsewhere. Calls no allocator, so that one may be built on
/// it. Safe among threads; to be kept for the life of the process.
class KeptBlocks {
  public:
    constexpr KeptBlocks() = default;

    /// A block at the start of a page, with whatever its last owner left in it; nullptr without
    /// memory, or when too many blocks are held.
    void* take(std::size_t bytes) noexcept;

    /// False where `at` is not the start of a block that is in use here.
    bool give_back(void* at) noexcept;

    std::size_t held_bytes() noexcept;

  private:
    struct Block {
        void* at = nullptr;
        std::size_t bytes = 0;
        bool in_use = false;
    };

    void unmap(Block& block) noexcept;
    void make_room(std::size_t bytes) noexcept;

    std::mutex mutex_;
    std::array<Block, 512> blocks_{};
    std::size_t held_ = 0;
    std::size_t in_use_ = 0;
    std::size_t most_in_use_ = 0;
};

} // namespace smos
