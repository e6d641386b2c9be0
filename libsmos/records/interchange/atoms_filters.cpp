// SPDX-License-Identifier: Apache-2.0
// The filters of an Atoms sequence, by the names and numbers that its own renderer reads.
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/interchange/atoms_import.hpp"
#include "libsmos/records/interchange/otio_import_parts.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_effects.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records::interchange {
namespace {

/// ours = offset + factor * theirs; `fallback` is what their renderer takes where nothing is said.
struct Parameter {
    const char* theirs;
    const char* ours;
    double factor = 1;
    double offset = 0;
    double fallback = 0;
};

struct Filter {
    const char* ours;
    std::vector<Parameter> parameters;
};

/// Their tint is green above 0, their grain is in levels of 100.
const std::map<std::string, Filter>& known_filters() {
    static const std::map<std::string, Filter> filters{
        {"exposure", {"exposure", {{"stops", "stops"}}}},
        {"contrast", {"contrast", {{"amount", "amount", 1, 1, 0}}}},
        {"saturation", {"saturation", {{"amount", "amount", 1, 1, 0}}}},
        {"temperature", {"temperature", {{"shift", "amount"}}}},
        {"tint", {"tint", {{"green_magenta_shift", "amount", -1, 0, 0}}}},
        {"sharpen", {"sharpen", {{"luma_amount", "amount", 1, 0, 0.5}}}},
        {"vignette",
         {"vignette", {{"strength", "amount", 1, 0, 0.8}, {"softness", "softness", 1, 0, 0.5}}}},
        {"hue", {"hue", {{"shift", "degrees"}}}},
        {"hue_shift", {"hue", {{"shift", "degrees"}}}},
        {"film_grain", {"grain", {{"strength", "amount", 0.01, 0, 10}}}},
        {"gamma", {"gamma", {{"gamma", "amount", 1, 0, 1}}}}};
    return filters;
}

} // namespace

void AtomsImport::put_filters() {
    for (const AtomsObject& stack : document_.filters) {
        const Json* list = member(*stack.json, "filters");
        if (list != nullptr && !list->is_array())
            return findings_.refuse(stack.path + ".filters", "expected an array");
        const auto clips = targets(stack, false);
        if (findings_.stopped())
            return;
        Json effects = Json::array();
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            const AtomsObject filter{
                &(*list)[i], fmt::format("{}.filters[{}]", stack.path, i), {}, {}};
            const Json* enabled = member(*filter.json, "enabled");
            if (enabled == nullptr || *enabled != Json(false))
                put_filter(filter, effects);
        }
        keep("filter_stacks", stack);
        for (const std::size_t clip : clips) {
            AtomsPlaced& placed = placed_[clip];
            if (placed.audio) {
                findings_.lost(stack.path, "filters of sound are not applied");
                continue;
            }
            if (!placed.extra)
                placed.extra = Json::object();
            for (const Json& effect : effects)
                (*placed.extra)["fx"].push_back(effect);
        }
    }
}

void AtomsImport::put_filter(const AtomsObject& filter, Json& effects) {
    const std::string type = text_of(*filter.json, "type");
    const Json* given = member(*filter.json, "params");
    if (given != nullptr && !given->is_object())
        return findings_.refuse(filter.path + ".params", "expected an object");
    const Json none = Json::object();
    const AtomsObject params{given != nullptr ? given : &none, filter.path + ".params", {}, {}};
    if (member(*filter.json, "mask_artifact_id") != nullptr)
        findings_.lost(filter.path + ".mask_artifact_id", "the mask is not applied");
    if (type == "lut" || type == "lut3d")
        return put_table(params, effects);
    const auto known = known_filters().find(type);
    if (known == known_filters().end())
        return findings_.lost(filter.path, fmt::format("the filter \"{}\" is not known", type));
    const EffectKind* kind = effect_kind(filter_kinds(), known->second.ours);
    SMOS_EXPECT(kind != nullptr);
    Json made = Json::object();
    std::set<std::string> read;
    for (const Parameter& one : known->second.parameters) {
        const double theirs = atoms_number(params, one.theirs, one.fallback, findings_);
        const auto ours = std::find_if(
            kind->parameters.begin(), kind->parameters.end(), [&](const EffectParameter& each) {
                return std::string_view{each.name} == one.ours;
            });
        SMOS_EXPECT(ours != kind->parameters.end());
        made[one.ours] = bounded(one.offset + one.factor * theirs,
                                 ours->low,
                                 ours->high,
                                 params.path + "." + one.theirs);
        read.insert(one.theirs);
    }
    for (const auto& [key, value] : params.json->items())
        if (read.count(key) == 0)
            findings_.lost(params.path + "." + key, "is not applied");
    effects.push_back(Json::array({known->second.ours, std::move(made)}));
}

/// A colour table is a file, so it becomes an asset.
void AtomsImport::put_table(const AtomsObject& params, Json& effects) {
    const std::string path = text_of(*params.json, "lut_path");
    if (path.empty())
        return findings_.lost(params.path, "the file does not say where the colour table lies");
    const std::string uri = uri_of(path, folder_);
    std::string id;
    for (const auto& [name, asset] : assets_->items())
        if (asset["kind"] == Json("lut") && asset["uri"] == Json(uri))
            id = name;
    if (id.empty()) {
        const std::string first = slug(path.substr(path.find_last_of("/\\") + 1));
        id = first.empty() ? "table" : first;
        for (int n = 2; assets_->contains(id); ++n)
            id = fmt::format("{}-{}", first, n);
        (*assets_)[id] = Json{{"kind", "lut"}, {"uri", uri}};
    }
    effects.push_back(Json::array({"lut", Json{{"asset", id}}}));
}

} // namespace smos::records::interchange
