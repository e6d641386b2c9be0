// SPDX-License-Identifier: Apache-2.0
// Assets as media references, and the parts that every exported node has.
#include "libsmos/records/interchange/otio_export_track.hpp"
#include "libsmos/records/interchange/otio_nodes.hpp"
#include "libsmos/records/json_value.hpp"

namespace smos::records::interchange {
namespace {

const std::set<std::string> ours_names{
    "aside", "asset", "assets", "id", "index", "kept", "lane", "more", "order", "said"};

} // namespace

const Json& kept_of(const Json& json) {
    static const Json none = Json::object();
    const Json* meta = member(json, "meta");
    const Json* kept = meta ? member(*meta, "otio") : nullptr;
    return kept != nullptr && kept->is_object() ? *kept : none;
}

Json extras_of(const Json& json, const std::set<std::string>& known) {
    Json ours = Json::object();
    for (const auto& [key, value] : json.items()) {
        if (known.count(key) != 0)
            continue;
        Json kept = value;
        if (key == "meta" && kept.is_object() && kept_of(json).size() > 0) {
            kept.erase("otio");
            if (kept.empty())
                continue;
        }
        if (ours_names.count(key) != 0)
            ours["more"][key] = std::move(kept);
        else
            ours[key] = std::move(kept);
    }
    return ours;
}

void put_name(Json& node, Json& ours, const std::string& id, const Json& kept) {
    const Json* name = member(kept, "name");
    node["name"] = name != nullptr && name->is_string() ? *name : Json(id);
    if (node["name"] != Json(id))
        ours["id"] = id;
}

const Json& AssetExport::asset(const std::string& id) const {
    return timeline_.at("assets").at(id);
}

bool AssetExport::has(const std::string& id) const {
    const Json* assets = member(timeline_, "assets");
    return assets != nullptr && member(*assets, id) != nullptr;
}

std::int64_t AssetExport::media_start(const std::string& id, const Rate& rate) const {
    const Json* start = member(kept_of(asset(id)), "start");
    const Json* num = start && start->is_array() && start->size() == 2 ? &(*start)[0] : nullptr;
    const auto over = integer_of(num);
    const auto under = num ? integer_of(&(*start)[1]) : std::nullopt;
    if (!over || !under || *under < 1)
        return 0;
    const Exact seconds = Exact::of(*over, *under).at(rate);
    return seconds.sound() ? seconds.rounded() : 0;
}

void AssetExport::put_range(Json& node, Json& ours, const Json& asset) const {
    const Rate own = text_of(asset, "kind") == "audio" ? layout_.sample_rate : layout_.rate;
    const Rate rate = audio_ == OtioAudio::frames ? layout_.rate : own;
    const Json* avail = member(asset, "avail");
    const bool pair = avail != nullptr && avail->is_array() && avail->size() == 2;
    const auto from = pair ? integer_of(&(*avail)[0]) : std::nullopt;
    const auto to = pair ? integer_of(&(*avail)[1]) : std::nullopt;
    if (!from || !to || *from < 0 || *to < *from || *to > longest_units) {
        node["available_range"] = nullptr;
        return say(ours, "avail", avail, nullptr, std::nullopt);
    }
    const std::int64_t first = Exact::seconds(*from, own).at(rate).rounded();
    const std::int64_t last = Exact::seconds(*to, own).at(rate).rounded();
    node["available_range"] = otio_range(first, last - first, rate);
    const Json plain = {Exact::seconds(first, rate).at(own).rounded(),
                        Exact::seconds(last, rate).at(own).rounded()};
    say(ours, "avail", avail, Json{first, last}, plain);
}

Json AssetExport::reference(const std::string& id) {
    taken_.insert(id);
    const Json& json = asset(id);
    const Json& kept = kept_of(json);
    const Json* uri = member(json, "uri");
    const bool external = uri != nullptr && uri->is_string();
    Json ours = extras_of(
        json, external ? std::set<std::string>{"avail", "uri"} : std::set<std::string>{"avail"});
    ours["asset"] = id;
    Json node = Json::object();
    node["OTIO_SCHEMA"] = external ? "ExternalReference.1" : "MissingReference.1";
    const Json* original = member(kept, "node");
    if (original != nullptr && original->is_object()) {
        node = *original;
        // What we did not change stays as it came; `ours` remembers how we had read it.
        const bool moved = !same(kept.value("uri", Json()), json.value("uri", Json()));
        const bool cut = !same(kept.value("avail", Json()), json.value("avail", Json()));
        if (moved && external)
            node["OTIO_SCHEMA"] = "ExternalReference.1";
        if (moved && external)
            node["target_url"] = *uri;
        if (cut)
            put_range(node, ours, json);
        if (!node.contains("metadata") || !node["metadata"].is_object())
            node["metadata"] = Json::object();
        ours["kept"] = true;
        node["metadata"]["smos"] = std::move(ours);
        return node;
    }
    node["metadata"] = Json::object();
    node["name"] = id;
    put_range(node, ours, json);
    node["available_image_bounds"] = nullptr;
    if (external)
        node["target_url"] = *uri;
    node["metadata"]["smos"] = std::move(ours);
    return node;
}

Json AssetExport::rest() const {
    Json rest = Json::object();
    const Json* assets = member(timeline_, "assets");
    if (assets == nullptr)
        return rest;
    for (const auto& [id, json] : assets->items()) {
        if (taken_.count(id) == 0)
            rest[id] = json;
    }
    return rest;
}

void put_speed(Json& node, const Placed& placed, Findings& findings) {
    const Json* speed = member(*placed.json, "speed");
    const Json* warp = member(kept_of(*placed.json), "warp");
    if (warp != nullptr && speed != nullptr && same(warp->value("speed", Json()), *speed) &&
        member(*warp, "node") != nullptr) {
        node["effects"].push_back(warp->at("node"));
        return;
    }
    if (speed == nullptr)
        return;
    const bool pair = speed->is_array() && speed->size() == 2;
    const std::int64_t num = pair ? integer_of(&(*speed)[0]).value_or(0) : 0;
    const std::int64_t den = pair ? integer_of(&(*speed)[1]).value_or(0) : 0;
    if (!speed->is_number() && den < 1)
        return findings.lost(placed.path + ".speed",
                             "is no fraction; it is kept in the metadata only");
    Json effect = Json::object();
    effect["OTIO_SCHEMA"] = "LinearTimeWarp.1";
    effect["metadata"] = Json::object();
    effect["name"] = "speed";
    effect["effect_name"] = "LinearTimeWarp";
    effect["enabled"] = true;
    effect["time_scalar"] = speed->is_number()
                                ? speed->get<double>()
                                : static_cast<double>(num) / static_cast<double>(den);
    node["effects"].push_back(std::move(effect));
}

} // namespace smos::records::interchange
