// SPDX-License-Identifier: Apache-2.0
// Progress on stderr: a bar that one tool of a pipeline draws at a time, or JSON events.
#pragma once

#include "libsmos/cli/log.hpp"
#include "libsmos/core/handle.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smos::cli {

enum class ProgressStyle { none, bar, json };

class Progress {
  public:
    Progress(ProgressStyle style, std::string tool, Log& log);

    /// At most ten times a second; the last of a task is always shown.
    void update(std::string_view task, double fraction, std::string_view what);
    /// Shows what was held back and clears the bar.
    void finish();
    /// Takes the bar off the line, so that a message can stand there.
    void clear();

  private:
    struct Step {
        std::string task;
        double fraction = 0;
        std::string what;
    };
    void show(const Step& step);
    void draw(const Step& step);
    void emit(const Step& step);
    /// The terminal is shared by the tools of a pipeline: true while it is ours to draw on.
    bool own_terminal();

    ProgressStyle style_;
    std::string tool_;
    Log& log_;
    std::optional<Step> held_;
    std::int64_t shown_us_ = 0;
    std::string last_task_;
    bool drawn_ = false;
    UniqueFd terminal_; // holds an advisory lock while we draw
};

} // namespace smos::cli
