// SPDX-License-Identifier: Apache-2.0
// Times that come round: the five fields of crontab(5), in UTC.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/result.hpp"

#include <bitset>
#include <string_view>

namespace smos::store {

/// Minute, hour, day of the month, month, day of the week; `*`, numbers, lists, ranges and steps,
/// names of months and days, 7 for Sunday, and @hourly @daily @weekly @monthly @yearly. As in
/// crontab(5) a day matches either of the day fields when both are restricted.
class Cron {
  public:
    /// Error `bad_schedule` names the field.
    static Result<Cron> parse(std::string_view text);
    /// The first minute after `after`. Error `never` for what does not come (30 February).
    Result<Instant> next(Instant after) const;

  private:
    bool matches_day(std::int64_t day) const;

    std::bitset<60> minutes_;
    std::bitset<24> hours_;
    std::bitset<32> days_;
    std::bitset<13> months_;
    std::bitset<8> weekdays_;
    bool any_day_ = false;
    bool any_weekday_ = false;
};

} // namespace smos::store
