// SPDX-License-Identifier: Apache-2.0
// What the queue ought to do, over a plain map: the model that the store is held against.
#include "tests/model/plain_queue.hpp"

#include <algorithm>
#include <set>

namespace smos::model {
namespace {

bool lapsed(const Moment& until, const Moment& now) {
    if (until.boot_id == now.boot_id)
        return until.boot_us <= now.boot_us;
    return until.wall <= now.wall;
}

bool is_live(ProductionState state) {
    return state != ProductionState::dead && state != ProductionState::cancelled;
}

} // namespace

PlainRow* PlainQueue::held(const Lease& lease) {
    for (auto& [task, row] : rows) {
        if (row.seen.id == lease.production_id)
            return row.seen.state == ProductionState::leased && row.seen.lease_token == lease.token
                       ? &row
                       : nullptr;
    }
    return nullptr;
}

const Production* PlainQueue::dedup_holder(const std::string& key, const std::string& but) const {
    for (const auto& [task, row] : rows) {
        if (task != but && row.seen.dedup_key == key && is_live(row.seen.state))
            return &row.seen;
    }
    return nullptr;
}

void PlainQueue::change(PlainRow& row, Instant now) {
    ++transitions;
    ++row.seen.state_version;
    row.seen.updated_at = now;
}

void PlainQueue::end_lease(PlainRow& row, ProductionState state, Instant now) {
    row.seen.state = state;
    row.seen.lease_until.reset();
    row.seen.worker.reset();
    change(row, now);
}

bool PlainQueue::enqueue(const NewProduction& production, Instant now) {
    if (rows.count(production.task_id) > 0)
        return false;
    if (production.dedup_key && dedup_holder(*production.dedup_key, {}) != nullptr)
        return false;
    Production made;
    made.tenant = production.tenant;
    made.task_id = production.task_id;
    made.queue = production.queue;
    made.record = production.record;
    made.stage = production.stage;
    made.priority = production.priority;
    made.run_at = production.run_at.value_or(now);
    made.max_attempts = production.max_attempts;
    made.max_crashes = production.max_crashes;
    made.concurrency_key = production.concurrency_key;
    made.concurrency_max = production.concurrency_max;
    made.dedup_key = production.dedup_key;
    made.state_version = 1;
    made.created_at = now;
    made.updated_at = now;
    rows[production.task_id] = {made, {}};
    ++transitions;
    return true;
}

std::int64_t PlainQueue::running(const std::string& key) const {
    return std::count_if(rows.begin(), rows.end(), [&key](const auto& entry) {
        return entry.second.seen.state == ProductionState::leased &&
               entry.second.seen.concurrency_key == key;
    });
}

bool PlainQueue::may_run(const Production& row, Instant now) const {
    const auto paused = [this](const char* name) {
        const auto found = switches.find(name);
        return found != switches.end() && found->second;
    };
    return row.state == ProductionState::queued && row.run_at <= now && !paused("queue") &&
           (row.stage != "publish" || !paused("publish")) &&
           (!row.concurrency_key || running(*row.concurrency_key) < row.concurrency_max);
}

std::vector<std::string>
PlainQueue::claim(int most, const std::string& worker, Moment now, std::int64_t ttl_us) {
    std::vector<PlainRow*> picked;
    for (auto& [task, row] : rows) {
        if (may_run(row.seen, now.wall))
            picked.push_back(&row);
    }
    std::sort(picked.begin(), picked.end(), [](const PlainRow* a, const PlainRow* b) {
        return std::tuple{a->seen.priority, a->seen.run_at.micros, a->seen.id} <
               std::tuple{b->seen.priority, b->seen.run_at.micros, b->seen.id};
    });
    std::set<std::string> keys;
    std::vector<std::string> tasks;
    for (PlainRow* row : picked) {
        if (tasks.size() == static_cast<std::size_t>(most))
            break;
        if (row->seen.concurrency_key && !keys.insert(*row->seen.concurrency_key).second)
            continue;
        row->seen.state = ProductionState::leased;
        ++row->seen.lease_token;
        row->lease_until = now.after(ttl_us);
        row->seen.lease_until = row->lease_until.wall;
        row->seen.worker = worker;
        change(*row, now.wall);
        tasks.push_back(row->seen.task_id);
    }
    return tasks;
}

store::Reaped PlainQueue::reap(const Moment& now) {
    store::Reaped reaped;
    for (auto& [task, row] : rows) {
        if (row.seen.state != ProductionState::leased || !lapsed(row.lease_until, now))
            continue;
        ++row.seen.crashes;
        ++row.seen.lease_token;
        row.seen.last_error = "the lease of " + *row.seen.worker + " lapsed";
        const bool enough = row.seen.crashes >= row.seen.max_crashes;
        end_lease(row, enough ? ProductionState::quarantined : ProductionState::queued, now.wall);
        ++(enough ? reaped.quarantined : reaped.requeued);
    }
    return reaped;
}

std::string PlainQueue::extend(const Lease& lease, const Moment& until) {
    PlainRow* row = held(lease);
    if (row == nullptr)
        return "lost_lease";
    row->lease_until = until;
    row->seen.lease_until = until.wall;
    return {};
}

std::string
PlainQueue::store_output(const Lease& lease, const store::StageOutput& output, const Moment& now) {
    PlainRow* row = held(lease);
    if (row == nullptr)
        return "lost_lease";
    row->seen.record = output.record;
    row->seen.stage = output.next_stage;
    outputs.try_emplace({row->seen.id, output.stage, output.input_hash}, output.record);
    change(*row, now.wall);
    return {};
}

std::string PlainQueue::complete(const Lease& lease, const std::string& record, const Moment& now) {
    PlainRow* row = held(lease);
    if (row == nullptr)
        return "lost_lease";
    row->seen.record = record;
    row->seen.last_error.reset();
    end_lease(*row, ProductionState::done, now.wall);
    return {};
}

std::string PlainQueue::fail(const Lease& lease,
                             const std::string& error,
                             bool crashed,
                             bool retryable,
                             std::int64_t delay_us,
                             const Moment& now) {
    PlainRow* row = held(lease);
    if (row == nullptr)
        return "lost_lease";
    ++(crashed ? row->seen.crashes : row->seen.attempt);
    row->seen.last_error = error;
    row->seen.run_at = now.wall;
    ProductionState state = ProductionState::queued;
    if (row->seen.crashes >= row->seen.max_crashes)
        state = ProductionState::quarantined;
    else if (row->seen.attempt >= row->seen.max_attempts || !retryable)
        state = ProductionState::dead;
    else
        row->seen.run_at.micros += delay_us;
    end_lease(*row, state, now.wall);
    return {};
}

std::string
PlainQueue::release(const Lease& lease, std::optional<Instant> run_at, const Moment& now) {
    PlainRow* row = held(lease);
    if (row == nullptr)
        return "lost_lease";
    row->seen.run_at = run_at.value_or(row->seen.run_at);
    end_lease(*row, ProductionState::queued, now.wall);
    return {};
}

std::string PlainQueue::enter_review(const Lease& lease,
                                     const std::string& record,
                                     const std::string& next_stage,
                                     Instant until,
                                     const Moment& now) {
    PlainRow* row = held(lease);
    if (row == nullptr)
        return "lost_lease";
    row->seen.record = record;
    row->seen.stage = next_stage;
    row->seen.verdict.reset();
    row->seen.review_until = until;
    end_lease(*row, ProductionState::review, now.wall);
    return {};
}

std::string PlainQueue::edit(const std::string& verb,
                             const std::string& task,
                             std::int64_t version,
                             const Moment& now) {
    const auto found = rows.find(task);
    if (found == rows.end())
        return "no_such_production";
    PlainRow& row = found->second;
    Production& seen = row.seen;
    if (seen.state_version != version)
        return "conflict";
    const ProductionState state = seen.state;
    const bool ended = state == ProductionState::dead || state == ProductionState::quarantined ||
                       state == ProductionState::cancelled;
    if (verb == "retry" && ended && seen.dedup_key &&
        dedup_holder(*seen.dedup_key, task) != nullptr)
        return "duplicate";
    if (verb == "approve" && state == ProductionState::review) {
        seen.verdict = "approved";
        seen.run_at = now.wall;
        seen.state = ProductionState::queued;
    } else if (verb == "reject" && state == ProductionState::review) {
        seen.verdict = "rejected";
        seen.state = ProductionState::done;
    } else if (verb == "cancel" && !ended && state != ProductionState::done) {
        seen.lease_token += state == ProductionState::leased ? 1 : 0;
        seen.lease_until.reset();
        seen.worker.reset();
        seen.state = ProductionState::cancelled;
    } else if (verb == "retry" && ended) {
        seen.attempt = 0;
        seen.crashes = 0;
        seen.run_at = now.wall;
        seen.state = ProductionState::queued;
    } else if (verb == "pause" && state == ProductionState::queued) {
        seen.state = ProductionState::paused;
    } else if (verb == "resume" && state == ProductionState::paused) {
        seen.state = ProductionState::queued;
    } else {
        return "wrong_state";
    }
    seen.review_until.reset();
    change(row, now.wall);
    return {};
}

std::vector<std::string> PlainQueue::purge(ProductionState state, Instant before) {
    std::vector<std::string> gone;
    for (auto row = rows.begin(); row != rows.end();) {
        if (row->second.seen.state != state || !(row->second.seen.updated_at < before)) {
            ++row;
            continue;
        }
        const std::int64_t id = row->second.seen.id;
        for (auto output = outputs.begin(); output != outputs.end();)
            output = std::get<0>(output->first) == id ? outputs.erase(output) : std::next(output);
        gone.push_back(row->first);
        ++transitions;
        row = rows.erase(row);
    }
    return gone;
}

} // namespace smos::model
