// SPDX-License-Identifier: Apache-2.0
// Option values, shared facts and messages of a running tool.
#include "libsmos/cli/context.hpp"

#include "libsmos/cli/signals.hpp"
#include "libsmos/cli/state.hpp"
#include "libsmos/cli/version.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/records/json_value.hpp"

#include <charconv>

namespace smos::cli {
namespace {

template <typename Number>
Number checked_number(const std::string& text) {
    Number value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    SMOS_EXPECT(failed == std::errc{} && end == text.data() + text.size());
    return value;
}

std::string last_of(const Settings& settings, const std::string& name) {
    const auto& texts = settings.by_name.at(name).texts;
    return texts.empty() ? std::string{} : texts.back();
}

std::optional<Instant> frozen_clock(const Settings& settings) {
    const std::string text = last_of(settings, "now");
    if (text.empty())
        return {};
    return *parse_rfc3339(text);
}

LogSetup log_setup(const ToolSpec& spec, const Settings& settings, Level level) {
    return {spec.name,
            level,
            last_of(settings, "log-format") == "json",
            wants_colour(last_of(settings, "color")),
            frozen_clock(settings)};
}

ProgressStyle progress_style(const Settings& settings) {
    const std::string how = last_of(settings, "progress");
    if (how == "json")
        return ProgressStyle::json;
    if (how == "bar")
        return ProgressStyle::bar;
    const bool quiet = as_flag(last_of(settings, "quiet")).value_or(false);
    const bool text = last_of(settings, "log-format") == "text";
    const bool wanted = how == "auto" && !quiet && text && ::isatty(STDERR_FILENO) == 1 &&
                        process_environment("TERM") != "dumb";
    return wanted ? ProgressStyle::bar : ProgressStyle::none;
}

} // namespace

Context::State::State(
    const ToolSpec& spec_, Typed typed_, ConfigSources sources_, Settings settings_, Level level)
    : spec(spec_),
      typed(std::move(typed_)),
      sources(std::move(sources_)),
      settings(std::move(settings_)),
      frozen_now(frozen_clock(settings)),
      log(log_setup(spec_, settings, level)),
      progress(progress_style(settings), spec_.name, log),
      out(STDOUT_FILENO) {
    log.on_write([this] { progress.clear(); });
}

const Setting& Context::State::setting(std::string_view name) const {
    const auto found = settings.by_name.find(std::string{name});
    SMOS_EXPECT(found != settings.by_name.end());
    return found->second;
}

const Setting& Context::State::setting(std::string_view name, Kind kind) const {
    const Setting& found = setting(name);
    SMOS_EXPECT(found.option->kind == kind);
    return found;
}

std::string Context::State::last_text(std::string_view name) const {
    const auto& texts = setting(name).texts;
    return texts.empty() ? std::string{} : texts.back();
}

Context::Context(std::unique_ptr<State> state) : state_(std::move(state)) {}
Context::~Context() = default;

const ToolSpec& Context::spec() const { return state_->spec; }
const std::string& Context::command() const { return state_->typed.command->name; }

bool Context::given(std::string_view name) const {
    return state_->setting(name).origin != Origin::fallback;
}

bool Context::typed(std::string_view name) const {
    const Setting& found = state_->setting(name);
    return found.origin == Origin::flag && (found.option->kind != Kind::flag || flag(name));
}

bool Context::flag(std::string_view name) const {
    const auto value = as_flag(state_->setting(name, Kind::flag).texts.back());
    SMOS_EXPECT(value.has_value());
    return *value;
}

std::string Context::text(std::string_view name) const {
    const Kind kind = state_->setting(name).option->kind;
    SMOS_EXPECT(kind == Kind::text || kind == Kind::path || kind == Kind::directory ||
                kind == Kind::choice);
    return state_->last_text(name);
}

std::vector<std::string> Context::texts(std::string_view name) const {
    return state_->setting(name).texts;
}

std::int64_t Context::integer(std::string_view name) const {
    const auto& texts = state_->setting(name, Kind::integer).texts;
    return texts.empty() ? 0 : checked_number<std::int64_t>(texts.back());
}

double Context::number(std::string_view name) const {
    const auto& texts = state_->setting(name, Kind::number).texts;
    return texts.empty() ? 0 : checked_number<double>(texts.back());
}

Micros Context::usd(std::string_view name) const {
    const auto& texts = state_->setting(name, Kind::usd).texts;
    return texts.empty() ? 0 : *parse_usd(texts.back());
}

std::optional<Instant> Context::time(std::string_view name) const {
    const auto& texts = state_->setting(name, Kind::time).texts;
    if (texts.empty())
        return {};
    return *parse_rfc3339(texts.back());
}

const std::vector<std::string>& Context::positionals() const { return state_->typed.positionals; }

Instant Context::now() const { return state_->frozen_now ? *state_->frozen_now : system_now(); }
bool Context::now_is_frozen() const { return state_->frozen_now.has_value(); }
std::string Context::now_text() const { return format_rfc3339(now()); }
std::uint64_t Context::seed() const { return static_cast<std::uint64_t>(integer("seed")); }
bool Context::dry_run() const { return flag("dry-run"); }

std::string Context::state_path() const {
    const std::string given = state_->last_text("state");
    return given.empty() ? state_home() + "/state.db" : given;
}

std::string Context::assets_path() const {
    const std::string given = state_->last_text("assets");
    return given.empty() ? data_home() + "/cas" : given;
}

std::string Context::version() const { return smos_version(); }
const records::Json& Context::trusted_config() const { return *state_->sources.trusted; }
const records::Json& Context::style() const { return *state_->sources.style; }

records::Stamp Context::stamp(std::int64_t started_us) const {
    records::Stamp stamp;
    stamp.tool = spec().name;
    stamp.version = version();
    stamp.at = now_text();
    stamp.elapsed_ms = now_is_frozen() ? 0 : (monotonic_us() - started_us) / 1000;
    if (dry_run())
        stamp.dry_run = true;
    return stamp;
}

void Context::info(std::string_view message) { state_->log.message(Level::info, message); }
void Context::warn(std::string_view message) { state_->log.message(Level::warn, message); }
void Context::error(const Error& error) { state_->log.error(error); }
void Context::debug(std::string_view message) { state_->log.message(Level::debug, message); }

void Context::progress(std::string_view task, double fraction, std::string_view what) {
    progress(ProgressStep{std::string{task}, fraction, std::string{what}});
}

void Context::progress(ProgressStep step) { state_->progress.update(std::move(step)); }

bool Context::interrupted() const { return interruption().has_value(); }

void Context::set_status(ExitStatus status) { state_->status = worse_of(state_->status, status); }

} // namespace smos::cli
