// SPDX-License-Identifier: Apache-2.0
// What a conversion has to say: losses, guesses, and the first reason to stop; and small looks into
// JSON of any shape.
#pragma once

#include "libsmos/records/interchange/interchange.hpp"
#include "libsmos/records/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::records::interchange {

class Findings {
  public:
    void lost(std::string where, std::string message);
    void guessed(std::string where, std::string message);
    /// Only the first is kept; who sees stopped() returns.
    void refuse(std::string where, std::string message, std::string hint = {});

    bool stopped() const { return error_.has_value(); }
    /// The error, or `json` with all notes.
    Result<Converted> result(Json json);

  private:
    std::vector<Note> unsupported_;
    std::vector<Note> warnings_;
    std::optional<Error> error_;
};

/// Of files that say no picture size: the one that was asked for, or a guess.
void put_canvas(Json& made,
                const std::optional<CanvasSize>& asked,
                const std::string& where,
                Findings& findings);

/// The member, or nullptr: of an object without it, of anything else, and where it is null.
const Json* member(const Json& object, std::string_view key);
/// The text of a member; empty when it is none.
std::string text_of(const Json& object, std::string_view key);
/// Equal in type and digits: 1 is not 1.0.
bool same(const Json& a, const Json& b);
/// An integer that fits 64 bits with a sign.
std::optional<std::int64_t> integer_of(const Json* value);

} // namespace smos::records::interchange
