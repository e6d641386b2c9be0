// SPDX-License-Identifier: Apache-2.0
// The words of a film: from cues to what is laid over each picture, and to files beside it.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace smos::stages {

std::int64_t ms_of_frame(const records::Timeline& timeline, std::int64_t frame);

/// The style and language of a caption track. A style is a caption design or a text design
/// (media::caption_designs, text_designs). Error unknown_style; `where` is the track.
Result<media::CaptionStyle> caption_design(const records::TimelineTrack& track);

/// The same with its accent, in the safe area of the canvas. `accent` (#rrggbb, or empty) is for a
/// track that names none. Errors unknown_style, unknown_preset, bad_colour; `where` is the track.
Result<media::CaptionStyle> caption_look(const records::Timeline& timeline,
                                         const records::TimelineTrack& track,
                                         const std::string& accent);

/// Every caption track of a resolved timeline that has words: its own style, language and accent,
/// in the safe area of the canvas. `accent` (#rrggbb, or empty) is for tracks that name none.
/// Errors unknown_style, unknown_preset, bad_colour; `where` is the track.
Result<std::vector<media::CaptionTrack>> caption_tracks(const records::Timeline& timeline,
                                                        const std::string& accent);

/// All tracks, laid out for the timeline's canvas, one above the other where they would touch.
/// Errors of media::open_captions: a glyph that no font has is missing_glyph.
Result<std::unique_ptr<media::CaptionRenderer>> open_words(const records::Timeline& timeline,
                                                           const std::string& accent);

/// Blends what is shown over a picture of the canvas's size.
Result<void> lay_captions(const media::CaptionFrame& captions, media::Frame& frame);

/// Boxes per group and the glyphs that no font has, for the record.
records::Json caption_notes(const media::CaptionRenderer& captions);

/// A file of captions for players that draw them themselves.
struct CaptionFile {
    std::string name; ///< captions.srt; of several tracks captions.LANGUAGE.srt (… .LANGUAGE-2 …)
    std::string mime_type;
    std::string language;
    std::string text;
};

/// One of each kind (srt, vtt, ass; none named: srt and vtt) for every track. Error
/// unknown_sidecar.
Result<std::vector<CaptionFile>> caption_files(const records::Timeline& timeline,
                                               const std::vector<std::string>& kinds,
                                               const std::string& accent);

} // namespace smos::stages
