// SPDX-License-Identifier: Apache-2.0
// How far a JSON text that spreads over lines has come, without building it.
#pragma once

#include <string_view>
#include <vector>

namespace smos::providers {

/// Follows brackets and strings line by line and knows which character may begin the next line, so
/// that a line which broke off is noticed at its end and not at the end of the input.
class TrendShape {
  public:
    /// False when the line cannot continue the text before it.
    bool feed(std::string_view line);
    /// Every bracket is closed.
    bool complete() const { return open_.empty(); }

  private:
    bool may_follow(char next) const;
    bool take(char c);

    std::vector<char> open_; // '{' or '['
    char last_ = 0;          // the last significant character
    bool in_string_ = false;
    bool escaped_ = false;
};

} // namespace smos::providers
