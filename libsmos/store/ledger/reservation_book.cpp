// SPDX-License-Identifier: Apache-2.0
// Reservation rows, the calls drawn from them, and how both end.
#include "libsmos/store/ledger/reservation_book.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/store/ledger/provider_limits.hpp"
#include "libsmos/store/owner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::store {
namespace {

constexpr std::string_view select_reservation =
    "SELECT r.res_id, w.name, r.tenant, r.task_id, r.round, r.state, r.outcome, r.amount, r.drawn,"
    " r.spent, r.overrun, r.created_us, r.expires_us, r.opened_seq, o.hash, r.closed_seq, c.hash,"
    " r.gates, r.wallet_id, r.resolved_us, p.name, p.wallet_id"
    " FROM reservation r JOIN wallet w ON w.wallet_id = r.wallet_id"
    " JOIN wallet p ON p.wallet_id = coalesce(r.purse_id, r.wallet_id)"
    " JOIN entry o ON o.chain_id = w.chain_id AND o.seq = r.opened_seq"
    " LEFT JOIN entry c ON c.chain_id = w.chain_id AND c.seq = r.closed_seq"
    " WHERE r.res_id = coalesce(?1, (SELECT res_id FROM reservation"
    " WHERE tenant = ?2 AND task_id = ?3 ORDER BY round DESC LIMIT 1))";

// By its id, or the last attempt under a key where the id is null.
constexpr std::string_view select_spend =
    "SELECT res_id, number, provider, model, ceiling, actual, state, attempt, owner, opened_us,"
    " answer, spend_id FROM spend WHERE spend_id = coalesce(?1, (SELECT spend_id FROM spend"
    " WHERE res_id = ?2 AND spend_key = ?3 ORDER BY attempt DESC LIMIT 1))";

std::string hex_of(std::string_view bytes) {
    return hex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

ReservationRow read_reservation(const Statement& row) {
    ReservationRow found;
    Reservation& value = found.value;
    value.reservation_id = row.text(0);
    value.wallet = row.text(1);
    value.tenant = row.text(2);
    value.task_id = row.text(3);
    value.round = row.integer(4);
    value.state = row.text(5);
    value.outcome = row.text(6);
    value.amount_micros = row.integer(7);
    value.drawn_micros = row.integer(8);
    value.spent_micros = row.integer(9);
    value.overrun_micros = row.integer(10);
    value.created_at = Instant{row.integer(11)};
    value.expires_at = Instant{row.integer(12)};
    value.opened = {row.integer(13), hex_of(row.bytes(14))};
    if (const auto closed_seq = row.optional_integer(15))
        value.closed = records::EntryRef{*closed_seq, hex_of(row.bytes(16))};
    value.gates = or_fatal(records::gates_of_text(row.bytes(17)), ExitStatus::io_error);
    found.wallet_id = row.integer(18);
    if (const auto closed_us = row.optional_integer(19))
        value.closed_at = Instant{*closed_us};
    value.purse = row.text(20);
    found.purse_id = row.integer(21);
    return found;
}

SpendRow read_spend(const Statement& row) {
    SpendRow found;
    found.spend_id = row.text(11);
    found.res_id = row.text(0);
    found.number = row.integer(1);
    found.provider = row.text(2);
    found.model = row.text(3);
    found.ceiling = row.integer(4);
    found.actual = row.optional_integer(5);
    found.state = row.text(6);
    found.attempt = row.integer(7);
    found.owner = row.text(8);
    found.opened_at = Instant{row.integer(9)};
    found.answer = row.text(10);
    return found;
}

std::vector<std::string> open_spends(Database& database, std::string_view res_id) {
    Statement rows = database.prepare(
        "SELECT spend_id FROM spend WHERE res_id = ?1 AND state = 'open' ORDER BY number");
    rows.bind(1, res_id);
    std::vector<std::string> ids;
    while (rows.step())
        ids.push_back(rows.text(0));
    return ids;
}

void save_reservation(Database& database, const Reservation& value) {
    database
        .prepare("UPDATE reservation SET drawn = ?2, spent = ?3, overrun = ?4 WHERE res_id = ?1")
        .bind(1, value.reservation_id)
        .bind(2, value.drawn_micros)
        .bind(3, value.spent_micros)
        .bind(4, value.overrun_micros)
        .run();
}

void save_spend(Database& database, const SpendRow& spend, Instant now) {
    database
        .prepare("UPDATE spend SET state = ?2, actual = ?3, closed_us = ?4, answer = ?5"
                 " WHERE spend_id = ?1")
        .bind(1, spend.spend_id)
        .bind(2, spend.state)
        .bind(3, spend.actual)
        .bind(4, now.micros)
        .bind(5, spend.answer)
        .run();
}

} // namespace

std::optional<ReservationRow> find_reservation(Database& database, std::string_view id) {
    Statement row = database.prepare(select_reservation);
    if (!row.bind(1, id).step())
        return std::nullopt;
    return read_reservation(row);
}

Statement
ask_latest_reservation(Database& database, std::string_view tenant, std::string_view task_id) {
    Statement row = database.prepare(select_reservation);
    row.bind(2, tenant).bind(3, task_id).ask();
    return row;
}

std::optional<ReservationRow> next_reservation(Statement& rows) {
    if (!rows.step())
        return std::nullopt;
    return read_reservation(rows);
}

std::optional<SpendRow> find_spend(Database& database, std::string_view spend_id) {
    Statement row = database.prepare(select_spend);
    if (!row.bind(1, spend_id).step())
        return std::nullopt;
    return read_spend(row);
}

std::optional<SpendRow>
latest_spend(Database& database, std::string_view res_id, std::string_view spend_key) {
    Statement row = database.prepare(select_spend);
    if (!row.bind(2, res_id).bind(3, spend_key).step())
        return std::nullopt;
    return read_spend(row);
}

void book_spend(Posting& posting, SpendRow& spend, ReservationRow& row) {
    Reservation& reservation = row.value;
    const WalletPath& path = posting.path_of_id(row.wallet_id);
    const WalletRow& wallet = *path.front();
    WalletRow& purse = *posting.path_of_id(row.purse_id).front();
    const Micros actual = spend.actual.value_or(spend.ceiling);
    const Micros within = std::min(actual, spend.ceiling);
    const Micros held = reservation.amount_micros + reservation.overrun_micros -
                        reservation.spent_micros - reservation.drawn_micros;
    const Micros covered = std::min(actual - within, held);
    const Micros from_purse = std::min(actual - within - covered, purse.available());
    const Micros owed = actual - within - covered - from_purse;

    const std::string expenses = "expenses:" + spend.provider;
    const auto book = [&](const char* kind,
                          const char* part,
                          const std::string& debit,
                          const std::string& credit,
                          Micros amount) {
        Entry entry;
        entry.kind = kind;
        entry.res_id = reservation.reservation_id;
        entry.debit = debit;
        entry.credit = credit;
        entry.amount = amount;
        entry.idem = fmt::format("{}:{}", part, spend.spend_id);
        entry.actor = spend.owner;
        entry.meta = spend.state;
        posting.append(std::move(entry), wallet);
    };
    book("spend", "spend", expenses, purse.drawn(), within);
    if (within < spend.ceiling)
        book("undraw", "undraw", purse.reserved(), purse.drawn(), spend.ceiling - within);
    if (covered > 0)
        book("spend", "cover", expenses, purse.reserved(), covered);
    if (from_purse > 0)
        book("overrun", "overrun", expenses, purse.purse(), from_purse);
    if (owed > 0)
        book("overrun", "debt", expenses, purse.payable(), owed);

    Posting::hold(path, purse, -(within + covered));
    purse.owed += owed;
    posting.post(path, purse, spend.provider, actual);
    reservation.drawn_micros -= spend.ceiling;
    reservation.spent_micros += actual;
    reservation.overrun_micros += from_purse + owed;
    spend.actual = actual;
    Database& database = posting.database();
    const bool counted = limits_providers(path) && actual > 0;
    const auto before = counted ? still_held(database, reservation.reservation_id)
                                : std::map<std::string, Micros>{};
    save_spend(database, spend, posting.now());
    save_reservation(database, reservation);
    if (counted)
        hold_for_providers(
            database, path, before, still_held(database, reservation.reservation_id));
}

bool end_reservation(Posting& posting, ReservationRow& row, const Ending& ending) {
    Database& database = posting.database();
    Reservation& reservation = row.value;
    const std::vector<std::string> open = open_spends(database, reservation.reservation_id);
    std::vector<SpendRow> spends;
    for (const std::string& spend_id : open) {
        spends.push_back(*find_spend(database, spend_id));
        if (!ending.at_once &&
            may_be_alive(spends.back().owner, spends.back().opened_at, posting.now()))
            return false;
    }
    for (SpendRow& spend : spends) {
        spend.state = "in_doubt";
        spend.actual = spend.ceiling;
        book_spend(posting, spend, row);
    }
    const WalletPath& path = posting.path_of_id(row.wallet_id);
    WalletRow& purse = *posting.path_of_id(row.purse_id).front();
    const Micros rest =
        reservation.amount_micros + reservation.overrun_micros - reservation.spent_micros;
    Entry entry;
    entry.kind = ending.state == "settled"    ? "settle"
                 : ending.state == "released" ? "release"
                                              : "expire";
    entry.res_id = reservation.reservation_id;
    entry.debit = purse.purse();
    entry.credit = purse.reserved();
    entry.amount = rest;
    entry.idem = "close:" + reservation.reservation_id;
    entry.actor = ending.actor;
    entry.meta = ending.outcome;
    reservation.closed = posting.append(std::move(entry), *path.front());
    reservation.state = ending.state;
    reservation.outcome = ending.outcome;
    reservation.closed_at = posting.now();
    Posting::hold(path, purse, -rest);
    if (limits_providers(path))
        hold_for_providers(database, path, still_held(database, reservation.reservation_id), {});
    database
        .prepare("UPDATE reservation SET state = ?2, outcome = ?3, resolved_us = ?4,"
                 " closed_seq = ?5 WHERE res_id = ?1")
        .bind(1, reservation.reservation_id)
        .bind(2, reservation.state)
        .bind(3, reservation.outcome)
        .bind(4, posting.now().micros)
        .bind(5, reservation.closed->seq)
        .run();
    return true;
}

} // namespace smos::store
