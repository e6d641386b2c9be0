// SPDX-License-Identifier: Apache-2.0
// Signal handlers and the pipe that wakes a waiting read.
#include "libsmos/cli/signals.hpp"

#include "libsmos/core/fatal.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace smos::cli {
namespace {

volatile std::sig_atomic_t caught_signal = 0;
std::array<int, 2> wake_pipe{-1, -1};

extern "C" void on_signal(int signal_number) {
    if (caught_signal != 0)
        _exit(128 + signal_number);
    caught_signal = signal_number;
    const int saved = errno;
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(wake_pipe[1], &byte, 1);
    errno = saved;
}

void keep_standard_descriptors() {
    for (int fd = 0; fd <= 2; ++fd)
        if (::fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
            // read-only on 1 and 2: a write there still fails, as it should
            [[maybe_unused]] const int opened = ::open("/dev/null", O_RDONLY);
        }
}

} // namespace

void prepare_process() {
    keep_standard_descriptors();
    if (::pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        throw Fatal(ExitStatus::io_error, "no pipe for signals", "raise the limit of open files");
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    action.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &action, nullptr);
}

std::optional<ExitStatus> interruption() {
    if (caught_signal == SIGINT)
        return ExitStatus::interrupted;
    if (caught_signal == SIGTERM)
        return ExitStatus::terminated;
    return {};
}

int interruption_fd() { return wake_pipe[0]; }

bool wait_readable(int fd) {
    std::array<pollfd, 2> watched{{{fd, POLLIN, 0}, {wake_pipe[0], POLLIN, 0}}};
    for (;;) {
        if (interruption())
            return false;
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
            return true; // let read itself say what is wrong
        if (watched[1].revents != 0)
            continue;
        if (watched[0].revents != 0)
            return true;
    }
}

} // namespace smos::cli
