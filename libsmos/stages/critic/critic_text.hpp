// SPDX-License-Identifier: Apache-2.0
// Whether the words may be said: by anyone (text_policy), and by this muse (do_not_say).
#pragma once

#include "libsmos/muse/muse.hpp"
#include "libsmos/records/plan.hpp"
#include "libsmos/stages/critic/critic_judgement.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smos::stages {

enum class TextProblemKind { slur, profanity, link, domain, email, phone };

struct TextProblem {
    TextProblemKind kind = TextProblemKind::link;
    std::string text; ///< as found; of slurs only the first letter
};

/// Slurs, links, e-mail addresses and phone numbers have no place in a post; coarse language and
/// names that look like addresses (Booking.com) are for a person to decide.
std::vector<TextProblem> text_problems(std::string_view text);

/// Lower-case words in which look-alike letters, accents and digits for letters are resolved.
std::vector<std::string> plain_words(std::string_view text);

/// The phrase occurs in the text word by word, after plain_words() of both.
bool says(std::string_view text, std::string_view phrase);

/// text_policy (safety) over title, hook, lines, caption and hashtags.
Finding text_policy_finding(const records::Script& script);
/// do_not_say (brand); without a muse it is skipped.
Finding do_not_say_finding(const records::Script& script, const muse::Muse* muse);

} // namespace smos::stages
