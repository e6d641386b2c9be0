// SPDX-License-Identifier: Apache-2.0
// One track of a timeline as tracks of OTIO: clips, gaps, transitions; items that overlap go onto
// further tracks of the same name.
#pragma once

#include "libsmos/records/interchange/layout.hpp"
#include "libsmos/records/json.hpp"

#include <set>
#include <string>
#include <vector>

namespace smos::records::interchange {

/// An asset of the timeline as the media reference of one clip.
class AssetExport {
  public:
    AssetExport(const Json& timeline, const Layout& layout, OtioAudio audio)
        : timeline_(timeline),
          layout_(layout),
          audio_(audio) {}

    bool has(const std::string& id) const;
    Json reference(const std::string& id);
    /// Where the media begins on its own clock, in units of `rate`; 0 but for foreign media.
    std::int64_t media_start(const std::string& id, const Rate& rate) const;
    /// The assets that no clip has taken, as they are.
    Json rest() const;

  private:
    const Json& asset(const std::string& id) const;
    void put_range(Json& node, Json& ours, const Json& asset) const;

    const Json& timeline_;
    const Layout& layout_;
    OtioAudio audio_;
    std::set<std::string> taken_;
};

/// The OTIO tracks, lowest first.
std::vector<Json> otio_tracks(const PlacedTrack& track,
                              const Layout& layout,
                              OtioAudio audio,
                              AssetExport& assets,
                              Findings& findings);

/// The members of `json` that are not in `known`, as our part of a node's metadata: those with a
/// name of ours under "more", and meta without what goes back onto the node.
Json extras_of(const Json& json, const std::set<std::string>& known);
/// meta.otio of a timeline, track, item, asset or mark; an empty object when there is none.
const Json& kept_of(const Json& json);
/// The name of a node: the one it came with, else the id; our part then remembers the id.
void put_name(Json& node, Json& ours, const std::string& id, const Json& kept);

/// The speed of an item as a time warp: the one that it came with, or ours.
void put_speed(Json& node, const Placed& placed, Findings& findings);

} // namespace smos::records::interchange
