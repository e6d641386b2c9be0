// SPDX-License-Identifier: Apache-2.0
// Any text as a timeline: read or refused with a path, every problem with its place; a resolved one
// comes back as it was written.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/records/timeline/timeline_check.hpp"
#include "libsmos/records/timeline/timeline_text.hpp"

#include <cstdint>
#include <string>

using namespace smos;
using namespace smos::records;

namespace {

bool resolved(const Json& json) { return json.value("form", Json{}) == "resolved"; }

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{data, data + size};
    const auto json = read_timeline_text(text, "fuzz");
    if (!json) {
        SMOS_EXPECT(!json.error().where.empty() && !json.error().message.empty());
        return 0;
    }
    for (const TimelineProblem& problem : check_timeline(*json))
        SMOS_EXPECT(!problem.code.empty() && !problem.message.empty() &&
                    dotted_path(problem.at).rfind("timeline", 0) == 0);
    const auto timeline = read_timeline(*json);
    if (!timeline) {
        SMOS_EXPECT(!timeline.error().where.empty() && !timeline.error().message.empty());
        return 0;
    }
    SMOS_EXPECT(!timeline->main_track().items.empty() && !timeline->outputs.empty());
    if (!resolved(*json))
        return 0;
    (void)timeline->duration_frames();
    const std::string once = dump(write_timeline(*timeline));
    SMOS_EXPECT(canonical_json(*parse_json(once, "once")) ==
                canonical_json(write_timeline(*timeline)));
    const auto again = read_timeline(*parse_json(once, "again"));
    SMOS_EXPECT(static_cast<bool>(again));
    SMOS_EXPECT(dump(write_timeline(*again)) == once);
    return 0;
}
