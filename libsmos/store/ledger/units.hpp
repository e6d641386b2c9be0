// SPDX-License-Identifier: Apache-2.0
// Units that a tenant's tools are paid with and that are no money: credits, renders, minutes.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace smos::store {

struct UnitMove {
    std::string tenant;
    std::string wallet;     // "credits"
    std::int64_t units = 0; // above 0
    std::string reason;
    std::string reference_id; // of the request that is paid: once for ever in its tenant
    std::string actor;
};

struct UnitBalance {
    std::int64_t units = 0;
    bool moved = true; // false: the same reference moved the same before, and nothing moved now
};

/// Whole units, never below zero. Each call is one durable transaction.
class UnitWallets {
  public:
    explicit UnitWallets(Database& database, std::function<Instant()> clock = {});

    /// Makes the wallet where it is missing. Errors: invalid_cost, bad_name, reference_reused.
    Result<UnitBalance> credit(const UnitMove& move);
    /// Errors: the same, wallet_not_found, insufficient_units.
    Result<UnitBalance> charge(const UnitMove& move);
    std::optional<std::int64_t> balance(std::string_view tenant, std::string_view wallet);

  private:
    Result<UnitBalance> book(const UnitMove& move, std::int64_t delta);

    Database& database_;
    std::function<Instant()> clock_;
};

} // namespace smos::store
