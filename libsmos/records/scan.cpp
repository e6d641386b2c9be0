// SPDX-License-Identifier: Apache-2.0
// A walk over JSON text that checks the grammar and finds the members' bytes.
#include "libsmos/records/scan.hpp"

#include "libsmos/core/limits.hpp"
#include "libsmos/core/utf8.hpp"

#include <simdjson.h>

namespace smos::records {
namespace {

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    std::optional<ScanProblem> problem;
    std::size_t at = 0;

    bool whole_value() {
        skip_space();
        if (!value(0))
            return false;
        skip_space();
        return at == text_.size() || fail("something follows the JSON value");
    }

    bool whole_object(const std::function<void(const ScanMember&)>& on_member,
                      std::size_t& object_end) {
        skip_space();
        if (peek() != '{')
            return fail("not a JSON object");
        if (!object(0, &on_member))
            return false;
        object_end = at - 1;
        skip_space();
        return at == text_.size() || fail("something follows the JSON object");
    }

  private:
    using OnMember = std::function<void(const ScanMember&)>;

    char peek() const { return at < text_.size() ? text_[at] : '\0'; }

    bool fail(const char* what) {
        if (!problem)
            problem = ScanProblem{what, at};
        return false;
    }

    void skip_space() {
        while (at < text_.size() &&
               (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\n' || text_[at] == '\r')) {
            ++at;
        }
    }

    bool value(int depth) {
        switch (peek()) {
        case '{':
            return object(depth, nullptr);
        case '[':
            return array(depth);
        case '"':
            return string();
        case 't':
            return word("true");
        case 'f':
            return word("false");
        case 'n':
            return word("null");
        default:
            return number();
        }
    }

    bool word(std::string_view wanted) {
        if (text_.substr(at, wanted.size()) != wanted)
            return fail("not a JSON value");
        at += wanted.size();
        return true;
    }

    bool string() {
        ++at;
        for (;;) {
            if (at >= text_.size())
                return fail("a string has no end");
            const auto c = static_cast<unsigned char>(text_[at]);
            if (c == '"')
                break;
            if (c < 0x20)
                return fail("a control character in a string");
            if (c == '\\' && !escape())
                return false;
            if (c != '\\')
                ++at;
        }
        ++at;
        return true;
    }

    bool escape() {
        ++at;
        const char kind = peek();
        if (kind == 'u') {
            for (std::size_t i = 1; i <= 4; ++i) {
                const char c = at + i < text_.size() ? text_[at + i] : '\0';
                const bool hexadecimal =
                    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
                if (!hexadecimal)
                    return fail("a bad \\u escape in a string");
            }
            at += 5;
            return true;
        }
        if (kind == '\0' || std::string_view{"\"\\/bfnrt"}.find(kind) == std::string_view::npos) {
            return fail("a bad escape in a string");
        }
        ++at;
        return true;
    }

    bool digits() {
        const std::size_t first = at;
        while (peek() >= '0' && peek() <= '9')
            ++at;
        return at > first || fail("not a JSON value");
    }

    bool number() {
        if (peek() == '-')
            ++at;
        if (peek() == '0') {
            ++at;
        } else if (!digits()) {
            return false;
        }
        if (peek() == '.') {
            ++at;
            if (!digits())
                return false;
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at;
            if (peek() == '+' || peek() == '-')
                ++at;
            if (!digits())
                return false;
        }
        return true;
    }

    bool array(int depth) {
        if (depth >= limits::json_depth)
            return fail("nested too deeply");
        ++at;
        skip_space();
        if (peek() == ']')
            return ++at, true;
        for (;;) {
            skip_space();
            if (!value(depth + 1))
                return false;
            skip_space();
            if (peek() == ']')
                return ++at, true;
            if (peek() != ',')
                return fail("an array needs , or ]");
            ++at;
        }
    }

    bool object(int depth, const OnMember* on_member) {
        if (depth >= limits::json_depth)
            return fail("nested too deeply");
        ++at;
        skip_space();
        if (peek() == '}')
            return ++at, true;
        for (;;) {
            skip_space();
            if (!member(depth, on_member))
                return false;
            skip_space();
            if (peek() == '}')
                return ++at, true;
            if (peek() != ',')
                return fail("an object needs , or }");
            ++at;
        }
    }

    bool member(int depth, const OnMember* on_member) {
        if (peek() != '"')
            return fail("an object needs a quoted key");
        const std::size_t key_begin = at + 1;
        if (!string())
            return false;
        const std::string_view key = text_.substr(key_begin, at - 1 - key_begin);
        skip_space();
        if (peek() != ':')
            return fail("a key needs :");
        ++at;
        skip_space();
        const std::size_t value_begin = at;
        if (!value(depth + 1))
            return false;
        if (on_member != nullptr)
            (*on_member)({key, value_begin, at});
        return true;
    }

    std::string_view text_;
};

std::optional<ScanProblem> check_utf8(std::string_view text) {
    if (simdjson::validate_utf8(text.data(), text.size()))
        return std::nullopt;
    std::size_t offset = 0;
    while (offset < text.size()) {
        const std::size_t before = offset;
        const bool replaced = next_code_point(text, offset) == 0xFFFD;
        if (replaced && text.substr(before, 3) != "\xEF\xBF\xBD") {
            return ScanProblem{"not valid UTF-8", before};
        }
    }
    return ScanProblem{"not valid UTF-8", 0};
}

} // namespace

std::optional<ScanProblem> check_json(std::string_view text) {
    if (auto problem = check_utf8(text))
        return problem;
    Scanner scanner{text};
    scanner.whole_value();
    return scanner.problem;
}

std::optional<ScanProblem> scan_object(std::string_view text,
                                       std::size_t& object_end,
                                       const std::function<void(const ScanMember&)>& on_member) {
    if (auto problem = check_utf8(text))
        return problem;
    Scanner scanner{text};
    scanner.whole_object(on_member, object_end);
    return scanner.problem;
}

std::string unescape(std::string_view quoted) {
    if (quoted.find('\\') == std::string_view::npos)
        return std::string{quoted};
    std::string plain;
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        if (quoted[i] != '\\' || i + 1 == quoted.size()) {
            plain.push_back(quoted[i]);
            continue;
        }
        const char kind = quoted[++i];
        static constexpr std::string_view names = "bfnrt";
        static constexpr std::string_view meanings = "\b\f\n\r\t";
        if (const auto found = names.find(kind); found != std::string_view::npos) {
            plain.push_back(meanings[found]);
        } else if (kind == 'u' && i + 4 < quoted.size()) {
            const std::string digits{quoted.substr(i + 1, 4)};
            append_code_point(plain, static_cast<char32_t>(std::stoul(digits, nullptr, 16)));
            i += 4;
        } else {
            plain.push_back(kind);
        }
    }
    return plain;
}

} // namespace smos::records
