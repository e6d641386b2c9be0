// SPDX-License-Identifier: Apache-2.0
// Why tasks got no money: what each gate saw when it said no.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/records/cfo.hpp"
#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// The last refusal of a task, and how often it was refused.
struct Refusal {
    std::string tenant;
    std::string task_id;
    std::string wallet;
    Micros amount_micros = 0;
    std::vector<records::Gate> gates{};
    Instant first_at{};
    Instant last_at{};
    std::int64_t times = 1;
};

/// Of all tenants, in the order of their names.
std::vector<Refusal> refusals_of(Database& database, std::string_view task_id);

} // namespace smos::store
