// SPDX-License-Identifier: Apache-2.0
// When the pictures of a film have been seen for the last time.
#pragma once

#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace smos::media {

/// Frames that are drawn in rising order in every lane leave pictures behind that no later frame
/// shows, or none for a while: however often a film comes back to a picture, it needs no more
/// memory for that. Whoever draws in another order gets the same pictures, and reads some again.
class PictureUses {
  public:
    explicit PictureUses(const records::Timeline& timeline);

    /// The assets that no lane will show again soon, now that `lane` draws `frame`; each is told
    /// once for every time that it has been in sight.
    std::vector<std::string> passed(std::int64_t frame, int lane);

  private:
    std::multimap<std::int64_t, std::string> last_; // the frame behind, the asset
    std::map<int, std::int64_t> drawing_;           // by lane
};

} // namespace smos::media
