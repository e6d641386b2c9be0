// SPDX-License-Identifier: Apache-2.0
// The bell of a queue: wakes its workers, not for every production of many.
#pragma once

#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace smos::store {

/// What those who wait for a queue listen to.
std::string bell_of(const std::string& queue);

/// Rings at once, then not again for 20 ms: what comes meanwhile is owed, and whoever rang has to
/// come back for it. A bell that cannot be rung is no failure: workers look every second. In a file
/// it has nothing to do.
class Bell {
  public:
    explicit Bell(Database& database) : database_(database), needed_(is_server(database.path())) {}

    /// There is something to do now in `queue`; outside of transactions, after the commit.
    void ring(const std::string& queue);
    /// When the first of what is owed is due, by monotonic_us(); nothing is owed: nothing.
    std::optional<std::int64_t> owed_us() const;
    void ring_due();
    /// All that is owed, before its time.
    void ring_owed();

    static constexpr std::int64_t interval_us = 20'000;

  private:
    struct Rope {
        std::int64_t rest_until_us = 0;
        bool owed = false;
    };
    void pull(const std::string& queue, Rope& rope);

    Database& database_;
    bool needed_;
    std::map<std::string, Rope> ropes_;
};

} // namespace smos::store
