// SPDX-License-Identifier: Apache-2.0
// The objects of an OTIO file as release 0.18.1 writes them, and what stays of a foreign one.
#pragma once

#include "libsmos/records/interchange/exact.hpp"
#include "libsmos/records/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smos::records::interchange {

/// "Clip.2" as its name and version; the name is empty where there is none.
struct Schema {
    std::string name{};
    std::int64_t version = 0;
};
Schema schema_of(const Json& node);

Json otio_time(std::int64_t units, const Rate& rate);
Json otio_range(std::int64_t start, std::int64_t duration, const Rate& rate);
/// Name, metadata and the members of every item: source_range, effects, markers, enabled, color.
Json otio_item(std::string_view schema, const std::string& name, Json metadata, Json source_range);
Json otio_gap(std::int64_t duration, const Rate& rate);

/// Our part of a node's metadata; an empty object when it has none.
const Json& smos_of(const Json& node);
/// {} or {"smos": ours}
Json metadata_with(Json ours);

/// Notes in `ours["said"]` what a member was in the timeline (nullptr: it was not there) when
/// reading `held` from the node would give something else. `plain` is what it would give.
void say(Json& ours,
         const char* key,
         const Json* original,
         const Json& held,
         const std::optional<Json>& plain);
/// What the member was, as long as the node still holds what was written; else `plain`.
std::optional<Json>
heard(const Json& ours, const char* key, const Json& held, const std::optional<Json>& plain);

/// Everything of a foreign node that our own form of it has no place for, to be kept in meta.otio:
/// other metadata, effects that are not `ours_effects`, markers, color, enabled, unknown members.
/// `known` are the members that the caller has understood. Empty when there is nothing.
Json residue_of(const Json& node, const Json& known, bool keep_markers);
/// Puts it back onto a node that we wrote.
void put_residue(Json& node, const Json& residue);

} // namespace smos::records::interchange
