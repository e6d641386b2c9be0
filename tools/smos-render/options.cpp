// SPDX-License-Identifier: Apache-2.0
// From the options of smos-render to those of its stage.
#include "tools/smos-render/options.hpp"

#include "tools/smos-render/module/module.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/limits.hpp"
#include "libsmos/core/module.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unistd.h>

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

const RenderModule& module() {
    return *static_cast<const RenderModule*>(
        module_symbol(render_module_file, render_module_symbol));
}

/// A film takes a while: what cannot be written in the end is said at once.
void check_target(const std::string& path) {
    const std::string folder = std::filesystem::absolute(path).parent_path().string();
    if (::access(folder.c_str(), W_OK) != 0) {
        throw Fatal(ExitStatus::cannot_create,
                    fmt::format("{}: {}: {}", path, folder, std::strerror(errno)),
                    "name a folder that can be written");
    }
}

/// Copied beside the target and moved over it: a film is there whole or not at all.
void deliver(const std::string& from, const std::string& to) {
    TemporaryFile temporary{temporary_beside(to)};
    std::error_code failed;
    std::filesystem::copy_file(from, temporary.path(), failed);
    if (failed)
        throw Fatal(ExitStatus::cannot_create, to + ": " + failed.message());
    std::filesystem::permissions(temporary.path(), std::filesystem::perms{0644}, failed);
    or_fatal(move_into_place(temporary.path(), to, false), ExitStatus::cannot_create);
    temporary.release();
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
    options.film.preset = context.text("preset");
    options.film.crf = bounded(context, "crf", 0, 51);
    options.film.caption_accent = context.text("accent");
    options.workers = bounded(context, "workers", 0, 64);
    options.dry_run = context.dry_run();
    options.stamp = [&context](std::int64_t started_us) { return context.stamp(started_us); };
    options.progress =
        [&context](const std::string& task, double fraction, const std::string& what) {
            context.progress(task, fraction, what);
        };
    options.interrupted = [&context] { return context.interrupted(); };
    options.device = device_of(context);
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

std::vector<std::pair<std::string, std::string>> render_versions() {
    auto versions = module().library_versions();
    const kernels::Probe probe = kernels::probe();
    versions.emplace_back("device",
                          fmt::format("{}: {}", kernels::name_of(probe.chosen), probe.why_chosen));
    return versions;
}

void render_file(cli::Context& context, const stages::RenderOptions& options) {
    if (context.positionals().size() != 1) {
        throw Fatal(ExitStatus::usage,
                    "--output needs exactly one timeline",
                    "smos-render timeline.json -o out.mp4");
    }
    check_target(context.text("output"));
    const std::string& input = context.positionals().front();
    const std::string text =
        or_fatal(read_file(input, limits::document_bytes), ExitStatus::no_input);
    const records::Json json = or_fatal(records::parse_json(text, input), ExitStatus::bad_input);
    auto read = records::read_timeline(json);
    if (!read)
        throw Fatal(ExitStatus::bad_input, input + ": " + read.error().text());
    auto rendered = loaded_renderer()(options, *std::move(read), input, std::nullopt, 0);
    if (!rendered) {
        const bool stopped = rendered.error().code == "interrupted";
        throw Fatal(stopped ? ExitStatus::interrupted : ExitStatus::bad_input,
                    input + ": " + rendered.error().text());
    }
    const std::string& uri = rendered->section.outputs.front().video.uri;
    const std::string path = or_fatal(options.sources.assets->path_of(uri), ExitStatus::io_error);
    deliver(path, context.text("output"));
    context.write_line(records::dump(records::encode(rendered->section)));
}

} // namespace smos::tools
