// SPDX-License-Identifier: Apache-2.0
// Narration: words in, mastered speech with a time for every word out.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/audio.hpp"
#include "libsmos/media/speech/spoken_text.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace smos::media {

/// An espeak-ng voice and how it talks.
struct Voice {
    std::string name = "en-us"; // "LANGUAGE" or "LANGUAGE+VARIANT": "en-gb-x-rp", "en-us+f3"
    int rate_wpm = 165;         // 80..300
    int pitch = 45;             // 0..99
    int range = 60;             // 0..99, how far the melody swings
};

/// When a display word is heard. A word that is not said has start_ms == end_ms, where the word
/// before it ends.
struct SpokenWord {
    std::size_t display_index;
    std::int64_t start_ms;
    std::int64_t end_ms;
};

struct Speech {
    AudioBuffer audio;             // 48 kHz stereo, see speech_master.hpp for its level
    std::vector<SpokenWord> words; // one for each display word, in order; times never fall
};

/// Synthesizes in a forked child of its own, because a second utterance in one process gives other
/// samples. Deterministic: the same text and voice give the same samples in every process, with
/// any number of threads. Safe to call from several threads. At most 2000 words and ten minutes.
/// Errors: "nothing_to_say", "too_long", "bad_voice", "unknown_voice", "speech_timeout"
/// (retryable), "speech_failed".
Result<Speech> synthesize(const SpokenText& text, const Voice& voice, int timeout_ms = 20'000);

} // namespace smos::media
