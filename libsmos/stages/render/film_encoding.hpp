// SPDX-License-Identifier: Apache-2.0
// What a film's bytes depend on besides its pictures and sound, written into the resolved timeline:
// the engine with its fonts, and for each output the encoder and its groups of pictures.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/records/render.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <string>
#include <vector>

namespace smos::stages {

/// How films are encoded whose timeline does not say it yet.
struct FilmSettings {
    std::string preset = "veryfast";
    int crf = 20;
    std::string caption_accent; // "#rrggbb", empty for the style's own
    std::string title;
    bool preset_chosen = false; // by somebody, and not merely the usual one
    bool crf_chosen = false;
};

/// What was delivered differently, and what is good to know.
struct EncodingNotes {
    std::vector<records::Downgrade> downgrades;
    std::vector<std::string> remarks;
};

/// One of each output, in their order.
struct ChosenEncoders {
    std::vector<records::TimelineEncoding> encodings;
    EncodingNotes notes;
};

/// This program, its libraries and the fonts that the timeline's words are drawn with. Errors of
/// film_fonts.
Result<records::TimelineEngine> film_engine(const records::Timeline& timeline);

/// For each output the first encoder of its chain that encodes a frame of its size here; an empty
/// chain is libx264. h264, hevc, av1 and prores stand for libx264, libx265, libsvtav1 or
/// libaom-av1, and prores_ks. An output that was resolved before keeps its quality, title and
/// groups; those of others come from `settings`. What of `settings` somebody chose and an output
/// cannot follow is a downgrade. Error no_encoder, with every reason.
Result<ChosenEncoders> choose_encoders(const records::Timeline& timeline,
                                       const FilmSettings& settings);

/// The groups of pictures of every output, when all times are exact. Error invalid_timeline for
/// groups of a resolved timeline that do not add up to its length.
Result<void> plan_groups(records::Timeline& timeline);

/// Sets the engine. Another one in the timeline is a downgrade: what it drew is drawn anew.
Result<void> name_engine(records::Timeline& timeline, EncodingNotes& notes);

} // namespace smos::stages
