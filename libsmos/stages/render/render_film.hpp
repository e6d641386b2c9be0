// SPDX-License-Identifier: Apache-2.0
// A resolved timeline and its assets' files to one finished film with poster and captions.
#pragma once

#include "libsmos/kernels/device.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace smos::stages {

/// How a film is encoded; all of it is part of the film's name.
struct FilmSettings {
    std::string preset = "veryfast";
    int crf = 20;
    std::string caption_accent; // "#rrggbb", empty for the style's own
    std::string comment;        // AI disclosure, into the file's metadata
    std::string title;
};

struct FilmWork {
    kernels::Device device = kernels::Device::cpu;
    int workers = 0;
    std::string gop_directory; // encoded groups of pictures are kept there; empty: nowhere
    std::int64_t gop_limit_bytes = std::int64_t{5} << 30U;
    std::function<void(double fraction, const std::string& what)> progress;
    std::function<bool()> interrupted;
};

/// One caption file beside the film.
struct FilmCaptions {
    std::string path;
    std::string mime_type;
    std::string language;
};

struct Film {
    std::string video_path;
    std::string poster_path;
    std::vector<FilmCaptions> captions;
    records::JsonBox video_metadata;   // width … true_peak_dbtp, measured on the finished file
    records::JsonBox caption_metadata; // cue boxes per range, fonts
    int gops_encoded = 0;
    int gops_reused = 0; // taken from gop_directory
};

/// Everything besides timeline, assets and settings that the bytes depend on: engine, libraries,
/// fonts. Part of a film's name.
Result<records::Json> film_engine();

/// Writes the files into `directory`. `files` has a path for every asset of the timeline.
/// Error `interrupted` when `work.interrupted` said so; nothing half-written remains.
Result<Film> make_film(const records::Timeline& timeline,
                       const std::map<std::string, std::string>& files,
                       const FilmSettings& settings,
                       const FilmWork& work,
                       const std::string& directory);

} // namespace smos::stages
