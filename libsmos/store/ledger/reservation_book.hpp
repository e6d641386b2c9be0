// SPDX-License-Identifier: Apache-2.0
// Reservation rows, the calls drawn from them, and how both end; for ledger*.cpp and spend.cpp.
#pragma once

#include "libsmos/store/ledger/posting.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

struct ReservationRow {
    Reservation value;
    std::int64_t wallet_id = 0;
    std::int64_t purse_id = 0;
};

std::optional<ReservationRow> find_reservation(Database& database, std::string_view id);
/// The last one of a task, asked for ahead; read by next_reservation().
Statement
ask_latest_reservation(Database& database, std::string_view tenant, std::string_view task_id);
std::optional<ReservationRow> next_reservation(Statement& rows);

/// How a reservation ends.
struct Ending {
    std::string state; // settled | released | expired
    std::string outcome;
    std::string actor;
    bool at_once = false; // also books calls of living processes
};

/// False when a call from it is still in flight; those of dead processes are booked first.
bool end_reservation(Posting& posting, ReservationRow& row, const Ending& ending);

/// A call that has been drawn from a reservation.
struct SpendRow {
    std::string spend_id;
    std::string res_id;
    std::int64_t number = 0;
    std::string provider;
    std::string model;
    Micros ceiling = 0;
    std::optional<Micros> actual{};
    std::string state; // open | done | failed | in_doubt
    std::int64_t attempt = 1;
    std::string owner;
    Instant opened_at{};
    std::string answer{};
};

/// Books the end of an open call: `actual` spent (above the ceiling: an overrun), the rest of the
/// ceiling back into the reservation.
void book_spend(Posting& posting, SpendRow& spend, ReservationRow& reservation);
std::optional<SpendRow> find_spend(Database& database, std::string_view spend_id);
/// The last attempt under a key.
std::optional<SpendRow>
latest_spend(Database& database, std::string_view res_id, std::string_view spend_key);

} // namespace smos::store
