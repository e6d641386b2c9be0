// SPDX-License-Identifier: Apache-2.0
// What the queue ought to do, over a plain map: the model that the store is held against.
#pragma once

#include "libsmos/store/queue/queue.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace smos::model {

using store::Lease;
using store::Moment;
using store::NewProduction;
using store::Production;
using store::ProductionState;

/// A row, and what of it the store does not show.
struct PlainRow {
    Production seen;
    Moment lease_until{};
};

/// Each verb returns the code of its error, or nothing. One tenant, one queue.
class PlainQueue {
  public:
    std::map<std::string, PlainRow> rows; // by task; the store gives the numbers
    std::map<std::tuple<std::int64_t, std::string, std::string>, std::string> outputs;
    std::map<std::string, bool> switches;
    std::int64_t transitions = 0;

    bool enqueue(const NewProduction& production, Instant now);
    std::vector<std::string> claim(int most, const std::string& worker, Moment now, std::int64_t);
    store::Reaped reap(const Moment& now);
    std::string extend(const Lease& lease, const Moment& until);
    std::string
    store_output(const Lease& lease, const store::StageOutput& output, const Moment& now);
    std::string complete(const Lease& lease, const std::string& record, const Moment& now);
    std::string fail(const Lease& lease,
                     const std::string& error,
                     bool crashed,
                     bool retryable,
                     std::int64_t delay_us,
                     const Moment& now);
    std::string release(const Lease& lease, std::optional<Instant> run_at, const Moment& now);
    std::string enter_review(const Lease& lease,
                             const std::string& record,
                             const std::string& next_stage,
                             Instant until,
                             const Moment& now);
    std::string
    edit(const std::string& verb, const std::string& task, std::int64_t version, const Moment& now);
    std::vector<std::string> purge(ProductionState state, Instant before);

    PlainRow* held(const Lease& lease);

  private:
    bool may_run(const Production& row, Instant now) const;
    std::int64_t running(const std::string& key) const;
    const Production* dedup_holder(const std::string& key, const std::string& but) const;
    void end_lease(PlainRow& row, ProductionState state, Instant now);
    void change(PlainRow& row, Instant now);
};

} // namespace smos::model
