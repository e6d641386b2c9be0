// SPDX-License-Identifier: Apache-2.0
// The only way to pay: a call drawn from an open reservation.
#pragma once

#include "libsmos/core/money.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smos::store {

struct SpendRequest {
    std::string reservation_id;
    std::string capability;
    std::string provider;
    std::string model;
    std::string requested_model{}; // empty: the same as model
    Micros ceiling_micros = 0;     // the most the call can cost
    std::string spend_key;         // names the call within its reservation, the same on every run
};

/// A call that may be made and paid. Drawing it is durable before the call, so that a run killed
/// in the middle never pays twice. End it with settle(), fail() or in_doubt(); what is dropped
/// without one of them is in doubt and costs its ceiling.
class Spend {
  public:
    /// Errors: unknown_reservation, reservation_closed, reservation_expired, above_reservation,
    /// bad_amount, stopped, provider_budget, differs (the key was drawn for another call),
    /// in_flight (by another living process, retryable), in_doubt (an earlier run died between
    /// asking and knowing: it is booked at its ceiling and must not be asked again). Calls with a
    /// ceiling of 0 are simply drawn again, and so are calls that failed.
    static Result<Spend> draw(Ledger& ledger, const SpendRequest& request);

    Spend(Spend&& other) noexcept;
    Spend& operator=(Spend&&) = delete;
    Spend(const Spend&) = delete;
    Spend& operator=(const Spend&) = delete;
    ~Spend();

    const std::string& id() const { return id_; }
    Micros ceiling_micros() const { return ceiling_micros_; }
    /// True when this call was made and settled before: do not call again, use answer().
    bool finished() const { return finished_; }
    /// What settle() stored.
    const std::string& answer() const { return answer_; }

    /// The call is done and cost `actual_micros`, booked in full even above the ceiling. `answer`
    /// is what a later run gets instead of a second call. When one of these three throws Fatal it
    /// may be booked or not: the same again books it once. Error: not_open (another process closed
    /// it, or it was closed in another way).
    Result<void> settle(Micros actual_micros, std::string_view answer = {});
    /// The provider definitely did not do it; `actual_micros` when it charged all the same.
    Result<void> fail(Micros actual_micros = 0);
    /// Nobody knows whether it was done: booked at the ceiling.
    Result<void> in_doubt();

  private:
    Spend(Ledger& ledger, std::string id) : ledger_(&ledger), id_(std::move(id)) {}
    /// After a draw whose answer was lost.
    void give_up() noexcept;
    Result<void> end(const char* state, Micros actual_micros, std::string_view answer);

    Ledger* ledger_;
    std::string id_;
    Micros ceiling_micros_ = 0;
    bool open_ = false;
    bool finished_ = false;
    std::string answer_;
};

} // namespace smos::store
