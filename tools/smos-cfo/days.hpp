// SPDX-License-Identifier: Apache-2.0
// Days as people have them: of UTC, or of a time zone.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/core/clock.hpp"
#include "libsmos/store/ledger/journal.hpp"

#include <string>
#include <string_view>

namespace smos::tools {

/// Calendar days of one zone; the process has one zone at a time.
class Days {
  public:
    /// "" and "UTC" are UTC; else a name of the system's time zone database, such as
    /// Europe/Berlin. Fatal (64) for any other.
    explicit Days(const std::string& zone);

    const std::string& zone() const { return zone_; }
    /// "2026-03-29".
    std::string day_of(Instant at) const;
    /// The first instant of a day, which is not midnight where clocks are put forward then.
    Instant start_of(int year, unsigned month, unsigned day) const;
    /// "2026-03-29", or an RFC 3339 time. Fatal (64) for anything else.
    Instant instant_of(std::string_view text) const;

  private:
    std::string zone_;
};

/// By --from, --to and --wallet.
store::JournalRange range_of(const cli::Context& context, const Days& days);

} // namespace smos::tools
