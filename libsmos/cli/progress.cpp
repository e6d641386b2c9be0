// SPDX-License-Identifier: Apache-2.0
// Drawing the bar and writing progress events.
#include "libsmos/cli/progress.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <mutex>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace smos::cli {
namespace {

constexpr std::int64_t between_steps_us = 100'000;
constexpr std::int64_t between_beats_us = 800'000;
constexpr std::size_t bar_cells = 16; // time left and memory have room beside it in 80 columns
// Below this the time so far says nothing about the rest.
constexpr double least_fraction = 0.02;

std::size_t terminal_columns() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

void put_on_stderr(const std::string& text) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

/// Of this process, as /proc/self/statm says it; 0 where there is none.
std::int64_t resident_bytes() {
    const UniqueFd file{::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)};
    std::array<char, 128> text{};
    if (!file || ::read(file.get(), text.data(), text.size() - 1) <= 0)
        return 0;
    long long total = 0, resident = 0;
    if (std::sscanf(text.data(), "%lld %lld", &total, &resident) != 2)
        return 0;
    return resident * ::sysconf(_SC_PAGESIZE);
}

std::string clock_text(std::int64_t ms) {
    const std::int64_t seconds = (ms + 999) / 1000;
    if (seconds >= 3600)
        return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

} // namespace

void RemainingTime::add(const ProgressStep& step, std::int64_t now_us) {
    const bool other = step.task != last_.task || started_us_ == 0;
    if (other)
        started_us_ = now_us;
    if (other || step.stage != last_.stage) {
        stage_started_us_ = now_us;
        stage_fraction_ = step.fraction;
        stage_frames_ = step.frames_done;
    }
    last_ = step;
}

double RemainingTime::frames_per_second(std::int64_t now_us) const {
    const auto elapsed_us = static_cast<double>(now_us - stage_started_us_);
    const auto frames = static_cast<double>(last_.frames_done - stage_frames_);
    return frames > 0 && elapsed_us > 0 ? frames * 1e6 / elapsed_us : 0;
}

std::optional<std::int64_t> RemainingTime::left_ms(std::int64_t now_us) const {
    if (last_.fraction >= 1)
        return 0;
    // By the pace of this stage: those before it were of another kind.
    const double advance = last_.fraction - stage_fraction_;
    const bool by_stage = advance >= least_fraction;
    if (!by_stage && last_.fraction < least_fraction)
        return std::nullopt;
    const std::int64_t since = by_stage ? stage_started_us_ : started_us_;
    const double done = by_stage ? advance : last_.fraction;
    const double pace_us = static_cast<double>(now_us - since) / done;
    return static_cast<std::int64_t>(pace_us * (1 - last_.fraction) / 1000);
}

Progress::Progress(ProgressStyle style, std::string tool, Log& log)
    : style_(style),
      tool_(std::move(tool)),
      log_(log) {}

Progress::~Progress() { end_beating(); }

void Progress::update(ProgressStep step) {
    if (style_ == ProgressStyle::none)
        return;
    const std::lock_guard lock(log_.writing());
    start_beating();
    step.fraction = std::isfinite(step.fraction) ? std::clamp(step.fraction, 0.0, 1.0) : 0.0;
    const bool other = step.task != last_.task;
    if (held_ && other)
        show(ProgressStep{last_});
    remaining_.add(step, monotonic_us());
    last_ = std::move(step);
    const bool due = monotonic_us() - shown_us_ >= between_steps_us;
    held_ = !due && last_.fraction < 1.0 && !other;
    working_ = last_.fraction < 1.0;
    if (!held_)
        show(last_);
    changed_.notify_all();
}

void Progress::rest() {
    const std::lock_guard lock(log_.writing());
    working_ = false;
}

void Progress::finish() {
    end_beating();
    const std::lock_guard lock(log_.writing());
    if (held_)
        show(last_);
    held_ = false;
    clear();
    terminal_.reset();
}

void Progress::clear() {
    const std::lock_guard lock(log_.writing());
    if (drawn_)
        put_on_stderr("\r\033[K");
    drawn_ = false;
}

/// A signal is for the thread that reads and writes: it ends its waits.
void Progress::start_beating() {
    if (began_us_ == 0)
        began_us_ = monotonic_us();
    if (beating_.joinable() || ending_)
        return;
    sigset_t all{}, before{};
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    beating_ = std::thread([this] { beat(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Progress::beat() {
    std::unique_lock lock(log_.writing());
    while (!ending_) {
        const std::int64_t left_us = shown_us_ + between_beats_us - monotonic_us();
        if (!working_) {
            changed_.wait(lock);
        } else if (left_us > 0) {
            changed_.wait_for(lock, std::chrono::microseconds(left_us));
        } else {
            show(last_);
            held_ = false;
        }
    }
}

void Progress::end_beating() {
    {
        const std::lock_guard lock(log_.writing());
        ending_ = true;
    }
    changed_.notify_all();
    if (beating_.joinable())
        beating_.join();
}

void Progress::show(const ProgressStep& step) {
    shown_us_ = monotonic_us();
    if (style_ == ProgressStyle::json)
        emit(step);
    else if (own_terminal())
        draw(step);
    if (style_ == ProgressStyle::bar && step.fraction >= 1.0) {
        clear();
        terminal_.reset(); // the next tool may draw
    }
}

void Progress::emit(const ProgressStep& step) {
    const std::int64_t now_us = monotonic_us();
    records::Json event{{"ev", "progress"},
                        {"tool", tool_},
                        {"task", one_line(step.task)},
                        {"stage", one_line(step.stage)},
                        {"fraction", std::round(step.fraction * 10'000) / 10'000},
                        {"elapsed_ms", (now_us - began_us_) / 1000},
                        {"rss_bytes", resident_bytes()},
                        {"t", format_rfc3339(log_.now())}};
    if (const auto left_ms = remaining_.left_ms(now_us))
        event["eta_ms"] = *left_ms;
    if (step.frames > 0) {
        event["frames_done"] = step.frames_done;
        event["frames"] = step.frames;
    }
    log_.raw_line(records::dump(event));
}

void Progress::draw(const ProgressStep& step) {
    const std::int64_t now_us = monotonic_us();
    const auto filled = static_cast<std::size_t>(step.fraction * static_cast<double>(bar_cells));
    const std::string bar = std::string(filled, '#') + std::string(bar_cells - filled, '.');
    std::string line = fmt::format("{} [{}] {:3.0f}% ", tool_, bar, step.fraction * 100);
    std::string facts = visible(one_line(step.stage));
    if (const double pace = remaining_.frames_per_second(now_us); pace > 0)
        facts += fmt::format(", {:.1f} frames/s", pace);
    if (const auto left_ms = remaining_.left_ms(now_us); left_ms && *left_ms > 0)
        facts += ", " + clock_text(*left_ms) + " left";
    facts += fmt::format(", {} MB", resident_bytes() / 1'000'000);
    const std::size_t columns = terminal_columns();
    // Wide letters take two cells: where there are any, half of the rest is safe.
    const bool narrow = std::all_of(
        facts.begin(), facts.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (line.size() + 1 < columns)
        line += first_code_points(facts, (columns - line.size() - 1) / (narrow ? 1 : 2));
    put_on_stderr("\r\033[K" + line);
    drawn_ = true;
}

bool Progress::own_terminal() {
    if (terminal_)
        return true;
    std::array<char, 256> name{};
    if (::ttyname_r(STDERR_FILENO, name.data(), name.size()) != 0)
        return true; // no terminal: --progress bar was asked for explicitly
    UniqueFd opened(::open(name.data(), O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    if (!opened)
        return true;
    if (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0)
        return false;
    terminal_ = std::move(opened);
    return true;
}

} // namespace smos::cli
