// SPDX-License-Identifier: Apache-2.0
// Numbers as people write them: money, percent, times, ranges, ordinals, units.
#include "libsmos/media/speech/spoken_text_fold.hpp"
#include "libsmos/media/speech/spoken_text_lexicon.hpp"
#include "libsmos/media/speech/spoken_text_token.hpp"

#include <array>

namespace smos::media {
namespace {

/// The number at the cursor, as written.
struct WrittenNumber {
    std::string whole;    // digits without separators
    std::string fraction; // digits behind the point
    bool separated = false;
};

std::uint64_t value_of(std::string_view digits) {
    std::uint64_t value = 0;
    for (const char digit : digits.substr(0, 18))
        value = value * 10 + static_cast<std::uint64_t>(digit - '0');
    return value;
}

void say_phrase(Words& out, std::string_view phrase) {
    while (!phrase.empty()) {
        const std::size_t space = phrase.find(' ');
        out.emplace_back(phrase.substr(0, space));
        phrase.remove_prefix(space == std::string_view::npos ? phrase.size() : space + 1);
    }
}

std::string take_digits(TokenCursor& cursor) {
    std::string out;
    for (; is_ascii_digit(cursor.peek()); ++cursor.at)
        out.push_back(static_cast<char>(cursor.peek()));
    return out;
}

bool three_digits_follow(const TokenCursor& cursor) {
    return is_ascii_digit(cursor.peek(1)) && is_ascii_digit(cursor.peek(2)) &&
           is_ascii_digit(cursor.peek(3)) && !is_ascii_digit(cursor.peek(4));
}

WrittenNumber take_number(TokenCursor& cursor) {
    WrittenNumber number;
    number.whole = take_digits(cursor);
    while (cursor.peek() == U',' && number.whole.size() < 18 && three_digits_follow(cursor)) {
        ++cursor.at;
        number.whole += take_digits(cursor);
        number.separated = true;
    }
    if (cursor.peek() == U'.' && is_ascii_digit(cursor.peek(1))) {
        ++cursor.at;
        number.fraction = take_digits(cursor);
    }
    if (number.whole.empty())
        number.whole = "0";
    return number;
}

void say_fraction(Words& out, std::string_view fraction) {
    out.emplace_back("point");
    say_digits(out, fraction);
}

void say_plain(Words& out, const WrittenNumber& number) {
    say_integer(out, number.whole);
    if (!number.fraction.empty())
        say_fraction(out, number.fraction);
}

/// Letters directly behind a number, ASCII only; at most eight are looked at.
std::string suffix_at(const TokenCursor& cursor) {
    std::string out;
    while (out.size() < 9) {
        const char32_t c = cursor.peek(out.size());
        const bool slash = c == U'/' && (cursor.peek(out.size() + 1) == U'h');
        if (c >= 0x80 || (!is_readable_letter(c) && !slash))
            break;
        out.push_back(static_cast<char>(c));
    }
    return out;
}

std::string lower_suffix(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c + 32);
    return out;
}

/// "4K", "5G": a generation, not a number of thousands.
bool is_generation(const WrittenNumber& number, std::string_view suffix) {
    const bool single = number.whole.size() == 1 && number.fraction.empty();
    return single &&
           (suffix == "G" || (suffix == "K" && std::string_view("248").find(number.whole) !=
                                                   std::string_view::npos));
}

void say_money(Words& out, const WrittenNumber& number, const Currency& currency) {
    const bool cents = number.fraction.size() == 2 && number.whole.size() < 10;
    const std::uint64_t whole = value_of(number.whole);
    const std::uint64_t part = value_of(number.fraction);
    if (!cents) {
        say_plain(out, number);
        out.emplace_back(whole == 1 && number.fraction.empty() ? currency.one : currency.many);
        return;
    }
    if (whole > 0 || part == 0) {
        say_cardinal(out, whole);
        out.emplace_back(whole == 1 ? currency.one : currency.many);
    }
    if (whole > 0 && part > 0)
        out.emplace_back("and");
    if (part > 0) {
        say_cardinal(out, part);
        out.emplace_back(part == 1 ? currency.cent : currency.cents);
    }
}

/// "3:30" "three thirty", "3:00" "three o'clock", "16:9" "sixteen to nine".
bool say_clock(TokenCursor& cursor, const WrittenNumber& number) {
    if (cursor.peek() != U':' || !is_ascii_digit(cursor.peek(1)) || !number.fraction.empty())
        return false;
    say_integer(cursor.out, number.whole);
    int parts = 0;
    while (cursor.peek() == U':' && is_ascii_digit(cursor.peek(1))) {
        ++cursor.at;
        const std::string next = take_digits(cursor);
        const bool last = cursor.peek() != U':' || !is_ascii_digit(cursor.peek(1));
        if (next.size() != 2)
            cursor.out.emplace_back("to");
        if (next == "00" && parts == 0 && last && value_of(number.whole) <= 12) {
            if (suffix_at(cursor).empty())

                cursor.out.emplace_back("o'clock");
        } else if (next.size() == 2 && next.front() == '0') {
            cursor.out.emplace_back("oh");
            say_cardinal(cursor.out, value_of(next));
        } else {
            say_integer(cursor.out, next);
        }
        ++parts;
    }
    const std::string half_day = lower_suffix(suffix_at(cursor));
    if (half_day == "am" || half_day == "pm") {
        say_phrase(cursor.out, unit_called(half_day));
        cursor.at += 2;
    }
    return true;
}

/// "1/2" "one half", "3/4" "three quarters", "24/7", "9/11"; dates and others side by side.
bool say_slashed(TokenCursor& cursor, const WrittenNumber& number) {
    if (cursor.peek() != U'/' || !is_ascii_digit(cursor.peek(1)) || !number.fraction.empty())
        return false;
    ++cursor.at;
    const std::string below = take_digits(cursor);
    const std::uint64_t over = value_of(number.whole);
    const bool three_parts = cursor.peek() == U'/' && is_ascii_digit(cursor.peek(1));
    say_integer(cursor.out, number.whole);
    if (!three_parts && below == "2" && over < 100) {
        cursor.out.emplace_back(over == 1 ? "half" : "halves");
    } else if (!three_parts && (below == "3" || below == "4") && over < 10) {
        const std::string part = below == "3" ? "third" : "quarter";
        cursor.out.push_back(over == 1 ? part : part + "s");
    } else {
        if (!three_parts && (below == "5" || below == "10" || below == "100"))
            for (const char* word : {"out", "of"})
                cursor.out.emplace_back(word);
        say_integer(cursor.out, below);
    }
    while (cursor.peek() == U'/' && is_ascii_digit(cursor.peek(1))) {
        ++cursor.at;
        const std::string next = take_digits(cursor);
        if (next.size() == 4)
            say_year(cursor.out, value_of(next));
        else
            say_integer(cursor.out, next);
    }
    return true;
}

/// "1.2.3" of versions and addresses: every further point is said.
void say_more_points(TokenCursor& cursor) {
    while (cursor.peek() == U'.' && is_ascii_digit(cursor.peek(1))) {
        ++cursor.at;
        cursor.out.emplace_back("point");
        say_integer(cursor.out, take_digits(cursor));
    }
}

bool is_year(const WrittenNumber& number) {
    const std::uint64_t value = value_of(number.whole);
    return number.whole.size() == 4 && !number.separated && number.fraction.empty() &&
           value >= 1100 && value < 2100;
}

/// "2026-11-20" "november twentieth twenty twenty six".
bool say_iso_date(TokenCursor& cursor, const WrittenNumber& number) {
    static constexpr std::array<const char*, 12> months = {"january",
                                                           "february",
                                                           "march",
                                                           "april",
                                                           "may",
                                                           "june",
                                                           "july",
                                                           "august",
                                                           "september",
                                                           "october",
                                                           "november",
                                                           "december"};
    const auto digit = [&](std::size_t i) { return is_ascii_digit(cursor.peek(i)); };
    if (!is_year(number) || cursor.peek() != U'-' || !digit(1) || !digit(2) ||
        cursor.peek(3) != U'-' || !digit(4) || !digit(5) || digit(6))
        return false;
    const auto pair = [&](std::size_t i) {
        return (cursor.peek(i) - U'0') * 10U + (cursor.peek(i + 1) - U'0');
    };
    if (pair(1) < 1 || pair(1) > 12 || pair(4) < 1 || pair(4) > 31)
        return false;
    cursor.out.emplace_back(months[pair(1) - 1]);
    say_ordinal(cursor.out, pair(4));
    say_year(cursor.out, value_of(number.whole));
    cursor.at += 6;
    return true;
}

/// "1990s", "90s".
bool say_decade(TokenCursor& cursor, const WrittenNumber& number, std::string_view suffix) {
    const bool tens = number.whole.back() == '0' && number.whole.size() >= 2;
    if ((suffix != "s" && suffix != "'s") || !tens || !number.fraction.empty())
        return false;
    if (is_year(number))
        say_year(cursor.out, value_of(number.whole));
    else
        say_integer(cursor.out, number.whole);
    std::string& last = cursor.out.back();
    last = last.back() == 'y' ? last.substr(0, last.size() - 1) + "ies" : last + "s";
    cursor.at += suffix.size();
    return true;
}

bool say_ordinal_number(TokenCursor& cursor, const WrittenNumber& number, std::string_view suffix) {
    const bool ordinal = suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th";
    if (!ordinal || !number.fraction.empty() || number.whole.size() > 15)
        return false;
    say_ordinal(cursor.out, value_of(number.whole));
    cursor.at += 2;
    return true;
}

/// What stands behind a number without money: percent, times, magnitude, unit, or nothing.
void say_with_suffix(TokenCursor& cursor, const WrittenNumber& number, std::string_view suffix) {
    const std::string lower = lower_suffix(suffix);
    const bool bare = suffix.empty();
    const bool in_name = cursor.at > number.whole.size() && number.fraction.empty() &&
                         !number.separated &&
                         is_readable_letter(cursor.text[cursor.at - number.whole.size() - 1]);
    if (bare && is_year(number) && cursor.peek() != U'%' && cursor.peek() != U'\u00B0')
        say_year(cursor.out, value_of(number.whole));
    else if (in_name && number.whole.size() == 4)
        say_year(cursor.out, value_of(number.whole));
    else
        say_plain(cursor.out, number);
    say_more_points(cursor);
    if (cursor.peek() == U'%') {
        cursor.out.emplace_back("percent");
        ++cursor.at;
    } else if (lower == "x") {
        cursor.out.emplace_back(is_ascii_digit(cursor.peek(1)) ? "by" : "times");
        ++cursor.at;
    } else if (!bare && !in_name && !is_generation(number, suffix)) {
        std::string_view called = magnitude_called(lower);
        if (called.empty() || suffix == "mm")
            called = unit_called(suffix);
        say_phrase(cursor.out, called);
        cursor.at += called.empty() ? 0 : suffix.size();
    }
}

void say_amount(TokenCursor& cursor, const WrittenNumber& number, const Currency& currency) {
    const std::string suffix = lower_suffix(suffix_at(cursor));
    const std::string_view magnitude = magnitude_called(suffix);
    const bool range = cursor.peek() == U'-' && is_ascii_digit(cursor.peek(1));
    if (magnitude.empty() && !range && !cursor.around.magnitude_follows) {
        say_money(cursor.out, number, currency);
        return;
    }
    say_plain(cursor.out, number);
    if (!magnitude.empty()) {
        cursor.out.emplace_back(magnitude);
        cursor.at += suffix.size();
    }
    if (range)
        return;
    if (magnitude.empty())
        cursor.around.pending_unit = currency.many;
    else
        cursor.out.emplace_back(currency.many);
}

/// Signs in front of a number; the cursor stays where it was when no number follows them.
bool take_signs(TokenCursor& cursor, const Currency*& currency) {
    std::size_t ahead = 0;
    std::array<std::string_view, 3> said{};
    std::size_t count = 0;
    const bool at_start = !is_readable_letter(cursor.before()) && !is_ascii_digit(cursor.before());
    for (; ahead < 3; ++ahead) {
        const char32_t c = cursor.peek(ahead);
        if (c == U'+')
            said[count++] = "plus";
        else if (c == U'-' && at_start)
            said[count++] = "minus";
        else if (c == U'~' || c == U'\u2248')
            said[count++] = "about";
        else if (c == U'<')
            said[count++] = "less than";
        else if (c == U'>')
            said[count++] = "more than";
        else if (c == U'#')
            said[count++] = "number";
        else if (const Currency* found = currency_of(c))
            currency = found;
        else
            break;
    }
    const bool point = cursor.peek(ahead) == U'.' && is_ascii_digit(cursor.peek(ahead + 1)) &&
                       !is_readable_letter(cursor.before());
    if (!is_ascii_digit(cursor.peek(ahead)) && !point)
        return false;
    for (std::size_t i = 0; i < count; ++i)
        say_phrase(cursor.out, said[i]);
    cursor.at += ahead;
    return true;
}

void say_quantity(TokenCursor& cursor, const Currency* currency) {
    const WrittenNumber number = take_number(cursor);
    if (currency != nullptr) {
        say_amount(cursor, number, *currency);
        return;
    }
    if (say_clock(cursor, number) || say_slashed(cursor, number) || say_iso_date(cursor, number))
        return;
    std::string suffix = suffix_at(cursor);
    if (suffix.empty() && cursor.peek() == U'\'' && cursor.peek(1) == U's')
        suffix = "'s";
    if (say_decade(cursor, number, suffix) ||
        say_ordinal_number(cursor, number, lower_suffix(suffix)))
        return;
    say_with_suffix(cursor, number, suffix == "'s" ? "" : suffix);
}

} // namespace

bool read_quantity(TokenCursor& cursor) {
    const Currency* currency = nullptr;
    if (!take_signs(cursor, currency))
        return false;
    say_quantity(cursor, currency);
    for (int parts = 0; parts < 3 && cursor.peek() == U'-'; ++parts) {
        const bool own_sign =
            currency_of(cursor.peek(1)) != nullptr && is_ascii_digit(cursor.peek(2));
        if (!own_sign && !is_ascii_digit(cursor.peek(1)))
            break;
        cursor.out.emplace_back("to");
        cursor.at += own_sign ? 2 : 1;
        say_quantity(cursor, own_sign ? currency_of(cursor.text[cursor.at - 1]) : currency);
    }
    return true;
}

} // namespace smos::media
