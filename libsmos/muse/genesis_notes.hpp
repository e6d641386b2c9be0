// SPDX-License-Identifier: Apache-2.0
// What a person's notes say about a muse that is to be made.
#pragma once

#include "libsmos/muse/muse.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smos::muse {

struct Notes {
    std::string name, niche, origin, mood, bio;
    std::int64_t age = 0;
    std::vector<std::string> never_say, taboo;
    MoralGraph moves{0, 0, 0, 0, 0, 0}; ///< to add to each dimension
    bool moved = false;
};

/// Error `bad_notes` when they are not UTF-8, longer than 64 KiB, or name an age under 18.
Result<Notes> read_notes(std::string_view text);

} // namespace smos::muse
