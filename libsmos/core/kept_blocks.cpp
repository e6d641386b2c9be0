// SPDX-License-Identifier: Apache-2.0
#include "libsmos/core/kept_blocks.hpp"

#include <algorithm>
#include <sys/mman.h>
#include <unistd.h>

namespace smos {
namespace {

std::size_t whole_pages(std::size_t bytes) noexcept {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return (bytes + page - 1) / page * page;
}

/// Blocks lie next to each other, and huge pages reach from one into the next.
void* map_block(std::size_t bytes) noexcept {
    void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return nullptr;
    (void)::madvise(at, bytes, MADV_HUGEPAGE); // only faster
    return at;
}

} // namespace

void KeptBlocks::unmap(Block& block) noexcept {
    (void)::munmap(block.at, block.bytes);
    held_ -= block.bytes;
    block = {};
}

void KeptBlocks::make_room(std::size_t bytes) noexcept {
    for (Block& block : blocks_) {
        if (held_ + bytes <= most_in_use_)
            return;
        if (block.at == nullptr || block.in_use)
            continue;
        unmap(block);
    }
}

void* KeptBlocks::take(std::size_t bytes) noexcept {
    bytes = whole_pages(bytes);
    const std::lock_guard lock{mutex_};
    for (Block& block : blocks_) {
        if (block.at != nullptr && !block.in_use && block.bytes == bytes) {
            block.in_use = true;
            in_use_ += bytes;
            most_in_use_ = std::max(most_in_use_, in_use_);
            return block.at;
        }
    }
    most_in_use_ = std::max(most_in_use_, in_use_ + bytes);
    make_room(bytes);
    const auto empty = std::find_if(
        blocks_.begin(), blocks_.end(), [](const Block& block) { return block.at == nullptr; });
    void* at = empty == blocks_.end() ? nullptr : map_block(bytes);
    if (at == nullptr)
        return nullptr;
    *empty = {at, bytes, true};
    held_ += bytes;
    in_use_ += bytes;
    return at;
}

bool KeptBlocks::give_back(void* at) noexcept {
    const std::lock_guard lock{mutex_};
    for (Block& block : blocks_) {
        if (block.at == at && block.in_use) {
            block.in_use = false;
            in_use_ -= block.bytes;
            if (held_ - in_use_ > most_in_use_ / 5 * 2)
                unmap(block);
            return true;
        }
    }
    return false;
}

std::size_t KeptBlocks::held_bytes() noexcept {
    const std::lock_guard lock{mutex_};
    return held_;
}

} // namespace smos
