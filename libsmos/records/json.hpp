// SPDX-License-Identifier: Apache-2.0
// The JSON value of every layer above core; members keep the order in which they were written.
// The type is only declared here: include json_value.hpp to look into one.
#pragma once

#include "libsmos/core/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace smos::records {

using Json = nlohmann::ordered_json;

/// Parses one JSON value; depth and size are bounded by core/limits.hpp, NaN and 1e400 are errors.
Result<Json> parse_json(std::string_view text, std::string_view where);
/// Compact text, UTF-8 as it is.
std::string dump(const Json& value);
/// Appends dump(Json(text)): the text in quotes.
void write_text(std::string& out, std::string_view text);

/// An optional value held by pointer, so that a type with a free-form member does not bring the
/// JSON library to everyone who names it. Reads like std::optional<Json>; copies are deep.
class JsonBox {
  public:
    JsonBox();
    JsonBox(Json value); // NOLINT(google-explicit-constructor): stands in for the value
    JsonBox(const JsonBox& other);
    JsonBox(JsonBox&& other) noexcept;
    JsonBox& operator=(const JsonBox& other);
    JsonBox& operator=(JsonBox&& other) noexcept;
    ~JsonBox();

    bool has_value() const { return value_ != nullptr; }
    explicit operator bool() const { return has_value(); }
    /// Of an empty box: a bug, and aborts.
    const Json& operator*() const;
    Json& operator*();
    const Json* operator->() const { return &**this; }
    Json* operator->() { return &**this; }
    /// The value, or an empty object.
    const Json& or_object() const;
    void reset();

  private:
    std::unique_ptr<Json> value_;
};

} // namespace smos::records
