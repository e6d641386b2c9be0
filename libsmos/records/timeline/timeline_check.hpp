// SPDX-License-Identifier: Apache-2.0
// What is wrong with a timeline, all of it at once, with repairs where they are plain.
#pragma once

#include "libsmos/records/json.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <string>
#include <vector>

namespace smos::records {

struct TimelineProblem {
    bool fatal = true; // false: a warning
    std::string code;
    std::string at; // JSON pointer (RFC 6901)
    std::string message;
    std::string hint;
    JsonBox fix; // JSON Patch (RFC 6902), when one is plain
};

/// Everything that can be known without opening a file: grammar, references, anchors, overlaps,
/// handles, overruns, reading speed, lengths, licences, disclosure. `parsed` gets the timeline when
/// nothing was fatal.
std::vector<TimelineProblem> check_timeline(const Json& json, Timeline* parsed = nullptr);

/// A publish plan (`publish` of a record, `meta.publish` of a timeline) that does not disclose what
/// a machine made, although an asset says so; `at` is the plan's JSON pointer.
void check_disclosure(const Timeline& timeline,
                      const Json& publish,
                      const std::string& at,
                      std::vector<TimelineProblem>& problems);

/// "timeline.tracks[0].items[2].dur" of "/tracks/0/items/2/dur".
std::string dotted_path(const std::string& pointer);

} // namespace smos::records
