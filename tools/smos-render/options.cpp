// SPDX-License-Identifier: Apache-2.0
// From the options of smos-render to those of its stage.
#include "tools/smos-render/options.hpp"

#include "tools/smos-render/module/module.hpp"

#include "libsmos/cli/progress.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/memory.hpp"
#include "libsmos/core/module.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

namespace smos::tools {
namespace {

kernels::Device device_of(cli::Context& context) {
    const std::string asked = context.text("device");
    const kernels::Probe probe = asked == "auto" ? kernels::probe() : kernels::probe(asked);
    if (probe.request_refused) {
        throw Fatal(ExitStatus::unavailable,
                    fmt::format("--device {}: {}", asked, probe.why_not_cuda),
                    "use --device cpu, or auto");
    }
    context.info(fmt::format("device {}: {}", kernels::name_of(probe.chosen), probe.why_chosen));
    return probe.chosen;
}

int bounded(cli::Context& context, const char* option, std::int64_t least, std::int64_t most) {
    const std::int64_t value = context.integer(option);
    if (value < least || value > most) {
        throw Fatal(ExitStatus::usage,
                    fmt::format("--{} {} is not {} to {}", option, value, least, most));
    }
    return static_cast<int>(value);
}

std::optional<kernels::Simd> simd_of(cli::Context& context) {
    const std::string asked = context.text("simd");
    if (asked == "auto")
        return std::nullopt;
    const auto unit = kernels::simd_named(asked);
    const auto units = kernels::simd_units();
    if (!unit || std::find(units.begin(), units.end(), *unit) == units.end()) {
        throw Fatal(ExitStatus::unavailable,
                    fmt::format("--simd {}: this processor or this build has none", asked),
                    "use --simd auto");
    }
    return unit;
}

std::int64_t mem_limit_of(cli::Context& context) {
    const std::string text = context.text("mem-limit");
    const auto bytes = parse_byte_size(text);
    if (!bytes)
        throw Fatal(ExitStatus::usage,
                    fmt::format("--mem-limit {} is no size", text),
                    "write 450M, 2G, or 0 for none");
    return *bytes;
}

/// The frames are told just before the progress that they belong to.
void show_progress(cli::Context& context, stages::RenderOptions& options) {
    const auto frames = std::make_shared<std::pair<std::int64_t, std::int64_t>>();
    options.frames = [frames](std::int64_t done, std::int64_t of) { *frames = {done, of}; };
    options.progress = [&context,
                        frames](const std::string& task, double fraction, const std::string& what) {
        cli::ProgressStep step{task, fraction, what};
        std::tie(step.frames_done, step.frames) = std::exchange(*frames, {});
        context.progress(std::move(step));
    };
}

/// As smos-critic has them.
std::string model_path(cli::Context& context, const char* key) {
    const records::Json& config = context.trusted_config();
    const auto models = config.find("models");
    if (models == config.end() || !models->is_object() || !models->contains(key))
        return {};
    if (!models->at(key).is_string()) {
        throw Fatal(ExitStatus::config,
                    fmt::format("models.{} is not a path", key),
                    "name an ONNX file in your configuration");
    }
    return models->at(key).get<std::string>();
}

const RenderModule& module() {
    return *static_cast<const RenderModule*>(
        module_symbol(render_module_file, render_module_symbol));
}

} // namespace

stages::RenderOptions render_options(cli::Context& context,
                                     store::Assets& assets,
                                     std::function<store::Ledger&()> ledger) {
    stages::RenderOptions options;
    options.sources.assets = &assets;
    options.sources.bindings = or_fatal(
        providers::BindingTable::from_config(context.trusted_config()), ExitStatus::config);
    options.sources.prices =
        or_fatal(providers::PriceTable::from_config(context.trusted_config()), ExitStatus::config);
    options.sources.ledger = std::move(ledger);
    options.sources.now = system_now;
    options.faces = {model_path(context, "face_detector"), model_path(context, "face_embedder")};
    options.film.preset = context.text("preset");
    options.film.crf = bounded(context, "crf", 0, 51);
    options.film.preset_chosen = context.given("preset");
    options.film.crf_chosen = context.given("crf");
    options.film.caption_accent = context.text("accent");
    options.workers = bounded(context, "workers", 0, 64);
    options.cache_limit_bytes = std::int64_t{bounded(context, "cache-limit", 0, 100'000)} << 20U;
    options.mem_limit_bytes = mem_limit_of(context);
    options.simd = simd_of(context);
    options.dry_run = context.dry_run();
    options.stamp = [&context](std::int64_t started_us) { return context.stamp(started_us); };
    show_progress(context, options);
    options.warn = [&context](const std::string& message) { context.warn(message); };
    options.remark = [&context](const std::string& message) { context.info(message); };
    options.interrupted = [&context] { return context.interrupted(); };
    options.device = device_of(context);
    if (options.dry_run) {
        options.plan = [options](const records::Timeline& timeline,
                                 const std::string& task,
                                 std::int64_t target_ms) {
            return loaded_plan(options, timeline, task, target_ms);
        };
    }
    return options;
}

stages::Renderer loaded_renderer() {
    return [](const stages::RenderOptions& options,
              records::Timeline timeline,
              const std::string& task,
              const std::optional<std::string>& reservation_id,
              std::int64_t target_ms) {
        return module().render_timeline(
            options, std::move(timeline), task, reservation_id, target_ms);
    };
}

std::vector<records::TimelineProblem> render_lints(const records::Timeline& timeline) {
    return module().render_lints(timeline);
}

Result<records::JsonBox> loaded_plan(const stages::RenderOptions& options,
                                     const records::Timeline& timeline,
                                     const std::string& task,
                                     std::int64_t target_ms) {
    return module().plan_render(options, timeline, task, target_ms);
}

Result<stages::Preview> loaded_preview(const stages::RenderOptions& options,
                                       const records::Timeline& timeline,
                                       const std::string& task,
                                       const stages::PreviewWish& wish) {
    return module().preview_timeline(options, timeline, task, wish);
}

std::vector<std::pair<std::string, std::string>> render_versions() {
    auto versions = module().library_versions();
    const kernels::Probe probe = kernels::probe();
    versions.emplace_back("device",
                          fmt::format("{}: {}", kernels::name_of(probe.chosen), probe.why_chosen));
    return versions;
}

} // namespace smos::tools
