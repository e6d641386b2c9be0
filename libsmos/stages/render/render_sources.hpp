// SPDX-License-Identifier: Apache-2.0
// The files that a timeline is given, held against what it takes from them, before anything is
// made or decoded.
#pragma once

#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/store/assets.hpp"

#include <set>
#include <string>

namespace smos::stages {

/// Reads headers and packets of every file that is shown or played. A video or a sound that does
/// not say what it has (`avail`) gets it here. Errors name item and field: missing_file, too_large
/// (by the header), not_media, truncated, no_video, no_audio, empty, and wrong_avail where the
/// timeline promises more than there is. `measured` has the ids that were found good already, which
/// are not read again, and gets the others.
Result<void> measure_sources(records::Timeline& timeline,
                             const store::Assets& assets,
                             std::set<std::string>& measured);

/// A resolved timeline: overlaps, cuts, handles and overruns, with the places that were only known
/// now.
Result<void> check_resolved(const records::Timeline& timeline);

} // namespace smos::stages
