// SPDX-License-Identifier: Apache-2.0
// The resolved timeline as JSON, and the canonical bytes whose SHA-256 is its name.
#include "libsmos/records/codec.hpp"
#include "libsmos/records/timeline/timeline_fields.hpp"

#include <algorithm>
#include <array>

namespace smos::records {
namespace timeline_fields {
namespace {

constexpr std::array<const char*, 5> easing_names = {
    "linear", "hold", "cubic-in", "cubic-out", "cubic-io"};

const char* name_of(Easing easing) { return easing_names.at(static_cast<std::size_t>(easing)); }

template <typename List, typename T>
Json members_json(const T& value);

template <typename T>
Json to_json(const std::vector<T>& value);
template <typename T>
std::enable_if_t<is_object<T>, Json> to_json(const T& value);

Json to_json(const std::string& value) { return value.empty() ? Json(nullptr) : Json(value); }
Json to_json(bool value) { return value; }
Json to_json(std::int64_t value) { return value; }
Json to_json(const Micro& value) { return value.value; }
Json to_json(const Rational& value) { return Json::array({value.num, value.den}); }
Json to_json(const TimelineSpan& value) { return Json::array({value.from, value.to}); }
Json to_json(const JsonBox& value) { return value ? *value : Json(nullptr); }

Json to_json(const TimelineTime& value) {
    SMOS_EXPECT(value.exact());
    return value.value;
}

Json to_json(const Curve& value) {
    Json keys = Json::array();
    for (const Curve::Key& key : value.keys) {
        Json entry = Json::array({key.at});
        entry.push_back(key.value.size() == 1 ? Json(key.value.front()) : Json(key.value));
        if (key.ease != Easing::linear)
            entry.push_back(name_of(key.ease));
        keys.push_back(entry);
    }
    return keys.empty() ? Json(nullptr) : keys;
}

Json to_json(const TimelineWord& value) {
    return Json::array({value.start_ms, value.end_ms, value.text});
}

Json parameters_json(const TimelineEffect& value) {
    Json parameters = Json::object();
    for (const auto& [name, curve] : value.values)
        parameters[name + "_micro"] = to_json(curve);
    for (const auto& [name, text] : value.texts)
        parameters[name] = text;
    return parameters;
}

Json to_json(const TimelineEffect& value) {
    return Json::array({value.name, parameters_json(value)});
}

template <typename T>
Json to_json(const std::optional<T>& value) {
    return value ? to_json(*value) : Json(nullptr);
}

template <typename T>
std::enable_if_t<is_object<T>, Json> to_json(const T& value) {
    Json json = members_json<Of<T>>(value);
    return json.empty() ? Json(nullptr) : json;
}

template <typename T>
Json to_json(const std::vector<T>& value) {
    Json list = Json::array();
    for (const T& element : value)
        list.push_back(to_json(element));
    return list.empty() ? Json(nullptr) : list;
}

/// What is empty is left out, so that one timeline has one form.
template <typename List, typename T>
Json members_json(const T& value) {
    Json json = Json::object();
    const auto put = [&](const auto& entry) {
        if (entry.rule.authored_only)
            return;
        using Member = std::decay_t<decltype(value.*entry.member)>;
        constexpr bool real = std::is_same_v<Member, Micro> || std::is_same_v<Member, Curve>;
        Json member = to_json(value.*entry.member);
        if (!member.is_null())
            json[real ? std::string{entry.name} + "_micro" : std::string{entry.name}] =
                std::move(member);
    };
    std::apply([&](const auto&... entry) { (put(entry), ...); }, List::list());
    return json;
}

Json transition_json(const TimelineTransition& transition) {
    Json json{{"id", transition.id},
              {"trans", transition.look.name},
              {"at", to_json(transition.at)},
              {"in_off", transition.in_off},
              {"out_off", transition.out_off}};
    if (transition.ease != Easing::linear)
        json["ease"] = name_of(transition.ease);
    if (!transition.look.values.empty() || !transition.look.texts.empty())
        json["params"] = parameters_json(transition.look);
    return json;
}

Json video_items(const TimelineTrack& track) {
    Json items = Json::array();
    for (const TimelineItem& item : track.items) {
        for (const TimelineTransition& transition : track.transitions)
            if (transition.at.value == item.at.value)
                items.push_back(transition_json(transition));
        items.push_back(to_json(item));
    }
    return items;
}

Json track_json(const TimelineTrack& track) {
    Json json;
    if (track.kind == "video") {
        json = members_json<VideoTrack>(track);
        json["items"] = video_items(track);
    } else if (track.kind == "caption") {
        json = members_json<CaptionTrack>(track);
        json["items"] = track.cues.empty() ? Json::array() : to_json(track.cues);
    } else {
        json = members_json<AudioTrack>(track);
        json["items"] = track.sounds.empty() ? Json::array() : to_json(track.sounds);
    }
    return json;
}

template <typename T, typename Function>
Json list_of(const std::vector<T>& list, Function each) {
    Json json = Json::array();
    for (const T& element : list)
        json.push_back(each(element));
    return json;
}

Json whole_json(const Timeline& timeline) {
    Json json{{"schema", "smos.timeline/1"}, {"form", "resolved"}};
    json.update(members_json<Head>(timeline));
    Json assets = Json::object();
    for (const auto& [id, asset] : timeline.assets)
        assets[id] = to_json(asset);
    json["assets"] = assets;
    json["tracks"] =
        list_of(timeline.tracks, [](const TimelineTrack& each) { return track_json(each); });
    if (!timeline.marks.empty())
        json["marks"] = to_json(timeline.marks);
    json["outputs"] =
        list_of(timeline.outputs, [](const TimelineOutput& each) { return to_json(each); });
    return json;
}

} // namespace
} // namespace timeline_fields

Json write_timeline(const Timeline& timeline) { return timeline_fields::whole_json(timeline); }

std::string canonical_json(const Json& value) {
    if (value.is_array()) {
        std::string text = "[";
        for (const Json& element : value)
            text += (text.size() > 1 ? "," : "") + canonical_json(element);
        return text + "]";
    }
    if (!value.is_object())
        return dump(value);
    std::vector<std::string> keys;
    for (const auto& [key, member] : value.items())
        keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    std::string text = "{";
    for (const std::string& key : keys)
        text += (text.size() > 1 ? "," : "") + dump(Json(key)) + ":" + canonical_json(value[key]);
    return text + "}";
}

} // namespace smos::records
