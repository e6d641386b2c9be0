// SPDX-License-Identifier: Apache-2.0
// The rooms of an OTIO import: names, media, items of one track, and the timeline around them.
#pragma once

#include "libsmos/records/interchange/otio_flatten.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace smos::records::interchange {

/// Ids that are unique among their kind. In a file of ours a name is the id as it stands; a foreign
/// name becomes lower-case letters, digits and dashes.
class Names {
  public:
    explicit Names(bool ours) : ours_(ours) {}
    /// Without a name: the first free of `prefix` and a number from 1.
    std::string take(const std::string& name, const std::string& prefix);

  private:
    bool ours_;
    std::set<std::string> taken_;
    std::map<std::string, int> next_;
};

/// What the parts share.
struct ImportScene {
    Findings& findings;
    OtioTimes& times;
    Rate rate{};
    Rate sample_rate{48000, 1};
    bool ours = false;     // the file says that we wrote it
    bool premiere = false; // clips under a time warp count source units
    std::string folder{};  // of the file, for relative paths
    Names ids{false};      // of a foreign file's tracks and items, which share one set here
};

/// The timeline's assets, from the references that clips carry.
class AssetImport {
  public:
    AssetImport(ImportScene& scene, const Json& kept_assets);

    struct Media {
        std::string id{};
        Exact start{}; // of the media on its own clock
    };
    Media take(const Json& reference, const std::string& path, const std::string& clip, bool audio);
    const Json& assets() const;

  private:
    Media ours(const Json& reference, const std::string& path, const std::string& id);
    Json foreign(const Json& reference, const std::string& path, bool audio, Exact& start);
    void put_avail(Json& asset, const Json& reference, const std::string& path, Exact& start);

    ImportScene& scene_;
    JsonBox assets_;
    Names names_;
    std::map<std::string, Media> seen_; // by the text of the reference
};

/// A cut between two clips is where a transition of ours stands; elsewhere an editor's is a fade.
struct Fades {
    std::map<std::size_t, Exact> in{}; // by place in the lane: how long
    std::map<std::size_t, Exact> out{};
    std::set<std::size_t> transitions{}; // that are no transitions of ours
};

/// Items of one lane as smos.timeline/1 items, and what could not become one.
struct ImportedItems {
    JsonBox items; // array
    JsonBox aside; // array of {"at", "dur", "node"}
};

class ItemImport {
  public:
    ItemImport(ImportScene& scene, AssetImport& assets, Flattener& flattener);
    ImportedItems items(const std::vector<FlatItem>& lane, const std::string& kind);

  private:
    Json clip(const FlatItem& item, const std::string& kind);
    Fades fades_of(const std::vector<FlatItem>& lane);
    void put_fades(Json& json, const Fades& fades, std::size_t place);
    Names& ids() { return scene_.ours ? names_ : scene_.ids; }
    std::optional<Json> transition(const FlatItem& item, const std::string& kind);
    Json kept(const FlatItem& item, const Rate& rate);
    void put_media(Json& json, const FlatItem& item, const std::string& kind, bool& in_plain);
    void put_in(Json& json, const FlatItem& item, const std::string& kind, bool in_plain);
    void put_speed(Json& json, Json& residue, const FlatItem& item, bool audio);
    void put_effects(Json& residue, const FlatItem& item, const Json* warp);
    void put_kept(Json& json, const FlatItem& item, Json residue, bool audio);

    ImportScene& scene_;
    AssetImport& assets_;
    Flattener& flattener_;
    Names names_;
    Exact media_start_;    // of the clip in hand
    bool foreign_ = false; // its range or its media came from elsewhere
};

/// The tracks of the timeline's stack.
class TracksImport {
  public:
    TracksImport(ImportScene& scene, const Json& stack, std::string path);
    /// `unused_assets`: those that no clip refers to, as our export kept them.
    void read(const Json& unused_assets);

    JsonBox assets; // object
    JsonBox tracks; // array
    JsonBox kept;   // array of {"index", "node"}: what is no track for us

  private:
    bool is_lane_of(const Json& next, const Json& track) const;
    Names& ids() { return scene_.ours ? names_ : scene_.ids; }
    void put_role(Json& track, const std::string& path);
    std::string kind_of(const Json& track) const;
    void keep(const Json& node, const std::string& path, std::size_t index);
    void put(const Json& node, const std::string& path, const FlatTrack& flat, ItemImport& items);
    void put_unplaced(Json& items, const Json& ours, const std::string& path);
    void put_nested(const std::string& id,
                    const std::string& path,
                    const std::string& kind,
                    const std::vector<FlatItem>& lane,
                    ItemImport& items);

    ImportScene& scene_;
    const Json& stack_;
    std::string path_;
    Names names_;
};

/// The members that our part of a node brought along, in their order; "more" is unpacked.
void put_extras(Json& json, const Json& ours);
/// meta.otio = residue, when there is something.
void put_meta(Json& json, Json residue);
/// The id of a node: what our part says, else its name.
std::string id_of(const Json& node, const Json& ours);
/// A path or a file: address of any shape as file:///…, relative ones from `folder`; other
/// addresses as they are.
std::string uri_of(const std::string& target_url, const std::string& folder);

} // namespace smos::records::interchange
