// SPDX-License-Identifier: Apache-2.0
// Times for the words of a script from a transcript of its recording: the script's spelling, the
// transcript's clock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// A word that somebody says was heard, in its own spelling. Nothing about it is trusted.
struct HeardWord {
    std::int64_t start_ms = 0;
    std::int64_t end_ms = 0;
    std::string text;
};

/// A word of the script as it is shown.
struct TimedWord {
    std::int64_t start_ms = 0;
    std::int64_t end_ms = 0;
    std::string text;
    bool heard = false; ///< false: its time is interpolated by letters
};

struct WordAlignment {
    std::vector<TimedWord> words; ///< in order; 0 <= start < end <= duration, times never fall
    double heard_share = 0;       ///< letters of the script that the transcript has, 0..1
};

/// The words of `script`, split at white space; one without letters or digits stays with the word
/// before it. Both texts are read as they are spoken (speak_form: "2026" is "twenty twenty six"),
/// other scripts letter by letter, and matched with the least edit cost over words, where two words
/// may stand for one. Words that were not heard share what room there is by their letters. Without
/// `heard` all words share the whole duration. At most 4000 spoken words on each side; of more,
/// all are estimated.
WordAlignment
align_words(std::string_view script, const std::vector<HeardWord>& heard, std::int64_t duration_ms);

} // namespace smos::media
