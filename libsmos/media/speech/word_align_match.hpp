// SPDX-License-Identifier: Apache-2.0
// Which word of one list is which of another, by the least edit cost.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace smos::media {

/// 1 for equal texts, 0 for nothing in common: 1 - edit distance / length of the longer.
double letter_similarity(const std::u32string& a, const std::u32string& b);

/// Words [first, end) of one list and of the other that stand for one another; 1:1, 2:1 or 1:2.
struct WordMatch {
    std::size_t a_first = 0, a_end = 0;
    std::size_t b_first = 0, b_end = 0;
    double similarity = 0;
};

/// In order, not crossing. Words that are only on one side are in none. O(a.size() * b.size()).
std::vector<WordMatch> match_words(const std::vector<std::u32string>& a,
                                   const std::vector<std::u32string>& b);

} // namespace smos::media
