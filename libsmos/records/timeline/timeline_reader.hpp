// SPDX-License-Identifier: Apache-2.0
// Reads JSON by the definitions of timeline_fields.hpp, strictly, and keeps every problem.
#pragma once

#include "libsmos/records/codec.hpp"
#include "libsmos/records/timeline/timeline_check.hpp"
#include "libsmos/records/timeline/timeline_effects.hpp"
#include "libsmos/records/timeline/timeline_fields.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace smos::records::timeline_fields {

/// `at` and one more member, escaped as RFC 6901 says.
std::string pointer_to(const std::string& at, const std::string& member);

/// #rrggbb
bool is_colour(const std::string& text);

class Reader {
  public:
    Reader(bool resolved, const Rational& rate, std::vector<TimelineProblem>& problems)
        : resolved_(resolved),
          rate_(rate),
          problems_(problems) {}

    bool resolved() const { return resolved_; }
    std::size_t count() const { return problems_.size(); }

    /// Members by the list; a key that is neither there nor in `others` is a problem. Objects may
    /// carry `meta`, which belongs to the programs that a timeline came from.
    template <typename List, typename T>
    void members(const Json& json,
                 const std::string& at,
                 T& value,
                 const std::vector<std::string>& others = {}) {
        if (!json.is_object())
            return fail(at, "wrong_type", "expected an object");
        std::vector<std::string> known = others;
        std::apply([&](const auto&... entry) { (member(json, at, value, entry, known), ...); },
                   List::list());
        unknown_keys(json, at, known);
    }

    template <typename T>
    void object(const Json& json, const std::string& at, T& value) {
        members<Of<T>>(json, at, value, {"meta"});
    }

    void fail(const std::string& at, const char* code, std::string message, std::string hint = {});

    void read(const Json& json, const std::string& at, const Rule& rule, std::string& value);
    void read(const Json& json, const std::string& at, const Rule& rule, bool& value);
    void read(const Json& json, const std::string& at, const Rule& rule, std::int64_t& value);
    void read(const Json& json, const std::string& at, const Rule& rule, Micro& value);
    void read(const Json& json, const std::string& at, const Rule& rule, Rational& value);
    void read(const Json& json, const std::string& at, const Rule& rule, TimelineSpan& value);
    void read(const Json& json, const std::string& at, const Rule& rule, TimelineTime& value);
    void read(const Json& json, const std::string& at, const Rule& rule, Curve& value);
    void read(const Json& json, const std::string& at, const Rule& rule, Easing& value);
    void read(const Json& json, const std::string& at, const Rule& rule, JsonBox& value);
    void read(const Json& json, const std::string& at, const Rule& rule, TimelineWord& value);
    void read(const Json& json, const std::string& at, const Rule& rule, TimelineEffect& value);

    template <typename T>
    void read(const Json& json, const std::string& at, const Rule& rule, std::optional<T>& value) {
        read(json, at, rule, value.emplace());
    }
    template <typename T>
    void read(const Json& json, const std::string& at, const Rule& rule, std::vector<T>& value) {
        if (!json.is_array())
            return fail(at, "wrong_type", "expected an array");
        for (const Json& element : json) {
            value.emplace_back();
            read(element, fmt::format("{}/{}", at, value.size() - 1), rule, value.back());
        }
    }
    template <typename T>
    std::enable_if_t<is_object<T>>
    read(const Json& json, const std::string& at, const Rule& /*rule*/, T& value) {
        object(json, at, value);
    }

    /// The parameters of an effect whose name is known.
    void parameters(const Json& json,
                    const std::string& at,
                    const EffectKind& kind,
                    TimelineEffect& value);

    void
    unknown_keys(const Json& json, const std::string& at, const std::vector<std::string>& known);

  private:
    template <typename T, typename Class, typename Member>
    void member(const Json& json,
                const std::string& at,
                T& value,
                const Entry<Class, Member>& entry,
                std::vector<std::string>& known) {
        if (resolved_ ? entry.rule.authored_only : entry.rule.resolved_only)
            return;
        constexpr bool real = std::is_same_v<Member, Micro> || std::is_same_v<Member, Curve>;
        const std::string name =
            resolved_ && real ? std::string{entry.name} + "_micro" : std::string{entry.name};
        known.push_back(name);
        const auto found = json.find(name);
        if (found == json.end() || found->is_null()) {
            if (entry.rule.required)
                fail(at + "/" + name, "missing_field", "is missing");
            return;
        }
        read(*found, at + "/" + name, entry.rule, value.*entry.member);
    }

    bool number(const Json& json, const std::string& at, const Rule& rule, std::int64_t& micro);
    bool components(const Json& json,
                    const std::string& at,
                    const Rule& rule,
                    std::vector<std::int64_t>& value);
    void anchored(const std::string& text, const std::string& at, TimelineTime& value);

    bool resolved_;
    const Rational& rate_;
    std::vector<TimelineProblem>& problems_;
};

} // namespace smos::records::timeline_fields
