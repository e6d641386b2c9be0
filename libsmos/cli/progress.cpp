// SPDX-License-Identifier: Apache-2.0
// Drawing the bar and writing progress events.
#include "libsmos/cli/progress.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace smos::cli {
namespace {

constexpr std::int64_t between_steps_us = 100'000;
constexpr std::size_t bar_cells = 24;

std::size_t terminal_columns() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

void put_on_stderr(const std::string& text) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace

Progress::Progress(ProgressStyle style, std::string tool, Log& log)
    : style_(style),
      tool_(std::move(tool)),
      log_(log) {}

void Progress::update(std::string_view task, double fraction, std::string_view what) {
    if (style_ == ProgressStyle::none)
        return;
    const double bounded = std::isfinite(fraction) ? std::clamp(fraction, 0.0, 1.0) : 0.0;
    Step step{std::string{task}, bounded, std::string{what}};
    if (held_ && held_->task != step.task)
        show(*std::exchange(held_, std::nullopt));
    const bool due = monotonic_us() - shown_us_ >= between_steps_us;
    if (due || bounded >= 1.0 || step.task != last_task_) {
        held_.reset();
        show(step);
    } else {
        held_ = std::move(step);
    }
}

void Progress::finish() {
    if (held_)
        show(*std::exchange(held_, std::nullopt));
    clear();
    terminal_.reset();
}

void Progress::clear() {
    if (drawn_)
        put_on_stderr("\r\033[K");
    drawn_ = false;
}

void Progress::show(const Step& step) {
    shown_us_ = monotonic_us();
    last_task_ = step.task;
    if (style_ == ProgressStyle::json)
        emit(step);
    else if (own_terminal())
        draw(step);
    if (style_ == ProgressStyle::bar && step.fraction >= 1.0) {
        clear();
        terminal_.reset(); // the next tool may draw
    }
}

void Progress::emit(const Step& step) {
    const records::Json event{{"ev", "progress"},
                              {"tool", tool_},
                              {"task", one_line(step.task)},
                              {"fraction", std::round(step.fraction * 10'000) / 10'000},
                              {"what", one_line(step.what)},
                              {"t", format_rfc3339(log_.now())}};
    log_.raw_line(records::dump(event));
}

void Progress::draw(const Step& step) {
    const auto filled = static_cast<std::size_t>(step.fraction * static_cast<double>(bar_cells));
    const std::string bar = std::string(filled, '#') + std::string(bar_cells - filled, '.');
    std::string line = fmt::format("{} [{}] {:3.0f}% ", tool_, bar, step.fraction * 100);
    const std::size_t columns = terminal_columns();
    if (line.size() + 1 < columns) // wide letters take two cells: half of the rest is safe
        line += first_code_points(visible(one_line(step.what)), (columns - line.size() - 1) / 2);
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
