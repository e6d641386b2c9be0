// SPDX-License-Identifier: Apache-2.0
// What happened, in the order of time: the history of productions and the entries of the ledger as
// one log.
#pragma once

#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace smos::store {

/// An audit row, or an entry.
struct Event {
    Instant at{};
    std::string task_id; // of an entry: of its reservation, empty without one
    std::string actor;
    std::string action; // of an entry: its kind
    bool is_entry = false;
    // Of an audit row.
    std::string tenant{};
    std::string state_before{};
    std::string state_after{};
    std::int64_t state_version = 0;
    // Of an entry.
    std::string chain{};
    std::int64_t seq = 0;
    std::string wallet{};
    std::string debit{};
    std::string credit{};
    std::int64_t amount_micros = 0;
};

struct EventFilter {
    std::optional<std::string> task_id{};
    Instant since{};
};

/// Reads on from where it stands. Each event comes once; within one call by time, and events of one
/// chain or production always in their order.
class EventLog {
  public:
    EventLog(Database& database, EventFilter filter)
        : database_(database),
          filter_(std::move(filter)) {}

    /// The next ones, at most some thousand; empty: nothing has happened since the last call.
    std::vector<Event> next();

  private:
    struct Source {
        std::deque<Event> waiting{};
        std::int64_t last = 0;
        std::int64_t chain_id = 0; // 0: the audit rows
        bool at_end = false;
    };

    void find_chains();
    void fill(Source& source);
    void read_audit(Source& source);
    void read_entries(Source& source);

    Database& database_;
    EventFilter filter_;
    Source audit_;
    std::map<std::int64_t, Source> chains_;
    std::set<std::int64_t> recent_; // audit rows that were given: on a server a lower number may
                                    // be committed after a higher one
};

} // namespace smos::store
