// SPDX-License-Identifier: Apache-2.0
// Timelines of other programs: smos.timeline/1 to and from OpenTimelineIO 0.18.1, and from the
// Atoms timeline. JSON in, JSON out; nothing is opened. What cannot be said on the other side is
// listed in `unsupported`, what had to be guessed in `warnings`; what is only unknown travels under
// `meta.otio` or `meta.atoms` of the timeline, a track, an item, an asset or a mark.
#pragma once

#include "libsmos/records/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::records::interchange {

/// One loss or one guess; `where` is the path of the field in the input.
struct Note {
    std::string where;
    std::string message;
};

struct Converted {
    JsonBox json;
    std::vector<Note> unsupported;
    std::vector<Note> warnings;
};

/// Sound counted in samples, as the timeline does, or in frames of the timeline for editors that
/// place sound on frames; the exact samples then stay in the metadata.
enum class OtioAudio { samples, frames };

/// How long a clip under a time warp is. The library ignores the warp: source_range is what is
/// seen (core). Premiere counts source frames: seen is the duration divided by the speed.
/// `automatic` takes premiere where the file carries Premiere's metadata.
enum class OtioProfile { automatic, core, premiere };

struct ExportOptions {
    OtioAudio audio = OtioAudio::samples;
};

struct CanvasSize {
    std::int64_t width_px = 0;
    std::int64_t height_px = 0;
};

struct ImportOptions {
    OtioProfile profile = OtioProfile::automatic;
    std::string folder{};               // absolute; relative paths of media are looked for there
    std::optional<CanvasSize> canvas{}; // of files that say none
};

/// A timeline of either form as OTIO. Authored times that depend on media are guessed with a
/// warning and come back as they were written. Errors name the field:
/// "timeline.tracks[0].items[2]".
Result<Converted> otio_export(const Json& timeline, const ExportOptions& options = {});

/// OTIO as a timeline. Our own exports come back identical: members, their order, numbers.
Result<Converted> otio_import(const Json& otio, const ImportOptions& options = {});

/// The Atoms timeline: {project, sequences[], tracks[], clips[], transitions[], filter_stacks[],
/// automations[]}, flat or nested, times in milliseconds. A project with several sequences gives
/// the first that the project names; the others are listed.
Result<Converted> atoms_import(const Json& atoms, const ImportOptions& options = {});

enum class Format { unknown, timeline, otio, atoms };

/// What a document is, by its content.
Format format_of(const Json& json);

/// {"unsupported": [{"where", "message"}], "warnings": [...]}
JsonBox report_of(const Converted& converted);

} // namespace smos::records::interchange
