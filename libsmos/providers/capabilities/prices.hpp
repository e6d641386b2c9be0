// SPDX-License-Identifier: Apache-2.0
// What a unit of each model costs, as dated rows; what is not listed must not be bought.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/records/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::providers {

/// One price, valid from (inclusive) to (exclusive).
struct PriceRow {
    std::string provider;
    std::string model;
    std::string unit; // image, character, second, script, token, call …
    Price price{};
    Instant valid_from{};
    std::optional<Instant> valid_to{};
    std::string source;
};

class PriceTable {
  public:
    /// The built-in rows: the local provider, at an explicit price of 0.
    PriceTable();
    /// With the rows of `prices:` in the trusted configuration, a list of {provider, model, unit,
    /// micros (or usd: "0.04"), per_units (1), valid_from, valid_to, source}. `config` may be null
    /// or lack the key. Errors name the row: bad_price, bad_time.
    static Result<PriceTable> from_config(const records::Json& config);

    /// The row in force at `at`; of several the one that began last. Error `unknown_price`.
    Result<PriceRow> find(std::string_view provider,
                          std::string_view model,
                          std::string_view unit,
                          Instant at) const;
    const std::vector<PriceRow>& rows() const { return rows_; }

  private:
    std::vector<PriceRow> rows_;
};

/// What local capabilities are called in price rows, estimates and records.
inline constexpr std::string_view local_provider = "local";
inline constexpr std::string_view local_image_model = "backdrop-1"; // per image
inline constexpr std::string_view local_speech_model = "espeak-ng"; // per character
inline constexpr std::string_view local_music_model = "bed-1";      // per second
inline constexpr std::string_view local_script_model = "grammar-1"; // per script

} // namespace smos::providers
