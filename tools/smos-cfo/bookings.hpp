// SPDX-License-Identifier: Apache-2.0
// The verbs of money that moves without a reservation: opening, credit, refund and cost.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/cli/spec.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace smos::tools {

std::vector<cli::Command> book_commands();
std::optional<store::Booking> booking_of(std::string_view verb);

void book(cli::Context& context, store::Ledger& ledger, store::Booking booking);

} // namespace smos::tools
