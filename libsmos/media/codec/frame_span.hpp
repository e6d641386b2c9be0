// SPDX-License-Identifier: Apache-2.0
// A run of frames of a film.
#pragma once

#include <cstdint>

namespace smos::media {

/// [first, end), counted from the start of the film.
struct FrameSpan {
    std::int64_t first = 0;
    std::int64_t end = 0;
};

} // namespace smos::media
