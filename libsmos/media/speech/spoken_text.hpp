// SPDX-License-Identifier: Apache-2.0
// From words to show to words to say: numbers, signs and acronyms spelled out, so that every word
// event of the synthesizer belongs to exactly one word on the screen.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// One word that is said.
struct SaidWord {
    std::string text;           // lower and upper case ASCII letters, apostrophes and "é"
    std::size_t display_index;  // the word on the screen it belongs to
    std::size_t first_char = 0; // position in `utterance`, in characters
    std::size_t chars = 0;
};

/// What is shown and what is said for it.
struct SpokenText {
    std::vector<std::string> display; // split at white space, controls removed
    std::vector<SaidWord> said;       // display_index never falls; a display word may have none
    std::string utterance;            // `said` with single spaces and , . ! ? between
    bool empty() const { return said.empty(); }
};

/// Total, linear in the text, independent of the locale. Nothing in `utterance` can be markup:
/// it holds only letters, apostrophes, spaces and , . ! ?. A text with a letter or digit always
/// has something to say; scripts that the voice cannot read are named ("arabic text").
/// Invalid UTF-8 is read as if the bad bytes were absent.
SpokenText speak_form(std::string_view caption_text);

} // namespace smos::media
