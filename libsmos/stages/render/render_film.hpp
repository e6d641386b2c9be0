// SPDX-License-Identifier: Apache-2.0
// A resolved timeline and its assets' files to finished films with posters and captions, one for
// each output.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/kernels/device.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/records/render.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

struct FilmWork {
    kernels::Device device = kernels::Device::cpu;
    int workers = 0;           // of each output
    std::string gop_directory; // encoded groups of pictures are kept there; empty: nowhere
    std::int64_t gop_limit_bytes = std::int64_t{5} << 30U;
    std::size_t picture_bytes = 0; // of stills that are kept; 0: as usual
    std::function<void(double fraction, const std::string& what)> progress;
    std::function<void(std::int64_t done, std::int64_t of)> frames; // told before its progress
    std::function<bool()> interrupted;
    std::function<void(const std::string&)> warn; // what could not be kept; may be empty
};

/// One caption file beside the film.
struct FilmCaptions {
    std::string path;
    std::string mime_type;
    std::string language;
};

/// One output.
struct Film {
    std::string id;
    std::string preset;
    std::string video_path;
    Digest video_sha256{};
    std::string video_mime; // video/mp4, or video/quicktime for ProRes
    std::string poster_path;
    std::vector<FilmCaptions> captions;
    records::JsonBox video_metadata;   // width … true_peak_dbtp, measured on the finished file
    records::JsonBox caption_metadata; // cue boxes per range, fonts
    std::optional<records::Sync> sync;
    std::vector<records::Downgrade> downgrades; // loudness that was not reached
    int gops_encoded = 0;
    int gops_reused = 0; // taken from gop_directory
};

/// Writes the files into `directory`. `files` has a path for every asset of the timeline, and every
/// output its encoding. Each file is decoded once for all outputs, whose frames are drawn in
/// lockstep, and the sound is mixed and encoded once for each loudness; each film is what it would
/// be alone.
/// `video_metadata` has `encoder` and `work`: frames drawn, groups encoded and reused, and the
/// processor time of this output's planning (what every frame depends on) and drawing, decoding
/// included, in milliseconds.
/// Error `interrupted` when `work.interrupted` said so; nothing half-written remains.
Result<std::vector<Film>> make_films(const records::Timeline& timeline,
                                     const std::map<std::string, std::string>& files,
                                     const FilmWork& work,
                                     const std::string& directory);

} // namespace smos::stages
