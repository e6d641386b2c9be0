// SPDX-License-Identifier: Apache-2.0
// JSON Schemas (2020-12) that follow from the record types.
#include "libsmos/records/schema.hpp"

#include "libsmos/records/codec.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/records/sections.hpp"
#include "libsmos/records/timeline/timeline.hpp"

namespace smos::records {
namespace {

template <typename T>
Json schema_of();

template <typename T>
Json object_schema() {
    Json properties = Json::object();
    Json needed = Json::array();
    const auto add = [&](const auto& entry) {
        using Member = std::decay_t<decltype(std::declval<T>().*entry.member)>;
        Json schema = schema_of<Member>();
        schema["description"] = entry.doc;
        properties[entry.name] = schema;
        if (entry.presence == Presence::required)
            needed.push_back(entry.name);
    };
    std::apply([&](const auto&... entry) { (add(entry), ...); }, Fields<T>::list());
    Json schema{{"type", "object"}, {"description", Fields<T>::doc}, {"properties", properties}};
    if (!needed.empty())
        schema["required"] = needed;
    return schema;
}

template <typename T>
Json schema_of() {
    if constexpr (std::is_same_v<T, JsonBox>) {
        return Json::object();
    } else if constexpr (has_fields<T>) {
        return object_schema<T>();
    } else if constexpr (is_optional<T>) {
        Json schema = schema_of<typename T::value_type>();
        if (schema.contains("type"))
            schema["type"] = Json::array({schema["type"], "null"});
        return schema;
    } else if constexpr (is_vector<T>) {
        return Json{{"type", "array"}, {"items", schema_of<typename T::value_type>()}};
    } else if constexpr (is_map<T>) {
        return Json{{"type", "object"},
                    {"additionalProperties", schema_of<typename T::mapped_type>()}};
    } else if constexpr (std::is_same_v<T, bool>) {
        return Json{{"type", "boolean"}};
    } else if constexpr (std::is_same_v<T, std::string>) {
        return Json{{"type", "string"}};
    } else if constexpr (std::is_same_v<T, double>) {
        return Json{{"type", "number"}};
    } else {
        return Json{{"type", "integer"}};
    }
}

Json text_schema(const char* doc) { return Json{{"type", "string"}, {"description", doc}}; }

Json status_schema() {
    Json values = Json::array();
    for (int i = 0; i <= static_cast<int>(Status::failed); ++i) {
        values.push_back(name_of(static_cast<Status>(i)));
    }
    return Json{{"enum", values}, {"description", "What became of the production so far."}};
}

Json record_schema() {
    Json properties = Json::object();
    properties["schema"] = Json{{"const", "smos.record/1"}};
    properties["task_id"] = text_schema("Name-based UUID of tenant, platform, native id, persona.");
    properties["parent_id"] = text_schema("The production this one was fanned out from.");
    properties["type"] = text_schema("generate_video.");
    properties["tenant_id"] = text_schema("Whose muse it is; \"default\" when absent.");
    properties["persona_id"] = text_schema("The muse.");
    properties["state_version"] =
        Json{{"type", "integer"}, {"description", "+1 by every tool that writes its section."}};
    properties["status"] = status_schema();
    properties["confidence"] = Json{{"type", "number"},
                                    {"minimum", 0},
                                    {"maximum", 1},
                                    {"description", "The aggregate of the last judgement."}};
    properties["errors"] = schema_of<std::vector<RecordError>>();
    properties["trace"] = text_schema("W3C traceparent.");
    properties["payload"] =
        Json{{"type", "object"},
             {"description", "What was asked: prompt, assets, length_seconds, style."}};
    properties["scout"] = schema_of<Scout>();
    properties["plan"] = schema_of<Plan>();
    properties["cfo"] = schema_of<Cfo>();
    properties["render"] = schema_of<Render>();
    properties["critic"] = schema_of<Critic>();
    properties["publish"] = schema_of<Publish>();
    return Json{{"type", "object"},
                {"description", "One production: one line of JSON that travels the whole line."},
                {"properties", properties},
                {"required", Json::array({"task_id"})}};
}

std::optional<Json> body_of(std::string_view name) {
    if (name == "record")
        return record_schema();
    if (name == "scout")
        return schema_of<Scout>();
    if (name == "plan")
        return schema_of<Plan>();
    if (name == "cfo")
        return schema_of<Cfo>();
    if (name == "render")
        return schema_of<Render>();
    if (name == "critic")
        return schema_of<Critic>();
    if (name == "publish")
        return schema_of<Publish>();
    if (name == "sidecar")
        return schema_of<Sidecar>();
    if (name == "timeline")
        return timeline_schema();
    return std::nullopt;
}

} // namespace

std::vector<std::string> schema_names() {
    return {"record", "scout", "plan", "cfo", "render", "critic", "publish", "sidecar", "timeline"};
}

std::optional<std::string> schema_text(std::string_view name) {
    const auto body = body_of(name);
    if (!body)
        return std::nullopt;
    Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                {"$id", fmt::format("urn:smos:schema:{}:1", name)},
                {"title", fmt::format("smos {}", name)}};
    schema.update(*body);
    return schema.dump(2) + "\n";
}

} // namespace smos::records
