// SPDX-License-Identifier: Apache-2.0
// When each word of a spoken line is heard.
#pragma once

#include "libsmos/stages/render/render_assets.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace smos::stages {

/// A spoken line and the length of its recording at 48 kHz.
struct LineRequest {
    std::string id;
    std::int64_t duration_samples = 0;
};

/// Whether a caption shows this voice and has no words of its own.
bool is_shown(const records::Timeline& timeline, const std::string& voice);

/// Gives `made`, a voice, the words of its script with times: those that came with it when they are
/// as shown; else the script aligned to the words that its maker gave, or to its `align` file
/// (JSON, see providers::read_words_text, alone or as "words" of an object), or to what
/// cap.speech.stt heard (asked once, paid from the reservation). Where there is none of these, or
/// it does not fit the script, times are estimated by letters, and a downgrade says so. A voice
/// without a script is captioned with the words that are told or heard. Errors: those of reading
/// the `align` file, bad_words, and those of a call that may be made again (retryable).
Result<void> time_words(const AssetSources& sources,
                        const records::TimelineAsset& asset,
                        const LineRequest& line,
                        const std::optional<std::string>& reservation_id,
                        MadeAsset& made);

} // namespace smos::stages
