// SPDX-License-Identifier: Apache-2.0
// What was spent, by day, wallet, provider and capability.
#pragma once

#include "libsmos/store/ledger/journal.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace smos::store {

struct Sum {
    Micros micros = 0;
    std::int64_t entries = 0;
};
using Sums = std::map<std::string, Sum, std::less<>>;

struct Spending {
    Micros total_micros = 0;
    std::int64_t entries = 0;
    Instant first{};                                // of the first expense, when there is one
    Sums by_day;                                    // by the names that `day_of` gives
    Sums by_muse;                                   // the first two segments of the wallet's name
    Sums by_provider;                               // an account below "expenses:"
    Sums by_capability;                             // "other" for what was booked without a call
    std::map<std::string, Micros> recent_by_wallet; // since `recent_from`
};

struct SpendingRequest {
    JournalRange range{};
    std::function<std::string(Instant)> day_of;
    Instant recent_from{};
};

/// Reads every entry of the range whose debit or credit is an expense.
Spending spending_of(Database& database, const SpendingRequest& request);

} // namespace smos::store
