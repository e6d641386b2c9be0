// SPDX-License-Identifier: Apache-2.0
// The lease that a stage works under.
#include "libsmos/store/queue/fence.hpp"

#include "libsmos/core/fatal.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>

namespace smos::store {
namespace {

std::optional<std::int64_t> number_of(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr)
        return std::nullopt;
    const std::string_view digits{text};
    std::int64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || number < 0)
        throw Fatal(ExitStatus::usage,
                    fmt::format("{} is not a number", name),
                    "leave it to smos-run work");
    return number;
}

} // namespace

std::optional<Lease> lease_of_environment() {
    const auto production = number_of("SMOS_LEASE_PRODUCTION");
    const auto token = number_of("SMOS_LEASE_TOKEN");
    if (production.has_value() != token.has_value())
        throw Fatal(ExitStatus::usage,
                    "only one of SMOS_LEASE_PRODUCTION and SMOS_LEASE_TOKEN is set",
                    "leave both to smos-run work");
    if (!production)
        return std::nullopt;
    return Lease{*production, *token};
}

std::optional<LeasedStage> leased_stage_of_environment() {
    if (!lease_of_environment())
        return std::nullopt;
    const char* stage = std::getenv("SMOS_LEASE_STAGE");
    const char* input = std::getenv("SMOS_LEASE_INPUT");
    const auto attempt = number_of("SMOS_LEASE_ATTEMPT");
    if (stage == nullptr || input == nullptr || !attempt)
        throw Fatal(ExitStatus::usage,
                    "a lease without SMOS_LEASE_STAGE, SMOS_LEASE_ATTEMPT and SMOS_LEASE_INPUT",
                    "leave all of them to smos-run work");
    return LeasedStage{stage, *attempt, input};
}

Result<void>
check_lease(Database& database, const std::optional<Lease>& lease, const std::string& where) {
    if (!lease || Queue::holds(database, *lease))
        return {};
    return Error{"lost_lease",
                 "another worker has this production now; nothing was booked or sent",
                 where,
                 "the worker that has it goes on",
                 true};
}

} // namespace smos::store
