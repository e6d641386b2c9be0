// SPDX-License-Identifier: Apache-2.0
// Addresses, handles, dotted acronyms, and the loop over everything else.
#include "libsmos/media/speech/spoken_text_token.hpp"

#include "libsmos/media/speech/spoken_text_fold.hpp"
#include "libsmos/media/speech/spoken_text_lexicon.hpp"

#include <algorithm>

namespace smos::media {
namespace {

std::string ascii_lower(std::u32string_view text) {
    std::string out;
    for (const char32_t c : text)
        out.push_back(c >= 0x80 ? '?' : static_cast<char>(c >= U'A' && c <= U'Z' ? c + 32 : c));
    return out;
}

void append_phrase(Words& out, std::string_view phrase) {
    while (!phrase.empty()) {
        const std::size_t space = phrase.find(' ');
        out.emplace_back(phrase.substr(0, space));
        phrase.remove_prefix(space == std::string_view::npos ? phrase.size() : space + 1);
    }
}

void read_rest(TokenCursor& cursor);

/// Reads `part` on its own, without what its neighbours would make of it.
void read_part(const TokenCursor& of, std::u32string_view part) {
    TokenSurroundings alone{of.around.shouting, false, {}};
    TokenCursor inner{part, alone, of.out};
    read_rest(inner);
}

bool is_host_character(char32_t c) {
    return is_readable_letter(c) || is_ascii_digit(c) || c == U'-' || c == U'.';
}

/// "example.com" with a known ending, or anything behind "http".
bool is_host(std::u32string_view host, bool has_scheme) {
    static constexpr std::string_view endings =
        " com org net io ai dev app gov edu co uk de tv me gg ly news info eu fr jp xyz ";
    const std::size_t dot = host.rfind(U'.');
    if (dot == std::u32string_view::npos || dot == 0 || dot + 1 == host.size())
        return false;
    if (!std::all_of(host.begin(), host.end(), is_host_character))
        return false;
    return has_scheme ||
           endings.find(' ' + ascii_lower(host.substr(dot + 1)) + ' ') != std::string_view::npos;
}

void read_host(const TokenCursor& of, std::u32string_view host) {
    for (std::size_t at = 0; at <= host.size();) {
        const std::size_t dot = std::min(host.find(U'.', at), host.size());
        if (at > 0)
            of.out.emplace_back("dot");
        read_part(of, host.substr(at, dot - at));
        at = dot + 1;
    }
}

/// An address is read as its host: paths and queries are for machines.
bool read_address(TokenCursor& cursor) {
    std::u32string_view text = cursor.text.substr(cursor.at);
    while (!text.empty() &&
           std::u32string_view(U".,!?;:)]}\"'").find(text.back()) != std::u32string_view::npos)
        text.remove_suffix(1);
    const std::size_t scheme = text.substr(0, 10).find(U"://");
    const bool has_scheme = scheme != std::u32string_view::npos;
    if (has_scheme)
        text.remove_prefix(scheme + 3);
    if (ascii_lower(text.substr(0, 4)) == "www.")
        text.remove_prefix(4);
    const std::u32string_view host = text.substr(0, text.find_first_of(U"/?#:"));
    const std::size_t at_sign = host.find(U'@');
    if (at_sign != std::u32string_view::npos && at_sign > 0) {
        if (!is_host(host.substr(at_sign + 1), false))
            return false;
        read_part(cursor, host.substr(0, at_sign));
        cursor.out.emplace_back("at");
        read_host(cursor, host.substr(at_sign + 1));
    } else if (is_host(host, has_scheme)) {
        read_host(cursor, host);
    } else {
        return false;
    }
    cursor.at = cursor.text.size();
    return true;
}

/// "r/name" and "u/name" of Reddit, "@name", "#name"; "#1" is a number.
bool read_handle(TokenCursor& cursor) {
    const char32_t first = cursor.peek();
    const bool starts = cursor.at == 0 || !is_readable_letter(cursor.before());
    if (starts && (first == U'r' || first == U'u') && cursor.peek(1) == U'/' &&
        (is_readable_letter(cursor.peek(2)) || is_ascii_digit(cursor.peek(2)))) {
        cursor.out.emplace_back(1, static_cast<char>(first));
        cursor.out.emplace_back("slash");
        cursor.at += 2;
        return true;
    }
    if (first == U'#' && is_readable_letter(cursor.peek(1))) {
        cursor.out.emplace_back("hashtag");
        ++cursor.at;
        return true;
    }
    return false;
}

/// "U.S.", "A.I.": single letters with a full stop behind each but perhaps the last.
bool read_dotted(TokenCursor& cursor) {
    std::size_t letters = 0;
    std::size_t at = cursor.at;
    while (at < cursor.text.size() && is_readable_letter(cursor.text[at])) {
        const bool dot = at + 1 < cursor.text.size() && cursor.text[at + 1] == U'.';
        const bool next_letter =
            at + 1 < cursor.text.size() && is_readable_letter(cursor.text[at + 1]);
        if (next_letter)
            return false;
        ++letters;
        at += dot ? 2 : 1;
        if (!dot)
            break;
    }
    if (letters < 2)
        return false;
    for (; cursor.at < at; ++cursor.at) {
        const char32_t c = cursor.peek();
        if (c == U'a' || c == U'A')
            cursor.out.emplace_back("ay");
        else if (c != U'.')
            cursor.out.push_back(letters_at(cursor.text.substr(cursor.at, 1), 0));
    }
    return true;
}

void read_sign(TokenCursor& cursor) {
    const char32_t sign = cursor.peek();
    const bool alone = cursor.text.size() == 1;
    const bool joins = sign == U'&' || sign == U'@' || sign == U'+' || sign == U'=' || sign == U'%';
    ++cursor.at;
    if (alone || joins || sign >= 0x80)
        append_phrase(cursor.out, sign_said(sign));
}

void read_rest(TokenCursor& cursor) {
    while (!cursor.done()) {
        if (read_quantity(cursor) || read_handle(cursor))
            continue;
        if (!is_readable_letter(cursor.peek())) {
            read_sign(cursor);
            continue;
        }
        const std::size_t start = cursor.at;
        if (read_dotted(cursor))
            continue;
        read_word(cursor, letters_at(cursor.text, start));
        while (!cursor.done() && (is_readable_letter(cursor.peek()) ||
                                  (cursor.peek() == U'\'' && is_readable_letter(cursor.peek(1)))))
            ++cursor.at;
    }
}

/// The token without brackets and quotes around it.
std::u32string_view bare(std::u32string_view token) {
    constexpr std::u32string_view around = U"\"'()[]{}*_~|<>\u2039\u203A";
    while (!token.empty() && around.find(token.front()) != std::u32string_view::npos &&
           !(token.size() > 1 &&
             (token[0] == U'<' || token[0] == U'>' || token[0] == U'~' || token[0] == U'\'') &&
             (is_ascii_digit(token[1]) || token[1] == U'$')))
        token.remove_prefix(1);
    while (!token.empty() && around.find(token.back()) != std::u32string_view::npos)
        token.remove_suffix(1);
    return token;
}

bool read_expansion(TokenCursor& cursor) {
    std::string lower = ascii_lower(cursor.text);
    while (!lower.empty() && std::string_view(",!?;:").find(lower.back()) != std::string_view::npos)
        lower.pop_back();
    std::string_view expansion = expansion_of(lower);
    if (expansion.empty() && !lower.empty() && lower.back() == '.')
        expansion = expansion_of(lower.substr(0, lower.size() - 1));
    append_phrase(cursor.out, expansion);
    return !expansion.empty();
}

} // namespace

void read_token(std::u32string_view folded, TokenSurroundings& around, Words& out) {
    TokenCursor cursor{bare(folded), around, out};
    if (!cursor.done() && !read_expansion(cursor) && !read_address(cursor))
        read_rest(cursor);
}

} // namespace smos::media
