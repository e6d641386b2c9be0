// SPDX-License-Identifier: Apache-2.0
// `smos config show`: every option, its value, and where that came from.
#include "family.hpp"
#include "spec.hpp"

#include "libsmos/cli/generate.hpp"
#include "libsmos/cli/process.hpp"
#include "libsmos/cli/state.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/nearest.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::dispatch {
namespace {

constexpr int spec_timeout_ms = 10'000;

Result<cli::ToolSpec> spec_of(const std::string& tool) {
    const auto path = cli::find_program("smos-" + tool);
    if (!path)
        return Error{"no_tool", "no such tool", tool, "see smos --help"};
    cli::PipelineLimits limits;
    limits.timeout_ms = spec_timeout_ms;
    limits.quiet_stderr = true;
    SMOS_TRY(const cli::PipelineEnd end,
             cli::run_pipeline({{*path, "--generate", "spec"}}, "", limits));
    if (end.statuses.front() != 0)
        return Error{
            "no_spec", "does not say what its options are", *path, "is it of this family?"};
    SMOS_TRY(const records::Json value, records::parse_json(end.output, *path));
    return cli::spec_from_json(value);
}

/// What the value is when nobody set one: the two places have computed defaults.
std::string shown_value(const cli::Context& context, const cli::Setting& setting) {
    const std::string& name = setting.option->name;
    if (setting.texts.empty() && cli::is_shared(*setting.option)) {
        if (name == "state")
            return context.state_path();
        if (name == "assets")
            return context.assets_path();
    }
    std::string all;
    for (const std::string& text : setting.texts)
        all += (all.empty() ? "" : ", ") + text;
    return all;
}

class Listing {
  public:
    explicit Listing(cli::Context& context) : context_(context) {}

    void add(const cli::ToolSpec& spec, const std::vector<const cli::Option*>& options) {
        cli::Context::State& state = context_.state();
        static const std::map<std::string, std::vector<std::string>> none;
        const bool shared = options.empty() || cli::is_shared(*options.front());
        const auto settings = cli::resolve(spec,
                                           options,
                                           shared ? state.typed.options : none,
                                           cli::process_environment,
                                           state.sources);
        for (const cli::Option* option : options)
            if (!option->command_line_only)
                add_one(spec, settings.by_name.at(option->name));
    }

    void print() {
        if (context_.flag("json")) {
            context_.write_line(records::dump({{"options", json_}}));
            return;
        }
        for (const std::string& line : lines_)
            context_.write_line(line);
    }

  private:
    void add_one(const cli::ToolSpec& spec, const cli::Setting& setting) {
        std::string key = cli::config_key(spec, *setting.option);
        if (key.empty())
            key = setting.option->name;
        const std::string value = shown_value(context_, setting);
        const std::string origin = cli::origin_text(setting);
        std::string line = fmt::format("{} = {}", key, cli::visible(value));
        if (context_.flag("origin"))
            line = fmt::format("{:<48} # {}", line, origin);
        lines_.push_back(std::move(line));
        const bool known = !value.empty();
        json_.push_back({{"key", key},
                         {"value", known ? records::Json(value) : records::Json(nullptr)},
                         {"origin", origin},
                         {"environment", cli::environment_name(spec, *setting.option)}});
    }

    cli::Context& context_;
    std::vector<std::string> lines_;
    records::Json json_ = records::Json::array();
};

std::vector<std::string> tools_to_show(const cli::Context& context) {
    std::vector<std::string> named(context.positionals().begin() + 1, context.positionals().end());
    if (!named.empty())
        return named;
    std::vector<std::string> found;
    for (const Member& member : members())
        if (cli::find_program(std::string("smos-") + member.name))
            found.emplace_back(member.name);
    return found;
}

} // namespace

void show_config(cli::Context& context) {
    if (context.positionals().front() != "show")
        throw Fatal(ExitStatus::usage,
                    fmt::format("config {}: no such action", context.positionals().front()),
                    "smos config show [TOOL...] [--origin] [--json]");
    Listing listing(context);
    std::vector<const cli::Option*> shared;
    for (const cli::Option& option : cli::shared_options())
        shared.push_back(&option);
    listing.add(smos_spec(), shared);
    for (std::string tool : tools_to_show(context)) {
        if (tool.rfind("smos-", 0) == 0)
            tool.erase(0, 5);
        const auto spec = or_fatal(spec_of(tool), ExitStatus::usage);
        listing.add(spec, cli::all_own_options(spec));
    }
    listing.print();
}

} // namespace smos::dispatch
