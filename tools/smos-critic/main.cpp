// SPDX-License-Identifier: Apache-2.0
// smos-critic: rendered records in, verdicts out.
#include "tools/smos-critic/looks.hpp"
#include "tools/smos-critic/spec.hpp"

#include "libsmos/cli/context.hpp"

int main(int argc, char** argv) {
    using namespace smos;
    return cli::run(tools::critic_spec(), argc, argv, [](cli::Context& context) {
        tools::Faces faces{context};
        if (context.command() == "compare")
            return tools::compare(context, faces);
        const stages::CriticOptions options = tools::critic_options(context, faces);
        if (context.command() == "check")
            return tools::check_files(context, options);
        const store::Assets assets{context.assets_path()};
        stages::CriticStage stage{options, assets};
        context.run_stage(stage);
    });
}
