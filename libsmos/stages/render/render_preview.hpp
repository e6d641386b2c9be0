// SPDX-License-Identifier: Apache-2.0
// Looks at a film without rendering it: single frames, a sheet of them, and a film of half the
// size.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/backdrop/backdrop.hpp"
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/stages/render/render.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace smos::stages {

struct PreviewWish {
    std::string film_path;   // half as wide and high, quickly encoded; empty: none
    std::string sheet_path;  // JPEG, a grid of moments; empty: none
    std::string poster_path; // JPEG; empty: none
    int moments = 0;         // evenly over the film; 0: one for each shot
    int moment_width_px = 0; // of the pictures that are given back; 0: none are
};

struct Moment {
    std::int64_t frame = 0;
    std::int64_t at_ms = 0;
    media::RgbImage picture{}; // moment_width_px wide
};

struct Preview {
    std::vector<Moment> moments;
    std::int64_t poster_frame = 0;
    int width_px = 0; // of the film of half the size
    int height_px = 0;
};

/// `timeline` is resolved, with every asset in the store. Errors as for render_timeline.
Result<Preview> preview_timeline(const RenderOptions& options,
                                 const records::Timeline& timeline,
                                 const std::string& task,
                                 const PreviewWish& wish);

/// Frames to look at: `count` over the whole film, or for 0 the middle of each shot of the main
/// track, where no transition is.
std::vector<std::int64_t> moments_of(const records::Timeline& timeline, int count);

} // namespace smos::stages
