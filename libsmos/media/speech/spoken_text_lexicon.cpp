// SPDX-License-Identifier: Apache-2.0
// The word lists of the reader.
#include "libsmos/media/speech/spoken_text_lexicon.hpp"

#include <array>
#include <utility>

namespace smos::media {
namespace {

using LexiconPair = std::pair<std::string_view, std::string_view>;

template <std::size_t size>
std::string_view find_in(const std::array<LexiconPair, size>& list, std::string_view key) {
    for (const auto& [name, value] : list)
        if (name == key)
            return value;
    return {};
}

/// `list` is words between single spaces, with a space at both ends.
bool lists_word(std::string_view list, std::string_view word) {
    std::size_t at = word.empty() ? std::string_view::npos : list.find(word);
    while (at != std::string_view::npos) {
        if (list[at - 1] == ' ' && list[at + word.size()] == ' ')
            return true;
        at = list.find(word, at + 1);
    }
    return false;
}

} // namespace

std::string_view expansion_of(std::string_view token) {
    static constexpr std::array<LexiconPair, 37> list = {{
        {"e.g.", "for example"},  {"e.g", "for example"},
        {"i.e.", "that is"},      {"i.e", "that is"},
        {"etc.", "et cetera"},    {"etc", "et cetera"},
        {"vs", "versus"},         {"vs.", "versus"},
        {"dr.", "doctor"},        {"mr.", "mister"},
        {"mrs.", "missus"},       {"ms.", "miss"},
        {"prof.", "professor"},   {"approx.", "approximately"},
        {"jan.", "january"},      {"feb.", "february"},
        {"aug.", "august"},       {"sept.", "september"},
        {"oct.", "october"},      {"nov.", "november"},
        {"dec.", "december"},     {"w/", "with"},
        {"w/o", "without"},       {"b/c", "because"},
        {"a.m.", "ay m"},         {"p.m.", "p m"},
        {"tl;dr", "t l d r"},     {"wi-fi", "why fie"},
        {"wifi", "why fie"},      {"sql", "sequel"},
        {"covid", "covid"},       {"inc.", "incorporated"},
        {"corp.", "corporation"}, {"jpeg", "jay peg"},
        {"nvidia", "en viddia"},  {"no.", "no"},
        {"at&t", "ay t and t"},
    }};
    return find_in(list, token);
}

bool capitals_are_a_word(std::string_view lower) {
    return lists_word(
        " nasa nato opec fomo yolo covid nasdaq unicef unesco laser radar scuba gif ram sim pin "
        "sars "
        "fifa wifi lol meme zip nerf swat moma i the and for you are not but new all now why how "
        "who "
        "out one two six ten top big can day get has her him his its let man may mom dad old our "
        "own "
        "put run say see she too use was way yes yet win won try did end far few got had hot just "
        "this that what when will with your from they have more most only over than then them wow "
        "omfg no go do so to in it is if of on or we he me my be by at as an am oh ok okay hey "
        "stop "
        "love free real live best help look only here never again ",
        lower);
}

bool capitals_are_spelled(std::string_view lower) {
    return lists_word(
        " ai us uk eu un ceo cto cfo coo ipo api gpu cpu usa uae atm aws ios ui ux ux ml llm agi "
        "hr "
        "pr ev evs ufo uap diy fyi imo imho ama aita eli til asap faq url usb iot esg etf nfl nba "
        "fbi cia nsa irs sec fda epa cia iq id tv pc vr ar xr hq vip rip bbc cnn abc cbs nbc espn "
        "wsb gme amc qa eta ceo ufc rpg fps mmo oled led lcd gdp cpi roi kpi seo sms isp vpn dna "
        "rna adhd ocd icu er ibm amd asml tsmc oem eod eow afk irl aka ",
        lower);
}

std::string_view unit_called(std::string_view suffix) {
    static constexpr std::array<LexiconPair, 48> list = {{
        {"KB", "kilobytes"},
        {"kB", "kilobytes"},
        {"MB", "megabytes"},
        {"GB", "gigabytes"},
        {"gb", "gigabytes"},
        {"mb", "megabytes"},
        {"TB", "terabytes"},
        {"tb", "terabytes"},
        {"PB", "petabytes"},
        {"Hz", "hertz"},
        {"kHz", "kilohertz"},
        {"MHz", "megahertz"},
        {"GHz", "gigahertz"},
        {"ghz", "gigahertz"},
        {"km", "kilometers"},
        {"cm", "centimeters"},
        {"mm", "millimeters"},
        {"nm", "nanometers"},
        {"kg", "kilograms"},
        {"mg", "milligrams"},
        {"lb", "pounds"},
        {"lbs", "pounds"},
        {"oz", "ounces"},
        {"ft", "feet"},
        {"mi", "miles"},
        {"mph", "miles per hour"},
        {"kph", "kilometers per hour"},
        {"km/h", "kilometers per hour"},
        {"ms", "milliseconds"},
        {"min", "minutes"},
        {"mins", "minutes"},
        {"hr", "hours"},
        {"hrs", "hours"},
        {"h", "hours"},
        {"sec", "seconds"},
        {"secs", "seconds"},
        {"yrs", "years"},
        {"yr", "years"},
        {"kW", "kilowatts"},
        {"MW", "megawatts"},
        {"GW", "gigawatts"},
        {"kWh", "kilowatt hours"},
        {"fps", "frames per second"},
        {"bps", "basis points"},
        {"am", "ay m"},
        {"pm", "p m"},
        {"AM", "ay m"},
        {"PM", "p m"},
    }};
    return find_in(list, suffix);
}

std::string_view magnitude_called(std::string_view lower_suffix) {
    static constexpr std::array<LexiconPair, 9> list = {{{"k", "thousand"},
                                                         {"m", "million"},
                                                         {"mn", "million"},
                                                         {"mm", "million"},
                                                         {"b", "billion"},
                                                         {"bn", "billion"},
                                                         {"t", "trillion"},
                                                         {"tn", "trillion"},
                                                         {"mil", "million"}}};
    return find_in(list, lower_suffix);
}

bool is_magnitude_word(std::string_view lower) {
    return lists_word(" thousand million billion trillion hundred bn mn ", lower);
}

const Currency* currency_of(char32_t sign) {
    static constexpr std::array<Currency, 8> list = {{
        {U'$', "dollar", "dollars", "cent", "cents"},
        {U'\u20AC', "euro", "euros", "cent", "cents"},
        {U'\u00A3', "pound", "pounds", "penny", "pence"},
        {U'\u00A5', "yen", "yen", "sen", "sen"},
        {U'\u20B9', "rupee", "rupees", "paisa", "paise"},
        {U'\u20A9', "won", "won", "jeon", "jeon"},
        {U'\u20BF', "bitcoin", "bitcoin", "cent", "cents"},
        {U'\u20BD', "ruble", "rubles", "kopek", "kopeks"},
    }};
    for (const Currency& currency : list)
        if (currency.sign == sign)
            return &currency;
    return nullptr;
}

std::string_view sign_said(char32_t sign) {
    switch (sign) {
    case U'&':
        return "and";
    case U'@':
        return "at";
    case U'+':
        return "plus";
    case U'=':
        return "equals";
    case U'%':
        return "percent";
    case U'#':
        return "number";
    case U'\u00B0':
        return "degrees";
    case U'\u00D7':
        return "times";
    case U'\u00F7':
        return "divided by";
    case U'\u00B1':
        return "plus or minus";
    case U'\u2248':
        return "about";
    case U'\u2264':
        return "at most";
    case U'\u2265':
        return "at least";
    case U'\u2192':
        return "to";
    case U'\u221E':
        return "infinity";
    case U'\u00A7':
        return "section";
    case U'\u00A2':
        return "cents";
    default:
        break;
    }
    const Currency* currency = currency_of(sign);
    return currency == nullptr ? std::string_view() : currency->many;
}

} // namespace smos::media
