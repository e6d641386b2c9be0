// SPDX-License-Identifier: Apache-2.0
// The tracks of an OTIO stack.
#include "libsmos/records/interchange/otio_import_parts.hpp"
#include "libsmos/records/interchange/otio_nodes.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records::interchange {

TracksImport::TracksImport(ImportScene& scene, const Json& stack, std::string path)
    : assets(Json::object()),
      tracks(Json::array()),
      kept(Json::array()),
      scene_(scene),
      stack_(stack),
      path_(std::move(path)),
      names_(scene.ours) {}

void TracksImport::read(const Json& unused_assets) {
    AssetImport media{scene_, unused_assets};
    Flattener flattener{scene_.times, scene_.findings, scene_.premiere};
    ItemImport items{scene_, media, flattener};
    Exact shift;
    if (const auto range = scene_.times.range_in(stack_, "source_range", path_)) {
        shift = Exact{} - range->start.seconds;
        scene_.findings.guessed(path_ + ".source_range", "only its beginning is taken");
    }
    const Json& children = children_of(stack_, path_, scene_.findings);
    for (std::size_t i = 0; i < children.size() && !scene_.findings.stopped(); ++i) {
        const Json& node = children[i];
        const std::string path = fmt::format("{}.children[{}]", path_, i);
        if (kind_of(node).empty()) {
            keep(node, path, i);
            continue;
        }
        FlatTrack flat = flattener.track(node, path, shift);
        // What overlapped in our timeline was written as further tracks of the same name.
        for (; i + 1 < children.size() && is_lane_of(children[i + 1], node); ++i) {
            const auto more = flattener.track(
                children[i + 1], fmt::format("{}.children[{}]", path_, i + 1), shift);
            flat.lanes[0].insert(flat.lanes[0].end(), more.lanes[0].begin(), more.lanes[0].end());
        }
        if (!scene_.findings.stopped())
            put(node, path, flat, items);
    }
    assets = media.assets();
}

bool TracksImport::is_lane_of(const Json& next, const Json& track) const {
    const Json& ours = smos_of(next);
    return scene_.ours && member(ours, "lane") != nullptr && kind_of(next) == kind_of(track) &&
           id_of(next, ours) == id_of(track, smos_of(track));
}

/// Empty for what is no track of ours.
std::string TracksImport::kind_of(const Json& track) const {
    const std::string name = schema_of(track).name;
    if ((name != "Track" && name != "Sequence") || is_disabled(track))
        return {};
    std::string said = text_of(smos_of(track), "kind");
    if (scene_.ours && (said == "video" || said == "audio" || said == "caption"))
        return said;
    const std::string kind = text_of(track, "kind");
    return kind == "Video" ? "video" : kind == "Audio" ? "audio" : "";
}

void TracksImport::keep(const Json& node, const std::string& path, std::size_t index) {
    const std::string name = schema_of(node).name;
    std::string why = "is no track; kept for the way back only";
    if (is_disabled(node))
        why = "is switched off; left out, and kept for the way back";
    else if (name == "Track")
        why = fmt::format("a track of kind \"{}\" is kept for the way back only",
                          text_of(node, "kind"));
    scene_.findings.lost(path, why);
    Json entry = Json::object();
    entry["index"] = index;
    entry["node"] = node;
    kept->push_back(std::move(entry));
}

void TracksImport::put(const Json& node,
                       const std::string& path,
                       const FlatTrack& flat,
                       ItemImport& items) {
    const Json& ours = smos_of(node);
    const std::string kind = kind_of(node);
    ImportedItems main = items.items(flat.lanes[0], kind);
    Json track = Json::object();
    track["id"] = ids().take(id_of(node, ours), kind == "audio" ? "a" : "v");
    track["kind"] = kind;
    put_extras(track, ours);
    put_role(track, path);
    Json residue = residue_of(
        node, Json::object({{"name", 1}, {"kind", 1}, {"children", 1}, {"source_range", 1}}), true);
    for (const char* lost : {"effects", "markers"}) {
        if (member(residue, lost) != nullptr)
            scene_.findings.lost(path + "." + lost, "of a track are kept for the way back only");
    }
    if (const std::string name = text_of(node, "name"); track["id"] != Json(name))
        residue["name"] = name;
    if (!main.aside->empty())
        residue["aside"] = std::move(*main.aside);
    put_meta(track, std::move(residue));
    track["items"] = std::move(*main.items);
    put_unplaced(track["items"], ours, path);
    const Json held = static_cast<int>(track["items"].size());
    if (!heard(ours, "items", held, Json::array()))
        track.erase("items");
    const std::string id = track["id"].get<std::string>();
    tracks->push_back(std::move(track));
    for (std::size_t i = 1; i < flat.lanes.size(); ++i)
        put_nested(id, path, kind, flat.lanes[i], items);
    for (const auto& sound : flat.sound)
        put_nested(id + "-sound", path, "audio", sound, items);
}

/// OTIO has no roles, and ours decide what is ducked: the name of the track says it, or nothing is.
void TracksImport::put_role(Json& track, const std::string& path) {
    if (scene_.ours || track["kind"] != Json("audio") || track.contains("role"))
        return;
    const std::string id = track["id"].get<std::string>();
    const auto has = [&](std::initializer_list<const char*> words) {
        return std::any_of(words.begin(), words.end(), [&](const char* word) {
            return id.find(word) != std::string::npos;
        });
    };
    const char* role = has({"music", "bgm", "score"})              ? "music"
                       : has({"voice", "dialog", "narrat", "vox"}) ? "voice"
                                                                   : "sound";
    track["role"] = role;
    scene_.findings.guessed(path, fmt::format("is taken as a track of {}", role));
}

/// Items that had no place in OTIO, back to where they stood.
void TracksImport::put_unplaced(Json& items, const Json& ours, const std::string& path) {
    const Json* aside = member(ours, "aside");
    if (aside == nullptr)
        return;
    for (const Json& entry : *aside) {
        const auto index = integer_of(member(entry, "index"));
        const Json* item = member(entry, "item");
        if (!index || *index < 0 || item == nullptr)
            return scene_.findings.refuse(path + ".metadata.smos.aside",
                                          "an entry is {\"index\", \"item\"}");
        const auto place = std::min(static_cast<std::size_t>(*index), items.size());
        items.insert(items.begin() + static_cast<std::ptrdiff_t>(place), *item);
    }
}

/// A further track, for what a nested stack had above its first.
void TracksImport::put_nested(const std::string& id,
                              const std::string& path,
                              const std::string& kind,
                              const std::vector<FlatItem>& lane,
                              ItemImport& items) {
    ImportedItems imported = items.items(lane, kind);
    Json track = Json::object();
    track["id"] = ids().take(id, "v");
    track["kind"] = kind;
    put_role(track, path);
    track["items"] = std::move(*imported.items);
    if (!imported.aside->empty()) {
        Json residue = Json::object();
        residue["aside"] = std::move(*imported.aside);
        put_meta(track, std::move(residue));
    }
    tracks->push_back(std::move(track));
}

} // namespace smos::records::interchange
