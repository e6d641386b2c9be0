// SPDX-License-Identifier: Apache-2.0
// A timeline as the root of an OTIO file.
#include "libsmos/records/interchange/interchange.hpp"
#include "libsmos/records/interchange/layout.hpp"
#include "libsmos/records/interchange/member_order.hpp"
#include "libsmos/records/interchange/otio_export_track.hpp"
#include "libsmos/records/interchange/otio_nodes.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records::interchange {
namespace {

void say_text(Json& ours, const char* key, const Json& json, const std::string& held) {
    std::optional<Json> plain;
    if (!held.empty())
        plain = held;
    say(ours, key, member(json, key), held, plain);
}

Json marker(const Json& mark, const std::string& path, const Layout& layout, Findings& findings) {
    if (!mark.is_object()) {
        findings.refuse(path, "expected an object");
        return {};
    }
    Json ours = extras_of(mark, {"at", "dur", "name", "note"});
    std::int64_t range[2] = {0, 0};
    for (std::size_t i = 0; i < 2; ++i) {
        const char* key = i == 0 ? "at" : "dur";
        const Json* found = member(mark, key);
        const auto units = found ? plain_time(*found, layout.rate) : std::nullopt;
        if (found != nullptr && !units)
            findings.guessed(path + "." + key, "depends on other items; taken as 0");
        range[i] = units.value_or(0);
        if (range[i] < 0 || range[i] > longest_units)
            findings.refuse(path + "." + key, range[i] < 0 ? "is negative" : "is too long");
        say(ours, key, found, range[i], Json(range[i]));
    }
    const std::string name = text_of(mark, "name");
    const std::string note = text_of(mark, "note");
    say_text(ours, "name", mark, name);
    say_text(ours, "note", mark, note);
    Json node = Json::object();
    node["OTIO_SCHEMA"] = "Marker.2";
    node["metadata"] = metadata_with(std::move(ours));
    node["name"] = name;
    node["color"] = "GREEN";
    node["marked_range"] = otio_range(range[0], range[1], layout.rate);
    node["comment"] = note;
    put_residue(node, kept_of(mark));
    return node;
}

Json markers(const Json& timeline, const Layout& layout, Findings& findings) {
    Json list = Json::array();
    const Json* marks = member(timeline, "marks");
    if (marks == nullptr)
        return list;
    if (!marks->is_array()) {
        findings.refuse("timeline.marks", "expected an array");
        return list;
    }
    for (std::size_t i = 0; i < marks->size() && !findings.stopped(); ++i)
        list.push_back(marker((*marks)[i], fmt::format("timeline.marks[{}]", i), layout, findings));
    return list;
}

/// Tracks that came from elsewhere and were not understood, back to their places.
void put_foreign_tracks(std::vector<Json>& tracks, const Json& kept, Findings& findings) {
    const Json* foreign = member(kept, "tracks");
    if (foreign == nullptr)
        return;
    for (const Json& entry : *foreign) {
        const auto index = integer_of(member(entry, "index"));
        const Json* node = member(entry, "node");
        if (!index || *index < 0 || node == nullptr)
            return findings.refuse("timeline.meta.otio.tracks",
                                   "an entry is {\"index\", \"node\"}");
        const auto place = std::min(static_cast<std::size_t>(*index), tracks.size());
        tracks.insert(tracks.begin() + static_cast<std::ptrdiff_t>(place), *node);
    }
}

Json root(const Json& timeline, const Layout& layout, OtioAudio audio, Findings& findings) {
    const Json& kept = kept_of(timeline);
    AssetExport assets{timeline, layout, audio};
    std::vector<Json> tracks;
    for (const PlacedTrack& track : layout.tracks) {
        for (Json& made : otio_tracks(track, layout, audio, assets, findings))
            tracks.push_back(std::move(made));
    }
    put_foreign_tracks(tracks, kept, findings);
    Json stack = otio_item("Stack.1", "tracks", Json::object(), nullptr);
    stack["markers"] = markers(timeline, layout, findings);
    stack["children"] = std::move(tracks);
    if (const Json* residue = member(kept, "stack"); residue && residue->is_object())
        put_residue(stack, *residue);

    Json ours = extras_of(timeline, {"assets", "id", "marks", "tracks"});
    if (Json rest = assets.rest(); !rest.empty())
        ours["assets"] = std::move(rest);
    for (const char* list : {"assets", "tracks"}) {
        if (member(timeline, list) == nullptr)
            say(ours, list, nullptr, 0, Json::array());
    }
    if (const Json* marks = member(timeline, "marks"); marks && marks->empty())
        say(ours, "marks", marks, 0, std::nullopt);
    ours["order"] = member_order(timeline);

    Json node = Json::object();
    node["OTIO_SCHEMA"] = "Timeline.1";
    node["metadata"] = Json::object();
    node["name"] = "";
    node["global_start_time"] = otio_time(0, layout.rate);
    put_name(node, ours, text_of(timeline, "id"), kept);
    node["metadata"] = metadata_with(std::move(ours));
    node["tracks"] = std::move(stack);
    Json residue = kept;
    for (const char* mine : {"name", "stack", "tracks"})
        residue.erase(mine);
    put_residue(node, residue);
    return node;
}

} // namespace

Result<Converted> otio_export(const Json& timeline, const ExportOptions& options) {
    Findings findings;
    Json otio;
    if (const auto layout = lay_out(timeline, findings))
        otio = root(timeline, *layout, options.audio, findings);
    return findings.result(std::move(otio));
}

} // namespace smos::records::interchange
