// SPDX-License-Identifier: Apache-2.0
// The life of a tool from argv to exit status; every exception of a process ends here.
#include "libsmos/cli/context.hpp"
#include "libsmos/cli/generate.hpp"
#include "libsmos/cli/help.hpp"
#include "libsmos/cli/signals.hpp"
#include "libsmos/cli/state.hpp"
#include "libsmos/cli/version.hpp"
#include "libsmos/core/fatal.hpp"

#include <fmt/format.h>

#include <new>

namespace smos::cli {
namespace {

Error error_of(const Fatal& fatal) { return {"fatal", fatal.what(), "", fatal.hint()}; }

/// Prints and ends: --help, --version, --generate.
int answer(const std::string& text) {
    Output out(STDOUT_FILENO);
    out.text(text);
    out.close();
    return 0;
}

std::optional<std::string> immediate_answer(const ToolSpec& spec, const Glance& seen) {
    if (seen.help) {
        const Command* command = seen.verb ? find_command(spec, *seen.verb) : nullptr;
        return help_text(spec, command);
    }
    if (seen.version)
        return spec.name + " " + smos_version() + "\n";
    if (seen.generate)
        return generated(spec, *seen.generate);
    return {};
}

Level level_of(const Settings& settings) {
    const auto& quiet = settings.by_name.at("quiet").texts;
    if (!quiet.empty() && as_flag(quiet.back()).value_or(false))
        return Level::error;
    const auto& texts = settings.by_name.at("log-level").texts;
    const std::string level = texts.empty() ? "warn" : texts.back();
    if (level == "error")
        return Level::error;
    if (level == "info")
        return Level::info;
    return level == "debug" ? Level::debug : Level::warn;
}

void check_required(const ToolSpec& spec, const Settings& settings) {
    for (const auto& [name, setting] : settings.by_name)
        if (setting.option->required && setting.texts.empty())
            throw Fatal(ExitStatus::usage,
                        fmt::format("option --{} is missing", name),
                        fmt::format("{}; see {} --help", setting.option->doc, spec.name));
}

std::unique_ptr<Context::State> start(const ToolSpec& spec, const Glance& seen) {
    Typed typed = parse(spec, seen);
    const auto typed_config = typed.options.find("config");
    const std::string config = typed_config != typed.options.end()
                                   ? typed_config->second.back()
                                   : process_environment("SMOS_CONFIG");
    ConfigSources sources = load_sources(process_environment, config);
    auto options = own_options(spec, *typed.command);
    for (const Option& option : shared_options())
        options.push_back(&option);
    Settings settings = resolve(spec, options, typed.options, process_environment, sources);
    check_required(spec, settings);
    const Level level = level_of(settings);
    auto state = std::make_unique<Context::State>(
        spec, std::move(typed), std::move(sources), std::move(settings), level);
    for (const std::string& warning : state->settings.warnings)
        state->log.message(Level::warn, warning);
    return state;
}

/// Runs `work`, turning what it throws into a message and a status.
template <typename Work>
void guarded(Context& context, const Work& work) {
    try {
        work();
    } catch (const ReaderGone&) {
        context.state().out.abandon();
    } catch (const Interrupted&) {
        // the status of the signal is set at the end
    } catch (const Fatal& fatal) {
        context.error(error_of(fatal));
        context.set_status(fatal.status());
    } catch (const std::bad_alloc&) {
        context.error({"out_of_memory", "out of memory", "", "give the process more memory"});
        context.set_status(ExitStatus::bug);
    } catch (const std::exception& unexpected) {
        context.error({"bug",
                       fmt::format("unexpected: {}", unexpected.what()),
                       "",
                       "this is a bug; please report it with the command and its input"});
        context.set_status(ExitStatus::bug);
    }
}

int live(const ToolSpec& spec, const Glance& seen, const ToolBody& body) {
    Context context(start(spec, seen));
    guarded(context, [&] { body(context); });
    guarded(context, [&] { context.state().progress.finish(); });
    guarded(context, [&] { context.state().out.close(); });
    if (const auto interrupted = interruption())
        context.set_status(*interrupted);
    return static_cast<int>(context.state().status);
}

int say_and_end(const ToolSpec& spec, const Glance& seen, const Fatal& fatal) {
    Log log({spec.name, Level::error, seen.json_log, wants_colour("auto"), {}});
    if (fatal.status() != ExitStatus::usage || seen.json_log) {
        log.error(error_of(fatal));
    } else {
        log.message(Level::error, fatal.what());
        if (!fatal.hint().empty())
            log.hint(fatal.hint());
    }
    return static_cast<int>(fatal.status());
}

} // namespace

int run(const ToolSpec& spec, int argc, char** argv, const ToolBody& body) {
    Glance seen;
    try {
        prepare_process();
        seen = glance(spec, {argv + std::min(argc, 1), argv + argc});
        if (const auto text = immediate_answer(spec, seen))
            return answer(*text);
        return live(spec, seen, body);
    } catch (const ReaderGone&) {
        return 0;
    } catch (const Fatal& fatal) {
        return say_and_end(spec, seen, fatal);
    }
}

} // namespace smos::cli
