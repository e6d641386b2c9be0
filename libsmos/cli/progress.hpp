// SPDX-License-Identifier: Apache-2.0
// Progress on stderr: a bar that one tool of a pipeline draws at a time, or JSON events.
#pragma once

#include "libsmos/cli/log.hpp"
#include "libsmos/core/handle.hpp"

#include <condition_variable>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace smos::cli {

enum class ProgressStyle { none, bar, json };

/// How far a task is.
struct ProgressStep {
    std::string task;
    double fraction = 0; ///< of the whole task; at 1 it is done
    std::string stage;
    std::int64_t frames_done = 0; ///< of the stage, where it counts any
    std::int64_t frames = 0;
};

/// What is left of a task, by what it took so far.
class RemainingTime {
  public:
    void add(const ProgressStep& step, std::int64_t now_us);
    /// Nothing while too little is known.
    std::optional<std::int64_t> left_ms(std::int64_t now_us) const;
    /// 0 while none are counted.
    double frames_per_second(std::int64_t now_us) const;

  private:
    ProgressStep last_;
    std::int64_t started_us_ = 0;
    std::int64_t stage_started_us_ = 0;
    double stage_fraction_ = 0;     // of the task, where the stage began
    std::int64_t stage_frames_ = 0; // that were there when the stage began
};

/// Any thread may call; the time left and the memory are told at least once a second while a task
/// is at work, also when nobody calls.
class Progress {
  public:
    Progress(ProgressStyle style, std::string tool, Log& log);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// At most ten times a second; the last of a task is always shown.
    void update(ProgressStep step);
    /// The task ended before its fraction was 1, or waits for something that takes any time.
    void rest();
    /// Shows what was held back and clears the bar.
    void finish();
    /// Takes the bar off the line, so that a message can stand there.
    void clear();

  private:
    void show(const ProgressStep& step);
    void draw(const ProgressStep& step);
    void emit(const ProgressStep& step);
    void start_beating();
    void beat();
    void end_beating();
    /// The terminal is shared by the tools of a pipeline: true while it is ours to draw on.
    bool own_terminal();

    ProgressStyle style_;
    std::string tool_;
    Log& log_;
    RemainingTime remaining_;
    ProgressStep last_;
    bool held_ = false; // last_ was not shown yet
    std::int64_t began_us_ = 0;
    std::int64_t shown_us_ = 0;
    bool drawn_ = false;
    UniqueFd terminal_; // holds an advisory lock while we draw
    bool working_ = false;
    bool ending_ = false;
    std::condition_variable_any changed_; // with the log's mutex
    std::thread beating_;
};

} // namespace smos::cli
