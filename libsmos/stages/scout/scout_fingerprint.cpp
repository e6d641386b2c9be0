// SPDX-License-Identifier: Apache-2.0
// The name under which two reports of the same thing are recognised.
#include "libsmos/core/hash.hpp"
#include "libsmos/stages/scout/scout.hpp"

#include <algorithm>

namespace smos::stages {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Words of ASCII letters, digits and whatever is beyond ASCII, in lower case, one space between.
std::string folded_title(std::string_view title) {
    std::string folded;
    bool gap = false;
    for (const char c : title) {
        const char small = lower(c);
        const bool word = (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9') ||
                          static_cast<unsigned char>(c) >= 0x80;
        if (!word) {
            gap = !folded.empty();
            continue;
        }
        if (gap)
            folded.push_back(' ');
        gap = false;
        folded.push_back(small);
    }
    return folded;
}

bool is_tracking(std::string_view parameter) {
    static constexpr std::string_view names[] = {"utm_", "fbclid=", "gclid=", "igshid="};
    return std::any_of(std::begin(names), std::end(names), [&](std::string_view name) {
        return parameter.substr(0, name.size()) == name;
    });
}

std::string kept_parameters(std::string_view query) {
    std::string kept;
    while (!query.empty()) {
        const std::size_t end = std::min(query.size(), query.find('&'));
        const std::string_view parameter = query.substr(0, end);
        if (!parameter.empty() && !is_tracking(parameter)) {
            kept += kept.empty() ? '?' : '&';
            kept += parameter;
        }
        query.remove_prefix(std::min(query.size(), end + 1));
    }
    return kept;
}

std::string folded_url(std::string_view url) {
    url = url.substr(0, url.find('#'));
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    const std::size_t question = std::min(url.size(), url.find('?'));
    std::string_view place = url.substr(0, question);
    while (!place.empty() && place.back() == '/')
        place.remove_suffix(1);
    std::string folded{place};
    const auto host_end = static_cast<std::ptrdiff_t>(std::min(folded.size(), folded.find('/')));
    std::transform(folded.begin(), folded.begin() + host_end, folded.begin(), lower);
    if (folded.rfind("www.", 0) == 0)
        folded.erase(0, 4);
    return folded + kept_parameters(url.substr(std::min(url.size(), question + 1)));
}

} // namespace

std::string fingerprint_of(const providers::TrendItem& item) {
    Sha256 hash;
    hash.update_field(folded_title(item.title));
    hash.update_field(folded_url(item.link ? *item.link : item.url.value_or("")));
    return hex(hash.finish().data(), 16);
}

} // namespace smos::stages
