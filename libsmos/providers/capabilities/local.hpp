// SPDX-License-Identifier: Apache-2.0
// The `local` dialect: what works with no key and no network, and costs nothing.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smos::providers {

/// A file that a capability made; the caller owns it.
struct MadeFile {
    std::string path;
    std::string mime_type;
    std::vector<records::TimelineWord> words; // of speech: every word as shown
};

/// What a picture or a bed has to fit; not part of what was asked for.
struct Fit {
    int width_px = 0;
    int height_px = 0;
    std::int64_t duration_samples = 0;
};

/// Serves cap.image.generate {prompt, style, palette, mood, shot_type, seed}, cap.speech.tts {text,
/// voice, rate_wpm, pitch} and cap.music.generate {mood, seed} into a new file in `directory`. The
/// same request gives the same bytes. Error `unknown_capability` for others.
Result<MadeFile> make_locally(std::string_view capability,
                              const records::Json& request,
                              const Fit& fit,
                              const std::string& directory);

/// The scenes of one video share a palette and do not repeat a composition: gives a request for a
/// picture `palette_seed` and the compositions in `used` to avoid, and adds its own to them.
void vary_picture(records::Json& request,
                  std::int64_t palette_seed,
                  std::vector<std::string>& used);

} // namespace smos::providers
