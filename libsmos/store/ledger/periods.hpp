// SPDX-License-Identifier: Apache-2.0
// Periods of the books: their names, and what every wallet held when one ended.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// A month, quarter or year of UTC.
struct Period {
    std::string name; // 2026-10, 2026-Q3 or 2026
    Instant from{};
    Instant to{}; // the first instant behind it
};

/// Years 1970 to 9998. Error: bad_period.
Result<Period> parse_period(std::string_view name);

/// What the accounts of a wallet held at the end of a period.
struct Holdings {
    Micros purse_micros = 0;
    Micros reserved_micros = 0;
    Micros drawn_micros = 0;
    Micros owed_micros = 0;

    friend bool operator==(const Holdings& a, const Holdings& b) {
        return a.purse_micros == b.purse_micros && a.reserved_micros == b.reserved_micros &&
               a.drawn_micros == b.drawn_micros && a.owed_micros == b.owed_micros;
    }
};

/// The entry that says so.
struct Checkpoint {
    std::string period;
    Instant to{}; // the end of the period
    std::string wallet;
    Holdings held{};
    std::string chain{};
    std::int64_t seq = 0;
};

/// The details of the entry: "2026-10 1793491200000000 purse=1 reserved=2 drawn=3 owed=4".
std::string checkpoint_details(const Checkpoint& checkpoint);
/// Period, end and holdings; nothing for other text.
std::optional<Checkpoint> read_checkpoint_details(std::string_view details);

/// All of them, by the end of their period and the wallet's name.
std::vector<Checkpoint> checkpoints(Database& database);

/// The first closed period whose end lies behind `at`: nothing is booked at `at` any more.
std::optional<std::string> closed_period_at(Database& database, Instant at);

/// A reservation that was made in the period or before, and is open.
struct OpenReservation {
    std::string reservation_id;
    std::string tenant;
    std::string task_id;
    std::string wallet;
    Micros amount_micros = 0;
    Instant created_at{};
};

struct Closing {
    Period period{};
    bool booked = false; // false: it was closed before, and is what it was
    std::vector<Checkpoint> wallets{};
    std::vector<OpenReservation> open{}; // now; they end in the period that is running then
};

/// Adds what an entry moves to the wallets whose accounts it touches.
class HoldingSums {
  public:
    void move(std::string_view debit, std::string_view credit, Micros amount);
    void add(std::string_view account, Micros amount);
    void add(const HoldingSums& other);
    const std::map<std::string, Holdings, std::less<>>& by_wallet() const { return sums_; }

  private:
    std::map<std::string, Holdings, std::less<>> sums_;
};

struct Audit;
/// Every checkpoint against the entries before the end of its period; inside a snapshot. Findings:
/// wrong_checkpoint, missing_checkpoint, late_entry.
void audit_periods(Database& database, Audit& audit);

} // namespace smos::store
