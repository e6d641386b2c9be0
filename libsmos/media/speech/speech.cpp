// SPDX-License-Identifier: Apache-2.0
// From spoken text to speech: checks, the child, and the times of the words.
#include "libsmos/media/speech/speech.hpp"

#include "libsmos/media/speech/speech_child.hpp"
#include "libsmos/media/speech/speech_master.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace smos::media {
namespace {

constexpr std::size_t most_said_words = 2000;
constexpr std::int64_t shortest_word_ms = 40;

bool is_voice_name(const std::string& name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '+';
    };
    return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), allowed) &&
           name.front() != '+' && std::count(name.begin(), name.end(), '+') <= 1;
}

Result<void> check_request(const SpokenText& text, const Voice& voice, int timeout_ms) {
    if (text.said.empty())
        return Error{"nothing_to_say", "the text has no word that can be said", {}, "write words"};
    if (text.said.size() > most_said_words)
        return Error{
            "too_long",
            fmt::format("{} words in one utterance, {} at most", text.said.size(), most_said_words),
            {},
            "split the text"};
    if (!is_voice_name(voice.name))
        return Error{
            "bad_voice",
            fmt::format("'{}' is no voice name", voice.name.substr(0, 40)),
            {},
            "take LANGUAGE or LANGUAGE+VARIANT of letters, digits and dashes, like en-us+f3"};
    const bool in_range = voice.rate_wpm >= 80 && voice.rate_wpm <= 300 && voice.pitch >= 0 &&
                          voice.pitch <= 99 && voice.range >= 0 && voice.range <= 99;
    if (!in_range)
        return Error{"bad_voice",
                     fmt::format("rate {} wpm, pitch {}, range {} of voice {}",
                                 voice.rate_wpm,
                                 voice.pitch,
                                 voice.range,
                                 voice.name),
                     {},
                     "rate 80 to 300, pitch and range 0 to 99"};
    SMOS_EXPECT(timeout_ms > 0);
    return {};
}

/// Start of every said word in samples of `raw`. Where the synthesizer ran words together and
/// reported one event ("of the"), the time up to the next event is shared by length.
std::vector<std::size_t>
said_starts(const SpokenText& text, const RawSpeech& raw, SpokenRange range) {
    std::vector<std::optional<std::size_t>> known(text.said.size());
    for (const WordEvent& event : raw.events) {
        auto after = std::upper_bound(
            text.said.begin(),
            text.said.end(),
            std::size_t{event.first_char},
            [](std::size_t at, const SaidWord& word) { return at < word.first_char; });
        if (after == text.said.begin())
            continue;
        auto& slot = known[static_cast<std::size_t>(after - text.said.begin()) - 1];
        const std::size_t sample = std::clamp<std::size_t>(event.sample, range.first, range.end);
        slot = std::min(slot.value_or(sample), sample);
    }
    known.front() = known.front().value_or(range.first);
    std::vector<std::size_t> starts(known.size());
    for (std::size_t i = 0; i < known.size();) {
        std::size_t next = i + 1;
        std::size_t chars = text.said[i].chars;
        while (next < known.size() && !known[next])
            chars += text.said[next++].chars;
        const std::size_t begin = std::max(*known[i], i > 0 ? starts[i - 1] : range.first);
        const std::size_t end = std::max(begin, next < known.size() ? *known[next] : range.end);
        for (std::size_t passed = 0; i < next; passed += text.said[i++].chars)
            starts[i] = begin + (end - begin) * passed / std::max<std::size_t>(chars, 1);
    }
    return starts;
}

/// Where the sound of [first, end) stops: the pause behind a word is not part of it.
std::size_t sound_end(const RawSpeech& raw, std::size_t first, std::size_t end, int threshold) {
    const std::size_t shortest =
        first + static_cast<std::size_t>(shortest_word_ms * raw.sample_rate / 1000);
    std::size_t at = end;
    while (at > first && std::abs(int{raw.samples[at - 1]}) < threshold)
        --at;
    return std::min(end, std::max(at, shortest));
}

class WordTimes {
  public:
    WordTimes(const RawSpeech& raw, SpokenRange range) : raw_(raw), range_(range) {
        int peak = 0;
        for (const std::int16_t sample : raw.samples)
            peak = std::max(peak, std::abs(int{sample}));
        threshold_ = std::max(1, peak / 100);
    }

    std::vector<SpokenWord> of(const SpokenText& text) const {
        const std::vector<std::size_t> starts = said_starts(text, raw_, range_);
        std::vector<SpokenWord> words;
        std::int64_t last_end_ms = speech_lead_in_ms;
        std::size_t said = 0;
        for (std::size_t display = 0; display < text.display.size(); ++display) {
            const std::size_t first = said;
            while (said < text.said.size() && text.said[said].display_index == display)
                ++said;
            SpokenWord word{display, last_end_ms, last_end_ms};
            if (said > first) {
                const std::size_t next = said < starts.size() ? starts[said] : range_.end;
                word.start_ms = std::max(last_end_ms, ms_of(starts[first]));
                word.end_ms = std::max(word.start_ms,
                                       ms_of(sound_end(raw_, starts[first], next, threshold_)));
            }
            last_end_ms = word.end_ms;
            words.push_back(word);
        }
        return words;
    }

  private:
    std::int64_t ms_of(std::size_t sample) const {
        return speech_lead_in_ms +
               static_cast<std::int64_t>(sample - range_.first) * 1000 / raw_.sample_rate;
    }

    const RawSpeech& raw_;
    SpokenRange range_;
    int threshold_ = 1;
};

} // namespace

Result<Speech> synthesize(const SpokenText& text, const Voice& voice, int timeout_ms) {
    SMOS_CHECK(check_request(text, voice, timeout_ms));
    SMOS_TRY(const RawSpeech raw, speak_in_child(text.utterance, voice, timeout_ms));
    const SpokenRange range = spoken_range(raw);
    if (range.end == range.first)
        return Error{"speech_failed", "the voice gave only silence", {}, "try another voice"};
    return Speech{master_speech(raw, range), WordTimes(raw, range).of(text)};
}

} // namespace smos::media
