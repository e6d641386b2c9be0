// SPDX-License-Identifier: Apache-2.0
// How a film is cut into groups of pictures, and what each of them depends on.
#pragma once

#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/compose/composer.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <string>
#include <vector>

namespace smos::stages {

/// Changes whenever the same plan would be drawn otherwise.
constexpr const char* drawing_version = "3";

/// The same with its libraries: what equal plans may look different with.
std::string drawing_engine();

/// The lengths of a timeline's groups of pictures, in frames.
std::vector<int> gop_lengths(const records::Timeline& timeline);

/// The groups of the timeline's first output, as its encoding says; planned, they begin where the
/// content changes: at cuts, else at captions. Each has the hash of what its pictures show,
/// wherever it stands. `captions` null: none are burnt in.
Result<std::vector<media::Gop>> gops_of(const records::Timeline& timeline,
                                        media::Composer& composer,
                                        media::CaptionRenderer* captions);

} // namespace smos::stages
