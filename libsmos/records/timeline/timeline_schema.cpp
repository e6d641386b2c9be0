// SPDX-License-Identifier: Apache-2.0
// The JSON Schema of the authored form, from the same definitions that read it.
#include "libsmos/records/codec.hpp"
#include "libsmos/records/timeline/timeline_fields.hpp"

#include <cmath>

namespace smos::records {
namespace timeline_fields {
namespace {

template <typename List>
Json members_schema(const char* doc);

Json bounds(const Rule& rule, Json schema) {
    if (std::isfinite(rule.low))
        schema["minimum"] = rule.low;
    if (std::isfinite(rule.high))
        schema["maximum"] = rule.high;
    return schema;
}

Json words(const char* list) {
    Json names = Json::array();
    std::string word;
    for (const char* c = list;; ++c) {
        if (*c != ' ' && *c != '\0') {
            word.push_back(*c);
            continue;
        }
        names.push_back(word);
        word.clear();
        if (*c == '\0')
            return Json{{"enum", names}};
    }
}

Json curve(const Rule& rule) {
    const Json number = bounds(rule, Json{{"type", "number"}});
    const Json value = rule.components == 1 ? number
                                            : Json{{"type", "array"},
                                                   {"items", number},
                                                   {"minItems", rule.components},
                                                   {"maxItems", rule.components}};
    const Json key{
        {"type", "array"},
        {"prefixItems",
         Json::array(
             {Json{{"type", "integer"}}, value, words("linear hold cubic-in cubic-out cubic-io")})},
        {"minItems", 2},
        {"maxItems", 3}};
    return Json{{"anyOf", Json::array({value, Json{{"type", "array"}, {"items", key}}})}};
}

Json parameters(const EffectKind& kind) {
    using Kind = EffectParameter::Kind;
    Json properties = Json::object();
    for (const EffectParameter& parameter : kind.parameters) {
        Rule rule{.low = parameter.low, .high = parameter.high};
        rule.components = parameter.components;
        Json schema = parameter.kind == Kind::number   ? curve(rule)
                      : parameter.kind == Kind::word   ? words(parameter.words)
                      : parameter.kind == Kind::colour ? Json{{"pattern", "^#[0-9a-fA-F]{6}$"}}
                                                       : Json{{"type", "string"}};
        schema["description"] = parameter.doc;
        properties[parameter.name] = schema;
    }
    return Json{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

Json effect(const Rule& rule) {
    Json options = Json::array();
    for (const EffectKind& kind : rule.kinds()) {
        options.push_back(
            Json{{"description", kind.doc},
                 {"prefixItems", Json::array({Json{{"const", kind.name}}, parameters(kind)})},
                 {"minItems", 1},
                 {"maxItems", 2}});
    }
    return Json{{"type", "array"}, {"anyOf", options}};
}

Json integers(std::size_t count) {
    return Json{{"type", "array"},
                {"items", Json{{"type", "integer"}}},
                {"minItems", count},
                {"maxItems", count}};
}

template <typename T>
inline constexpr bool is_list = false;
template <typename T>
inline constexpr bool is_list<std::vector<T>> = true;

template <typename T>
Json value_schema(const Rule& rule) {
    if constexpr (std::is_same_v<T, std::string>)
        return rule.words != nullptr ? words(rule.words) : Json{{"type", "string"}};
    else if constexpr (std::is_same_v<T, bool>)
        return Json{{"type", "boolean"}};
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return bounds(rule, Json{{"type", "integer"}});
    else if constexpr (std::is_same_v<T, Micro>)
        return bounds(rule, Json{{"type", "number"}});
    else if constexpr (std::is_same_v<T, Rational> || std::is_same_v<T, TimelineSpan>)
        return integers(2);
    else if constexpr (std::is_same_v<T, TimelineTime>)
        return Json{
            {"anyOf",
             Json::array({Json{{"type", "integer"}, {"minimum", 0}},
                          Json{{"type", "string"}, {"pattern", "^(auto|end|[0-9.]+[sf]|@.+)$"}}})}};
    else if constexpr (std::is_same_v<T, Curve>)
        return curve(rule);
    else if constexpr (std::is_same_v<T, JsonBox>)
        return Json{{"type", "object"}};
    else if constexpr (std::is_same_v<T, TimelineWord>)
        return Json{
            {"type", "array"},
            {"prefixItems",
             Json::array(
                 {Json{{"type", "integer"}}, Json{{"type", "integer"}}, Json{{"type", "string"}}})},
            {"minItems", 3},
            {"maxItems", 3}};
    else if constexpr (std::is_same_v<T, TimelineEffect>)
        return effect(rule);
    else if constexpr (is_optional<T>)
        return value_schema<typename T::value_type>(rule);
    else if constexpr (is_list<T>)
        return Json{{"type", "array"}, {"items", value_schema<typename T::value_type>(rule)}};
    else
        return members_schema<Of<T>>("");
}

template <typename List>
Json members_schema(const char* doc) {
    Json properties = Json::object();
    Json needed = Json::array();
    const auto add = [&](const auto& entry) {
        if (entry.rule.resolved_only)
            return;
        using Class = std::decay_t<decltype(entry)>;
        Json schema = value_schema<typename Class::Value>(entry.rule);
        schema["description"] = entry.doc;
        properties[entry.name] = schema;
        if (entry.rule.required)
            needed.push_back(entry.name);
    };
    std::apply([&](const auto&... entry) { (add(entry), ...); }, List::list());
    properties["meta"] = Json{{"type", "object"}, {"description", "Of other programs; not read."}};
    Json schema{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
    if (*doc != '\0')
        schema["description"] = doc;
    if (!needed.empty())
        schema["required"] = needed;
    return schema;
}

Json list_schema(Json items) { return Json{{"type", "array"}, {"items", std::move(items)}}; }

Json transition_schema() {
    Json options = Json::array();
    for (const EffectKind& kind : transition_kinds())
        options.push_back(
            Json{{"properties",
                  Json{{"trans", Json{{"const", kind.name}}}, {"params", parameters(kind)}}}});
    const Json time = value_schema<TimelineTime>({});
    return Json{{"type", "object"},
                {"description", "Between the items it is written between; length-neutral."},
                {"properties",
                 Json{{"id", Json{{"type", "string"}}},
                      {"trans", Json{{"type", "string"}}},
                      {"at", time},
                      {"in_off", Json{{"type", "integer"}, {"minimum", 0}, {"maximum", 6000}}},
                      {"out_off", Json{{"type", "integer"}, {"minimum", 0}, {"maximum", 6000}}},
                      {"ease", words("linear hold cubic-in cubic-out cubic-io")},
                      {"params", Json{{"type", "object"}}},
                      {"meta", Json{{"type", "object"}}}}},
                {"required", Json::array({"id", "trans"})},
                {"additionalProperties", false},
                {"anyOf", options}};
}

template <typename List>
Json track_schema(const char* kind, const Json& items) {
    Json schema = members_schema<List>("");
    schema["properties"]["kind"] = Json{{"const", kind}};
    schema["properties"]["items"] = list_schema(items);
    return schema;
}

Json tracks_schema() {
    const Json picture{
        {"anyOf",
         Json::array({members_schema<Of<TimelineItem>>("A picture."), transition_schema()})}};
    return list_schema(Json{
        {"anyOf",
         Json::array({track_schema<VideoTrack>("video", picture),
                      track_schema<CaptionTrack>("caption", members_schema<Of<TimelineCue>>("")),
                      track_schema<AudioTrack>("audio", members_schema<Of<TimelineSound>>(""))})}});
}

} // namespace
} // namespace timeline_fields

Json timeline_schema() {
    using namespace timeline_fields;
    Json schema = members_schema<Head>("A timeline as people and models write it.");
    Json& properties = schema["properties"];
    properties["schema"] = Json{{"const", "smos.timeline/1"}};
    properties["form"] = Json{{"const", "authored"}};
    properties["assets"] =
        Json{{"type", "object"}, {"additionalProperties", members_schema<Of<TimelineAsset>>("")}};
    properties["tracks"] = tracks_schema();
    properties["marks"] = list_schema(members_schema<Of<TimelineMark>>(""));
    properties["outputs"] = list_schema(members_schema<Of<TimelineOutput>>(""));
    schema["required"].push_back("schema");
    return schema;
}

} // namespace smos::records
