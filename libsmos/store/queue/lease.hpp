// SPDX-License-Identifier: Apache-2.0
// The right to write a production: void as soon as somebody else got it.
#pragma once

#include <cstdint>

namespace smos::store {

struct Lease {
    std::int64_t production_id = 0;
    std::int64_t token = 0;
};

} // namespace smos::store
