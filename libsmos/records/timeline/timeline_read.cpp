// SPDX-License-Identifier: Apache-2.0
// From JSON to a timeline: the head first, because the rate says what a second is.
#include "libsmos/records/timeline/timeline_read.hpp"

#include "libsmos/core/nearest.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/records/timeline/timeline_reader.hpp"

#include <algorithm>

namespace smos::records {
namespace timeline_fields {
namespace {

void read_transition(Reader& reader,
                     const Json& json,
                     const std::string& at,
                     TimelineTransition& transition) {
    const Rule offset{.low = 0, .high = 6000};
    std::vector<std::string> known = {
        "id", "trans", "at", "in_off", "out_off", "ease", "params", "meta"};
    const auto with = [&](const char* key, auto& value, const Rule& rule) {
        if (const auto found = json.find(key); found != json.end() && !found->is_null())
            reader.read(*found, at + "/" + key, rule, value);
    };
    with("id", transition.id, {});
    with("trans", transition.look.name, {});
    with("at", transition.at, {});
    with("in_off", transition.in_off, offset);
    with("out_off", transition.out_off, offset);
    with("ease", transition.ease, {});
    const EffectKind* kind = effect_kind(transition_kinds(), transition.look.name);
    if (kind == nullptr) {
        std::vector<std::string> names;
        for (const EffectKind& each : transition_kinds())
            names.emplace_back(each.name);
        reader.fail(at + "/trans",
                    "unknown_effect",
                    "no transition has this name",
                    nearest_hint(transition.look.name, names));
    } else if (const auto found = json.find("params"); found != json.end()) {
        reader.parameters(*found, at + "/params", *kind, transition.look);
    }
    if (transition.id.empty())
        reader.fail(at + "/id", "missing_field", "is missing");
    reader.unknown_keys(json, at, known);
}

template <typename T>
void read_each(Reader& reader, const Json& json, const std::string& at, std::vector<T>& list) {
    const auto found = json.find("items");
    if (found == json.end() || found->is_null())
        return;
    reader.read(*found, at + "/items", Rule{}, list);
}

void read_video(Reader& reader, const Json& json, const std::string& at, TimelineTrack& track) {
    const auto found = json.find("items");
    if (found == json.end() || found->is_null())
        return;
    if (!found->is_array())
        return reader.fail(at + "/items", "wrong_type", "expected an array");
    std::size_t index = 0;
    for (const Json& item : *found) {
        const std::string here = fmt::format("{}/items/{}", at, index++);
        if (item.is_object() && item.contains("trans")) {
            TimelineTransition& transition = track.transitions.emplace_back();
            transition.items_before = track.items.size();
            read_transition(reader, item, here, transition);
        } else {
            reader.object(item, here, track.items.emplace_back());
        }
    }
}

void read_track(Reader& reader, const Json& json, const std::string& at, TimelineTrack& track) {
    const auto found = json.is_object() ? json.find("kind") : json.end();
    const std::string kind = json.is_object() && found != json.end() && found->is_string()
                                 ? found->get<std::string>()
                                 : "";
    const std::vector<std::string> items = {"items", "meta"};
    if (kind == "video") {
        reader.members<VideoTrack>(json, at, track, items);
        read_video(reader, json, at, track);
    } else if (kind == "caption") {
        reader.members<CaptionTrack>(json, at, track, items);
        read_each(reader, json, at, track.cues);
    } else if (kind == "audio") {
        reader.members<AudioTrack>(json, at, track, items);
        read_each(reader, json, at, track.sounds);
    } else if (!json.is_object()) {
        reader.fail(at, "wrong_type", "expected an object");
    } else {
        reader.fail(at + "/kind",
                    "unknown_word",
                    "is none of video, caption, audio",
                    nearest_hint(kind, {"video", "caption", "audio"}));
    }
}

void read_list(Reader& reader,
               const Json& json,
               const char* key,
               const std::function<void(const Json&, const std::string&)>& each) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return;
    if (!found->is_array())
        return reader.fail(fmt::format("/{}", key), "wrong_type", "expected an array");
    std::size_t index = 0;
    for (const Json& element : *found)
        each(element, fmt::format("/{}/{}", key, index++));
}

void read_assets(Reader& reader, const Json& json, Timeline& timeline) {
    const auto found = json.find("assets");
    if (found == json.end() || found->is_null())
        return;
    if (!found->is_object())
        return reader.fail("/assets", "wrong_type", "expected an object");
    for (const auto& [id, asset] : found->items()) {
        const std::string at = pointer_to("/assets", id);
        TimelineAsset& read = timeline.assets[id];
        const std::size_t before = reader.count();
        reader.object(asset, at, read);
        if (reader.count() == before && read.uri.has_value() == read.request.has_value())
            reader.fail(at + "/uri", "missing_field", "an asset needs either uri or request");
    }
}

/// What the output does not say itself is its preset's.
void read_output(Reader& reader, const Json& json, const std::string& at, TimelineOutput& output) {
    const auto named = json.is_object() ? json.find("preset") : json.end();
    if (json.is_object() && named != json.end() && named->is_string()) {
        if (const OutputPreset* preset = output_preset(named->get<std::string>())) {
            output.lufs = preset->lufs;
            output.true_peak = preset->true_peak;
        }
    }
    reader.object(json, at, output);
}

void read_schema(Reader& reader, const Json& json) {
    const auto found = json.find("schema");
    if (found == json.end() || !found->is_string() ||
        found->get<std::string>() != "smos.timeline/1")
        reader.fail("/schema", "unknown_schema", "is not smos.timeline/1");
}

} // namespace

bool is_resolved(const Json& json) {
    const auto form = json.is_object() ? json.find("form") : json.end();
    return json.is_object() && form != json.end() && form->is_string() &&
           form->get<std::string>() == "resolved";
}

void read_whole(const Json& json, Timeline& timeline, std::vector<TimelineProblem>& problems) {
    Reader reader{is_resolved(json), timeline.rate, problems};
    if (!json.is_object())
        return reader.fail("", "wrong_type", "expected an object");
    read_schema(reader, json);
    reader.members<Head>(
        json, "", timeline, {"schema", "form", "assets", "tracks", "marks", "outputs", "meta"});
    if (timeline.rate.num <= 0 || timeline.rate.den <= 0)
        return; // said already, and no second can be counted
    read_assets(reader, json, timeline);
    read_list(reader, json, "tracks", [&](const Json& track, const std::string& at) {
        read_track(reader, track, at, timeline.tracks.emplace_back());
    });
    read_list(reader, json, "marks", [&](const Json& mark, const std::string& at) {
        reader.object(mark, at, timeline.marks.emplace_back());
    });
    read_list(reader, json, "outputs", [&](const Json& output, const std::string& at) {
        read_output(reader, output, at, timeline.outputs.emplace_back());
    });
    if (timeline.canvas.width_px % 2 != 0 || timeline.canvas.height_px % 2 != 0)
        reader.fail("/canvas/w", "out_of_range", "width and height have to be even");
    if (!is_colour(timeline.canvas.background))
        reader.fail("/canvas/bg", "wrong_type", "expected a colour like #12ab9f");
}

} // namespace timeline_fields

std::int64_t Timeline::duration_frames() const {
    std::int64_t end = 0;
    for (const TimelineTrack& track : tracks)
        for (const TimelineItem& item : track.items)
            end = std::max(end, item.at.value + item.dur.value);
    return end;
}

TimelineTrack& Timeline::main_track() {
    const auto found = std::find_if(tracks.begin(), tracks.end(), [](const TimelineTrack& track) {
        return track.kind == "video" && !track.items.empty();
    });
    SMOS_EXPECT(found != tracks.end());
    return *found;
}

const TimelineTrack& Timeline::main_track() const {
    return const_cast<Timeline*>(this)
        ->main_track(); // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

std::vector<const TimelineSound*> Timeline::sounds_of(std::string_view role) const {
    std::vector<const TimelineSound*> found;
    for (const TimelineTrack& track : tracks) {
        if (track.kind != "audio" || track.role != role)
            continue;
        for (const TimelineSound& sound : track.sounds)
            found.push_back(&sound);
    }
    return found;
}

Result<Timeline> read_timeline(const Json& json) {
    Timeline timeline;
    for (const TimelineProblem& problem : check_timeline(json, &timeline)) {
        if (problem.fatal)
            return Error{problem.code,
                         problem.message,
                         dotted_path(problem.at),
                         problem.hint.empty() ? "correct the field" : problem.hint};
    }
    return timeline;
}

} // namespace smos::records
