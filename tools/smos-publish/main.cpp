// SPDX-License-Identifier: Apache-2.0
// smos-publish: approved records in, posts and receipts out.
#include "tools/smos-publish/spec.hpp"

#include "libsmos/cli/context.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/muse/muse.hpp"
#include "libsmos/stages/publish/publish.hpp"
#include "libsmos/store/queue/fence.hpp"

#include <filesystem>

namespace {

using namespace smos;

std::string folder(const cli::Context& context, const char* option, const char* fallback) {
    const std::string given = context.given(option) ? context.text(option) : data_home() + fallback;
    return std::filesystem::absolute(given).lexically_normal().string();
}

stages::PublishOptions options_of(cli::Context& context) {
    stages::PublishOptions options;
    for (const std::string& channel : context.texts("to")) {
        options.channels.push_back(
            channel == "dir" ? providers::directory_channel(folder(context, "dir", "/posts"))
                             : providers::site_channel(folder(context, "site", "/site"),
                                                       context.text("base-url")));
    }
    if (context.given("muse")) {
        const auto muse = or_fatal(muse::load(context.text("muse")), ExitStatus::config);
        options.persona_name = muse.name;
        options.language = muse.language;
    }
    options.dry_run = context.dry_run();
    options.stamp = [&context] { return context.stamp(monotonic_us()); };
    options.now = system_now;
    return options;
}

} // namespace

int main(int argc, char** argv) {
    return cli::run(tools::publish_spec(), argc, argv, [](cli::Context& context) {
        const store::Assets assets{context.assets_path()};
        std::optional<store::Database> database;
        std::optional<store::Effects> effects;
        const auto open_effects = [&]() -> store::Effects& {
            if (!effects) {
                database.emplace(context.state_path());
                effects.emplace(*database, store::lease_of_environment());
            }
            return *effects;
        };
        stages::PublishStage stage{options_of(context), open_effects, assets};
        context.run_stage(stage);
    });
}
