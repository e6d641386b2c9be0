// SPDX-License-Identifier: Apache-2.0
// Unicode folding with ICU.
#include "libsmos/media/speech/spoken_text_fold.hpp"

#include "libsmos/core/utf8.hpp"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

#include <array>
#include <vector>

namespace smos::media {
namespace {

/// U+0430..U+044F.
constexpr std::array<const char*, 32> cyrillic_latin = {
    "a", "b", "v", "g", "d", "e",  "zh", "z",  "i",  "y",    "k", "l", "m", "n", "o",  "p",
    "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "",  "y", "",  "e", "yu", "ya"};
/// U+03B1..U+03C9.
constexpr std::array<const char*, 25> greek_latin = {"a", "v", "g", "d", "e",  "z",  "i", "th", "i",
                                                     "k", "l", "m", "n", "x",  "o",  "p", "r",  "s",
                                                     "s", "t", "y", "f", "ch", "ps", "o"};

const char* latin_of(char32_t lower) {
    if (lower >= U'\u0430' && lower <= U'\u044F')
        return cyrillic_latin[lower - U'\u0430'];
    if (lower >= U'\u03B1' && lower <= U'\u03C9')
        return greek_latin[lower - U'\u03B1'];
    switch (lower) {
    case U'\u0454':
        return "ye";
    case U'\u0456':
        return "i";
    case U'\u0491':
        return "g";
    case U'\u00DF':
        return "ss";
    case U'\u00E6':
        return "ae";
    case U'\u00F0':
        return "d";
    case U'\u00F8':
        return "o";
    case U'\u00FE':
        return "th";
    case U'\u0111':
        return "d";
    case U'\u0131':
        return "i";
    case U'\u0142':
        return "l";
    case U'\u0153':
        return "oe";
    case U'\u0259':
        return "e";
    default:
        return nullptr;
    }
}

std::u16string normalized(const UNormalizer2* form, const std::u16string& text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto size = static_cast<int32_t>(text.size());
    const int32_t needed = unorm2_normalize(form, text.data(), size, nullptr, 0, &status);
    std::u16string out(static_cast<std::size_t>(needed), u'\0');
    status = U_ZERO_ERROR;
    unorm2_normalize(form, text.data(), size, out.data(), needed, &status);
    return out;
}

void append_utf16(std::u16string& out, char32_t c) {
    if (c < 0x10000) {
        out.push_back(static_cast<char16_t>(c));
        return;
    }
    out.push_back(static_cast<char16_t>(0xD7C0 + (c >> 10U)));
    out.push_back(static_cast<char16_t>(0xDC00 + (c & 0x3FFU)));
}

std::u32string from_utf16(const std::u16string& text) {
    std::u32string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char32_t c = text[i];
        if (U16_IS_LEAD(c) && i + 1 < text.size())
            c = static_cast<char32_t>(U16_GET_SUPPLEMENTARY(c, text[++i]));
        out.push_back(c);
    }
    return out;
}

/// NFKC for the whole token, then NFD so that accents come off; é is put back by the caller.
std::u32string decomposed(std::string_view token) {
    std::u16string utf16;
    for (std::size_t offset = 0; offset < token.size();) {
        const char32_t c = next_code_point(token, offset);
        const bool mark_sign = c == U'\u2122' || c == U'\u2120' || c == U'\u00AE' || c == U'\u00A9';
        if (c == U'\u00BD' || c == U'\u00BC' || c == U'\u00BE')
            utf16.push_back(u' ');
        if (c != U'\uFFFD' && !mark_sign)
            append_utf16(utf16, c);
    }
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2* nfkc = unorm2_getNFKCInstance(&status);
    const UNormalizer2* nfd = unorm2_getNFDInstance(&status);
    return U_FAILURE(status) != 0 ? std::u32string()
                                  : from_utf16(normalized(nfd, normalized(nfkc, utf16)));
}

bool disappears(char32_t c) {
    const auto kind = u_charType(static_cast<UChar32>(c));
    return kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK || kind == U_FORMAT_CHAR ||
           kind == U_CONTROL_CHAR || kind == U_PRIVATE_USE_CHAR || kind == U_SURROGATE ||
           kind == U_UNASSIGNED || (c >= 0xFE00 && c <= 0xFE0F);
}

char32_t plain_sign(char32_t c) {
    switch (c) {
    case U'\u2018':
    case U'\u2019':
    case U'\u02BC':
    case U'\u201B':
    case U'`':
        return U'\'';
    case U'\u2010':
    case U'\u2011':
    case U'\u2012':
    case U'\u2013':
    case U'\u2212':
        return U'-';
    case U'\u2015':
        return U'\u2014';
    case U'\u2044':
    case U'\u2215':
        return U'/';
    case U'\u201C':
    case U'\u201D':
    case U'\u201E':
    case U'\u00AB':
    case U'\u00BB':
        return U'"';
    default:
        return c;
    }
}

void append_folded(std::u32string& out, char32_t c) {
    const auto icu = static_cast<UChar32>(c);
    if (c < 0x80) {
        if (c != U'`' && c >= 0x20)
            out.push_back(c);
        return;
    }
    if (u_charDigitValue(icu) >= 0) {
        out.push_back(U'0' + static_cast<char32_t>(u_charDigitValue(icu)));
        return;
    }
    const auto lower = static_cast<char32_t>(u_tolower(icu));
    if (const char* latin = latin_of(lower)) {
        const bool upper = lower != c;
        for (std::size_t i = 0; latin[i] != '\0'; ++i)
            out.push_back(static_cast<char32_t>(upper && i == 0 ? latin[i] - 32 : latin[i]));
        return;
    }
    out.push_back(plain_sign(c));
}

std::string lower_words(std::string_view name, std::size_t limit) {
    std::string out;
    std::size_t words = 1;
    for (const char c : name) {
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (letter) {
            out.push_back(static_cast<char>(c | 0x20));
        } else if (!out.empty() && out.back() != ' ') {
            if (++words > limit)
                break;
            out.push_back(' ');
        }
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out;
}

} // namespace

std::u32string fold_for_speech(std::string_view token) {
    std::u32string out;
    for (const char32_t c : decomposed(token)) {
        const bool after_e = !out.empty() && (out.back() == U'e' || out.back() == U'E');
        if (c == U'\u0301' && after_e)
            out.back() = out.back() == U'e' ? U'\u00E9' : U'\u00C9';
        else if (!disappears(c))
            append_folded(out, c);
    }
    return out;
}

bool is_foreign_letter(char32_t c) {
    return c >= 0x80 && !is_readable_letter(c) && u_isalpha(static_cast<UChar32>(c)) != 0;
}

bool is_letter_or_digit(char32_t c) { return u_isalnum(static_cast<UChar32>(c)) != 0; }

std::string script_called(char32_t letter) {
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(letter), &status);
    switch (script) {
    case USCRIPT_HAN:
        return "chinese";
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
        return "japanese";
    case USCRIPT_HANGUL:
        return "korean";
    case USCRIPT_DEVANAGARI:
        return "hindi";
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED:
    case USCRIPT_UNKNOWN:
    case USCRIPT_INVALID_CODE:
        return "foreign";
    default:
        break;
    }
    const std::string called = lower_words(uscript_getName(script), 1);
    return called.empty() ? "foreign" : called;
}

std::string sign_called(char32_t sign) {
    std::array<char, 128> name{};
    UErrorCode status = U_ZERO_ERROR;
    u_charName(static_cast<UChar32>(sign),
               U_UNICODE_CHAR_NAME,
               name.data(),
               static_cast<int32_t>(name.size() - 1),
               &status);
    return U_FAILURE(status) != 0 ? std::string() : lower_words(name.data(), 4);
}

} // namespace smos::media
