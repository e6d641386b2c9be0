// SPDX-License-Identifier: Apache-2.0
// Messages on stderr: text for people or one JSON object a line, never a raw control character.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/result.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace smos::cli {

enum class Level { error, warn, info, debug };

struct LogSetup {
    std::string tool;
    Level level = Level::warn;
    bool json = false;
    bool colour = false;
    std::optional<Instant> frozen_now;
};

/// Whether stderr gets colour: an explicit always or never, else NO_COLOR, CLICOLOR_FORCE,
/// TERM=dumb and whether it is a terminal, in this order.
bool wants_colour(std::string_view choice);

class Log {
  public:
    explicit Log(LogSetup setup);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void message(Level level, std::string_view text);
    /// "where: message" and the hint behind it; all fields apart in JSON.
    void error(const Error& error);
    /// A line of its own behind an error: "smos-x: hint".
    void hint(std::string_view text);
    /// A finished JSON object (a progress event), whatever the level.
    void raw_line(std::string_view line);
    /// Called before anything is written: a progress bar clears itself.
    void on_write(std::function<void()> before) { before_write_ = std::move(before); }

    /// Held while something is written; whoever writes past the log holds it too.
    std::recursive_mutex& writing() { return writing_; }

    bool json() const { return setup_.json; }
    bool shows(Level level) const { return level <= setup_.level; }
    Instant now() const;

  private:
    void put(Level level, const std::string& line);

    LogSetup setup_;
    std::recursive_mutex writing_;
    std::function<void()> before_write_;
    struct Sink;
    std::unique_ptr<Sink> sink_; // made with the first message
};

/// One line for a terminal: control characters and invalid bytes as \xNN, the rest as it is.
std::string visible(std::string_view text);

} // namespace smos::cli
