// SPDX-License-Identifier: Apache-2.0
// Reservations and calls held against the entries that were counted before.
#include "libsmos/core/hash.hpp"
#include "libsmos/store/ledger/tally.hpp"
#include "libsmos/store/ledger/verify.hpp"

#include <algorithm>
#include <optional>

namespace smos::store {
namespace {

constexpr std::string_view select_reservations =
    "SELECT res_id, amount, spent, state, tenant, task_id, lines, outcome, opened_seq, closed_seq,"
    " wallet_id, coalesce(purse_id, wallet_id), drawn, overrun, round FROM reservation";

void count_calls(Database& database, Sums& sums) {
    Statement rows = database.prepare("SELECT res_id, actual FROM spend WHERE actual > 0");
    std::optional<std::pair<std::array<std::uint64_t, 2>, Micros>> last; // its place is loading
    const auto count_last = [&] {
        if (last)
            sums.reservations.at(last->first).called += last->second;
    };
    while (rows.step()) {
        count_last();
        last.emplace(sums.reservations.key_of(rows.bytes(0)),
                     std::clamp<Micros>(rows.integer(1), 0, max_micros));
        sums.reservations.expect(last->first);
    }
    count_last();
}

/// The kind of entry that leaves a reservation in this state.
std::string_view closing_kind(std::string_view state) {
    return state == "settled" ? "settle" : state == "released" ? "release" : "expire";
}

/// Rounds of one task follow each other, in one chain or in several; that no two have one number is
/// the index's business.
bool follows_a_round(Database& database, const Statement& row) {
    if (row.integer(14) == 1)
        return true;
    Statement before = database.prepare(
        "SELECT 1 FROM reservation b JOIN wallet bw ON bw.wallet_id = b.wallet_id"
        " JOIN wallet w ON w.wallet_id = ?5 WHERE b.tenant = ?1 AND b.task_id = ?2"
        " AND b.round = ?3 - 1 AND (b.opened_seq < ?4 OR bw.chain_id <> w.chain_id)");
    return before.bind(1, row.bytes(4))
        .bind(2, row.bytes(5))
        .bind(3, row.integer(14))
        .bind(4, row.integer(8))
        .bind(5, row.integer(10))
        .step();
}

class Rows {
  public:
    Rows(Database& database, Sums& sums, Audit& audit)
        : database_(database),
          sums_(sums),
          audit_(audit) {}

    void compare() {
        Statement rows = database_.prepare(select_reservations);
        while (rows.step())
            compare(rows);
    }

  private:
    void compare(const Statement& row) {
        const auto key = sums_.reservations.key_of(row.bytes(0));
        sums_.reservations.expect(key); // arrives while the print is made
        const bool open = row.bytes(3) == "pending";
        const std::uint64_t rest = print_of_rest(row, open);
        const std::uint64_t opening =
            print_of(opening_meta(row.bytes(4), row.bytes(5), hash_of_lines(row.bytes(6))));
        ReservationTally& tally = sums_.reservations.at(key);
        tally.has_row = true;
        const bool told =
            opening + rest == tally.print ||
            print_of(first_opening_meta(row.bytes(4), row.bytes(5), row.bytes(6))) + rest ==
                tally.print;
        if (tally.openings != 1 || row.integer(1) != tally.amount ||
            row.integer(2) != tally.spent || open != (tally.closings == 0) || !told ||
            !follows_a_round(database_, row))
            audit_.found(
                "wrong_reservation", row.text(0), 0, "the reservation differs from its entries");
        if (row.integer(2) != tally.called)
            audit_.found("wrong_call", row.text(0), 0, "the calls differ from what was booked");
    }

    std::uint64_t print_of(std::string_view text) const {
        return sums_.reservations.print_of(text);
    }

    /// Of everything but what it was opened for, which is told in two ways.
    std::uint64_t print_of_rest(const Statement& row, bool open) {
        OpeningPrint opening;
        opening.purse = print_of(purse_account(row.integer(11)));
        opening.wallet_id = row.integer(10);
        opening.seq = row.integer(8);
        std::uint64_t print =
            opening.sum() + drawn_print(row.integer(12)) + overrun_print(row.integer(13));
        if (!open)
            print += EndingPrint{print_of(row.bytes(7)),
                                 print_of(closing_kind(row.bytes(3))),
                                 row.integer(9)}
                         .sum();
        return print;
    }

    /// Most reserve the same as the one before.
    const Digest& hash_of_lines(std::string_view lines) {
        if (!lines_hash_ || lines_ != lines) {
            lines_ = lines;
            lines_hash_ = sha256(lines);
        }
        return *lines_hash_;
    }

    const std::string& purse_account(std::int64_t wallet_id) {
        if (purse_id_ != wallet_id) {
            purse_id_ = wallet_id;
            purse_ = "assets:wallet:" + sums_.wallets.at(wallet_id).name;
        }
        return purse_;
    }

    Database& database_;
    Sums& sums_;
    Audit& audit_;
    std::int64_t purse_id_ = 0;
    std::string purse_;
    std::string lines_; // of the last row
    std::optional<Digest> lines_hash_{};
};

void find_lost_reservations(Database& database, Audit& audit) {
    Statement rows = database.prepare(
        "SELECT e.res_id FROM entry e WHERE e.kind = 'reserve'"
        " AND NOT EXISTS(SELECT 1 FROM reservation r WHERE r.res_id = e.res_id) ORDER BY e.res_id");
    while (rows.step())
        audit.found(
            "wrong_reservation", rows.text(0), 0, "the reservation of these entries is gone");
}

} // namespace

void audit_reservations(Database& database, Sums& sums, Audit& audit) {
    count_calls(database, sums);
    Rows{database, sums, audit}.compare();
    if (sums.reservations.lost() > 0)
        find_lost_reservations(database, audit);
}

} // namespace smos::store
