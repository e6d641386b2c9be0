// SPDX-License-Identifier: Apache-2.0
// The order among exit statuses when several apply.
#include "libsmos/core/exit_status.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace smos {

ExitStatus worse_of(ExitStatus a, ExitStatus b) {
    static constexpr std::array order{
        ExitStatus::terminated,
        ExitStatus::interrupted,
        ExitStatus::bug,
        ExitStatus::io_error,
        ExitStatus::cannot_create,
        ExitStatus::unavailable,
        ExitStatus::bad_input,
        ExitStatus::config,
        ExitStatus::not_permitted,
        ExitStatus::protocol,
        ExitStatus::try_again,
        ExitStatus::no_input,
        ExitStatus::usage,
        ExitStatus::negative,
        ExitStatus::done,
    };
    const auto rank = [](ExitStatus status) {
        return std::distance(order.begin(), std::find(order.begin(), order.end(), status));
    };
    return rank(a) <= rank(b) ? a : b;
}

} // namespace smos
