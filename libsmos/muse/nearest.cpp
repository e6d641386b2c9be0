// SPDX-License-Identifier: Apache-2.0
// Edit distance over bytes, bounded: names are short and mostly ASCII.
#include "libsmos/muse/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace smos::muse {
namespace {

std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
            corner = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row[b.size()];
}

} // namespace

std::string nearest_hint(std::string_view word, const std::vector<std::string>& known) {
    const std::string_view head = word.substr(0, 40);
    std::size_t best = head.size() / 3 + 2;
    std::string nearest;
    for (const std::string& name : known) {
        const std::size_t distance = edits(head, name);
        if (distance < best) {
            best = distance;
            nearest = name;
        }
    }
    if (!nearest.empty())
        return fmt::format("did you mean {}?", nearest);
    return fmt::format("known here: {}", fmt::join(known, ", "));
}

} // namespace smos::muse
