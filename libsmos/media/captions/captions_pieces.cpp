// SPDX-License-Identifier: Apache-2.0
// Words as a line of captions needs them.
#include "libsmos/media/captions/captions_pieces.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/fonts.hpp"

#include <unicode/uchar.h>

#include <algorithm>

namespace smos::media {
namespace {

constexpr std::size_t longest_piece = 20;
constexpr std::size_t longest_word = 100;

bool can_break_before(const std::vector<char32_t>& text, std::size_t at) {
    const auto kind = u_charType(static_cast<UChar32>(text[at]));
    const bool mark =
        kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK || kind == U_COMBINING_SPACING_MARK;
    return !mark && !is_invisible(text[at]) && !is_invisible(text[at - 1]);
}

} // namespace

std::string shortened_word(std::string_view word) {
    if (code_points(word).size() <= longest_word)
        return std::string{word};
    return first_code_points(word, longest_word - 1) + "\u2026";
}

std::vector<std::string> split_long_word(std::string_view word) {
    const std::vector<char32_t> text = code_points(shortened_word(word));
    const std::size_t count =
        std::max<std::size_t>(1, (text.size() + longest_piece - 1) / longest_piece);
    const std::size_t length = (text.size() + count - 1) / count;
    std::vector<std::string> pieces(1);
    std::size_t in_piece = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (in_piece >= length && can_break_before(text, i)) {
            pieces.emplace_back();
            in_piece = 0;
        }
        append_code_point(pieces.back(), text[i]);
        ++in_piece;
    }
    return pieces;
}

int direction_of(std::string_view word) {
    for (const char32_t code_point : code_points(word)) {
        switch (u_charDirection(static_cast<UChar32>(code_point))) {
        case U_LEFT_TO_RIGHT:
            return 1;
        case U_RIGHT_TO_LEFT:
        case U_RIGHT_TO_LEFT_ARABIC:
            return -1;
        default:
            break;
        }
    }
    return 0;
}

bool is_right_to_left(std::string_view word) { return direction_of(word) < 0; }

std::vector<std::size_t> visual_order(const std::vector<bool>& right_to_left,
                                      bool base_right_to_left) {
    std::vector<std::size_t> order(right_to_left.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    const auto reverse_runs = [&](auto in_run) {
        for (std::size_t i = 0; i < order.size();) {
            std::size_t end = i;
            while (end < order.size() && in_run(order[end]))
                ++end;
            std::reverse(order.begin() + static_cast<std::ptrdiff_t>(i),
                         order.begin() + static_cast<std::ptrdiff_t>(end));
            i = std::max(end, i + 1);
        }
    };
    if (base_right_to_left)
        std::reverse(order.begin(), order.end());
    reverse_runs([&](std::size_t word) { return right_to_left[word] != base_right_to_left; });
    return order;
}

} // namespace smos::media
