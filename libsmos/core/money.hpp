// SPDX-License-Identifier: Apache-2.0
// Money: integer micro-USD, checked, never a float.
#pragma once

#include "libsmos/core/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smos {

/// Micro-USD: 1,000,000 is one dollar.
using Micros = std::int64_t;

/// Largest magnitude we accept: 2^53, so that every JSON reader gets the exact number.
inline constexpr Micros max_micros = Micros{1} << 53;

/// "5", "0.53", "12.345678" (at most six decimals, no sign, no exponent) as micro-USD.
Result<Micros> parse_usd(std::string_view text);
/// "$0.530000" without trailing zeros past cents: "$0.53", "$0.000001".
std::string format_usd(Micros micros);

/// Sums and products that refuse to overflow.
Result<Micros> add(Micros a, Micros b);
Result<Micros> multiply(Micros a, std::int64_t count);

/// A price of `micros` for every `per_units` units; a token costs less than one micro.
struct Price {
    Micros micros = 0;
    std::int64_t per_units = 1;
};

/// The cost of `quantity` units, rounded up once per call. Negative input is an error.
Result<Micros> cost(const Price& price, std::int64_t quantity);

} // namespace smos
