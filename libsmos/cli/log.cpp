// SPDX-License-Identifier: Apache-2.0
// Messages on stderr; spdlog ends here.
#include "libsmos/cli/log.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <cstdlib>
#include <unistd.h>

namespace smos::cli {
namespace {

constexpr std::array<const char*, 4> level_words{"error", "warning", "info", "debug"};
constexpr std::array<const char*, 4> level_keys{"error", "warn", "info", "debug"};
constexpr std::array<const char*, 4> level_colours{"\033[31m", "\033[33m", "\033[36m", "\033[2m"};

spdlog::level::level_enum spdlog_level(Level level) {
    switch (level) {
    case Level::error:
        return spdlog::level::err;
    case Level::warn:
        return spdlog::level::warn;
    case Level::info:
        return spdlog::level::info;
    case Level::debug:
        break;
    }
    return spdlog::level::debug;
}

std::string environment_text(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

bool is_shown_as_is(char32_t c) {
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    const bool turns_text = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
                            c == 0x200E || c == 0x200F || c == 0x061C;
    const bool breaks_line = c == 0x2028 || c == 0x2029;
    return !control && !turns_text && !breaks_line;
}

/// JSON has to be UTF-8; bytes that are not become \xNN like in the text form.
std::string json_text(std::string_view text) {
    return is_utf8(text) ? std::string{text} : visible(text);
}

} // namespace

struct Log::Sink {
    Sink() : logger("smos", std::make_shared<spdlog::sinks::stderr_sink_st>()) {
        logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(
            "%v", spdlog::pattern_time_type::local, "\n"));
        logger.set_level(spdlog::level::trace);
    }
    spdlog::logger logger;
};

bool wants_colour(std::string_view choice) {
    if (choice == "always" || choice == "never")
        return choice == "always";
    if (!environment_text("NO_COLOR").empty())
        return false;
    const std::string force = environment_text("CLICOLOR_FORCE");
    if (!force.empty() && force != "0")
        return true;
    return environment_text("TERM") != "dumb" && ::isatty(STDERR_FILENO) == 1;
}

std::string visible(std::string_view text) {
    std::string shown;
    std::size_t offset = 0;
    while (offset < text.size()) {
        const std::size_t begin = offset;
        const char32_t c = next_code_point(text, offset);
        const std::string_view bytes = text.substr(begin, offset - begin);
        const bool invalid = c == 0xFFFD && bytes.size() == 1;
        if (!invalid && is_shown_as_is(c)) {
            shown += bytes;
        } else if (c == '\n' || c == '\t') {
            shown += c == '\n' ? "\\n" : "\\t";
        } else {
            for (const char byte : bytes)
                shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
        }
    }
    return shown;
}

Log::Log(LogSetup setup) : setup_(std::move(setup)) {}
Log::~Log() = default;

Instant Log::now() const { return setup_.frozen_now ? *setup_.frozen_now : system_now(); }

void Log::put(Level level, const std::string& line) {
    const std::lock_guard lock(writing_);
    if (before_write_)
        before_write_();
    if (!sink_)
        sink_ = std::make_unique<Sink>();
    sink_->logger.log(spdlog_level(level), spdlog::string_view_t{line.data(), line.size()});
    sink_->logger.flush();
}

void Log::message(Level level, std::string_view text) {
    if (!shows(level))
        return;
    const auto index = static_cast<std::size_t>(level);
    if (setup_.json) {
        records::Json line{{"t", format_rfc3339(now())},
                           {"lvl", level_keys[index]},
                           {"tool", setup_.tool},
                           {"msg", json_text(text)}};
        put(level, records::dump(line));
        return;
    }
    const std::string word =
        setup_.colour ? std::string{level_colours[index]} + level_words[index] + "\033[0m"
                      : std::string{level_words[index]};
    put(level, fmt::format("{}: {}: {}", setup_.tool, word, visible(text)));
}

void Log::error(const Error& error) {
    if (!setup_.json) {
        message(Level::error, error.text());
        return;
    }
    records::Json line{{"t", format_rfc3339(now())},
                       {"lvl", "error"},
                       {"tool", setup_.tool},
                       {"msg", json_text(error.message)}};
    if (!error.code.empty())
        line["code"] = error.code;
    if (!error.where.empty())
        line["where"] = json_text(error.where);
    if (!error.hint.empty())
        line["hint"] = json_text(error.hint);
    if (error.retryable)
        line["retryable"] = true;
    put(Level::error, records::dump(line));
}

void Log::hint(std::string_view text) {
    put(Level::error, fmt::format("{}: hint: {}", setup_.tool, visible(text)));
}

void Log::raw_line(std::string_view line) { put(Level::info, std::string{line}); }

} // namespace smos::cli
