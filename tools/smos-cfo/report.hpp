// SPDX-License-Identifier: Apache-2.0
// A report of what was spent, before it is written as a table, JSON or a page.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/store/ledger/ledger.hpp"
#include "libsmos/store/ledger/periods.hpp"
#include "libsmos/store/ledger/spending.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::tools {

/// How fast money goes, and until when it lasts.
struct Burn {
    std::string wallet;
    Micros spent_micros = 0;   // in the last seven days, or since the first expense of all
    Micros per_day_micros = 0; // of that time
    Micros available_micros = 0;
    std::optional<std::int64_t> hours_left{}; // none: nothing was spent
};

struct SpendReport {
    std::string by; // day, muse, provider or capability
    std::string zone;
    std::string from; // as asked; may be empty
    std::string to;
    std::string made_at; // RFC 3339
    store::Spending spending;
    std::vector<std::string> days; // every day from the first to the last, those without spend too
    Burn total;
    std::vector<Burn> wallets;
    std::vector<store::Checkpoint> closings; // of periods that end in the range
};

const store::Sums& sums_of(const SpendReport& report);
/// Largest first; days in their order.
std::vector<std::pair<std::string, store::Sum>> rows_of(const SpendReport& report,
                                                        const store::Sums& sums);
/// "3 d 4 h".
std::string time_left(const Burn& burn);
/// "12.5" of a whole of 100, without a float.
std::string percent_of(Micros part, Micros whole);

std::string report_table(const SpendReport& report);
std::string report_json(const SpendReport& report);
/// One file: no script, nothing from outside; dark and light.
std::string report_page(const SpendReport& report);

} // namespace smos::tools
