// SPDX-License-Identifier: Apache-2.0
// Beside each limit of a provider what open reservations hold for it: a schema step.
#pragma once

namespace smos::store {

/// Null until the limit is looked at the next time, which adds up what is held then.
inline constexpr const char* provider_totals_schema = R"sql(
ALTER TABLE provider_limit ADD COLUMN held INTEGER CHECK(held >= 0);
)sql";

} // namespace smos::store
