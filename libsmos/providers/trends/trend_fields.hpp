// SPDX-License-Identifier: Apache-2.0
// Members of a foreign JSON object by any of their names; null and absent are unknown, never 0.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/records/json.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace smos::providers {

/// Reads the first name that is present and not null. A member of the wrong type is an error of the
/// whole item: the first one is kept and named, reading goes on with "unknown".
class TrendFields {
  public:
    using Names = std::initializer_list<const char*>;

    explicit TrendFields(const records::Json& object) : object_(object) {}

    std::optional<std::string> text(Names names);
    /// Text or an integer.
    std::optional<std::string> id(Names names);
    /// An integer, an integral float or its digits as text; within +-2^53.
    std::optional<std::int64_t> signed_count(Names names);
    /// The same, not below 0.
    std::optional<std::int64_t> count(Names names);
    /// A number within 0..1.
    std::optional<double> ratio(Names names);
    /// RFC 3339 or RFC 822 text, or seconds (above 10^11: milliseconds) since 1970.
    std::optional<Instant> time(Names names);
    /// The texts of an array; other elements are an error.
    std::vector<std::string> texts(const char* name);
    bool is_true(const char* name) const;

    const records::Json* find(Names names, const char** found = nullptr) const;
    const std::optional<Error>& error() const { return error_; }
    void fail(const char* name, const std::string& what);

  private:
    std::optional<Instant> time_of(const char* name, const records::Json& value);

    const records::Json& object_;
    std::optional<Error> error_;
};

/// RFC 3339, RFC 822, or a day ("2026-11-20").
std::optional<Instant> instant_of_text(std::string_view text);

} // namespace smos::providers
