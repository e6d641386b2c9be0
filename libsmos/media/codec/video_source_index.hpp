// SPDX-License-Identifier: Apache-2.0
// The times of all pictures of a video, from its packets. Private to libsmos/media.
#pragma once

#include "libsmos/media/codec/decode_source.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <vector>

namespace smos::media {

struct VideoIndex {
    struct Entry {
        std::int64_t pts = 0;
        bool key = false;
    };
    std::vector<Entry> entries; ///< in display order, no PTS twice, never empty
    std::int64_t end_pts = 0;   ///< behind the last picture
    AVRational tick{1, 1};
    records::Rational rate{0, 1};
    bool variable = false;
    records::Rational delay{0, 1};

    /// The picture for `seconds` behind the first; -1 before it, entries.size() behind the last.
    std::int64_t at(const records::Rational& seconds) const;
    /// The entry of a decoded picture's PTS.
    std::int64_t entry_of(std::int64_t pts) const;
    /// The last key picture at or before `entry`; 0 when there is none.
    std::int64_t key_before(std::int64_t entry) const;
};

/// Reads all packets. Error codes: empty, truncated, too_slow, too_large.
Result<VideoIndex> index_of_video(MediaSource& source, const AVStream& stream);

} // namespace smos::media
