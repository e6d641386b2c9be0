// SPDX-License-Identifier: Apache-2.0
// Notes in the order in which they were found.
#include "libsmos/records/interchange/findings.hpp"

#include "libsmos/records/json_value.hpp"

#include <limits>

namespace smos::records::interchange {
namespace {

Json notes_json(const std::vector<Note>& notes) {
    Json list = Json::array();
    for (const Note& note : notes)
        list.push_back(Json{{"where", note.where}, {"message", note.message}});
    return list;
}

} // namespace

void Findings::lost(std::string where, std::string message) {
    unsupported_.push_back({std::move(where), std::move(message)});
}

void Findings::guessed(std::string where, std::string message) {
    warnings_.push_back({std::move(where), std::move(message)});
}

void Findings::refuse(std::string where, std::string message, std::string hint) {
    if (!error_)
        error_ = Error{"bad_timeline", std::move(message), std::move(where), std::move(hint)};
}

Result<Converted> Findings::result(Json json) {
    if (error_)
        return *error_;
    return Converted{JsonBox{std::move(json)}, std::move(unsupported_), std::move(warnings_)};
}

void put_canvas(Json& made,
                const std::optional<CanvasSize>& asked,
                const std::string& where,
                Findings& findings) {
    if (asked)
        made["canvas"] = Json{{"w", asked->width_px}, {"h", asked->height_px}};
    else
        findings.guessed(
            where, "says no picture size; the renderer's own is used (--canvas says another)");
}

const Json* member(const Json& object, std::string_view key) {
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const Json& object, std::string_view key) {
    const Json* found = member(object, key);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string{};
}

bool same(const Json& a, const Json& b) { return dump(a) == dump(b); }

std::optional<std::int64_t> integer_of(const Json* value) {
    if (value == nullptr || !value->is_number_integer())
        return std::nullopt;
    if (value->is_number_unsigned() &&
        value->get<std::uint64_t>() >
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return value->get<std::int64_t>();
}

JsonBox report_of(const Converted& converted) {
    Json report = Json::object();
    report["unsupported"] = notes_json(converted.unsupported);
    report["warnings"] = notes_json(converted.warnings);
    return report;
}

Format format_of(const Json& json) {
    if (text_of(json, "schema") == "smos.timeline/1")
        return Format::timeline;
    if (!text_of(json, "OTIO_SCHEMA").empty())
        return Format::otio;
    for (const char* key : {"project", "sequence", "sequences", "timebase_fps", "sequence_ids"}) {
        if (member(json, key) != nullptr)
            return Format::atoms;
    }
    return Format::unknown;
}

} // namespace smos::records::interchange
