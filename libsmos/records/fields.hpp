// SPDX-License-Identifier: Apache-2.0
// The one definition of a record type: member, JSON name and a sentence, from which reading,
// writing, JSON Schema and documentation follow.
#pragma once

#include <tuple>

namespace smos::records {

enum class Presence { optional, required };

/// One member of T: its JSON name, where it lives, and what it means.
template <typename Class, typename Member>
struct Field {
    const char* name;
    Member Class::*member;
    const char* doc;
    Presence presence;
};

/// A function and not aggregate deduction, which clang 14 lacks.
template <typename Class, typename Member>
constexpr Field<Class, Member> field(const char* name, Member Class::*member, const char* doc) {
    return {name, member, doc, Presence::optional};
}
template <typename Class, typename Member>
constexpr Field<Class, Member> required(const char* name, Member Class::*member, const char* doc) {
    return {name, member, doc, Presence::required};
}

/// Specialise with `static constexpr const char* name`, `doc` and `static constexpr auto list()`
/// returning a tuple of fields.
template <typename T>
struct Fields;

} // namespace smos::records
