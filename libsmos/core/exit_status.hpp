// SPDX-License-Identifier: Apache-2.0
// The exit statuses that every tool shares (sysexits and two of our own).
#pragma once

namespace smos {

enum class ExitStatus : int {
    done = 0,
    negative = 1, // a negative outcome among the records, only where --fail asked for it
    usage = 64,
    bad_input = 65,
    no_input = 66,
    unavailable = 69,
    bug = 70,
    cannot_create = 73,
    io_error = 74,
    try_again = 75,
    protocol = 76,
    not_permitted = 77,
    config = 78,
    interrupted = 130,
    terminated = 143,
};

/// Of two statuses that both apply, the one to report: 70, 74, 73, 69, 65, then the others.
ExitStatus worse_of(ExitStatus a, ExitStatus b);

} // namespace smos
