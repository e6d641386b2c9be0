// SPDX-License-Identifier: Apache-2.0
// The little grammar that headlines need: which words only connect, and which are verbs.
#pragma once

#include <string>

namespace smos::stages {

/// Articles, prepositions, pronouns, auxiliaries, conjunctions; lower case.
bool is_function_word(const std::string& word);
/// A finite verb as headlines use it ("beats", "found", "launches"); lower case.
bool is_headline_verb(const std::string& word);
/// The bare form ("reach"), which is a noun as often; lower case.
bool is_base_verb(const std::string& word);
/// Too general to be what a video is about: "people", "study", "man", "new".
bool is_pale_word(const std::string& word);
/// A noun or adjective that headlines start with and that is no name.
bool is_common_noun(const std::string& word);
/// I, my, we, our…: the poster speaks.
bool is_first_person(const std::string& word);

} // namespace smos::stages
