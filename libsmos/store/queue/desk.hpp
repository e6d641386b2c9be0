// SPDX-License-Identifier: Apache-2.0
// The queue as people see it: what is there, decisions on one production, the switches.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/ledger/ledger.hpp"
#include "libsmos/store/queue/moment.hpp"
#include "libsmos/store/queue/production.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// Which production somebody changes, and in which version he saw it.
struct Edit {
    std::string tenant = "default";
    std::string task_id;
    std::int64_t state_version = 0;
    std::string actor;
};

struct Depth {
    std::int64_t ready = 0;
    std::int64_t waiting = 0; // queued for later
    std::int64_t leased = 0;
    std::int64_t review = 0;
    std::int64_t paused = 0;
    std::int64_t done = 0;
    std::int64_t dead = 0;
    std::int64_t quarantined = 0;
    std::int64_t cancelled = 0;

    /// What workers are needed for: a scaler that left out one of the three would start too few.
    std::int64_t work() const { return ready + waiting + leased; }
};

/// What waits for, or is at, one stage.
struct StageDepth {
    std::int64_t ready = 0;
    std::int64_t waiting = 0;
    std::int64_t leased = 0;

    std::int64_t work() const { return ready + waiting + leased; }
};

struct AuditRow {
    std::string actor;
    std::string action;
    std::string state_before; // empty at the beginning
    std::string state_after;
    std::int64_t state_version = 0;
    Instant at{};
};

/// Whether calls whose outcome nobody knows may be asked again.
enum class Doubts { refused, asked_again };

struct Requeued {
    std::int64_t retried = 0;
    std::int64_t in_doubt = 0; // left where they are
};

/// Which productions are meant; nothing: whichever.
struct Scope {
    std::optional<std::string> queue{};
    std::optional<std::string> tenant{};
};

struct ListFilter {
    Scope scope{};
    std::optional<ProductionState> state{};
    std::int64_t after_id = 0; // for the next page
    std::int64_t most = 100;
};

struct Switch {
    std::string name;
    bool paused = false;
    std::string actor;
    std::string reason;
    Instant at{};
};

/// Edits compare and set: another version than the one that was seen is a `conflict`, another state
/// than the verb works on is `wrong_state`, an unknown task `no_such_production`.
class QueueDesk {
  public:
    explicit QueueDesk(Database& database, Policy policy = {});
    QueueDesk(Database& database, const MomentSource& clock, Policy policy = {});

    std::optional<Production> show(std::string_view tenant, std::string_view task_id);
    std::vector<Production> list(const ListFilter& filter);
    std::vector<AuditRow> audit_of(std::string_view tenant, std::string_view task_id);
    /// Of one queue, or of all.
    Depth depth(const std::optional<std::string>& queue = {});
    /// By the stage that is next; empty is the first.
    std::map<std::string, StageDepth> depth_of_stages(const std::optional<std::string>& queue = {});

    /// review -> queued. Where its reservation was closed it reserves again what was not spent, in
    /// the same transaction, and the record names the new reservation. Error `refused` names the
    /// gate when the wallet does not give it; the production stays in review.
    Result<Production> approve(const Edit& edit, const std::optional<std::string>& record = {});
    /// review -> done, with the record that says so.
    Result<Production> reject(const Edit& edit, const std::optional<std::string>& record = {});
    /// Reviews that nobody decided in time, oldest first; decide them by approve() or reject().
    std::vector<Production> overdue_reviews();
    /// queued, leased, review or paused -> cancelled. A worker that has it loses its lease; its
    /// open reservation is given back, calls in flight are booked at their ceiling.
    Result<Production> cancel(const Edit& edit);
    /// dead, quarantined or cancelled -> queued, its counters at zero. Error `duplicate` when
    /// another live one took its dedup key. Money that its end gave back is reserved again, as by
    /// approve(). Error `in_doubt` when nobody knows the outcome of a call that was booked for it,
    /// and `doubts` does not say that it may be asked, and paid, again.
    Result<Production> retry(const Edit& edit, Doubts doubts = Doubts::refused);
    /// queued -> paused, and back.
    Result<Production> pause(const Edit& edit);
    Result<Production> resume(const Edit& edit);
    /// retry() for all of `state` (dead, quarantined or cancelled).
    Requeued requeue(ProductionState state,
                     std::string_view actor,
                     const Scope& scope = {},
                     Doubts doubts = Doubts::refused);
    /// Removes what ended in `state` before `before`, with its outputs; the audit rows stay.
    std::int64_t
    purge(ProductionState state, Instant before, std::string_view actor, const Scope& scope = {});

    /// "queue" (all), "queue:NAME" or "publish". Setting it again changes nothing, but a pause that
    /// came by itself becomes that of whoever sets it.
    void
    set_switch(std::string_view name, bool paused, std::string_view actor, std::string_view reason);
    std::vector<Switch> switches();
    /// Pauses publishing when more than `most` wait for review, and ends that (only its own pause)
    /// when no more than half of it do. Whether publishing is paused now.
    bool watch_backlog(std::int64_t most);

  private:
    Result<Production>
    edit(std::string_view sql, const Edit& edit, const std::optional<std::string>& record = {});
    Result<Production> in_ledger(const Edit& edit, const std::function<Result<Production>()>& work);
    Result<Production>
    edit_now(std::string_view sql, const Edit& edit, const std::optional<std::string>& record);
    Result<std::optional<std::string>>
    with_money(const Edit& edit, const std::optional<std::string>& record, bool died);
    Error refusal(const Edit& edit);
    void set_switch_now(std::string_view name,
                        bool paused,
                        std::string_view actor,
                        std::string_view reason);

    Database& database_;
    MomentSource clock_;
    Ledger ledger_;
};

} // namespace smos::store
