// SPDX-License-Identifier: Apache-2.0
// smos-plan: muses and prices in hand, scouted records through the stage.
#include "tools/smos-plan/options.hpp"
#include "tools/smos-plan/spec.hpp"

int main(int argc, char** argv) {
    using namespace smos;
    return cli::run(tools::plan_spec(), argc, argv, [](cli::Context& context) {
        stages::PlanStage stage(tools::plan_settings(context));
        context.run_stage(stage);
    });
}
