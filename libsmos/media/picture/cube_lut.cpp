// SPDX-License-Identifier: Apache-2.0
// One pass over the lines of a .cube file; every refusal says which line and why.
#include "libsmos/media/picture/cube_lut.hpp"

#include "libsmos/core/file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace smos::media {
namespace {

constexpr std::size_t longest_line = 1024;
constexpr std::size_t shown_bytes = 40;
constexpr double greatest_value = 1e6;
constexpr int most_1d = 65536, most_3d = 65;

/// A word of the file as it may stand in a message: short and printable.
std::string shown(std::string_view word) {
    std::string out;
    for (const char c : word.substr(0, shown_bytes))
        out += c >= 0x20 && c < 0x7f ? c : '?';
    return word.size() > shown_bytes ? out + "..." : out;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    std::size_t at = 0;
    while ((at = line.find_first_not_of(" \t", at)) != std::string_view::npos) {
        const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
        words.push_back(line.substr(at, end - at));
        at = end;
    }
    return words;
}

class CubeReader {
  public:
    explicit CubeReader(const std::string& name) : name_(name) {}

    Result<void> take(std::string_view line) {
        ++line_;
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        if (line.size() > longest_line)
            return wrong("the line is longer than 1024 bytes");
        const auto words = words_of(line);
        if (words.empty() || words.front().front() == '#')
            return {};
        const char first = words.front().front();
        const bool number =
            (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
        return number ? take_entry(words) : take_keyword(words);
    }

    Result<kernels::LutValues> finished() {
        if (values_.size == 0)
            return wrong("it ends without LUT_1D_SIZE or LUT_3D_SIZE");
        if (values_.entries.size() != wanted())
            return wrong("it ends after " + std::to_string(values_.entries.size() / 3) + " of " +
                         std::to_string(wanted() / 3) + " entries");
        for (std::size_t c = 0; c < 3; ++c) {
            if (values_.domain_max[c] - values_.domain_min[c] < 0.001)
                return wrong("DOMAIN_MAX is not above DOMAIN_MIN");
        }
        return std::move(values_);
    }

  private:
    Error wrong(const std::string& message) const {
        return Error{"bad_cube",
                     message,
                     name_ + ":" + std::to_string(line_),
                     "a .cube file has one LUT_1D_SIZE or LUT_3D_SIZE, then three numbers a line"};
    }

    std::size_t wanted() const {
        const auto side = static_cast<std::size_t>(values_.size);
        return 3 * (values_.three_d ? side * side * side : side);
    }

    Result<double> number(std::string_view word, double limit) const {
        std::string_view digits = word;
        if (digits.front() == '+')
            digits.remove_prefix(1);
        double value = 0.0;
        const char* end = digits.data() + digits.size();
        const auto [stopped, problem] = std::from_chars(digits.data(), end, value);
        // NaN and infinity are numbers to from_chars.
        if (problem != std::errc{} || stopped != end || !std::isfinite(value))
            return wrong("'" + shown(word) + "' is no number");
        if (std::abs(value) > limit)
            return wrong("'" + shown(word) + "' is out of range");
        return value;
    }

    Result<std::array<double, 3>>
    three(const std::vector<std::string_view>& words, std::size_t from, double limit) const {
        if (words.size() != from + 3)
            return wrong("three numbers were expected");
        std::array<double, 3> values{};
        for (std::size_t i = 0; i < 3; ++i) {
            SMOS_TRY(values[i], number(words[from + i], limit));
        }
        return values;
    }

    Result<void> take_entry(const std::vector<std::string_view>& words) {
        if (values_.size == 0)
            return wrong("an entry before LUT_1D_SIZE or LUT_3D_SIZE");
        if (values_.entries.size() == wanted())
            return wrong("more entries than the size says");
        SMOS_TRY(const auto rgb, three(words, 0, greatest_value));
        for (const double value : rgb)
            values_.entries.push_back(static_cast<float>(value));
        return {};
    }

    Result<void> take_keyword(const std::vector<std::string_view>& words) {
        const std::string_view word = words.front();
        if (!values_.entries.empty())
            return wrong("'" + shown(word) + "' among the entries");
        if (std::find(seen_.begin(), seen_.end(), word) != seen_.end())
            return wrong("'" + shown(word) + "' a second time");
        seen_.emplace_back(word);
        if (word == "TITLE")
            return {};
        if (word == "LUT_1D_SIZE" || word == "LUT_3D_SIZE")
            return take_size(words, word == "LUT_3D_SIZE");
        if (word == "LUT_1D_INPUT_RANGE" || word == "LUT_3D_INPUT_RANGE")
            return take_range(words);
        if (word == "DOMAIN_MIN" || word == "DOMAIN_MAX") {
            auto& side = word == "DOMAIN_MIN" ? values_.domain_min : values_.domain_max;
            SMOS_TRY(side, three(words, 1, 100.0));
            return {};
        }
        return wrong("'" + shown(word) + "' is no keyword of a .cube file");
    }

    Result<void> take_size(const std::vector<std::string_view>& words, bool three_d) {
        if (values_.size != 0)
            return wrong("a file with both a 1D and a 3D table is not supported");
        const int most = three_d ? most_3d : most_1d;
        int size = 0;
        const std::string_view digits = words.size() == 2 ? words[1] : std::string_view{};
        const char* end = digits.data() + digits.size();
        const auto [stopped, problem] = std::from_chars(digits.data(), end, size);
        if (problem != std::errc{} || stopped != end || size < 2 || size > most)
            return wrong("the size must be a whole number of 2 to " + std::to_string(most));
        values_.three_d = three_d;
        values_.size = size;
        return {};
    }

    Result<void> take_range(const std::vector<std::string_view>& words) {
        if (words.size() != 3)
            return wrong("two numbers were expected");
        SMOS_TRY(const double low, number(words[1], 100.0));
        SMOS_TRY(const double high, number(words[2], 100.0));
        values_.domain_min = {low, low, low};
        values_.domain_max = {high, high, high};
        return {};
    }

    const std::string& name_;
    std::size_t line_ = 0;
    std::vector<std::string> seen_;
    kernels::LutValues values_;
};

} // namespace

Result<kernels::LutValues> parse_cube(std::string_view text, const std::string& name) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.substr(0, byte_order_mark.size()) == byte_order_mark)
        text.remove_prefix(byte_order_mark.size());
    CubeReader reader(name);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        SMOS_CHECK(reader.take(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return reader.finished();
}

Result<kernels::LutTable> load_cube(const std::string& path) {
    SMOS_TRY(const std::string text, read_file(path, cube_file_limit_bytes));
    SMOS_TRY(const kernels::LutValues values, parse_cube(text, path));
    auto table = kernels::lut_table(values);
    if (!table)
        return Error{"bad_cube", "its values cannot be used", path, {}};
    return *std::move(table);
}

} // namespace smos::media
