// SPDX-License-Identifier: Apache-2.0
// The queue as workers see it: put in, lease, write under the lease, give back.
#pragma once

#include "libsmos/core/random.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/ledger/ledger.hpp"
#include "libsmos/store/memory/board.hpp"
#include "libsmos/store/queue/backoff.hpp"
#include "libsmos/store/queue/bell.hpp"
#include "libsmos/store/queue/lease.hpp"
#include "libsmos/store/queue/moment.hpp"
#include "libsmos/store/queue/production.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

struct ClaimRequest {
    std::string queue = "default";
    int most = 1; // 1, 10 or 100
    std::string worker;
    std::int64_t ttl_us = 60'000'000;
    /// Only what waits for one of these stages; empty: for any. A batch begins with the stage whose
    /// head is the most urgent.
    std::vector<std::string> stages{};
};

/// What a stage made of its input.
struct StageOutput {
    std::string stage;
    std::string input_hash; // of the line that it read
    std::string record;     // the line that it wrote
    std::string next_stage;
    std::string since{}; // not empty: others run beside it, and the row's line stays as it is
    std::optional<std::string> joined{}; // what the line becomes instead of `record` alone
    std::vector<BoardNote> notes{};      // what it leaves on the boards, in the same transaction
    std::int64_t attempt = 1;
};

struct Completion {
    Lease lease;
    std::string record;
};

struct Reaped {
    std::int64_t requeued = 0;
    std::int64_t quarantined = 0;
};

/// What a failure came to.
struct Failure {
    ProductionState state = ProductionState::queued; // queued, dead or quarantined
    Instant run_at{};
};

/// Every call is one durable transaction; failures of the state are Fatal, after which the call
/// may or may not have happened and is to be made again: enqueuing again finds the same row, a
/// claim that was not heard of lapses. Every write of a worker carries its lease; where that was
/// lost the error is `lost_lease`, nothing changed, and the worker must stop what it runs. What
/// dies or is quarantined gives its open reservation back in the same transaction.
class Queue {
  public:
    explicit Queue(Database& database, Policy policy = {});
    Queue(Database& database, const MomentSource& clock, Policy policy = {});

    /// The same task again is the same row and stays as it is. All or none.
    std::vector<Enqueued> enqueue(const std::vector<NewProduction>& productions,
                                  std::string_view actor);

    /// At most `most`, by priority, then time, then arrival; of a concurrency key one at a time and
    /// no more at once than it allows; none of a paused queue, and none that would publish while
    /// that is paused. May give fewer than there are; none means: nothing to do now. What waits for
    /// its key or for another stage costs nothing.
    std::vector<Production> claim(const ClaimRequest& request);
    /// A lease from now on; before it lapses, or after, as long as nobody took it away.
    Result<void> extend(const Lease& lease, std::int64_t ttl_us);
    /// Takes lapsed leases away, counts a crash each, and quarantines those that had too many.
    Reaped reap(std::string_view actor);

    /// The section of a stage as it arrives; the production goes on from `next_stage`. A second
    /// output for the same input changes nothing.
    Result<void> store_output(const Lease& lease, const StageOutput& output);
    /// What the stage made of that input before, in any lease.
    std::optional<std::string>
    output_of(std::int64_t production_id, std::string_view stage, std::string_view input_hash);

    Result<void> complete(const Lease& lease, std::string_view record);
    /// Each as complete(), in one transaction: the ids of those whose lease was lost.
    std::vector<std::int64_t> complete_many(const std::vector<Completion>& completions);
    /// Counts a failed attempt: waits and is ready again, or is dead when that was the last one or
    /// the error is not retryable.
    Result<Failure> fail(const Lease& lease, const Error& error, const Backoff& backoff, Random&);
    /// The child took itself down (a signal, no memory): counts a crash, not an attempt.
    Result<Failure>
    crash(const Lease& lease, std::string_view what, const Backoff& backoff, Random&);
    /// Gives it back without counting anything, now or for later.
    Result<void> release(const Lease& lease, std::optional<Instant> run_at = {});
    /// As release(), for a worker that can do `stage`.
    Result<void> hand_over(const Lease& lease, std::string_view stage);
    /// After an outage: gives back what `worker` was leased without hearing of it.
    void release_unknown(std::string_view worker, const std::vector<Lease>& known);
    /// Waits for a person, at most until `until`; approval goes on with `next_stage`.
    Result<void> enter_review(const Lease& lease,
                              std::string_view record,
                              std::string_view next_stage,
                              Instant until);

    /// For other rooms that write on behalf of a worker: call it inside their own transaction, and
    /// the lease holds until its end.
    static bool holds(Database& database, const Lease& lease);

    bool is_paused(std::string_view name);
    Moment now() const { return clock_(); }
    /// What enqueue() rang, or owes to those who wait; see Bell.
    Bell& bell() { return bell_; }

  private:
    std::optional<Moment> given_now() const;
    std::vector<Production> claim_of(const ClaimRequest& request);
    std::vector<std::string> stages_by_head(const ClaimRequest& request,
                                            const std::optional<Moment>& now);
    struct Asked {
        const ClaimRequest& request;
        const std::string* stage;
        const std::optional<Moment>& now;
    };
    void claim_with(const Asked& asked, bool plain, std::vector<Production>& rows);
    void claim_some(const ClaimRequest& request,
                    const std::string* stage,
                    const std::optional<Moment>& now,
                    std::vector<Production>& rows);
    void end_turns(const std::set<std::string>& keys, bool open);
    bool anything_lapsed();
    void mend();
    std::int64_t reap_some(std::string_view actor, Reaped& reaped);
    Result<Failure> count_failure(const Lease& lease,
                                  std::string_view error,
                                  bool crashed,
                                  bool retryable,
                                  const Backoff& backoff,
                                  Random& random);
    Result<Failure> count_now(const Lease& lease,
                              std::string_view error,
                              bool crashed,
                              bool retryable,
                              const Backoff& backoff,
                              Random& random,
                              Instant now);
    void complete_chunk(const Completion* first,
                        std::size_t count,
                        std::size_t size,
                        std::vector<std::int64_t>& kept,
                        std::set<std::string>& keys);

    Database& database_;
    MomentSource clock_;
    bool at_server_;
    bool clock_is_servers_; // and statements read it themselves
    Ledger ledger_;
    Bell bell_;
    bool plain_ = true;  // at a server: what stands first has no key, most likely
    std::string mended_; // the last key that was looked at
};

} // namespace smos::store
