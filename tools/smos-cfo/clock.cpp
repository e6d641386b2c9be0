// SPDX-License-Identifier: Apache-2.0
// The verb clock-rebase: somebody vouches for a wall clock that jumped.
#include "tools/smos-cfo/clock.hpp"

#include "tools/smos-cfo/books.hpp"

#include "libsmos/core/fatal.hpp"

#include <fmt/format.h>

namespace smos::tools {

cli::Command clock_command() {
    return {
        .name = "clock-rebase",
        .summary = "say that a wall clock which jumped ahead is right",
        .description =
            "A wall clock that runs more than five seconds ahead of the time since boot would open "
            "every window at once. reserve and paid calls then end with status 75 until the clock "
            "is set right, or until this verb says that it is right now: an entry in every chain "
            "tells who said so, and why. Sleep counts as time since boot; across a reboot only the "
            "wall clock is known, and a clock set back opens nothing. A server's ledger goes by "
            "the server's clock, which is not watched.",
        .options = {{.name = "reason",
                     .kind = cli::Kind::text,
                     .metavar = "TEXT",
                     .doc = "Why, for the ledger; has to be given.",
                     .command_line_only = true}},
        .filter = false,
    };
}

std::vector<std::string> rebase_clock(cli::Context& context, store::Ledger& ledger) {
    if (!context.given("reason") || context.text("reason").empty())
        throw Fatal(ExitStatus::usage,
                    "clock-rebase needs a reason, which the ledger keeps",
                    "such as: smos-cfo clock-rebase --reason 'the clock was an hour behind'");
    const auto rebase =
        or_fatal(ledger.rebase_clock(operator_name(), context.text("reason")), ExitStatus::usage);
    context.write_line(fmt::format("the books go on from {}; the clock had jumped {}.{:03} s",
                                   format_rfc3339(rebase.now),
                                   rebase.jump_us / 1'000'000,
                                   rebase.jump_us / 1000 % 1000));
    return rebase.chains;
}

} // namespace smos::tools
