// SPDX-License-Identifier: Apache-2.0
// The queue as people see it: decisions on one production, and what they do to its money.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/sections.hpp"
#include "libsmos/store/queue/desk.hpp"
#include "libsmos/store/queue/turns.hpp"

#include <fmt/format.h>

namespace smos::store {
namespace {

// ?1 tenant, ?2 task, ?3 version, ?4 actor, ?5 time
#define SMOS_EDITED                                                                                \
    " state_version = state_version + 1, actor = ?4, updated_us = ?5"                              \
    " WHERE tenant = ?1 AND task_id = ?2 AND state_version = ?3 AND "
#define SMOS_NEITHER_LEASED_NOR_REVIEWED                                                           \
    " lease_until_us = NULL, lease_boot = NULL, lease_boot_until_us = NULL, worker = NULL,"        \
    " review_until_us = NULL,"
#define SMOS_BEHIND_ITS_KEY " parked = CASE WHEN concurrency_key IS NULL THEN 0 ELSE 1 END,"
#define SMOS_KEY_IS_FREE                                                                           \
    " AND NOT EXISTS(SELECT 1 FROM production AS o WHERE o.queue = production.queue"               \
    " AND o.dedup_key = production.dedup_key AND o.id <> production.id"                            \
    " AND o.state NOT IN ('dead', 'cancelled'))"
#define SMOS_RETURNED " RETURNING " SMOS_PRODUCTION_COLUMNS

/// Ends the transaction of an edit that was refused behind its first write.
struct Refused {
    Error error;
};

Error money_refused(const ReserveOutcome& outcome, const std::string& task_id) {
    for (const records::Gate& gate : outcome.gates) {
        if (!gate.passed)
            return {"refused",
                    fmt::format("the wallet refuses: {}: {}", gate.name, gate.reason),
                    task_id,
                    "nothing was changed; raise the limit or fund the wallet, and decide again"};
    }
    return {"refused", "the wallet refuses", task_id};
}

/// The section of a reservation that was made again.
void renew(records::Cfo& cfo, const ReserveOutcome& outcome) {
    const Reservation& made = *outcome.reservation;
    cfo.wallet = made.wallet;
    cfo.reservation_id = made.reservation_id;
    cfo.state = "pending";
    cfo.reserved_micros = made.amount_micros;
    cfo.settled_micros.reset();
    cfo.gates = outcome.gates;
    cfo.spends.clear();
    cfo.entry = made.opened;
    cfo.anchor.reset();
    cfo.at = format_rfc3339(made.created_at);
}

/// A call that was booked in full because its process died: whoever asks it again may pay twice.
Result<void> check_doubts(Database& database, const Edit& change) {
    Statement row =
        database.prepare("SELECT count(*), coalesce(sum(s.ceiling), 0) FROM spend s"
                         " WHERE s.state = 'in_doubt' AND s.ceiling > 0 AND s.res_id ="
                         " (SELECT res_id FROM reservation WHERE tenant = ?1 AND task_id = ?2"
                         " ORDER BY round DESC LIMIT 1)"
                         " AND EXISTS(SELECT 1 FROM production WHERE tenant = ?1 AND task_id = ?2"
                         " AND state IN ('dead', 'quarantined', 'cancelled'))");
    row.bind(1, change.tenant).bind(2, change.task_id);
    if (!row.step() || row.integer(0) == 0)
        return {};
    return Error{"in_doubt",
                 fmt::format("calls of it whose outcome nobody knows: {}, booked at {}",
                             row.integer(0),
                             format_usd(row.integer(1))),
                 change.task_id,
                 "look at the provider's bill; --in-doubt asks them again, and may pay again"};
}

} // namespace

Error QueueDesk::refusal(const Edit& edit) {
    const auto found = find_production(database_, edit.tenant, edit.task_id);
    if (!found)
        return {"no_such_production",
                "no production of that name is in the queue",
                edit.task_id,
                "smos-run list shows them"};
    if (found->state_version != edit.state_version)
        return {"conflict",
                fmt::format("it is in version {}, not {}: somebody changed it meanwhile",
                            found->state_version,
                            edit.state_version),
                edit.task_id,
                "look at it again and decide anew",
                true};
    return {"wrong_state", fmt::format("it is {}", name_of(found->state)), edit.task_id};
}

Result<Production> QueueDesk::edit_now(std::string_view sql,
                                       const Edit& edit,
                                       const std::optional<std::string>& record) {
    const Instant now = clock_().wall;
    std::optional<Production> edited;
    {
        Statement row = database_.prepare(sql);
        row.bind(1, edit.tenant)
            .bind(2, edit.task_id)
            .bind(3, edit.state_version)
            .bind(4, edit.actor)
            .bind(5, now.micros);
        if (record)
            row.bind(6, record);
        if (row.step())
            edited = read_production(row);
    }
    if (!edited)
        return refusal(edit);
    open_turns(database_, edited->concurrency_key, now);
    return *edited;
}

Result<Production>
QueueDesk::edit(std::string_view sql, const Edit& edit, const std::optional<std::string>& record) {
    return database_.transaction(own_rows, [&] { return edit_now(sql, edit, record); });
}

Result<Production> QueueDesk::in_ledger(const Edit& edit,
                                        const std::function<Result<Production>()>& work) {
    std::optional<Production> edited;
    try {
        ledger_.together([&] {
            auto result = work();
            if (!result)
                throw Refused{result.error()};
            edited = *std::move(result);
        });
    } catch (const Refused& refused) {
        return refused.error;
    }
    SMOS_EXPECT(edited && edited->task_id == edit.task_id);
    return *edited;
}

/// The record that the production goes on with, its money reserved again where that was closed;
/// nothing when it stays as it is.
Result<std::optional<std::string>>
QueueDesk::with_money(const Edit& edit, const std::optional<std::string>& given, bool died) {
    const auto seen = find_production(database_, edit.tenant, edit.task_id);
    if (!seen || seen->state_version != edit.state_version)
        return given; // the edit refuses it
    auto record = records::Record::parse(given.value_or(seen->record));
    if (!record)
        return given;
    auto cfo = record->section<records::Cfo>();
    if (!cfo || !*cfo || !(*cfo)->reservation_id || (died && (*cfo)->state != "pending"))
        return given;
    const auto plan = record->section<records::Plan>();
    ReserveAgain again{edit.tenant, edit.task_id, edit.actor, {}};
    if (plan && *plan)
        again.expected_value_micros = (*plan)->expected_value_micros;
    SMOS_TRY(const ReserveOutcome outcome, ledger_.reserve_again(again));
    if (!outcome.admitted)
        return money_refused(outcome, edit.task_id);
    if (!outcome.reservation || outcome.reservation->reservation_id == (*cfo)->reservation_id)
        return given;
    renew(**cfo, outcome);
    record->set("cfo", records::encode(**cfo));
    return std::optional<std::string>{record->str()};
}

Result<Production> QueueDesk::approve(const Edit& change, const std::optional<std::string>& given) {
    return in_ledger(change, [&]() -> Result<Production> {
        SMOS_TRY(const auto record, with_money(change, given, false));
        return edit_now(
            "UPDATE production SET state = 'queued', verdict = 'approved',"
            " review_until_us = NULL, run_at_us = ?5, action = 'approve',"
            " record = coalesce(CAST(?6 AS TEXT), record)," SMOS_BEHIND_ITS_KEY SMOS_EDITED
            "state = 'review'" SMOS_RETURNED,
            change,
            record);
    });
}

Result<Production> QueueDesk::reject(const Edit& change, const std::optional<std::string>& record) {
    return in_ledger(change, [&]() -> Result<Production> {
        SMOS_TRY(Production rejected,
                 edit_now("UPDATE production SET state = 'done', verdict = 'rejected',"
                          " review_until_us = NULL, action = 'reject',"
                          " record = coalesce(CAST(?6 AS TEXT), record)," SMOS_EDITED
                          "state = 'review'" SMOS_RETURNED,
                          change,
                          record));
        ledger_.abandon({{}, change.tenant, change.task_id, false, "rejected", change.actor});
        return rejected;
    });
}

Result<Production> QueueDesk::cancel(const Edit& change) {
    return in_ledger(change, [&]() -> Result<Production> {
        SMOS_TRY(Production cancelled,
                 edit_now("UPDATE production SET state = 'cancelled', lease_token = lease_token +"
                          " CASE WHEN state = 'leased' THEN 1 ELSE 0 "
                          "END," SMOS_NEITHER_LEASED_NOR_REVIEWED " action = 'cancel'," SMOS_EDITED
                          "state IN ('queued', 'leased', 'review', 'paused')" SMOS_RETURNED,
                          change,
                          {}));
        ledger_.abandon({{}, change.tenant, change.task_id, false, "cancelled", change.actor});
        return cancelled;
    });
}

Result<Production> QueueDesk::retry(const Edit& change, Doubts doubts) {
    auto retried = in_ledger(change, [&]() -> Result<Production> {
        if (doubts == Doubts::refused)
            SMOS_CHECK(check_doubts(database_, change));
        SMOS_TRY(const auto record, with_money(change, {}, true));
        return edit_now(
            "UPDATE production SET state = 'queued', attempt = 0, crashes = 0, run_at_us = ?5,"
            " action = 'retry', record = coalesce(CAST(?6 AS TEXT), record)," SMOS_BEHIND_ITS_KEY
                SMOS_EDITED
            "state IN ('dead', 'quarantined', 'cancelled')" SMOS_KEY_IS_FREE SMOS_RETURNED,
            change,
            record);
    });
    if (retried || retried.error().code != "wrong_state")
        return retried;
    Statement row = database_.prepare(
        "SELECT o.task_id FROM production AS mine JOIN production AS o ON o.queue = mine.queue"
        " AND o.dedup_key = mine.dedup_key AND o.id <> mine.id"
        " AND o.state NOT IN ('dead', 'cancelled') WHERE mine.tenant = ?1 AND mine.task_id = ?2"
        " AND mine.state IN ('dead', 'quarantined', 'cancelled')");
    if (row.bind(1, change.tenant).bind(2, change.task_id).step())
        return Error{"duplicate",
                     fmt::format("{} stands for it now: they have one dedup key", row.text(0)),
                     change.task_id,
                     "cancel that one first"};
    return retried;
}

Result<Production> QueueDesk::pause(const Edit& change) {
    return edit("UPDATE production SET state = 'paused', action = 'pause'," SMOS_EDITED
                "state = 'queued'" SMOS_RETURNED,
                change);
}

Result<Production> QueueDesk::resume(const Edit& change) {
    return edit("UPDATE production SET state = 'queued', action = 'resume',"
                " parked = CASE WHEN concurrency_key IS NULL OR run_at_us > ?5 THEN 0 ELSE 1 "
                "END," SMOS_EDITED "state = 'paused'" SMOS_RETURNED,
                change);
}

} // namespace smos::store
