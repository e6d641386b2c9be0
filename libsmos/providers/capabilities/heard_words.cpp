// SPDX-License-Identifier: Apache-2.0
// Word times as programs and files give them.
#include "libsmos/providers/capabilities/heard_words.hpp"

#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

namespace smos::providers {
namespace {

using records::Json;

constexpr std::size_t most_words = 20'000;
constexpr double longest_ms = 24.0 * 3600 * 1000;

/// Fractions of a millisecond are rounded.
std::optional<std::int64_t> time_of(const Json& value) {
    if (!value.is_number())
        return std::nullopt;
    const double ms = value.get<double>();
    if (!(ms >= 0 && ms <= longest_ms))
        return std::nullopt;
    return std::llround(ms);
}

std::optional<media::HeardWord> word_of(const Json& item) {
    const Json *start = nullptr, *end = nullptr, *text = nullptr;
    if (item.is_array() && item.size() == 3) {
        start = &item[0];
        end = &item[1];
        text = &item[2];
    } else if (item.is_object()) {
        const auto member = [&](const char* key) {
            const auto found = item.find(key);
            return found == item.end() ? nullptr : &*found;
        };
        start = member("start_ms");
        end = member("end_ms");
        text = member("text");
    }
    if (start == nullptr || end == nullptr || text == nullptr || !text->is_string())
        return std::nullopt;
    const auto from = time_of(*start), to = time_of(*end);
    if (!from || !to)
        return std::nullopt;
    return media::HeardWord{*from, *to, text->get<std::string>()};
}

} // namespace

Result<std::vector<media::HeardWord>> read_words(const Json& list) {
    const auto bad = [](std::string message) {
        return Error{"bad_words",
                     std::move(message),
                     {},
                     R"(write them as [[start_ms, end_ms, "word"], ...])"};
    };
    if (!list.is_array())
        return bad("words are not a list");
    if (list.size() > most_words)
        return bad(fmt::format("{} words are more than {}", list.size(), most_words));
    std::vector<media::HeardWord> words;
    for (const Json& item : list) {
        auto word = word_of(item);
        if (!word)
            return bad(fmt::format("words[{}] has no start_ms, end_ms and text", words.size()));
        words.push_back(*std::move(word));
    }
    return words;
}

Result<std::vector<media::HeardWord>> read_words_text(std::string_view text,
                                                      const std::string& where) {
    SMOS_TRY(const Json json, records::parse_json(text, where));
    const auto inner = json.is_object() ? json.find("words") : json.end();
    auto words = read_words(inner == json.end() ? json : *inner);
    if (words)
        return words;
    Error error = words.error();
    error.where = where;
    return error;
}

} // namespace smos::providers
