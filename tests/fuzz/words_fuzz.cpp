// SPDX-License-Identifier: Apache-2.0
// A script, a length and any bytes as the word times of an `align` file or of a program's answer:
// read or refused with a reason, and whatever they claim, every word of the script is there once,
// in order and inside the recording.
#include "libsmos/media/speech/word_align.hpp"
#include "libsmos/providers/capabilities/heard_words.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace smos;
using media::HeardWord;

namespace {

void check_heard(const std::vector<HeardWord>& words) {
    for (const HeardWord& word : words)
        SMOS_EXPECT(word.start_ms >= 0 && word.end_ms >= 0 && word.end_ms <= 86'400'000);
}

void check_aligned(std::string_view script,
                   const std::vector<HeardWord>& heard,
                   std::int64_t duration_ms) {
    const media::WordAlignment aligned = media::align_words(script, heard, duration_ms);
    SMOS_EXPECT(aligned.heard_share >= 0 && aligned.heard_share <= 1);
    // A script of more words than its recording has milliseconds still gives each one.
    const std::int64_t end_ms =
        std::max({duration_ms, std::int64_t{1}, static_cast<std::int64_t>(aligned.words.size())});
    std::int64_t last_ms = 0;
    std::string shown;
    for (const media::TimedWord& word : aligned.words) {
        SMOS_EXPECT(word.start_ms >= last_ms && word.start_ms < word.end_ms);
        SMOS_EXPECT(word.end_ms <= end_ms);
        last_ms = word.end_ms;
        shown += word.text;
    }
    const auto solid = [](std::string text) {
        text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
        return text;
    };
    const media::WordAlignment estimated = media::align_words(script, {}, duration_ms);
    std::string whole;
    for (const media::TimedWord& word : estimated.words)
        whole += word.text;
    SMOS_EXPECT(solid(shown) == solid(whole)); // times are the transcript's, the words never are
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3 || size > 3000)
        return 0;
    const std::int64_t duration_ms = data[0] * 256 + data[1];
    const std::string text{data + 2, data + size};
    const std::size_t line = text.find('\n');
    const std::string script = text.substr(0, line);
    const std::string times = line == std::string::npos ? std::string{} : text.substr(line + 1);
    const auto words = providers::read_words_text(times, "fuzz");
    if (!words) {
        SMOS_EXPECT(!words.error().code.empty() && !words.error().message.empty());
        SMOS_EXPECT(words.error().where == "fuzz");
        return 0;
    }
    check_heard(*words);
    check_aligned(script, *words, duration_ms);
    return 0;
}
