// SPDX-License-Identifier: Apache-2.0
// One production record: a line that is read by looking, and changed by splicing bytes.
#include "libsmos/records/record.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/records/codec.hpp"
#include "libsmos/records/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace smos::records {
namespace {

constexpr std::array<std::string_view, 13> status_names{"scouted",
                                                        "planned",
                                                        "skipped",
                                                        "reserved",
                                                        "refused",
                                                        "rendered",
                                                        "approved",
                                                        "review",
                                                        "rejected",
                                                        "published",
                                                        "partial",
                                                        "settled",
                                                        "failed"};

/// By its bytes, because a payload may hold numbers that no JSON value can.
bool has_prompt(std::string_view payload) {
    bool asked = false;
    std::size_t end = 0;
    scan_object(payload, end, [&](const ScanMember& member) {
        if (unescape(member.key) == "prompt")
            asked = payload[member.value_begin] == '"';
    });
    return asked;
}

/// The array with one element more; what was in it keeps its bytes. Anything else gives way.
std::string appended(std::string_view array, const std::string& element) {
    if (array.empty() || array.front() != '[')
        return "[" + element + "]";
    array.remove_suffix(1);
    const bool first = array.find_first_not_of(" \t\r\n", 1) == std::string_view::npos;
    return fmt::format("{}{}{}]", array, first ? "" : ",", element);
}

} // namespace

std::string_view name_of(Status status) { return status_names[static_cast<std::size_t>(status)]; }

std::optional<Status> status_of(std::string_view name) {
    const auto found = std::find(status_names.begin(), status_names.end(), name);
    if (found == status_names.end())
        return std::nullopt;
    return static_cast<Status>(found - status_names.begin());
}

Result<Record> Record::parse(std::string line) {
    Record record;
    record.line_ = std::move(line);
    const auto keep = [&](const ScanMember& member) {
        record.members_.push_back({unescape(member.key), {member.value_begin, member.value_end}});
    };
    if (const auto problem = scan_object(record.line_, record.object_end_, keep)) {
        return Error{"malformed_line",
                     problem->what,
                     fmt::format("byte {}", problem->offset),
                     "each line has to be one JSON object in UTF-8"};
    }
    return record;
}

bool Record::has(std::string_view key) const { return raw(key).has_value(); }

std::optional<std::string_view> Record::raw(std::string_view key) const {
    for (const auto& [changed, value] : changes_) {
        if (changed == key)
            return value;
    }
    const auto found = std::find_if(members_.rbegin(), members_.rend(), [&](const Member& member) {
        return member.key == key;
    });
    if (found == members_.rend())
        return std::nullopt;
    return std::string_view{line_}.substr(found->value.begin,
                                          found->value.end - found->value.begin);
}

std::optional<std::string> Record::text(std::string_view key) const {
    const auto bytes = raw(key);
    if (!bytes || bytes->size() < 2 || bytes->front() != '"')
        return std::nullopt;
    const auto value = parse_json(*bytes, key);
    if (!value)
        return std::nullopt;
    return value->get<std::string>();
}

Result<JsonBox> Record::member(std::string_view key) const {
    const auto bytes = raw(key);
    if (!bytes)
        return JsonBox{};
    auto value = parse_json(*bytes, key);
    if (!value)
        return value.error();
    return JsonBox{*std::move(value)};
}

std::optional<Status> Record::status() const {
    const auto type = raw("type");
    if (type && *type != "null" && text("type") != "generate_video")
        return std::nullopt; // another kind of task: none of our tools acts on it
    if (has("status")) {
        const auto name = text("status");
        return name ? status_of(*name) : std::nullopt;
    }
    const auto payload = raw("payload");
    return payload && has_prompt(*payload) ? std::optional{Status::scouted} : std::nullopt;
}

std::string Record::task_id() const { return text("task_id").value_or(""); }
std::string Record::tenant_id() const { return text("tenant_id").value_or("default"); }
std::string Record::persona_id() const { return text("persona_id").value_or(""); }

bool Record::is_production() const {
    return has("task_id") || text("schema").value_or("") == "smos.record/1";
}

void Record::set(std::string_view key, const Json& value) { set_raw(key, dump(value)); }

void Record::set_raw(std::string_view key, std::string bytes) {
    for (auto& [changed, old] : changes_) {
        if (changed == key) {
            old = std::move(bytes);
            return;
        }
    }
    changes_.emplace_back(std::string{key}, std::move(bytes));
}

void Record::set_text(std::string_view key, std::string_view value) {
    set(key, Json(std::string{value}));
}

void Record::add_error(const RecordError& error) {
    std::string errors = appended(raw("errors").value_or(""), dump(to_json_object(error)));
    set("errors", Json::array());
    for (auto& [key, value] : changes_) {
        if (key == "errors")
            value.swap(errors);
    }
}

void Record::finish(Status status, bool dry_run) {
    if (dry_run)
        return;
    std::int64_t version = 0;
    if (auto present = member("state_version");
        present && *present && (*present)->is_number_integer()) {
        version = std::clamp<std::int64_t>((*present)->get<std::int64_t>(), 0, max_micros);
    }
    set("state_version", Json(version + 1));
    set_text("status", name_of(status));
}

void Record::fail(std::string_view tool, const Error& error) {
    add_error({std::string{tool}, error.code, error.text(), error.retryable});
    finish(Status::failed, false);
}

std::string Record::str() const {
    if (changes_.empty())
        return line_;
    std::string out;
    std::size_t copied = 0;
    const auto change_of = [&](const std::string& key) {
        return std::find_if(changes_.begin(), changes_.end(), [&](const auto& change) {
            return change.first == key;
        });
    };
    for (const Member& member : members_) {
        const auto change = change_of(member.key);
        if (change == changes_.end())
            continue;
        out.append(line_, copied, member.value.begin - copied);
        out += change->second;
        copied = member.value.end;
    }
    out.append(line_, copied, object_end_ - copied);
    bool first = members_.empty();
    for (const auto& change : changes_) {
        const auto same = [&](const Member& member) { return member.key == change.first; };
        if (std::any_of(members_.begin(), members_.end(), same))
            continue;
        out += fmt::format("{}\"{}\":{}", first ? "" : ",", change.first, change.second);
        first = false;
    }
    out.append(line_, object_end_);
    return out;
}

Record make_record(const NewRecord& envelope) {
    Json line;
    line["schema"] = "smos.record/1";
    line["task_id"] = envelope.task_id;
    if (envelope.parent_id)
        line["parent_id"] = *envelope.parent_id;
    line["type"] = "generate_video";
    line["tenant_id"] = envelope.tenant_id;
    if (!envelope.persona_id.empty())
        line["persona_id"] = envelope.persona_id;
    line["state_version"] = 0;
    line["status"] = name_of(envelope.status);
    line["errors"] = Json::array();
    line["trace"] = traceparent_for(envelope.task_id);
    if (envelope.payload)
        line["payload"] = *envelope.payload;
    auto record = Record::parse(dump(line));
    SMOS_EXPECT(static_cast<bool>(record));
    return *std::move(record);
}

std::string production_id(std::string_view tenant,
                          std::string_view platform,
                          std::string_view native_id,
                          std::string_view persona) {
    return name_uuid({tenant, platform, native_id, persona});
}

} // namespace smos::records
