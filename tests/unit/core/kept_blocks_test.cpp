// SPDX-License-Identifier: Apache-2.0
// Blocks come back to the next one of their size, and what is held stays within what was in use.
#include "libsmos/core/kept_blocks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

using smos::KeptBlocks;

namespace {

constexpr std::size_t mib = std::size_t{1} << 20U;

} // namespace

TEST_CASE("a block of the same size comes back") {
    static KeptBlocks blocks;
    void* one = blocks.take(3 * mib);
    void* two = blocks.take(mib);
    void* three = blocks.take(8 * mib);
    REQUIRE((one != nullptr && two != nullptr && three != nullptr));
    CHECK(reinterpret_cast<std::uintptr_t>(one) % 4096 == 0);
    CHECK(blocks.give_back(one));
    CHECK_FALSE(blocks.give_back(one));
    CHECK(blocks.take(3 * mib - 7) == one);
    CHECK(blocks.held_bytes() == 12 * mib);
    CHECK(blocks.give_back(two));
    CHECK(blocks.take(2 * mib) != two);
}

TEST_CASE("what is not ours is refused") {
    static KeptBlocks blocks;
    int here = 0;
    CHECK_FALSE(blocks.give_back(&here));
    CHECK_FALSE(blocks.give_back(nullptr));
    CHECK(blocks.take(SIZE_MAX / 4) == nullptr);
}

TEST_CASE("at most two fifths are held for nobody") {
    static KeptBlocks blocks;
    std::vector<void*> taken;
    for (int i = 0; i < 10; ++i)
        taken.push_back(blocks.take(mib));
    for (void* block : taken)
        CHECK(blocks.give_back(block));
    CHECK(blocks.held_bytes() == 4 * mib);
    void* large = blocks.take(9 * mib); // of another size: room is made for it
    REQUIRE(large != nullptr);
    CHECK(blocks.held_bytes() == 10 * mib);
}

TEST_CASE("drawn orders: no two owners, and no more than was in use") {
    static KeptBlocks blocks;
    std::mt19937 random{20};
    std::vector<std::pair<unsigned char*, std::size_t>> owned;
    std::size_t in_use = 0, most = 0;
    for (int step = 0; step < 4000; ++step) {
        if (owned.empty() || (random() % 2 == 0 && owned.size() < 200)) {
            const std::size_t bytes = 4096 * (1 + random() % 5);
            auto* block = static_cast<unsigned char*>(blocks.take(bytes));
            REQUIRE(block != nullptr);
            std::memset(block, static_cast<int>(bytes / 4096), bytes);
            owned.emplace_back(block, bytes);
            in_use += bytes;
            most = std::max(most, in_use);
        } else {
            const std::size_t which = random() % owned.size();
            const auto [block, bytes] = owned[which];
            for (std::size_t i = 0; i < bytes; i += 512)
                REQUIRE(block[i] == bytes / 4096);
            REQUIRE(blocks.give_back(block));
            owned.erase(owned.begin() + static_cast<std::ptrdiff_t>(which));
            in_use -= bytes;
        }
        REQUIRE(blocks.held_bytes() <= most);
        REQUIRE(blocks.held_bytes() - in_use <= most / 5 * 2);
    }
}
