// SPDX-License-Identifier: Apache-2.0
// Writing to stdout with write(2) alone: no stdio buffer that fails at exit unseen.
#include "libsmos/cli/output.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/fatal.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace smos::cli {
namespace {

constexpr std::size_t output_block = std::size_t{1} << 16;
constexpr std::int64_t stale_us = 20'000;

[[noreturn]] void output_failed(int error) {
    if (error == EPIPE)
        throw ReaderGone{};
    throw Fatal(ExitStatus::io_error,
                fmt::format("standard output: {}", std::strerror(error)),
                error == ENOSPC ? "free some space and run again" : "check where the output goes");
}

} // namespace

Output::Output(int fd) : fd_(fd), line_by_line_(::isatty(fd) == 1) {}

void Output::line(std::string_view text_of_line) {
    if (waiting_.empty())
        waiting_since_us_ = monotonic_us();
    waiting_.append(text_of_line);
    waiting_.push_back('\n');
    if (line_by_line_ || waiting_.size() >= output_block)
        flush();
}

void Output::text(std::string_view bytes) {
    if (waiting_.empty())
        waiting_since_us_ = monotonic_us();
    waiting_.append(bytes);
    if (waiting_.size() >= output_block)
        flush();
}

void Output::flush() {
    std::size_t done = 0;
    while (done < waiting_.size()) {
        const ssize_t wrote = ::write(fd_, waiting_.data() + done, waiting_.size() - done);
        if (wrote >= 0) {
            done += static_cast<std::size_t>(wrote);
            continue;
        }
        if (errno == EAGAIN) { // somebody made the shared pipe non-blocking
            pollfd writable{fd_, POLLOUT, 0};
            ::poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            const int error = errno;
            waiting_.clear();
            output_failed(error);
        }
    }
    waiting_.clear();
}

void Output::flush_if_stale() {
    if (!waiting_.empty() && monotonic_us() - waiting_since_us_ > stale_us)
        flush();
}

void Output::close() {
    flush();
    const int copy = ::dup(fd_); // closing a copy reports what the file system held back
    if (copy >= 0 && ::close(copy) != 0)
        output_failed(errno);
}

} // namespace smos::cli
