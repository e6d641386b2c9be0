// SPDX-License-Identifier: Apache-2.0
// smos-render: reserved records in, films out.
#include "tools/smos-render/idle_options.hpp"
#include "tools/smos-render/options.hpp"
#include "tools/smos-render/spec.hpp"
#include "tools/smos-render/timelines.hpp"

#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/queue/fence.hpp"

#include <optional>

int main(int argc, char** argv) {
    using namespace smos;
    return cli::run(tools::render_spec(), argc, argv, [](cli::Context& context) {
        tools::refuse_idle_options(context);
        if (context.flag("check"))
            return tools::check_files(context);
        store::Assets assets{context.assets_path()};
        std::optional<store::Database> database;
        std::optional<store::Ledger> ledger;
        const auto open_ledger = [&]() -> store::Ledger& {
            if (!ledger) {
                database.emplace(context.state_path());
                ledger.emplace(*database);
                ledger->work_under(store::lease_of_environment());
            }
            return *ledger;
        };
        const auto options = tools::render_options(context, assets, open_ledger);
        const bool looks =
            context.flag("preview") || context.given("contact-sheet") || context.given("poster");
        if (options.dry_run && (looks || context.given("output") || context.flag("resolve")))
            return tools::plan_file(context, options);
        if (context.flag("resolve"))
            return tools::resolve_file(context, options);
        if (looks)
            return tools::look_at_file(context, options);
        if (context.given("output"))
            return tools::render_file(context, options);
        stages::RenderStage stage{options, tools::loaded_renderer()};
        context.run_stage(stage);
    });
}
