// SPDX-License-Identifier: Apache-2.0
// The sound of a film: voices and music mixed, ducked and mastered.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/mix.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <map>
#include <string>

namespace smos::stages {

Result<media::Master> mix_sound(const records::Timeline& timeline,
                                const std::map<std::string, std::string>& files);

/// Hash of everything that the samples depend on: audio tracks, their files, length, mastering.
Digest sound_key(const records::Timeline& timeline);

} // namespace smos::stages
