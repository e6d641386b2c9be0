// SPDX-License-Identifier: Apache-2.0
// A timeline's text on its way to JSON.
#include "libsmos/records/timeline/timeline_text.hpp"

#include "libsmos/records/json_value.hpp"
#include "libsmos/records/scan.hpp"
#include "libsmos/records/timeline/timeline_check.hpp"
#include "libsmos/records/timeline/timeline_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

namespace smos::records {
namespace {

constexpr const char* blanks = " \t\r\n";

/// An object or an array that the scan is inside of.
struct Level {
    bool object = false;
    bool in_value = false;
    std::string key;
    std::size_t index = 0;
};

/// The word that begins at `offset`: "NaN", "-Infinity", "nul".
std::string word_at(std::string_view text, std::size_t offset) {
    std::size_t end = offset;
    while (end < text.size() && end - offset < 20 &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '-' ||
            text[end] == '+' || text[end] == '.'))
        ++end;
    return std::string{text.substr(offset, end - offset)};
}

} // namespace

std::string pointer_at(std::string_view text, std::size_t offset) {
    std::vector<Level> levels;
    const std::size_t stop = std::min(offset, text.size());
    for (std::size_t i = 0; i < stop; ++i) {
        const char c = text[i];
        if (c == '"') {
            const std::size_t begin = i + 1;
            for (++i; i < stop && text[i] != '"'; ++i)
                i += text[i] == '\\' ? 1 : 0;
            if (!levels.empty() && levels.back().object && !levels.back().in_value)
                levels.back().key = std::string{text.substr(begin, std::min(i, stop) - begin)};
        } else if (c == '{' || c == '[') {
            levels.push_back({c == '{', false, {}, 0});
        } else if (levels.empty()) {
            continue;
        } else if (c == ':') {
            levels.back().in_value = true;
        } else if (c == ',') {
            levels.back().in_value = false;
            ++levels.back().index;
        } else if (c == '}' || c == ']') {
            levels.pop_back();
        }
    }
    std::string pointer;
    for (const Level& level : levels)
        pointer = timeline_fields::pointer_to(
            pointer, level.object ? level.key : std::to_string(level.index));
    return pointer;
}

Result<Json> read_timeline_text(std::string_view text, const std::string& file) {
    // Some editors mark their text as UTF-8.
    if (constexpr std::string_view mark = "\xEF\xBB\xBF"; text.substr(0, mark.size()) == mark)
        text.remove_prefix(mark.size());
    if (text.find_first_not_of(blanks) == std::string_view::npos)
        return Error{"empty", "is empty", file, "write a timeline into it"};
    auto json = parse_json(text, file);
    const auto problem = json ? std::nullopt : check_json(text);
    if (!problem)
        return json;
    // The scan stops at the end of a word that is none, or at its beginning.
    std::size_t at = std::min(problem->offset, text.size());
    while (at > 0 && std::isalpha(static_cast<unsigned char>(text[at - 1])) != 0)
        --at;
    if (at > 0 && text[at - 1] == '-')
        --at;
    const std::string word = word_at(text, at);
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    const bool number = word == "NaN" || word == "Infinity" || word == "-Infinity";
    return Error{number ? "not_a_number" : "bad_json",
                 number ? fmt::format("{} is no number of JSON", word)
                        : fmt::format("{} at byte {}, line {}", problem->what, at, line + 1),
                 file + ": " + dotted_path(pointer_at(text, at)),
                 number ? "write a finite number" : ""};
}

} // namespace smos::records
