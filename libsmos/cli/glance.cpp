// SPDX-License-Identifier: Apache-2.0
// The first look at argv: which word is the verb, and whether help or the version is asked for.
#include "libsmos/cli/parse.hpp"

#include <algorithm>

namespace smos::cli {
namespace {

enum class Taken { nothing, next };

class Look {
  public:
    explicit Look(const ToolSpec& spec) : options_(all_own_options(spec)) {
        for (const Option& option : shared_options())
            options_.push_back(&option);
        options_.push_back(&generate_);
    }

    const Option* by_name(std::string_view name) const {
        return find([&](const Option& option) { return option.name == name; });
    }
    const Option* by_letter(char letter) const {
        return find([&](const Option& option) { return option.letter == letter; });
    }

  private:
    template <typename Matches>
    const Option* find(Matches matches) const {
        const auto at = std::find_if(options_.begin(), options_.end(), [&](const Option* option) {
            return matches(*option);
        });
        return at == options_.end() ? nullptr : *at;
    }

    Option generate_{.name = "generate", .kind = Kind::text};
    std::vector<const Option*> options_;
};

void note(const Option& option, const std::string& value, Glance& seen) {
    if (option.name == "help")
        seen.help = true;
    else if (option.name == "version")
        seen.version = true;
    else if (option.name == "generate")
        seen.generate = value;
    else if (option.name == "log-format")
        seen.json_log = value == "json";
}

/// One argument that begins with a dash; says whether the next one is its value.
Taken look_at(const Look& look, const std::string& argument, const char* next, Glance& seen) {
    const auto value_of_next = [&] { return next == nullptr ? std::string{} : std::string{next}; };
    if (argument.rfind("--", 0) == 0) {
        const std::size_t equals = argument.find('=');
        const Option* option = look.by_name(argument.substr(2, equals - 2));
        if (option == nullptr) {
            if (!seen.unknown)
                seen.unknown = argument;
            return Taken::nothing;
        }
        const bool attached = equals != std::string::npos;
        note(*option, attached ? argument.substr(equals + 1) : value_of_next(), seen);
        return option->kind == Kind::flag || attached ? Taken::nothing : Taken::next;
    }
    for (std::size_t i = 1; i < argument.size(); ++i) {
        const Option* option = look.by_letter(argument[i]);
        if (option == nullptr)
            return Taken::nothing;
        const bool last = i + 1 == argument.size();
        note(*option, last ? value_of_next() : argument.substr(i + 1), seen);
        if (option->kind != Kind::flag)
            return last ? Taken::next : Taken::nothing;
    }
    return Taken::nothing;
}

} // namespace

Glance glance(const ToolSpec& spec, const std::vector<std::string>& arguments) {
    const Look look(spec);
    Glance seen;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (argument == "--") {
            seen.after.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                              arguments.end());
            break;
        }
        seen.before.push_back(argument);
        if (argument.size() < 2 || argument.front() != '-') {
            if (!seen.verb) {
                seen.verb = argument;
                seen.verb_at = seen.before.size() - 1;
            }
            continue;
        }
        const bool is_last = i + 1 == arguments.size();
        const char* next = is_last ? nullptr : arguments[i + 1].c_str();
        if (look_at(look, argument, next, seen) == Taken::nothing)
            continue;
        if (is_last)
            seen.dangling = argument;
        else
            seen.before.push_back(arguments[++i]);
    }
    return seen;
}

} // namespace smos::cli
