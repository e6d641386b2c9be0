// SPDX-License-Identifier: Apache-2.0
// Small OTIO objects in the member order of the library.
#include "libsmos/records/interchange/otio_nodes.hpp"

#include "libsmos/records/interchange/findings.hpp"
#include "libsmos/records/json_value.hpp"

namespace smos::records::interchange {

Schema schema_of(const Json& node) {
    const std::string text = text_of(node, "OTIO_SCHEMA");
    const std::size_t dot = text.rfind('.');
    if (dot == std::string::npos || dot + 1 == text.size() || text.size() - dot > 4)
        return {};
    Schema schema{text.substr(0, dot), 0};
    for (const char c : text.substr(dot + 1)) {
        if (c < '0' || c > '9')
            return {};
        schema.version = schema.version * 10 + (c - '0');
    }
    return schema;
}

Json otio_time(std::int64_t units, const Rate& rate) {
    return Json{{"OTIO_SCHEMA", "RationalTime.1"},
                {"rate", rate.value()},
                {"value", static_cast<double>(units)}};
}

Json otio_range(std::int64_t start, std::int64_t duration, const Rate& rate) {
    return Json{{"OTIO_SCHEMA", "TimeRange.1"},
                {"duration", otio_time(duration, rate)},
                {"start_time", otio_time(start, rate)}};
}

Json otio_item(std::string_view schema, const std::string& name, Json metadata, Json range) {
    Json node = Json::object();
    node["OTIO_SCHEMA"] = schema;
    node["metadata"] = std::move(metadata);
    node["name"] = name;
    node["source_range"] = std::move(range);
    node["effects"] = Json::array();
    node["markers"] = Json::array();
    node["enabled"] = true;
    node["color"] = nullptr;
    return node;
}

Json otio_gap(std::int64_t duration, const Rate& rate) {
    return otio_item("Gap.1", "", Json::object(), otio_range(0, duration, rate));
}

const Json& smos_of(const Json& node) {
    static const Json none = Json::object();
    const Json* metadata = member(node, "metadata");
    const Json* ours = metadata ? member(*metadata, "smos") : nullptr;
    return ours != nullptr && ours->is_object() ? *ours : none;
}

Json metadata_with(Json ours) {
    Json metadata = Json::object();
    if (!ours.empty())
        metadata["smos"] = std::move(ours);
    return metadata;
}

void say(Json& ours,
         const char* key,
         const Json* original,
         const Json& held,
         const std::optional<Json>& plain) {
    const bool reads_back =
        original != nullptr ? plain.has_value() && same(*original, *plain) : !plain.has_value();
    if (!reads_back)
        ours["said"][key] = Json::array({original != nullptr ? *original : Json(nullptr), held});
}

std::optional<Json>
heard(const Json& ours, const char* key, const Json& held, const std::optional<Json>& plain) {
    const Json* said = member(ours, "said");
    const Json* pair = said != nullptr ? member(*said, key) : nullptr;
    if (pair == nullptr || !pair->is_array() || pair->size() != 2 || !same((*pair)[1], held))
        return plain;
    if ((*pair)[0].is_null())
        return std::nullopt;
    return (*pair)[0];
}

Json residue_of(const Json& node, const Json& known, bool keep_markers) {
    Json residue = Json::object();
    for (const auto& [key, value] : node.items()) {
        const bool plain = value.is_null() || (value.is_array() && value.empty()) ||
                           (key == "enabled" && value == Json(true));
        if (plain || key == "OTIO_SCHEMA" || (key == "markers" && !keep_markers))
            continue;
        if (key == "metadata" && value.is_object()) {
            Json others = value;
            others.erase("smos");
            if (!others.empty())
                residue["metadata"] = std::move(others);
        } else if (member(known, key) == nullptr) {
            residue[key] = value;
        }
    }
    return residue;
}

void put_residue(Json& node, const Json& residue) {
    for (const auto& [key, value] : residue.items()) {
        if (key == "metadata" && value.is_object()) {
            for (const auto& [name, inner] : value.items())
                node["metadata"][name] = inner;
        } else if (key == "effects" && value.is_array() && member(node, "effects") != nullptr) {
            for (const Json& effect : value)
                node["effects"].push_back(effect);
        } else if (key == "markers" && value.is_array() && member(node, "markers") != nullptr) {
            for (const Json& marker : value)
                node["markers"].push_back(marker);
        } else {
            node[key] = value;
        }
    }
}

} // namespace smos::records::interchange
