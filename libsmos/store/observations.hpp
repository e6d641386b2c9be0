// SPDX-License-Identifier: Apache-2.0
// What was seen when: the memory behind velocity and phase.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// One look at one item. Unknown numbers are absent, never 0.
struct Observation {
    std::string platform;
    std::string native_id;
    Instant observed_at;
    std::optional<Instant> created_at{};
    std::optional<std::int64_t> upvotes{};
    std::optional<std::int64_t> comments{};
    std::optional<std::int64_t> shares{};
    std::optional<std::int64_t> views{};
};

/// Observations by (platform, native id, observed at); remembering one again changes nothing.
/// Failures of the state file are Fatal.
class Observations {
  public:
    explicit Observations(Database& database) : database_(database) {}

    /// Those of an item strictly before `before`, latest first, at most `limit`.
    std::vector<Observation>
    before(std::string_view platform, std::string_view native_id, Instant before, int limit);
    /// The earliest one.
    std::optional<Instant> first_seen(std::string_view platform, std::string_view native_id);
    /// How many at or before `up_to`.
    std::int64_t count(std::string_view platform, std::string_view native_id, Instant up_to);
    /// One durable transaction for the whole batch: give it thousands. The first observation of a
    /// (platform, native id, instant) stays.
    void remember(const std::vector<Observation>& batch);

  private:
    Database& database_;
};

} // namespace smos::store
