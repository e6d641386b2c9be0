// SPDX-License-Identifier: Apache-2.0
// The raw synthesizer: one utterance in one forked child, bounded in time, CPU and size.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/speech/speech.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace smos::media {

/// A word event of the synthesizer.
struct WordEvent {
    std::uint32_t first_char; // in the utterance, from 0
    std::uint32_t sample;     // where it starts
};

struct RawSpeech {
    int sample_rate = 0;
    std::vector<std::int16_t> samples; // mono
    std::vector<WordEvent> events;     // as reported; not trusted to be sorted
};

/// The child shares nothing but a pipe, is killed at the deadline and always reaped. A child that
/// the deadline killed is tried once more: a lock that another thread held at the moment of the
/// fork cannot be told from a slow machine. Same errors as `synthesize`.
Result<RawSpeech> speak_in_child(const std::string& utterance, const Voice& voice, int timeout_ms);

} // namespace smos::media
