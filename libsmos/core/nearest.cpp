// SPDX-License-Identifier: Apache-2.0
// Optimal string alignment distance, and the choice of the nearest word.
#include "libsmos/core/nearest.hpp"

#include <algorithm>
#include <cstddef>

namespace smos {
namespace {

std::size_t edits_between(std::string_view a, std::string_view b) {
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> table((a.size() + 1) * width);
    const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
        return table[i * width + j];
    };
    for (std::size_t i = 0; i <= a.size(); ++i)
        at(i, 0) = i;
    for (std::size_t j = 0; j <= b.size(); ++j)
        at(0, j) = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
        }
    return at(a.size(), b.size());
}

} // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    if (word.empty() || word.size() > 64)
        return {};
    std::string best;
    std::size_t best_edits = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        if (candidate.empty())
            continue;
        const bool begins = word.size() >= 3 && candidate.rfind(word, 0) == 0;
        const std::size_t edits = begins ? 1 : edits_between(word, candidate);
        if (edits < best_edits) {
            best_edits = edits;
            best = candidate;
        }
    }
    return best;
}

std::string nearest_hint(std::string_view word, const std::vector<std::string>& candidates) {
    const std::string near = nearest(word, candidates);
    if (!near.empty())
        return "did you mean " + near + "?";
    std::string all = "known here:";
    for (const std::string& candidate : candidates)
        all += (&candidate == &candidates.front() ? " " : ", ") + candidate;
    return all;
}

} // namespace smos
