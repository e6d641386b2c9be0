// SPDX-License-Identifier: Apache-2.0
// The words of a film: from cues to what is laid over each picture.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace smos::stages {

std::int64_t ms_of_frame(const records::Timeline& timeline, std::int64_t frame);

/// `accent` is #rrggbb, or empty for the style's own.
Result<media::CaptionTrack> captions_of(const records::Timeline& timeline,
                                        const std::string& accent);

Result<void> lay_captions(const media::CaptionFrame& captions, media::Frame& frame);

/// Hash of the pixels that would be laid.
Digest digest_of(const media::CaptionFrame& captions);

/// Boxes per group and the glyphs that no font has, for the record.
records::Json caption_notes(const media::CaptionRenderer& captions);

} // namespace smos::stages
