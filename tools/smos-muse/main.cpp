// SPDX-License-Identifier: Apache-2.0
// smos-muse: genesis, show, lint, mood, surprise.
#include "tools/smos-muse/spec.hpp"
#include "tools/smos-muse/verbs.hpp"

#include "libsmos/cli/context.hpp"

namespace {

using namespace smos;

void run_muse(cli::Context& context) {
    const std::string& verb = context.command();
    if (verb == "show")
        return tools::show(context);
    if (verb == "lint")
        return tools::lint(context);
    if (verb == "mood")
        return tools::mood(context);
    tools::make(context, verb == "surprise");
}

} // namespace

int main(int argc, char** argv) {
    return smos::cli::run(smos::tools::muse_spec(), argc, argv, run_muse);
}
