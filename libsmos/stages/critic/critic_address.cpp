// SPDX-License-Identifier: Apache-2.0
// Links, domains, e-mail addresses and phone numbers in running text.
#include "libsmos/stages/critic/critic_address.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace smos::stages {
namespace {

constexpr std::array<std::string_view, 26> domain_ends = {
    "com", "net", "org", "io", "ai", "dev", "app", "co", "tv", "me", "gg",   "ly",   "info",
    "biz", "xyz", "uk",  "de", "fr", "ru",  "cn",  "eu", "us", "ca", "link", "shop", "to"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 128;
}

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return out;
}

/// Without the punctuation of the sentence around it.
std::string_view bare(std::string_view token) {
    while (!token.empty() && !is_word(token.front()) && token.front() != '+')
        token.remove_prefix(1);
    while (!token.empty() && !is_word(token.back()) && token.back() != '/')
        token.remove_suffix(1);
    return token;
}

/// "example.com" in "example.com/path": where the host ends; 0 when it is no host.
std::size_t host_length(std::string_view token) {
    const std::size_t end = std::min(token.find_first_of("/?#:"), token.size());
    const std::string host = lower(token.substr(0, end));
    const std::size_t dot = host.rfind('.');
    if (dot == std::string::npos || dot == 0)
        return 0;
    const bool plain = std::all_of(
        host.begin(), host.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
    const bool known = std::find(domain_ends.begin(), domain_ends.end(), host.substr(dot + 1)) !=
                       domain_ends.end();
    const bool named = std::any_of(host.begin(),
                                   host.begin() + static_cast<std::ptrdiff_t>(dot),
                                   [](char c) { return is_word(c) && !is_digit(c); });
    return plain && known && named ? end : 0;
}

bool is_email(std::string_view token) {
    const std::size_t at = token.find('@');
    if (at == std::string_view::npos || at == 0 || !is_word(token[at - 1]))
        return false;
    const std::string_view host = token.substr(at + 1);
    const std::size_t dot = host.rfind('.');
    return dot != std::string_view::npos && dot > 0 && host.size() - dot > 2 &&
           std::all_of(
               host.begin(), host.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

void look_at_token(std::string_view token, std::vector<TextProblem>& problems) {
    const std::string small = lower(token);
    if (small.find("://") != std::string::npos || small.rfind("www.", 0) == 0) {
        problems.push_back({TextProblemKind::link, std::string{token}});
    } else if (is_email(token)) {
        problems.push_back({TextProblemKind::email, std::string{token}});
    } else if (const std::size_t host = host_length(token); host > 0) {
        const bool path = host < token.size() && token[host] == '/';
        problems.push_back(
            {path ? TextProblemKind::link : TextProblemKind::domain, std::string{token}});
    }
}

/// Digits in groups, from the first digit (or its plus or bracket) on.
struct Number {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::vector<std::size_t> groups; // digits in each
    bool plus = false;
};

Number number_at(std::string_view line, std::size_t begin) {
    Number number;
    number.begin = begin;
    number.plus = begin > 0 && line[begin - 1] == '+';
    std::size_t at = begin;
    while (at < line.size()) {
        std::size_t digits = 0;
        while (at < line.size() && is_digit(line[at])) {
            ++digits;
            ++at;
        }
        if (digits > 0) {
            number.groups.push_back(digits);
            number.end = at;
        }
        // One or two separators of a phone number, then digits again.
        std::size_t next = at;
        while (next < line.size() && next - at < 2 &&
               std::string_view{" -.()/"}.find(line[next]) != std::string_view::npos) {
            ++next;
        }
        if (next == at || next >= line.size() || !is_digit(line[next]))
            break;
        at = next;
    }
    return number;
}

bool is_phone(const Number& number) {
    std::size_t digits = 0;
    for (const std::size_t group : number.groups)
        digits += group;
    if (number.plus)
        return digits >= 8 && digits <= 15;
    if (number.groups.size() < 3 || digits < 9 || digits > 13)
        return false;
    // 12 000 000 is a count: behind the first group all have three digits.
    return std::any_of(number.groups.begin() + 1, number.groups.end(), [](std::size_t group) {
        return group != 3;
    });
}

} // namespace

std::vector<TextProblem> address_problems(std::string_view line) {
    std::vector<TextProblem> problems;
    for (std::size_t begin = 0; begin < line.size();) {
        const std::size_t end = std::min(line.find(' ', begin), line.size());
        look_at_token(bare(line.substr(begin, end - begin)), problems);
        begin = end + 1;
    }
    for (std::size_t at = 0; at < line.size();) {
        if (!is_digit(line[at])) {
            ++at;
            continue;
        }
        const Number number = number_at(line, at);
        if (is_phone(number)) {
            problems.push_back({TextProblemKind::phone,
                                std::string{line.substr(number.begin, number.end - number.begin)}});
        }
        at = std::max(number.end, at + 1);
    }
    return problems;
}

} // namespace smos::stages
