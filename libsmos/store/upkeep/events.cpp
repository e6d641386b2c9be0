// SPDX-License-Identifier: Apache-2.0
// What happened, in the order of time: the history of productions and the entries of the ledger as
// one log.
#include "libsmos/store/upkeep/events.hpp"

namespace smos::store {
namespace {

constexpr std::size_t events_at_once = 2000;
constexpr std::int64_t audit_rows_looked_back = 500;

} // namespace

void EventLog::find_chains() {
    Statement rows = database_.prepare("SELECT chain_id FROM chain ORDER BY chain_id");
    while (rows.step())
        chains_[rows.integer(0)].chain_id = rows.integer(0);
}

void EventLog::read_audit(Source& source) {
    Statement rows = database_.prepare(
        "SELECT id, at_us, tenant, task_id, actor, action, state_before, state_after,"
        " state_version FROM audit WHERE id > ?1 AND at_us >= ?2"
        " AND task_id = coalesce(?3, task_id) ORDER BY id LIMIT 1000");
    const std::int64_t from = source.last - audit_rows_looked_back;
    rows.bind(1, from).bind(2, filter_.since.micros).bind(3, filter_.task_id);
    std::int64_t highest = source.last;
    while (rows.step()) {
        const std::int64_t id = rows.integer(0);
        highest = std::max(highest, id);
        if (!recent_.insert(id).second)
            continue;
        Event event;
        event.at = Instant{rows.integer(1)};
        event.tenant = rows.text(2);
        event.task_id = rows.text(3);
        event.actor = rows.text(4);
        event.action = rows.text(5);
        event.state_before = rows.text(6);
        event.state_after = rows.text(7);
        event.state_version = rows.integer(8);
        source.waiting.push_back(std::move(event));
    }
    source.last = highest;
    recent_.erase(recent_.begin(), recent_.lower_bound(highest - audit_rows_looked_back));
}

void EventLog::read_entries(Source& source) {
    Statement rows = database_.prepare(
        "SELECT e.seq, e.ts_us, c.name, e.kind, w.name, r.task_id, e.debit, e.credit, e.amount,"
        " e.actor FROM entry AS e JOIN chain AS c ON c.chain_id = e.chain_id"
        " JOIN wallet AS w ON w.wallet_id = e.wallet_id"
        " LEFT JOIN reservation AS r ON r.res_id = e.res_id"
        " WHERE e.chain_id = ?1 AND e.seq > ?2 AND e.ts_us >= ?3"
        " AND (CAST(?4 AS TEXT) IS NULL OR r.task_id = ?4) ORDER BY e.seq LIMIT 1000");
    rows.bind(1, source.chain_id)
        .bind(2, source.last)
        .bind(3, filter_.since.micros)
        .bind(4, filter_.task_id);
    while (rows.step()) {
        Event event;
        event.is_entry = true;
        event.seq = rows.integer(0);
        event.at = Instant{rows.integer(1)};
        event.chain = rows.text(2);
        event.action = rows.text(3);
        event.wallet = rows.text(4);
        event.task_id = rows.optional_text(5).value_or("");
        event.debit = rows.text(6);
        event.credit = rows.text(7);
        event.amount_micros = rows.integer(8);
        event.actor = rows.text(9);
        source.last = event.seq;
        source.waiting.push_back(std::move(event));
    }
}

void EventLog::fill(Source& source) {
    if (!source.waiting.empty() || source.at_end)
        return;
    if (source.chain_id == 0)
        read_audit(source);
    else
        read_entries(source);
    source.at_end = source.waiting.empty();
}

std::vector<Event> EventLog::next() {
    find_chains();
    audit_.at_end = false;
    for (auto& [id, source] : chains_)
        source.at_end = false;
    std::vector<Event> events;
    while (events.size() < events_at_once) {
        fill(audit_);
        Source* earliest = audit_.waiting.empty() ? nullptr : &audit_;
        for (auto& [id, source] : chains_) {
            fill(source);
            if (!source.waiting.empty() &&
                (earliest == nullptr || source.waiting.front().at < earliest->waiting.front().at))
                earliest = &source;
        }
        if (earliest == nullptr)
            break;
        events.push_back(std::move(earliest->waiting.front()));
        earliest->waiting.pop_front();
    }
    return events;
}

} // namespace smos::store
