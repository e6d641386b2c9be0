// SPDX-License-Identifier: Apache-2.0
// Child processes connected by pipes.
#include "libsmos/cli/process.hpp"

#include "libsmos/cli/signals.hpp"
#include "libsmos/core/clock.hpp"
#include "libsmos/core/handle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace smos::cli {
namespace {

struct PipeEnds {
    UniqueFd read;
    UniqueFd write;
};

Result<PipeEnds> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return Error{"no_pipe", std::strerror(errno), "pipe", "raise the limit of open files"};
    return PipeEnds{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

class SpawnActions {
  public:
    SpawnActions() {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
        sigset_t defaults;
        sigemptyset(&defaults);
        sigaddset(&defaults, SIGPIPE); // ignored by us, and that would be inherited
        posix_spawnattr_setsigdefault(&attributes_, &defaults);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
    }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
    ~SpawnActions() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    void use(int fd, int as) { posix_spawn_file_actions_adddup2(&actions_, fd, as); }
    void silence(int fd) {
        posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", O_WRONLY, 0);
    }
    Result<pid_t> spawn(const Arguments& arguments) const {
        std::vector<char*> argv;
        argv.reserve(arguments.size() + 1);
        for (const std::string& argument : arguments)
            argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        pid_t pid = -1;
        const int failed =
            ::posix_spawn(&pid, argv[0], &actions_, &attributes_, argv.data(), environ);
        if (failed != 0)
            return Error{"not_started",
                         std::strerror(failed),
                         arguments.front(),
                         "is SMOS installed completely?"};
        return pid;
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

class Children {
  public:
    Children() = default;
    Children(const Children&) = delete;
    Children& operator=(const Children&) = delete;
    ~Children() {
        tell(SIGTERM);
        wait_all();
    }
    void add(pid_t pid) { pids_.push_back(pid); }
    void tell(int signal_number) const {
        for (const pid_t pid : pids_)
            ::kill(pid, signal_number);
    }
    std::vector<int> wait_all() {
        std::vector<int> statuses;
        for (const pid_t pid : std::exchange(pids_, {})) {
            int status = 0;
            while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
            }
            statuses.push_back(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
        }
        return statuses;
    }

  private:
    std::vector<pid_t> pids_;
};

/// Feeds and collects at the same time, so that no pipe fills up while we wait on another.
class Exchange {
  public:
    Exchange(UniqueFd feed, UniqueFd collect, const std::string& input, PipelineLimits limits)
        : feed_(std::move(feed)),
          collect_(std::move(collect)),
          input_(input),
          limits_(limits) {
        ::fcntl(feed_.get(), F_SETFL, O_NONBLOCK);
        if (input_.empty())
            feed_.reset();
    }

    Result<std::string> run(const Children& children) {
        const std::int64_t end_us = monotonic_us() + std::int64_t{1000} * limits_.timeout_ms;
        bool told = false;
        while (collect_) {
            std::array<pollfd, 2> watched{{{collect_.get(), POLLIN, 0}, {feed_.get(), POLLOUT, 0}}};
            const bool late = limits_.timeout_ms >= 0 && monotonic_us() >= end_us;
            if ((late || interruption()) && !told) {
                children.tell(SIGTERM);
                told = true;
            }
            if (::poll(watched.data(), watched.size(), 200) <= 0)
                continue;
            if (watched[1].revents != 0)
                feed_some();
            if (watched[0].revents != 0)
                SMOS_CHECK(collect_some());
        }
        return std::move(output_);
    }

  private:
    void feed_some() {
        const ssize_t wrote = ::write(feed_.get(), input_.data() + fed_, input_.size() - fed_);
        if (wrote > 0)
            fed_ += static_cast<std::size_t>(wrote);
        const bool failed = wrote < 0 && errno != EINTR && errno != EAGAIN;
        if (failed || fed_ == input_.size())
            feed_.reset();
    }

    Result<void> collect_some() {
        std::array<char, 65536> block{};
        const ssize_t got = ::read(collect_.get(), block.data(), block.size());
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            return {};
        if (got <= 0) {
            collect_.reset();
            return {};
        }
        output_.append(block.data(), static_cast<std::size_t>(got));
        if (output_.size() > limits_.output_bytes)
            return Error{"too_much_output", "a program wrote more than expected", "", ""};
        return {};
    }

    UniqueFd feed_;
    UniqueFd collect_;
    const std::string& input_;
    PipelineLimits limits_;
    std::size_t fed_ = 0;
    std::string output_;
};

} // namespace

Result<PipelineEnd> run_pipeline(const std::vector<Arguments>& programs,
                                 const std::string& input,
                                 const PipelineLimits& limits) {
    SMOS_EXPECT(!programs.empty());
    Children children;
    SMOS_TRY(PipeEnds first, make_pipe());
    UniqueFd from = std::move(first.read);
    for (const Arguments& program : programs) {
        SMOS_TRY(PipeEnds next, make_pipe());
        SpawnActions actions;
        actions.use(from.get(), STDIN_FILENO);
        actions.use(next.write.get(), STDOUT_FILENO);
        if (limits.quiet_stderr)
            actions.silence(STDERR_FILENO);
        SMOS_TRY(const pid_t pid, actions.spawn(program));
        children.add(pid);
        from = std::move(next.read);
    }
    Exchange exchange(std::move(first.write), std::move(from), input, limits);
    SMOS_TRY(std::string output, exchange.run(children));
    return PipelineEnd{std::move(output), children.wait_all()};
}

} // namespace smos::cli
