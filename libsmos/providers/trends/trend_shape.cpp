// SPDX-License-Identifier: Apache-2.0
// How far a JSON text that spreads over lines has come, without building it.
#include "libsmos/providers/trends/trend_shape.hpp"

#include "libsmos/core/limits.hpp"

namespace smos::providers {

bool TrendShape::may_follow(char next) const {
    if (in_string_)
        return false; // a raw newline inside a string
    if (last_ == 0)
        return next == '{' || next == '[';
    const bool in_object = !open_.empty() && open_.back() == '{';
    const bool closes = next == (in_object ? '}' : ']');
    const bool separator = next == ',' || next == ':' || next == '}' || next == ']';
    if (last_ == '{')
        return next == '"' || closes;
    if (last_ == '[')
        return !separator || closes;
    if (last_ == ',')
        return in_object ? next == '"' : !separator;
    if (last_ == ':')
        return !separator;
    return next == ',' || next == ':' || closes;
}

bool TrendShape::take(char c) {
    if (in_string_) {
        if (escaped_) {
            escaped_ = false;
        } else if (c == '\\') {
            escaped_ = true;
        } else if (c == '"') {
            in_string_ = false;
            last_ = c;
        }
        return true;
    }
    if (c == '"') {
        in_string_ = true;
    } else if (c == '{' || c == '[') {
        open_.push_back(c);
    } else if (c == '}' || c == ']') {
        if (open_.empty() || open_.back() != (c == '}' ? '{' : '['))
            return false;
        open_.pop_back();
    }
    last_ = c;
    return open_.size() <= static_cast<std::size_t>(limits::json_depth);
}

bool TrendShape::feed(std::string_view line) {
    bool first = true;
    for (const char c : line) {
        const bool space = c == ' ' || c == '\t' || c == '\r';
        if (space && !in_string_)
            continue;
        if (first && !may_follow(c))
            return false;
        if (!first && open_.empty())
            return false; // something behind the value
        first = false;
        if (!take(c))
            return false;
    }
    return !in_string_ || first;
}

} // namespace smos::providers
