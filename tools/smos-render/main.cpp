// SPDX-License-Identifier: Apache-2.0
// smos-render: reserved records in, films out.
#include "tools/smos-render/books.hpp"
#include "tools/smos-render/idle_options.hpp"
#include "tools/smos-render/options.hpp"
#include "tools/smos-render/spec.hpp"
#include "tools/smos-render/timelines.hpp"

#include "libsmos/core/fatal.hpp"

int main(int argc, char** argv) {
    using namespace smos;
    return cli::run(tools::render_spec(), argc, argv, [](cli::Context& context) {
        tools::refuse_idle_options(context);
        if (context.flag("check"))
            return tools::check_files(context);
        store::Assets assets{context.assets_path()};
        tools::Books books{context};
        auto options = tools::render_options(
            context, assets, [&]() -> store::Ledger& { return books.ledger(); });
        options.witness = [&](const std::string& reservation) {
            return books.witness(reservation);
        };
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
        try {
            context.run_stage(stage);
        } catch (...) {
            try {
                books.finish(); // what was booked before the failure is anchored all the same
            } catch (const Fatal& failure) {
                context.warn(failure.what());
            }
            throw;
        }
        books.finish();
    });
}
