// SPDX-License-Identifier: Apache-2.0
// libespeak-ng, called in the child only: it keeps state that a second utterance would hear.
#pragma once

#include "libsmos/media/speech/speech.hpp"

#include <cstdint>
#include <string>

namespace smos::media {

enum class EspeakOutcome : std::uint32_t { spoken, no_data, unknown_voice, too_long, failed };

/// What goes over the pipe first; then `events` WordEvents, then `samples` 16-bit samples.
struct EspeakHeader {
    static constexpr std::uint32_t expected_magic = 0x534D4F53;
    std::uint32_t magic = expected_magic;
    EspeakOutcome outcome = EspeakOutcome::failed;
    std::uint32_t sample_rate = 0;
    std::uint32_t events = 0;
    std::uint32_t samples = 0;
};

/// Ten minutes at the synthesizer's 22050 Hz.
inline constexpr std::uint32_t espeak_samples_limit = 22050 * 600;
inline constexpr std::uint32_t espeak_events_limit = 100'000;
inline constexpr std::size_t espeak_answer_limit_bytes = sizeof(EspeakHeader) +
                                                         std::size_t{espeak_events_limit} * 8 +
                                                         std::size_t{espeak_samples_limit} * 2;

/// Speaks and writes the answer to `fd`. Returns the exit status of the child.
int espeak_to_fd(int fd, const std::string& utterance, const Voice& voice);

} // namespace smos::media
