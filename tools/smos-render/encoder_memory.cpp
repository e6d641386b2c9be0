// SPDX-License-Identifier: Apache-2.0
// Every group of pictures has a fresh x264, and each maps some 140 MB, which the kernel clears, and
// unmaps them again. x264 is the only one here that asks for memory at huge pages: it gets what the
// encoder before it gave back. Everything else goes on to the allocator behind this one.
#include "libsmos/core/kept_blocks.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SMOS_WATCHED_MEMORY
#endif
#endif

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(SMOS_WATCHED_MEMORY)

namespace {

using Aligned = void* (*)(std::size_t, std::size_t);
using Free = void (*)(void*);

constexpr std::size_t huge_page_bytes = std::size_t{1} << 21U;
constexpr std::uintptr_t in_page = 4095;

constinit smos::KeptBlocks encoder_blocks;
constinit std::atomic<Aligned> next_memalign{nullptr};
constinit std::atomic<Free> next_free{nullptr};

template <typename Function>
Function next(std::atomic<Function>& known, const char* name) {
    Function function = known.load(std::memory_order_relaxed);
    if (function == nullptr) {
        function = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
        known.store(function, std::memory_order_relaxed);
    }
    return function;
}

/// As mallopt(3) says of M_PERTURB: nobody may rely on what a block holds.
void perturb(void* block, std::size_t bytes) {
    static const char* const value = std::getenv("MALLOC_PERTURB_");
    if (value != nullptr)
        std::memset(block, ~std::atoi(value) & 0xff, bytes);
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) void* memalign(std::size_t alignment, std::size_t bytes) {
    if (alignment == huge_page_bytes) {
        if (void* block = encoder_blocks.take(bytes)) {
            perturb(block, bytes);
            return block;
        }
    }
    return next(next_memalign, "memalign")(alignment, bytes);
}

__attribute__((visibility("default"))) void free(void* block) {
    // malloc's own blocks have a header before them and do not begin where a page does.
    const bool at_page = (reinterpret_cast<std::uintptr_t>(block) & in_page) == 0;
    if (block != nullptr && at_page && encoder_blocks.give_back(block))
        return;
    next(next_free, "free")(block);
}
}

#endif
