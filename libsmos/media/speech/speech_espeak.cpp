// SPDX-License-Identifier: Apache-2.0
// The synthesizer's side of the pipe.
#include "libsmos/media/speech/speech_espeak.hpp"

#include "libsmos/media/speech/speech_child.hpp"

#include <espeak-ng/speak_lib.h>

#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace smos::media {
namespace {

struct EspeakCollector {
    RawSpeech speech;
    bool too_long = false;
};

/// The library's callback has no argument of ours for data without events.
EspeakCollector* espeak_collector = nullptr;

int collect_espeak(short* wave, int count, espeak_EVENT* events) {
    EspeakCollector& into = *espeak_collector;
    for (; events->type != espeakEVENT_LIST_TERMINATED; ++events)
        if (events->type == espeakEVENT_WORD && events->text_position > 0 && events->sample >= 0)
            into.speech.events.push_back({static_cast<std::uint32_t>(events->text_position - 1),
                                          static_cast<std::uint32_t>(events->sample)});
    if (wave != nullptr && count > 0)
        into.speech.samples.insert(into.speech.samples.end(), wave, wave + count);
    into.too_long = into.speech.samples.size() > espeak_samples_limit ||
                    into.speech.events.size() > espeak_events_limit;
    return into.too_long ? 1 : 0;
}

/// The library ignores a variant that it does not know; we do not.
bool has_variant(std::string_view variant) {
    espeak_VOICE wanted{};
    wanted.languages = "variant";
    const espeak_VOICE** voices = espeak_ListVoices(&wanted);
    for (; voices != nullptr && *voices != nullptr; ++voices) {
        const std::string_view file = (*voices)->identifier;
        const std::size_t slash = file.rfind('/');
        if (file.substr(slash == std::string_view::npos ? 0 : slash + 1) == variant)
            return true;
    }
    return false;
}

bool set_espeak_voice(const Voice& voice) {
    const std::size_t plus = voice.name.find('+');
    if (plus != std::string::npos && !has_variant(std::string_view(voice.name).substr(plus + 1)))
        return false;
    if (espeak_SetVoiceByName(voice.name.c_str()) != EE_OK)
        return false;
    return espeak_SetParameter(espeakRATE, voice.rate_wpm, 0) == EE_OK &&
           espeak_SetParameter(espeakPITCH, voice.pitch, 0) == EE_OK &&
           espeak_SetParameter(espeakRANGE, voice.range, 0) == EE_OK &&
           espeak_SetParameter(espeakVOLUME, 100, 0) == EE_OK;
}

EspeakOutcome
speak_with_espeak(const std::string& utterance, const Voice& voice, EspeakCollector& into) {
    std::setlocale(LC_ALL, "C");
    std::srand(1); // breath noise of some voices is drawn from rand()
    const int rate =
        espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nullptr, espeakINITIALIZE_DONT_EXIT);
    if (rate <= 0)
        return EspeakOutcome::no_data;
    into.speech.sample_rate = rate;
    if (!set_espeak_voice(voice))
        return EspeakOutcome::unknown_voice;
    espeak_collector = &into;
    espeak_SetSynthCallback(collect_espeak);
    const espeak_ERROR said = espeak_Synth(utterance.c_str(),
                                           utterance.size() + 1,
                                           0,
                                           POS_CHARACTER,
                                           0,
                                           espeakCHARS_UTF8,
                                           nullptr,
                                           nullptr);
    const bool complete = said == EE_OK && !into.too_long && espeak_Synchronize() == EE_OK;
    espeak_collector = nullptr;
    if (into.too_long)
        return EspeakOutcome::too_long;
    return complete ? EspeakOutcome::spoken : EspeakOutcome::failed;
}

bool write_fully(int fd, const void* bytes, std::size_t size) {
    const char* at = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t written = write(fd, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

} // namespace

int espeak_to_fd(int fd, const std::string& utterance, const Voice& voice) {
    EspeakCollector collected;
    EspeakHeader header;
    header.outcome = speak_with_espeak(utterance, voice, collected);
    const RawSpeech& speech = collected.speech;
    if (header.outcome == EspeakOutcome::spoken) {
        header.sample_rate = static_cast<std::uint32_t>(speech.sample_rate);
        header.events = static_cast<std::uint32_t>(speech.events.size());
        header.samples = static_cast<std::uint32_t>(speech.samples.size());
    }
    const bool written =
        write_fully(fd, &header, sizeof(header)) &&
        write_fully(fd, speech.events.data(), header.events * sizeof(WordEvent)) &&
        write_fully(fd, speech.samples.data(), header.samples * sizeof(std::int16_t));
    return written ? 0 : 1;
}

} // namespace smos::media
