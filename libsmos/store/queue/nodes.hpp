// SPDX-License-Identifier: Apache-2.0
// The hosts that work: heartbeats, and who has fallen silent.
#pragma once

#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

struct Node {
    std::string node_id; // stays the same while the worker runs
    std::string hostname;
    std::string record; // the heartbeat as a line: {node_id, hostname, capacity, queue_depth, …}
    Instant started_at{};
    Instant beat_at{};
    Instant expires_at{};
    bool alive = false;
};

/// Every call is one durable transaction.
class Nodes {
  public:
    static constexpr std::int64_t interval_us = 60'000'000;

    explicit Nodes(Database& database) : Nodes(database, [&database] { return database.now(); }) {}
    Nodes(Database& database, std::function<Instant()> clock)
        : database_(database),
          clock_(std::move(clock)) {}

    /// Alive for twice the interval from now on. Those silent for a day are forgotten. A beat that
    /// comes in behind a later one changes nothing.
    void beat(std::string_view node_id, std::string_view hostname, std::string_view record);
    /// A worker that ends says so.
    void leave(std::string_view node_id);
    std::vector<Node> list();

  private:
    Database& database_;
    std::function<Instant()> clock_;
};

} // namespace smos::store
