// SPDX-License-Identifier: Apache-2.0
// How a muse feels: valence, arousal, dominance, and what she thinks just now.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/store/engine/database.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// In thousandths. A muse of whom nothing was said yet is neutral: all 0, in version 0.
struct Mood {
    std::int64_t valence_milli = 0;   // -1000..1000
    std::int64_t arousal_milli = 0;   // 0..1000
    std::int64_t dominance_milli = 0; // 0..1000
    std::optional<std::string> thought{};
    std::optional<std::string> task_id{}; // the production that the thought came from
    std::string actor{};
    std::optional<Instant> updated_at{};
    std::int64_t state_version = 0; // +1 by every change
};

struct MoodOf {
    std::string tenant;
    std::string persona_id;
    Mood mood;
};

/// What is not named stays.
struct MoodChange {
    std::string tenant = "default";
    std::string persona_id;
    std::optional<std::int64_t> valence_milli{};
    std::optional<std::int64_t> arousal_milli{};
    std::optional<std::int64_t> dominance_milli{};
    std::optional<std::string> thought{}; // made one line; empty: none any more
    std::optional<std::string> task_id{};
    std::optional<std::int64_t> if_version{};
    std::string actor;
};

class Moods {
  public:
    static constexpr std::size_t most_thought_code_points = 500;

    explicit Moods(Database& database) : database_(database) {}

    Mood of(std::string_view tenant, std::string_view persona_id);
    /// Of all muses, by tenant and name.
    std::vector<MoodOf> all();
    /// Errors: bad_mood with the member that is out of its range; conflict (retryable) when it is
    /// in another version than `if_version`.
    Result<Mood> change(const MoodChange& change);

  private:
    Database& database_;
};

} // namespace smos::store
