// SPDX-License-Identifier: Apache-2.0
// Items placed side by side, with gaps between them.
#include "libsmos/records/interchange/otio_export_track.hpp"

#include "libsmos/records/interchange/otio_nodes.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace smos::records::interchange {
namespace {

constexpr std::size_t most_lanes = 64;
const char* const default_media = "DEFAULT_MEDIA";

/// A child of an OTIO track, in units of the exported rate.
struct Child {
    std::int64_t at = 0;
    std::int64_t dur = 0;
    bool transition = false;
    std::size_t index = 0; // of the item; what is kept from elsewhere has none
    const Placed* placed = nullptr;
    const Json* foreign = nullptr;
};

class TrackExport {
  public:
    TrackExport(const PlacedTrack& track,
                const Layout& layout,
                OtioAudio audio,
                AssetExport& assets,
                Findings& findings)
        : track_(track),
          out_(track.audio() && audio == OtioAudio::frames ? layout.rate : track.rate),
          assets_(assets),
          findings_(findings) {}

    std::vector<Json> run() {
        share_out();
        place_transitions();
        place_foreign();
        if (findings_.stopped())
            return {};
        for (auto& lane : lanes_) {
            std::stable_sort(lane.begin(), lane.end(), [](const Child& a, const Child& b) {
                return std::tuple(a.at, !a.transition, a.index) <
                       std::tuple(b.at, !b.transition, b.index);
            });
        }
        note_order();
        std::vector<Json> tracks;
        for (std::size_t lane = 0; lane < lanes_.size(); ++lane)
            tracks.push_back(track_node(lane));
        return tracks;
    }

  private:
    std::int64_t out(std::int64_t units) const {
        return Exact::seconds(units, track_.rate).at(out_).rounded();
    }
    std::int64_t back(std::int64_t units) const {
        return Exact::seconds(units, out_).at(track_.rate).rounded();
    }

    /// Every clip to the first lane that is free.
    void share_out() {
        std::vector<Child> clips;
        for (const Placed& placed : track_.items) {
            if (!placed.transition) {
                const std::int64_t at = out(placed.at);
                clips.push_back(
                    {at, out(placed.end()) - at, false, placed.index, &placed, nullptr});
            }
        }
        std::stable_sort(
            clips.begin(), clips.end(), [](const Child& a, const Child& b) { return a.at < b.at; });
        lanes_.resize(1);
        std::vector<std::int64_t> ends{0};
        for (const Child& clip : clips) {
            std::size_t lane = 0;
            while (lane < ends.size() && ends[lane] > clip.at)
                ++lane;
            if (lane == most_lanes)
                return findings_.refuse(clip.placed->path,
                                        fmt::format("more than {} items overlap", most_lanes));
            if (lane == ends.size()) {
                ends.push_back(0);
                lanes_.emplace_back();
            }
            if (lane > 0)
                findings_.guessed(clip.placed->path,
                                  "overlaps another item; OTIO gets it on a track of its own");
            lanes_[lane].push_back(clip);
            ends[lane] = clip.at + clip.dur;
        }
        clips_ = lanes_[0];
        for (const Child& clip : clips_) {
            const std::int64_t before = reach_.empty() ? 0 : reach_.back();
            reach_.push_back(std::max(before, clip.at + clip.dur));
        }
    }

    /// No clip of the first lane is there; for dur 0, none has `at` inside.
    bool is_free(std::int64_t at, std::int64_t dur) const {
        const auto next = std::lower_bound(
            clips_.begin(), clips_.end(), at, [](const Child& clip, std::int64_t value) {
                return clip.at < value;
            });
        if (dur > 0 && next != clips_.end() && next->at < at + dur)
            return false;
        const auto before = static_cast<std::size_t>(next - clips_.begin());
        return before == 0 || reach_[before - 1] <= at;
    }

    /// A clip of the first lane ends there, and the next begins.
    bool between_clips(std::int64_t at) const {
        const auto next = std::lower_bound(
            clips_.begin(), clips_.end(), at, [](const Child& clip, std::int64_t value) {
                return clip.at < value;
            });
        return next != clips_.end() && next->at == at && next != clips_.begin() &&
               std::prev(next)->at + std::prev(next)->dur == at;
    }

    void place_transitions() {
        std::set<std::int64_t> cuts;
        for (const Placed& placed : track_.items) {
            if (!placed.transition)
                continue;
            const std::int64_t at = out(placed.at);
            if (is_free(at, 0) && cuts.insert(at).second) {
                lanes_[0].push_back({at, 0, true, placed.index, &placed, nullptr});
                continue;
            }
            findings_.lost(placed.path,
                           "stands at no cut, or at one that has a transition; it is "
                           "kept in the metadata only");
            Json entry = Json::object();
            entry["index"] = placed.index;
            entry["item"] = *placed.json;
            aside_.push_back(std::move(entry));
        }
    }

    /// What came with the track from elsewhere and could not be understood, back to its place.
    void place_foreign() {
        const Json* kept = member(kept_of(*track_.json), "aside");
        if (kept == nullptr)
            return;
        const std::string path = track_.path + ".meta.otio.aside";
        if (!kept->is_array())
            return findings_.refuse(path, "expected an array");
        std::int64_t end = 0;
        for (const Json& entry : *kept) {
            const auto at = integer_of(member(entry, "at"));
            const auto dur = integer_of(member(entry, "dur"));
            const Json* node = member(entry, "node");
            if (!at || !dur || node == nullptr || *at < 0 || *dur < 0 || *at > longest_units ||
                *dur > longest_units)
                return findings_.refuse(path, "an entry is {\"at\", \"dur\", \"node\"}");
            const std::int64_t from = out(*at);
            if (from < end || !is_free(from, out(*at + *dur) - from)) {
                findings_.lost(path, "there is no room any more for a kept object");
                continue;
            }
            end = out(*at + *dur);
            const bool at_cut = schema_of(*node).name == "Transition";
            lanes_[0].push_back({from, end - from, at_cut, track_.items.size(), nullptr, node});
        }
    }

    /// True order is kept by numbers where places alone would not give it.
    void note_order() {
        std::size_t expected = 0;
        for (const auto& lane : lanes_) {
            for (const Child& child : lane) {
                if (child.placed != nullptr && child.index != expected++)
                    numbered_ = true;
            }
        }
        numbered_ = numbered_ || !aside_.empty();
    }

    Json track_node(std::size_t lane) {
        const Json& kept = kept_of(*track_.json);
        Json ours = Json::object();
        if (lane == 0)
            ours = extras_of(*track_.json, {"id", "items"});
        ours["kind"] = track_.kind;
        if (lane > 0)
            ours["lane"] = lane;
        if (lane == 0 && !aside_.empty())
            ours["aside"] = aside_;
        if (lane == 0 && member(*track_.json, "items") == nullptr)
            say(ours, "items", nullptr, 0, Json::array());
        Json node = otio_item("Track.1", "", Json::object(), nullptr);
        put_name(node, ours, text_of(*track_.json, "id"), kept);
        node["metadata"] = metadata_with(std::move(ours));
        node["children"] = children(lanes_[lane]);
        node["kind"] = track_.kind == "video"   ? "Video"
                       : track_.kind == "audio" ? "Audio"
                                                : "Subtitle";
        if (lane == 0) {
            Json residue = kept;
            residue.erase("aside");
            residue.erase("name");
            put_residue(node, residue);
        }
        return node;
    }

    Json children(const std::vector<Child>& lane) {
        Json list = Json::array();
        std::int64_t cursor = 0;
        for (const Child& child : lane) {
            if (child.at > cursor)
                list.push_back(otio_gap(child.at - cursor, out_));
            cursor = std::max(cursor, child.at + child.dur);
            if (child.foreign != nullptr)
                list.push_back(*child.foreign);
            else
                list.push_back(child.transition ? transition(child) : clip(child));
        }
        return list;
    }

    Json transition(const Child& child) {
        const Placed& placed = *child.placed;
        const std::string at_key = time_key(track_.audio(), "at");
        Json ours = extras_of(*placed.json, {"id", "trans", at_key, "in_off", "out_off"});
        const std::string kind = text_of(*placed.json, "trans");
        // A dissolve at no cut is an editor's fade, unless we say that it is ours.
        if (kind != "dissolve" || !between_clips(child.at))
            ours["trans"] = kind;
        if (numbered_)
            ours["index"] = placed.index;
        say(ours, at_key.c_str(), member(*placed.json, at_key), child.at, Json(back(child.at)));
        Json node = Json::object();
        node["OTIO_SCHEMA"] = "Transition.1";
        node["metadata"] = Json::object();
        node["name"] = "";
        for (const auto& [key, name, units] :
             {std::tuple("in_off", "in_offset", placed.in_off),
              std::tuple("out_off", "out_offset", placed.out_off)}) {
            const std::int64_t held = out(units);
            say(ours, key, member(*placed.json, key), held, Json(back(held)));
            node[name] = otio_time(held, out_);
        }
        node["transition_type"] = kind == "dissolve" ? "SMPTE_Dissolve" : "Custom_Transition";
        const Json& kept = kept_of(*placed.json);
        put_name(node, ours, text_of(*placed.json, "id"), kept);
        node["metadata"] = metadata_with(std::move(ours));
        Json residue = kept;
        residue.erase("name");
        put_residue(node, residue);
        return node;
    }

    Json clip(const Child& child);
    Json media(const Placed& placed, Json& ours);

    const PlacedTrack& track_;
    Rate out_;
    AssetExport& assets_;
    Findings& findings_;
    std::vector<std::vector<Child>> lanes_;
    std::vector<Child> clips_;        // of the first lane
    std::vector<std::int64_t> reach_; // the latest end up to each of them
    Json aside_ = Json::array();
    bool numbered_ = false;
};

/// The media reference, with its members taken out of `ours`.
Json TrackExport::media(const Placed& placed, Json& ours) {
    const Json& json = *placed.json;
    Json node = Json::object();
    node["OTIO_SCHEMA"] = "MissingReference.1";
    node["metadata"] = Json::object();
    node["name"] = "";
    node["available_range"] = nullptr;
    node["available_image_bounds"] = nullptr;
    if (track_.kind == "caption") {
        node["OTIO_SCHEMA"] = "GeneratorReference.1";
        node["name"] = "caption";
        node["generator_kind"] = "smos.caption";
        node["parameters"] = Json::object();
        if (json.contains("words")) {
            node["parameters"]["words"] = json.at("words");
            ours.erase("words");
        }
        return node;
    }
    const Json* gen = member(json, "gen");
    if (gen != nullptr && gen->is_array() && gen->size() == 2 && (*gen)[0].is_string() &&
        (*gen)[1].is_object()) {
        node["OTIO_SCHEMA"] = "GeneratorReference.1";
        node["name"] = (*gen)[0];
        node["generator_kind"] = "smos." + (*gen)[0].get<std::string>();
        node["parameters"] = (*gen)[1];
        ours.erase("gen");
        return node;
    }
    const std::string id = text_of(json, "asset");
    if (member(json, "asset") == nullptr || gen != nullptr)
        return node;
    if (!assets_.has(id)) {
        findings_.refuse(placed.path + ".asset", "the timeline has no such asset");
        return node;
    }
    if (ours.contains("more"))
        ours["more"].erase("asset");
    if (ours.contains("more") && ours["more"].empty())
        ours.erase("more");
    return assets_.reference(id);
}

Json TrackExport::clip(const Child& child) {
    const Placed& placed = *child.placed;
    const Json& json = *placed.json;
    const Json& kept = kept_of(json);
    const std::string at = time_key(track_.audio(), "at");
    const std::string dur = time_key(track_.audio(), "dur");
    const std::string in = time_key(track_.audio(), "in");
    Json ours = extras_of(json, {"id", at, dur, in});
    const Json reference = media(placed, ours);
    if (findings_.stopped())
        return {};
    const bool external = member(reference, "generator_kind") == nullptr;
    const std::string asset = text_of(smos_of(reference), "asset");
    const std::int64_t start = out(placed.in);
    const std::int64_t shift = asset.empty() ? 0 : assets_.media_start(asset, out_);
    const Json* in_json = member(json, in);
    std::optional<Json> in_plain;
    if (external || start != 0)
        in_plain = back(start);
    if (numbered_)
        ours["index"] = placed.index;
    say(ours, at.c_str(), member(json, at), child.at, Json(back(child.at)));
    say(ours,
        dur.c_str(),
        member(json, dur),
        child.dur,
        Json(back(child.at + child.dur) - back(child.at)));
    say(ours, in.c_str(), in_json, start, in_plain);
    Json node = otio_item("Clip.2", "", Json::object(), otio_range(start + shift, child.dur, out_));
    const Json was = Json::array({placed.dur, placed.in});
    if (member(kept, "source_range") != nullptr && same(kept.value("was", Json()), was))
        node["source_range"] = kept.at("source_range");
    if (member(kept, "source_range") != nullptr)
        ours["kept"] = true;
    put_speed(node, placed, findings_);
    const Json* key = member(kept, "active_media_reference_key");
    const std::string active =
        key != nullptr && key->is_string() ? key->get<std::string>() : std::string{default_media};
    node["media_references"] = Json::object();
    node["media_references"][active] = reference;
    if (const Json* others = member(kept, "media_references"); others && others->is_object()) {
        for (const auto& [name, other] : others->items()) {
            if (name != active)
                node["media_references"][name] = other;
        }
    }
    node["active_media_reference_key"] = active;
    put_name(node, ours, text_of(json, "id"), kept);
    node["metadata"] = metadata_with(std::move(ours));
    Json residue = kept;
    for (const char* mine : {"name", "source_range", "was", "warp", "media_references"})
        residue.erase(mine);
    put_residue(node, residue);
    return node;
}

} // namespace

std::vector<Json> otio_tracks(const PlacedTrack& track,
                              const Layout& layout,
                              OtioAudio audio,
                              AssetExport& assets,
                              Findings& findings) {
    return TrackExport{track, layout, audio, assets, findings}.run();
}

} // namespace smos::records::interchange
