// SPDX-License-Identifier: Apache-2.0
// From an authored timeline and the voices' real lengths to one in which every time is an integer.
#pragma once

#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace smos::stages {

/// What the resolver has to know of a spoken line.
struct SpokenLine {
    std::int64_t duration_samples = 0;
    std::vector<records::TimelineWord> words; // as shown, milliseconds from the line's first sample
};

/// Silences around the lines, in samples at 48 kHz.
struct Pacing {
    std::int64_t lead_samples = 14'400; // before the first word
    std::int64_t gap_samples = 10'560;  // between two lines of one shot
    std::int64_t cut_samples = 15'360;  // between two lines with a cut between them
    std::int64_t tail_samples = 43'200; // after the last word
};

/// Lays the voices one after the other, the main track's shots over their lines with cuts in the
/// silences, captions on the words, transitions on the cuts, everything else by its anchors or
/// under the whole film. Times that are already exact stay. Errors name the item: a line that no
/// voice speaks, a shot of no length, overlap, an anchor that is not there or goes round in
/// circles.
Result<records::Timeline> resolve_timeline(records::Timeline timeline,
                                           const std::map<std::string, SpokenLine>& lines,
                                           const Pacing& pacing);

/// Length that resolve_timeline would give, in milliseconds.
std::int64_t spoken_duration_ms(const records::Timeline& timeline,
                                const std::map<std::string, SpokenLine>& lines,
                                const Pacing& pacing);

} // namespace smos::stages
