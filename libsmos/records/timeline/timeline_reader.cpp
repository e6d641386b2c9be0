// SPDX-License-Identifier: Apache-2.0
// Reads the values of a timeline: words for times, keyframes, effects; and names wrong keys.
#include "libsmos/records/timeline/timeline_reader.hpp"

#include "libsmos/core/nearest.hpp"

#include <cmath>
#include <limits>

namespace smos::records::timeline_fields {
namespace {

constexpr double longest_s = 6 * 3600.0;
constexpr std::size_t most_keys = 100'000;
constexpr std::size_t longest_text = 16'384;

std::vector<std::string> words_in(const char* list) {
    std::vector<std::string> words(1);
    for (const char* c = list; *c != '\0'; ++c) {
        if (*c == ' ')
            words.emplace_back();
        else
            words.back().push_back(*c);
    }
    return words;
}

/// "2.5" or "12": digits and at most one point.
std::optional<double> plain_number(const std::string& text) {
    if (text.empty() || text.size() > 12 || text == ".")
        return std::nullopt;
    if (text.find_first_not_of("0123456789.") != std::string::npos ||
        text.find('.') != text.rfind('.'))
        return std::nullopt;
    return std::stod(text);
}

std::string range_text(const Rule& rule) {
    return fmt::format("has to be {} to {}", rule.low, rule.high);
}

constexpr const char* time_forms =
    R"(a time is an integer, "auto", "end", "2.5s", "75f" or "@item.end-0.5s")";

} // namespace

void Reader::fail(const std::string& at, const char* code, std::string message, std::string hint) {
    problems_.push_back({true, code, at, std::move(message), std::move(hint), {}});
}

void Reader::unknown_keys(const Json& json,
                          const std::string& at,
                          const std::vector<std::string>& known) {
    for (const auto& [name, value] : json.items()) {
        if (std::find(known.begin(), known.end(), name) != known.end())
            continue;
        TimelineProblem problem{
            true, "unknown_key", pointer_to(at, name), "is not a key of the timeline", {}, {}};
        const std::string near = nearest(name, known);
        problem.hint = nearest_hint(name, known);
        const bool free = !near.empty() && !json.contains(near);
        problem.fix = free ? Json::array({Json{{"op", "move"},
                                               {"from", pointer_to(at, name)},
                                               {"path", pointer_to(at, near)}}})
                           : Json::array({Json{{"op", "remove"}, {"path", pointer_to(at, name)}}});
        problems_.push_back(std::move(problem));
    }
}

void Reader::read(const Json& json, const std::string& at, const Rule& rule, std::string& value) {
    if (!json.is_string())
        return fail(at, "wrong_type", "expected a string");
    value = json.get<std::string>();
    if (value.size() > longest_text)
        return fail(at, "too_large", fmt::format("is longer than {} bytes", longest_text));
    if (rule.words == nullptr)
        return;
    const std::vector<std::string> words = words_in(rule.words);
    if (std::find(words.begin(), words.end(), value) == words.end())
        fail(at, "unknown_word", "is not one of them", nearest_hint(value, words));
}

void Reader::read(const Json& json, const std::string& at, const Rule& /*rule*/, bool& value) {
    if (!json.is_boolean())
        return fail(at, "wrong_type", "expected true or false");
    value = json.get<bool>();
}

void Reader::read(const Json& json, const std::string& at, const Rule& rule, std::int64_t& value) {
    if (!json.is_number_integer() ||
        (json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{1} << 62U))
        return fail(at, "wrong_type", "expected an integer");
    value = json.get<std::int64_t>();
    const auto real = static_cast<double>(value);
    if (real < rule.low || real > rule.high)
        fail(at, "out_of_range", range_text(rule));
}

bool Reader::number(const Json& json,
                    const std::string& at,
                    const Rule& rule,
                    std::int64_t& micro) {
    if (resolved_ ? !json.is_number_integer() : !json.is_number()) {
        fail(at, "wrong_type", resolved_ ? "expected an integer" : "expected a number");
        return false;
    }
    const double real = resolved_ ? json.get<double>() / 1e6 : json.get<double>();
    if (!(real >= rule.low && real <= rule.high)) {
        fail(at, "out_of_range", range_text(rule));
        return false;
    }
    micro = resolved_ ? json.get<std::int64_t>() : Micro::of(real).value;
    return true;
}

void Reader::read(const Json& json, const std::string& at, const Rule& rule, Micro& value) {
    number(json, at, rule, value.value);
}

void Reader::read(const Json& json, const std::string& at, const Rule& rule, Rational& value) {
    const bool fine = json.is_array() && json.size() == 2 && json[0].is_number_integer() &&
                      json[1].is_number_integer();
    if (!fine)
        return fail(at, "wrong_type", "expected [numerator, denominator]");
    constexpr std::int64_t most = 1'000'000'000;
    read(json[0], at + "/0", Rule{}, value.num);
    read(json[1], at + "/1", Rule{}, value.den);
    if (value.den <= 0 || value.den > most || value.num < -most || value.num > most)
        return fail(at, "out_of_range", "has to be a fraction with a positive denominator");
    const double real = value_of(value);
    if (real < rule.low || real > rule.high)
        fail(at, "out_of_range", range_text(rule));
}

void Reader::read(const Json& json, const std::string& at, const Rule& rule, TimelineSpan& value) {
    if (!json.is_array() || json.size() != 2)
        return fail(at, "wrong_type", "expected two integers");
    read(json[0], at + "/0", rule, value.from);
    read(json[1], at + "/1", rule, value.to);
}

void Reader::anchored(const std::string& text, const std::string& at, TimelineTime& value) {
    // "@c1", "@c1.end", "@c1.end-0.2s", "@c1.start+12f"
    const std::size_t sign =
        text.find_first_of("+-", text.find('.') == text.npos ? 1 : text.find('.'));
    const std::string place = text.substr(1, sign == text.npos ? text.npos : sign - 1);
    const std::size_t dot = place.rfind('.');
    const std::string side = dot == place.npos ? "start" : place.substr(dot + 1);
    if (side != "start" && side != "end")
        return fail(at, "wrong_type", time_forms);
    value.kind = TimelineTime::Kind::anchored;
    value.anchor = place.substr(0, dot);
    value.at_anchor_end = side == "end";
    if (sign == text.npos)
        return;
    TimelineTime offset;
    read(Json(text.substr(sign + 1)), at, Rule{}, offset);
    value.value = text[sign] == '-' ? -offset.value : offset.value;
}

void Reader::read(const Json& json, const std::string& at, const Rule& rule, TimelineTime& value) {
    const double per_second = rule.in_samples ? 48000.0 : value_of(rate_);
    if (json.is_number_integer()) {
        read(json, at, Rule{}, value.value);
        value.kind = TimelineTime::Kind::exact;
    } else if (json.is_string() && !resolved_) {
        const auto word = json.get<std::string>();
        if (word == "auto")
            return;
        if (word == "end") {
            value.kind = TimelineTime::Kind::end;
            return;
        }
        if (!word.empty() && word.front() == '@')
            return anchored(word, at, value);
        const char unit = word.empty() ? ' ' : word.back();
        const auto amount = plain_number(word.substr(0, word.empty() ? 0 : word.size() - 1));
        if (!amount || (unit != 's' && (unit != 'f' || rule.in_samples)))
            return fail(at, "wrong_type", time_forms);
        const double units = unit == 's' ? *amount * per_second : *amount;
        if (!(units <= longest_s * 1e6))
            return fail(at, "out_of_range", "is outside six hours");
        value = TimelineTime::of(std::llround(units));
    } else {
        return fail(at, "wrong_type", resolved_ ? "expected an integer" : time_forms);
    }
    // As doubles: a rate that nobody has checked yet may put the limit beyond every integer.
    if (value.value < 0 || static_cast<double>(value.value) > longest_s * per_second)
        fail(at, "out_of_range", "is outside six hours");
}

void Reader::read(const Json& json, const std::string& at, const Rule& rule, Easing& value) {
    static constexpr const char* names = "linear hold cubic-in cubic-out cubic-io";
    std::string word;
    Rule named = rule;
    named.words = names;
    read(json, at, named, word);
    const std::vector<std::string> words = words_in(names);
    const auto found = std::find(words.begin(), words.end(), word);
    if (found != words.end())
        value = static_cast<Easing>(found - words.begin());
}

bool Reader::components(const Json& json,
                        const std::string& at,
                        const Rule& rule,
                        std::vector<std::int64_t>& value) {
    const auto count = static_cast<std::size_t>(rule.components);
    if (count == 1)
        return number(json, at, rule, value.emplace_back());
    if (!json.is_array() || json.size() != count) {
        fail(at, "wrong_type", fmt::format("expected {} numbers", count));
        return false;
    }
    for (std::size_t i = 0; i < count; ++i)
        if (!number(json[i], fmt::format("{}/{}", at, i), rule, value.emplace_back()))
            return false;
    return true;
}

void Reader::read(const Json& json, const std::string& at, const Rule& rule, Curve& value) {
    const bool keyed = json.is_array() && !json.empty() && json[0].is_array();
    if (!keyed) {
        Curve::Key& only = value.keys.emplace_back();
        components(json, at, rule, only.value);
        return;
    }
    if (json.size() > most_keys)
        return fail(at, "too_large", fmt::format("has more than {} keyframes", most_keys));
    for (std::size_t i = 0; i < json.size(); ++i) {
        const Json& key = json[i];
        const std::string here = fmt::format("{}/{}", at, i);
        if (!key.is_array() || key.size() < 2 || key.size() > 3)
            return fail(
                here, "wrong_type", "a keyframe is [frame, value] or [frame, value, easing]");
        Curve::Key& read_key = value.keys.emplace_back();
        read(key[0], here + "/0", Rule{.low = -1e7, .high = 1e7}, read_key.at);
        if (!components(key[1], here + "/1", rule, read_key.value))
            return;
        if (key.size() == 3)
            read(key[2], here + "/2", Rule{}, read_key.ease);
        if (i > 0 && read_key.at <= value.keys[i - 1].at)
            return fail(here + "/0", "out_of_order", "keyframes have to be in order of time");
    }
}

void Reader::read(const Json& json, const std::string& at, const Rule& /*rule*/, JsonBox& value) {
    if (!json.is_object())
        return fail(at, "wrong_type", "expected an object");
    value = json;
}

void Reader::read(const Json& json,
                  const std::string& at,
                  const Rule& /*rule*/,
                  TimelineWord& value) {
    if (!json.is_array() || json.size() != 3 || !json[2].is_string())
        return fail(at, "wrong_type", "a word is [start_ms, end_ms, \"text\"]");
    const Rule ms{.low = 0, .high = longest_s * 1000};
    read(json[0], at + "/0", ms, value.start_ms);
    read(json[1], at + "/1", ms, value.end_ms);
    read(json[2], at + "/2", Rule{}, value.text);
}

void Reader::parameters(const Json& json,
                        const std::string& at,
                        const EffectKind& kind,
                        TimelineEffect& value) {
    using Kind = EffectParameter::Kind;
    if (!json.is_object())
        return fail(at, "wrong_type", "expected an object of parameters");
    std::vector<std::string> known;
    for (const EffectParameter& parameter : kind.parameters) {
        const bool real = parameter.kind == Kind::number;
        known.push_back(std::string{parameter.name} + (resolved_ && real ? "_micro" : ""));
        const auto found = json.find(known.back());
        if (found == json.end() || found->is_null())
            continue;
        const std::string here = at + "/" + known.back();
        Rule rule{.low = parameter.low, .high = parameter.high};
        rule.components = parameter.components;
        if (parameter.kind == Kind::word)
            rule.words = parameter.words;
        if (real)
            read(*found, here, rule, value.values[parameter.name]);
        else
            read(*found, here, rule, value.texts[parameter.name]);
        if (parameter.kind == Kind::colour && !is_colour(value.texts[parameter.name]))
            fail(here, "wrong_type", "expected a colour like #12ab9f");
    }
    unknown_keys(json, at, known);
}

void Reader::read(const Json& json,
                  const std::string& at,
                  const Rule& rule,
                  TimelineEffect& value) {
    if (!json.is_array() || json.empty() || json.size() > 2 || !json[0].is_string())
        return fail(at, "wrong_type", "expected [name, {parameters}]");
    read(json[0], at + "/0", Rule{}, value.name);
    const EffectKind* kind = effect_kind(rule.kinds(), value.name);
    if (kind == nullptr) {
        std::vector<std::string> names;
        for (const EffectKind& each : rule.kinds())
            names.emplace_back(each.name);
        return fail(
            at + "/0", "unknown_effect", "nothing has this name", nearest_hint(value.name, names));
    }
    if (json.size() == 2)
        parameters(json[1], at + "/1", *kind, value);
}

std::string pointer_to(const std::string& at, const std::string& member) {
    std::string pointer = at + "/";
    for (const char c : member) {
        if (c == '~')
            pointer += "~0";
        else if (c == '/')
            pointer += "~1";
        else
            pointer.push_back(c);
    }
    return pointer;
}

bool is_colour(const std::string& text) {
    return text.size() == 7 && text.front() == '#' &&
           text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
}

} // namespace smos::records::timeline_fields
