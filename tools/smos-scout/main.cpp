// SPDX-License-Identifier: Apache-2.0
// smos-scout: inputs through the reader, items into the stage, records out.
#include "tools/smos-scout/intake.hpp"
#include "tools/smos-scout/spec.hpp"

#include "libsmos/cli/context.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/stages/scout/scout.hpp"

#include <unistd.h>

namespace {

using namespace smos;

stages::ScoutChoice choice_of(const cli::Context& context) {
    stages::ScoutChoice choice;
    choice.tenant = context.text("tenant");
    choice.each = context.flag("each");
    if (context.given("min-vvs"))
        choice.min_vvs = context.number("min-vvs");
    if (!context.given("top"))
        return choice;
    if (choice.each || context.integer("top") < 1)
        throw Fatal(ExitStatus::usage,
                    choice.each ? "--top and --each exclude each other" : "--top takes 1 or more",
                    "--top waits for the end of the input, --each does not");
    choice.top = static_cast<std::size_t>(context.integer("top"));
    return choice;
}

void run_scout(cli::Context& context) {
    if (context.positionals().empty() && ::isatty(STDIN_FILENO) == 1)
        throw Fatal(ExitStatus::usage,
                    "no input: items come from FILEs or a pipe",
                    "name a FILE or '-', or see smos-scout --help");
    stages::NoHistory nothing;
    stages::StoredHistory stored(context.state_path(), context.dry_run());
    stages::History& history =
        context.flag("stateless") ? static_cast<stages::History&>(nothing) : stored;
    stages::Scout scout(
        choice_of(context),
        history,
        [&] { return context.stamp(monotonic_us()); },
        [&](std::string_view line) { context.write_line(line); });
    tools::scout_inputs(context, scout);
}

} // namespace

int main(int argc, char** argv) {
    return smos::cli::run(smos::tools::scout_spec(), argc, argv, run_scout);
}
