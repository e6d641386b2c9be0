// SPDX-License-Identifier: Apache-2.0
// What every section shares: who wrote it and when, and how it names a file.
#pragma once

#include "libsmos/records/fields.hpp"
#include "libsmos/records/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::records {

/// The first members of every section.
struct Stamp {
    std::string tool;
    std::string version;
    std::string at;              // RFC 3339, by the tool's clock
    std::int64_t elapsed_ms = 0; // by the same clock, so 0 under --now
    std::optional<bool> dry_run;
};

/// A file beside the line; media never travel in it.
struct Sidecar {
    std::string uri; // file:, cas:sha256:<hex>, s3: or https:
    std::string mime_type;
    std::int64_t size_bytes = 0;
    std::string checksum; // sha256:<hex>
    JsonBox metadata;
};

/// One entry of the envelope's errors[].
struct RecordError {
    std::string tool;
    std::string code;
    std::string message;
    bool retryable = false;
};

template <>
struct Fields<Sidecar> {
    static constexpr const char* name = "sidecar";
    static constexpr const char* doc = "A file that belongs to a section.";
    static constexpr auto list() {
        return std::make_tuple(
            required("uri", &Sidecar::uri, "file:, cas:sha256:<hex>, s3: or https:; never data:."),
            required("mime_type", &Sidecar::mime_type, "Media type."),
            required("size_bytes", &Sidecar::size_bytes, "Size of the file."),
            required("checksum", &Sidecar::checksum, "sha256:<hex> of the file's bytes."),
            field("metadata", &Sidecar::metadata, "What the kind of file calls for."));
    }
};

template <>
struct Fields<RecordError> {
    static constexpr const char* name = "error";
    static constexpr const char* doc = "One thing that went wrong with this production.";
    static constexpr auto list() {
        return std::make_tuple(
            required("tool", &RecordError::tool, "The tool that says so."),
            required("code", &RecordError::code, "A stable word for programs."),
            required("message", &RecordError::message, "What happened, where, what to do."),
            required("retryable", &RecordError::retryable, "Whether trying again can help."));
    }
};

template <typename Section>
constexpr auto stamp_fields() {
    return std::make_tuple(
        required("tool", static_cast<std::string Section::*>(&Stamp::tool), "Who wrote this."),
        required("version", static_cast<std::string Section::*>(&Stamp::version), "Its version."),
        required("at", static_cast<std::string Section::*>(&Stamp::at), "When, RFC 3339 UTC."),
        field("elapsed_ms",
              static_cast<std::int64_t Section::*>(&Stamp::elapsed_ms),
              "How long it took by the tool's clock; 0 under --now."),
        field("dry_run",
              static_cast<std::optional<bool> Section::*>(&Stamp::dry_run),
              "True when nothing was written, spent or sent."));
}

} // namespace smos::records
