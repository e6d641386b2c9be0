// SPDX-License-Identifier: Apache-2.0
// Any JSON as a timeline: read or refused with a path; a resolved one comes back as it was written.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

using namespace smos;
using namespace smos::records;

namespace {

bool all_exact(const std::vector<TimelineSound>& sounds) {
    return std::all_of(sounds.begin(), sounds.end(), [](const TimelineSound& sound) {
        return sound.at_samples.exact() && sound.dur_samples.exact();
    });
}

bool resolved(const Timeline& timeline) {
    const auto shot = [](const TimelineShot& one) {
        return one.at.exact() && one.dur.exact() && one.move;
    };
    const auto cue = [](const TimelineCue& one) { return one.at.exact() && one.dur.exact(); };
    const auto transition = [](const TimelineTransition& one) { return one.at.exact(); };
    const auto asset = [](const auto& named) { return named.second.uri.has_value(); };
    return std::all_of(timeline.shots.begin(), timeline.shots.end(), shot) &&
           std::all_of(timeline.cues.begin(), timeline.cues.end(), cue) &&
           std::all_of(timeline.transitions.begin(), timeline.transitions.end(), transition) &&
           std::all_of(timeline.assets.begin(), timeline.assets.end(), asset) &&
           all_exact(timeline.voices) && all_exact(timeline.music);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{data, data + size};
    const auto json = parse_json(text, "fuzz");
    if (!json)
        return 0;
    const auto timeline = read_timeline(*json);
    if (!timeline) {
        SMOS_EXPECT(!timeline.error().where.empty() && !timeline.error().message.empty());
        return 0;
    }
    SMOS_EXPECT(!timeline->shots.empty() && !timeline->outputs.empty());
    if (!resolved(*timeline))
        return 0;
    (void)timeline->duration_frames();
    const std::string once = dump(write_timeline(*timeline));
    const auto again = read_timeline(*parse_json(once, "again"));
    SMOS_EXPECT(static_cast<bool>(again));
    SMOS_EXPECT(dump(write_timeline(*again)) == once);
    return 0;
}
