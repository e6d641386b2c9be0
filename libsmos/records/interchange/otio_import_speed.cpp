// SPDX-License-Identifier: Apache-2.0
// The effects of a clip: a time warp becomes its speed, the others wait for the way back.
#include "libsmos/records/interchange/otio_import_parts.hpp"
#include "libsmos/records/interchange/otio_nodes.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace smos::records::interchange {
namespace {

/// What an export of `speed` writes; NaN for what it cannot write.
double scalar_of(const Json* speed) {
    if (speed != nullptr && speed->is_number())
        return speed->get<double>();
    const bool pair = speed != nullptr && speed->is_array() && speed->size() == 2;
    const auto num = pair ? integer_of(&(*speed)[0]) : std::nullopt;
    const auto den = pair ? integer_of(&(*speed)[1]) : std::nullopt;
    if (!num || !den || *den < 1)
        return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(*num) / static_cast<double>(*den);
}

bool is_plain_warp(const Json& warp) {
    const Json known = Json::object({{"name", 1}, {"effect_name", 1}, {"time_scalar", 1}});
    return schema_of(warp).name == "LinearTimeWarp" && text_of(warp, "name") == "speed" &&
           text_of(warp, "effect_name") == "LinearTimeWarp" &&
           residue_of(warp, known, true).empty();
}

} // namespace

void ItemImport::put_effects(Json& residue, const FlatItem& item, const Json* warp) {
    const Json* effects = member(*item.node, "effects");
    if (effects != nullptr && !effects->is_array())
        return scene_.findings.refuse(item.path + ".effects", "expected an array");
    Json others = Json::array();
    for (std::size_t i = 0; effects != nullptr && i < effects->size(); ++i) {
        const Json& effect = (*effects)[i];
        if (&effect == warp)
            continue;
        if (!is_disabled(effect))
            scene_.findings.lost(
                fmt::format("{}.effects[{}]", item.path, i),
                fmt::format("the effect \"{}\" is not shown; kept for the way back",
                            text_of(effect, "effect_name")));
        others.push_back(effect);
    }
    residue.erase("effects");
    if (!others.empty())
        residue["effects"] = std::move(others);
    if (member(residue, "markers") != nullptr)
        scene_.findings.lost(item.path + ".markers", "of a clip are kept for the way back only");
}

/// The first time warp as a fraction, taken out of `residue`.
void ItemImport::put_speed(Json& json, Json& residue, const FlatItem& item, bool audio) {
    // A sound is played at its own speed: unless the timeline itself said one, its time warp waits
    // with the other effects.
    const bool waits = audio && member(json, "speed") == nullptr;
    const Json* warp = waits ? nullptr : flattener_.warp_of(*item.node);
    put_effects(residue, item, warp);
    const Json* said = member(json, "speed"); // what our part of the node says
    if (warp == nullptr) {
        if (said != nullptr && !std::isnan(scalar_of(said))) {
            scene_.findings.guessed(item.path,
                                    "its time warp was taken away; the speed is dropped");
            json.erase("speed");
        }
        return;
    }
    const bool freeze = schema_of(*warp).name == "FreezeFrame";
    const Json* scalar = member(*warp, "time_scalar");
    const double value = scalar && scalar->is_number() ? scalar->get<double>() : freeze ? 0 : 1e9;
    if (!(std::abs(value) <= 1000))
        return scene_.findings.refuse(item.path + ".effects",
                                      "a time warp needs a time_scalar of -1000 to 1000");
    if (scalar_of(said) != value) {
        Json speed = Json::array({0, 1});
        if (std::abs(value) >= 1e-3) {
            const Rate factor = nearest_rate(std::abs(value));
            speed = Json::array({value < 0 ? -factor.num : factor.num, factor.den});
        }
        json["speed"] = std::move(speed);
        if (scalar_of(&json["speed"]) != value)
            scene_.findings.guessed(
                item.path + ".effects",
                fmt::format("speed {} is taken as {}", value, dump(json["speed"])));
    }
    if (!is_plain_warp(*warp) || scalar_of(&json["speed"]) != value)
        residue["warp"] = Json::object({{"node", *warp}, {"speed", json["speed"]}});
}

} // namespace smos::records::interchange
