// SPDX-License-Identifier: Apache-2.0
// One production record: a line that is read by looking, and changed by splicing bytes.
#pragma once

#include "libsmos/records/json.hpp"
#include "libsmos/records/sidecar.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smos::records {

enum class Status {
    scouted,
    planned,
    skipped,
    reserved,
    refused,
    rendered,
    approved,
    review,
    rejected,
    published,
    partial,
    settled,
    failed,
};

std::string_view name_of(Status status);
std::optional<Status> status_of(std::string_view name);

/// Encodes and decodes the sections; defined for Scout, Plan, Cfo, Render, Critic, Publish.
template <typename Section>
Json encode(const Section& section);
template <typename Section>
Result<Section> decode(const Json& value, std::string_view where);
/// "scout", "plan", …
template <typename Section>
std::string_view section_name();

/// A well-formed line. Nothing of it is interpreted before it is asked for, so a line that no tool
/// acts on leaves byte for byte as it came, 1e400 and duplicate keys included.
class Record {
  public:
    /// Not UTF-8, not a JSON object, or deeper than the limit is an error (`where` has the byte).
    static Result<Record> parse(std::string line);

    /// The line as it came, without its newline.
    const std::string& line() const { return line_; }
    bool has(std::string_view key) const;
    /// The bytes of a member's value; of duplicate keys the last counts.
    std::optional<std::string_view> raw(std::string_view key) const;
    /// A string member; absent, null or another type give nothing.
    std::optional<std::string> text(std::string_view key) const;
    Result<JsonBox> member(std::string_view key) const;

    /// The envelope's status; a line without one but with payload.prompt counts as scouted.
    std::optional<Status> status() const;
    std::string task_id() const;    // empty when absent
    std::string tenant_id() const;  // "default" when absent
    std::string persona_id() const; // empty when absent
    /// Whether the line is one of ours or a task message: has task_id, or schema smos.record/1.
    bool is_production() const;

    /// One of the six sections, if the line has it.
    template <typename Section>
    Result<std::optional<Section>> section() const;

    /// Replaces or appends a member; every duplicate of the key gets the same value.
    void set(std::string_view key, const Json& value);
    void set_text(std::string_view key, std::string_view text);
    /// As set(), with the bytes of a JSON value as they are.
    void set_raw(std::string_view key, std::string bytes);
    void add_error(const RecordError& error);

    /// Writes the section, the status and state_version + 1 (not the status in a dry run).
    template <typename Section>
    void conclude(const Section& section, Status status);
    /// For a line whose section could not be written: status failed, the error appended.
    void fail(std::string_view tool, const Error& error);

    /// The line with its changes; equal to line() when there are none.
    std::string str() const;

  private:
    struct Span {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    struct Member {
        std::string key; // unescaped
        Span value;
    };

    Record() = default;
    void finish(Status status, bool dry_run);

    std::string line_;
    std::vector<Member> members_;
    std::size_t object_end_ = 0;                               // offset of the closing brace
    std::vector<std::pair<std::string, std::string>> changes_; // key, raw JSON
};

/// A new record in the envelope's order.
struct NewRecord {
    std::string task_id;
    std::optional<std::string> parent_id;
    std::string tenant_id = "default";
    std::string persona_id; // empty is left out
    Status status = Status::scouted;
    JsonBox payload;
};
Record make_record(const NewRecord& envelope);

/// The name of a production: the same trend for the same muse is the same production for ever.
std::string production_id(std::string_view tenant,
                          std::string_view platform,
                          std::string_view native_id,
                          std::string_view persona);

} // namespace smos::records
