// SPDX-License-Identifier: Apache-2.0
// What was typed: argv against a ToolSpec. No file is opened and no environment read here.
#pragma once

#include "libsmos/cli/spec.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smos::cli {

/// A first look at argv, cheap and without judgement: the verb, and what is answered at once.
struct Glance {
    std::vector<std::string> before;    // the arguments up to a lone "--"
    std::vector<std::string> after;     // those behind it
    std::optional<std::string> verb;    // the first word that is no option nor an option's value
    std::size_t verb_at = 0;            // its index in `before`
    std::optional<std::string> unknown; // the first option that no command has
    bool help = false;
    bool version = false;
    bool json_log = false;               // --log-format json
    std::optional<std::string> generate; // of the hidden --generate
    std::optional<std::string> dangling; // an option at the end that lacks its value
};

struct Typed {
    const Command* command = nullptr;
    /// Values by option name, in the order given; a flag has "true" or "false".
    std::map<std::string, std::vector<std::string>> options;
    std::vector<std::string> positionals;
};

Glance glance(const ToolSpec& spec, const std::vector<std::string>& arguments);

/// Throws Fatal{usage} with what is wrong and, as its hint, what to type instead.
Typed parse(const ToolSpec& spec, const Glance& glance);

/// The text as a value of the option's kind: why it is none, or nothing when it is fine.
std::optional<std::string> complaint(const Option& option, const std::string& text);
/// "true", "yes", "on", "1" and their opposites.
std::optional<bool> as_flag(const std::string& text);

} // namespace smos::cli
