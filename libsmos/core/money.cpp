// SPDX-License-Identifier: Apache-2.0
// Money: integer micro-USD, checked, never a float.
#include "libsmos/core/money.hpp"

#include <fmt/format.h>

namespace smos {
namespace {

__extension__ using Wide = __int128;

Error overflow() {
    return Error{"amount_overflow", "the amount is beyond 2^53 micro-USD", {}, "use a smaller one"};
}

Result<Micros> bounded(Wide value) {
    if (value > max_micros || value < -static_cast<Wide>(max_micros))
        return overflow();
    return static_cast<Micros>(value);
}

} // namespace

Result<Micros> parse_usd(std::string_view text) {
    const auto bad = [&] {
        return Error{"bad_amount",
                     fmt::format("'{}' is not an amount of US dollars", text),
                     {},
                     "write it like 5 or 0.25, at most six decimals"};
    };
    Wide micros = 0;
    int decimals = -1;
    bool digits = false;
    for (const char c : text) {
        if (c == '.' && decimals < 0) {
            decimals = 0;
        } else if (c >= '0' && c <= '9') {
            if (decimals >= 6)
                return bad();
            if (decimals >= 0)
                ++decimals;
            micros = micros * 10 + (c - '0');
            digits = true;
            if (micros > static_cast<Wide>(max_micros) * 10)
                return overflow();
        } else {
            return bad();
        }
    }
    if (!digits || decimals == 0)
        return bad();
    for (int i = decimals < 0 ? 0 : decimals; i < 6; ++i)
        micros *= 10;
    return bounded(micros);
}

std::string format_usd(Micros micros) {
    const auto magnitude = static_cast<unsigned long long>(micros < 0 ? -micros : micros);
    std::string text = fmt::format("{}.{:06}", magnitude / 1'000'000, magnitude % 1'000'000);
    const std::size_t cents = text.size() - 4;
    while (text.size() > cents && text.back() == '0')
        text.pop_back();
    return (micros < 0 ? "-$" : "$") + text;
}

Result<Micros> add(Micros a, Micros b) { return bounded(static_cast<Wide>(a) + b); }

Result<Micros> multiply(Micros a, std::int64_t count) {
    return bounded(static_cast<Wide>(a) * count);
}

Result<Micros> cost(const Price& price, std::int64_t quantity) {
    if (price.micros < 0 || price.per_units <= 0 || quantity < 0) {
        return Error{"bad_price", "a price or a quantity is negative", {}, "correct the price row"};
    }
    const Wide total = static_cast<Wide>(price.micros) * quantity;
    return bounded((total + price.per_units - 1) / price.per_units);
}

} // namespace smos
