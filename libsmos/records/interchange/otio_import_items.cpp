// SPDX-License-Identifier: Apache-2.0
// Clips and transitions of one lane.
#include "libsmos/records/interchange/layout.hpp"
#include "libsmos/records/interchange/otio_import_parts.hpp"
#include "libsmos/records/interchange/otio_nodes.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records::interchange {
namespace {

void put(Json& json, const std::string& key, const std::optional<Json>& value) {
    if (value)
        json[key] = *value;
}

bool same_time(const Exact& a, const Exact& b) { return !(a < b) && !(b < a); }

/// Items that carry a number stand in that order; others where their time puts them.
void restore_places(Json& items, const std::vector<std::optional<std::int64_t>>& numbers) {
    const bool all = std::all_of(
        numbers.begin(), numbers.end(), [](const auto& number) { return number.has_value(); });
    if (!all || numbers.empty())
        return;
    std::vector<std::size_t> order(numbers.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return *numbers[a] < *numbers[b];
    });
    Json sorted = Json::array();
    for (const std::size_t place : order)
        sorted.push_back(std::move(items[place]));
    items = std::move(sorted);
}

} // namespace

ItemImport::ItemImport(ImportScene& scene, AssetImport& assets, Flattener& flattener)
    : scene_(scene),
      assets_(assets),
      flattener_(flattener),
      names_(scene.ours) {}

ImportedItems ItemImport::items(const std::vector<FlatItem>& lane, const std::string& kind) {
    Json items = Json::array();
    Json aside = Json::array();
    std::vector<std::optional<std::int64_t>> numbers;
    const Rate rate = kind == "audio" ? scene_.sample_rate : scene_.rate;
    const Fades fades = kind == "video" ? fades_of(lane) : Fades{};
    for (std::size_t place = 0; place < lane.size(); ++place) {
        const FlatItem& item = lane[place];
        std::optional<Json> made;
        if (item.kind == FlatItem::Kind::clip) {
            made = clip(item, kind);
            put_fades(*made, fades, place);
        } else if (item.kind == FlatItem::Kind::transition && fades.transitions.count(place) == 0) {
            made = transition(item, kind);
        }
        if (scene_.findings.stopped())
            break;
        if (made) {
            items.push_back(std::move(*made));
            numbers.push_back(integer_of(member(smos_of(*item.node), "index")));
        } else {
            aside.push_back(kept(item, rate));
        }
    }
    restore_places(items, numbers);
    return {JsonBox{std::move(items)}, JsonBox{std::move(aside)}};
}

/// Editors begin and end with a dissolve from or to nothing.
Fades ItemImport::fades_of(const std::vector<FlatItem>& lane) {
    Fades fades;
    const auto clip_at = [&](std::size_t place) {
        return place < lane.size() && lane[place].kind == FlatItem::Kind::clip;
    };
    for (std::size_t place = 0; place < lane.size(); ++place) {
        const FlatItem& item = lane[place];
        if (item.kind != FlatItem::Kind::transition || !smos_of(*item.node).empty())
            continue;
        const bool before =
            place > 0 && clip_at(place - 1) && same_time(lane[place - 1].end, item.at);
        const bool after = clip_at(place + 1) && same_time(lane[place + 1].at, item.at);
        if (before && after)
            continue;
        fades.transitions.insert(place);
        const char* name = after ? "out_offset" : "in_offset";
        const Json* offset = member(*item.node, name);
        if ((!before && !after) || offset == nullptr) {
            scene_.findings.lost(item.path, "is at no clip; kept for the way back only");
            continue;
        }
        const OtioTime time = scene_.times.time(*offset, item.path + "." + name);
        scene_.findings.guessed(item.path,
                                after ? "is taken as a fade in" : "is taken as a fade out");
        (after ? fades.in[place + 1] : fades.out[place - 1]) = time.seconds;
    }
    return fades;
}

void ItemImport::put_fades(Json& json, const Fades& fades, std::size_t place) {
    const auto in = fades.in.find(place);
    const auto out = fades.out.find(place);
    const Json* dur = member(json, "dur");
    if (scene_.ours || dur == nullptr || !dur->is_number_integer())
        return;
    const std::int64_t end = dur->get<std::int64_t>();
    const auto frames = [&](const auto& found, const auto& none) {
        return found == none
                   ? 0
                   : std::clamp<std::int64_t>(found->second.at(scene_.rate).rounded(), 0, end);
    };
    const std::int64_t rise = frames(in, fades.in.end());
    const std::int64_t fall = std::min(frames(out, fades.out.end()), end - rise);
    Json keys = Json::array();
    if (rise > 0)
        keys = {Json{0, 0.0}, Json{rise, 1.0}};
    if (fall > 0) {
        if (rise == 0 || rise < end - fall)
            keys.push_back(Json{end - fall, 1.0});
        keys.push_back(Json{end, 0.0});
    }
    if (!keys.empty())
        json["anim"]["opacity"] = std::move(keys);
}

/// An object that is no item; its duration becomes one in units, so that nothing behind it moves.
Json ItemImport::kept(const FlatItem& item, const Rate& rate) {
    const std::int64_t at = item.at.at(rate).rounded();
    const std::int64_t dur = item.end.at(rate).rounded() - at;
    Json entry = Json::object();
    entry["at"] = at;
    entry["dur"] = dur;
    entry["node"] = *item.node;
    const bool exact = item.whole && item.at.at(rate).whole() && item.end.at(rate).whole();
    const Json* range = member(*item.node, "source_range");
    if (!exact && range != nullptr && member(*range, "duration") != nullptr)
        entry["node"]["source_range"]["duration"] = otio_time(dur, rate);
    return entry;
}

Json ItemImport::clip(const FlatItem& item, const std::string& kind) {
    const bool audio = kind == "audio";
    const Rate rate = audio ? scene_.sample_rate : scene_.rate;
    const Json& ours = smos_of(*item.node);
    Json json = Json::object();
    json["id"] = ids().take(id_of(*item.node, ours), audio ? "a" : "c");
    const std::int64_t at = item.at.at(rate).rounded();
    const std::int64_t end = item.end.at(rate).rounded();
    const std::int64_t node_at = item.at.at(item.rate).rounded();
    const std::int64_t node_end = item.end.at(item.rate).rounded();
    const std::string at_key = time_key(audio, "at");
    const std::string dur_key = time_key(audio, "dur");
    put(json, at_key, heard(ours, at_key.c_str(), node_at, Json(at)));
    put(json, dur_key, heard(ours, dur_key.c_str(), node_end - node_at, Json(end - at)));
    bool in_plain = true;
    media_start_ = Exact{};
    foreign_ = !scene_.ours || member(ours, "kept") != nullptr;
    put_media(json, item, kind, in_plain);
    put_in(json, item, kind, in_plain);
    const bool exact = item.at.at(rate).whole() && item.end.at(rate).whole();
    if (!exact && (foreign_ || !audio))
        scene_.findings.guessed(
            item.path,
            fmt::format("lies between {}; moved to the nearest", audio ? "samples" : "frames"));
    const Json known = Json::object({{"name", 1},
                                     {"source_range", 1},
                                     {"media_reference", 1},
                                     {"media_references", 1},
                                     {"active_media_reference_key", 1}});
    Json residue = residue_of(*item.node, known, true);
    put_extras(json, ours);
    put_speed(json, residue, item, audio);
    put_kept(json, item, std::move(residue), audio);
    return json;
}

void ItemImport::put_media(Json& json,
                           const FlatItem& item,
                           const std::string& kind,
                           bool& in_plain) {
    std::string path;
    const Json* media = flattener_.media_of(*item.node, item.path, path);
    static const Json nothing = *parse_json("{\"OTIO_SCHEMA\":\"MissingReference.1\"}", "");
    const Json& reference = media != nullptr ? *media : nothing;
    const std::string generator = text_of(reference, "generator_kind");
    const Json* parameters = member(reference, "parameters");
    const bool native =
        schema_of(reference).name == "GeneratorReference" && generator.rfind("smos.", 0) == 0;
    if (native && kind == "caption" && generator == "smos.caption") {
        in_plain = false;
        if (parameters != nullptr && parameters->is_object() && parameters->contains("words"))
            json["words"] = parameters->at("words");
    } else if (native) {
        in_plain = false;
        json["gen"] = Json::array(
            {generator.substr(5), parameters != nullptr ? *parameters : Json::object()});
    } else if (text_of(smos_of(reference), "asset").empty() && scene_.ours &&
               schema_of(reference).name == "MissingReference" &&
               text_of(reference, "name").empty()) {
        return; // the item says itself what it shows, or nothing
    } else {
        const AssetImport::Media taken =
            assets_.take(reference, path, text_of(*item.node, "name"), kind == "audio");
        json["asset"] = taken.id;
        foreign_ = foreign_ || text_of(smos_of(reference), "asset").empty();
        media_start_ = taken.start;
    }
}

void ItemImport::put_in(Json& json, const FlatItem& item, const std::string& kind, bool in_plain) {
    const bool audio = kind == "audio";
    const Rate rate = audio ? scene_.sample_rate : scene_.rate;
    const std::string key = time_key(audio, "in");
    Exact start = media_start_;
    if (const auto range = scene_.times.range_in(*item.node, "source_range", item.path))
        start = range->start.seconds;
    Exact from = start - media_start_;
    if (!item.head.zero()) {
        // What is cut off on the timeline is longer or shorter in the media, by the speed.
        const Json* warp = flattener_.warp_of(*item.node);
        const Json* scalar = warp != nullptr ? member(*warp, "time_scalar") : nullptr;
        const double speed = scalar && scalar->is_number() ? scalar->get<double>() : 1;
        const Rate factor = nearest_rate(speed >= 1e-3 && speed <= 1e3 ? speed : 1);
        from = from + item.head * Exact::of(factor.num, factor.den);
    }
    const std::int64_t held = from.at(item.rate).rounded();
    std::optional<Json> plain;
    if (in_plain || held != 0)
        plain = from.at(rate).rounded();
    if (!from.sound() || !from.at(rate).sound())
        return scene_.findings.refuse(item.path + ".source_range", "is out of range");
    if (from.negative()) {
        scene_.findings.guessed(item.path + ".source_range",
                                "begins before its media does; taken from its beginning");
        if (plain)
            plain = 0;
    }
    put(json, key, heard(smos_of(*item.node), key.c_str(), held, plain));
}

void ItemImport::put_kept(Json& json, const FlatItem& item, Json residue, bool audio) {
    const Json& node = *item.node;
    const Rate rate = audio ? scene_.sample_rate : scene_.rate;
    if (const std::string name = text_of(node, "name"); json["id"] != Json(name))
        residue["name"] = name;
    const std::string active = text_of(node, "active_media_reference_key");
    if (!active.empty() && active != "DEFAULT_MEDIA")
        residue["active_media_reference_key"] = active;
    if (const Json* all = member(node, "media_references"); all != nullptr && all->is_object()) {
        Json others = *all;
        others.erase(active.empty() ? "DEFAULT_MEDIA" : active);
        if (!others.empty()) {
            residue["media_references"] = std::move(others);
            scene_.findings.lost(item.path + ".media_references",
                                 "only the active one is used; the others are kept");
        }
    }
    const auto range = scene_.times.range_in(node, "source_range", item.path);
    const Json* dur = member(json, time_key(audio, "dur"));
    const Json* in = member(json, time_key(audio, "in"));
    const Exact from = range ? range->start.seconds - media_start_ : Exact{};
    const bool exact = item.whole && range && item.at.at(rate).whole() &&
                       item.end.at(rate).whole() && from.at(rate).whole();
    const std::int64_t in_units = in != nullptr ? integer_of(in).value_or(-1) : 0;
    const Json plain = range ? otio_range(range->start.seconds.at(rate).rounded(),
                                          (item.end - item.at).at(rate).rounded(),
                                          rate)
                             : Json();
    const bool counted = dur != nullptr && dur->is_number_integer() && in_units >= 0;
    // Under Premiere's warp the range is not what is seen, and our own exports say what is seen.
    const bool seen = !scene_.premiere || flattener_.warp_of(node) == nullptr;
    const Json* stated = member(node, "source_range");
    const bool other = stated != nullptr && (from.negative() || !same(plain, *stated));
    if (foreign_ && exact && counted && seen && other) {
        residue["source_range"] = *stated;
        residue["was"] = Json::array({*dur, in_units});
    }
    put_meta(json, std::move(residue));
}

std::optional<Json> ItemImport::transition(const FlatItem& item, const std::string& kind) {
    const Json& node = *item.node;
    const Json& ours = smos_of(node);
    const bool audio = kind == "audio";
    const Rate rate = audio ? scene_.sample_rate : scene_.rate;
    if (audio && member(ours, "said") == nullptr && !scene_.ours) {
        scene_.findings.lost(item.path, "a transition of sound is kept for the way back only");
        return std::nullopt;
    }
    const std::string type = text_of(node, "transition_type");
    const Json* said = member(ours, "trans");
    Json json = Json::object();
    json["id"] = ids().take(id_of(node, ours), "t");
    json["trans"] = said != nullptr && said->is_string() ? *said : Json("dissolve");
    if (said == nullptr && type != "SMPTE_Dissolve")
        scene_.findings.guessed(item.path, fmt::format("\"{}\" is taken as a dissolve", type));
    Rate node_rate = rate;
    std::vector<std::pair<const char*, std::optional<Json>>> offsets;
    for (const auto& [key, name] :
         {std::pair{"in_off", "in_offset"}, std::pair{"out_off", "out_offset"}}) {
        const Json* found = member(node, name);
        const OtioTime time = found != nullptr ? scene_.times.time(*found, item.path + "." + name)
                                               : OtioTime{Exact{}, rate};
        if (time.seconds.negative())
            scene_.findings.refuse(item.path + "." + name, "is negative");
        node_rate = time.rate;
        const Json held = time.seconds.at(time.rate).rounded();
        offsets.emplace_back(key, heard(ours, key, held, Json(time.seconds.at(rate).rounded())));
    }
    const std::string at_key = time_key(audio, "at");
    put(json,
        at_key,
        heard(ours,
              at_key.c_str(),
              item.at.at(node_rate).rounded(),
              Json(item.at.at(rate).rounded())));
    for (const auto& [key, value] : offsets)
        put(json, key, value);
    const bool plain_type =
        type == (text_of(json, "trans") == "dissolve" ? "SMPTE_Dissolve" : "Custom_Transition");
    Json known = Json::object({{"name", 1}, {"in_offset", 1}, {"out_offset", 1}});
    if (plain_type)
        known["transition_type"] = 1;
    Json residue = residue_of(node, known, true);
    if (const std::string name = text_of(node, "name"); json["id"] != Json(name))
        residue["name"] = name;
    put_extras(json, ours);
    put_meta(json, std::move(residue));
    return json;
}

} // namespace smos::records::interchange
