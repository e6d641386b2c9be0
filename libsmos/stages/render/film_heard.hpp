// SPDX-License-Identifier: Apache-2.0
// What the finished film sounds like: loudness, true peak and sync, of the decoded file.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/gop_store.hpp"
#include "libsmos/records/render.hpp"
#include "libsmos/stages/render/film_sound.hpp"

#include <string>
#include <vector>

namespace smos::stages {

struct FilmHeard {
    double lufs = media::loudness_floor_lufs;
    double true_peak_dbtp = -200.0;
    records::Sync sync;
};

/// Decodes the film's sound and holds it against the timeline. When its packets came from `store`
/// (may be null), what was found then is there too, and nothing is decoded. Errors: those of
/// certify_sync and of decoding.
Result<FilmHeard> hear_film(FilmSound& sound,
                            const media::EncodedFile& encoded,
                            const std::string& video_path,
                            media::GopStore* store,
                            const std::string& directory);

/// Nothing when the film has no sounds, or is as loud as was asked.
std::vector<records::Downgrade> loudness_downgrades(const records::Timeline& timeline,
                                                    const FilmHeard& heard,
                                                    std::size_t output = 0);

} // namespace smos::stages
