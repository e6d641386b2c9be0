// SPDX-License-Identifier: Apache-2.0
// Where anchors are kept outside of the state: a file elsewhere, and a command.
#include "libsmos/store/ledger/anchor_sink.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/handle.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace smos::store {
namespace {

/// The signals that we ignore or block are the command's again, and it leads its own group.
class Attributes {
  public:
    Attributes() {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
        sigset_t all;
        sigfillset(&all);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    /// Its stdout is our stderr: our stdout carries records.
    void wire(int input) {
        posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
    }
    Result<pid_t> start(const std::string& command) const {
        std::string shell = "sh";
        std::string flag = "-c";
        std::string text = command;
        std::array<char*, 4> arguments{shell.data(), flag.data(), text.data(), nullptr};
        pid_t child = -1;
        const int failed =
            ::posix_spawn(&child, "/bin/sh", &actions_, &attributes_, arguments.data(), environ);
        if (failed != 0)
            return system_error("not_started", "cannot start", "the anchor command", failed);
        return child;
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

/// A file and not a pipe: nothing to pump, and no signal when nobody reads it.
Result<UniqueFd> input_of(std::string_view line) {
    UniqueFd file{::memfd_create("anchor", MFD_CLOEXEC)};
    const std::string text = std::string{line} + '\n';
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return system_error("not_started", "cannot hold the anchor", "memory", errno);
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

/// False when the time was over first.
bool wait_until(int process, std::int64_t end_us) {
    for (;;) {
        const std::int64_t left_us = end_us - monotonic_us();
        if (left_us <= 0)
            return false;
        pollfd ended{process, POLLIN, 0};
        if (::poll(&ended, 1, static_cast<int>(left_us / 1000 + 1)) > 0)
            return true;
    }
}

Error command_error(std::string message) {
    return {"anchor_command_failed",
            std::move(message),
            "the anchor command",
            "the anchor is kept in the state; the next one covers it"};
}

} // namespace

Result<void> append_durably(const std::string& path, std::string_view line) {
    const auto failed = [&] {
        return system_error("anchor_file_failed", "cannot append the anchor", path, errno);
    };
    const UniqueFd file{
        ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600)};
    if (!file)
        return failed();
    char last = '\n';
    const off_t size = ::lseek(file.get(), 0, SEEK_END);
    if (size > 0 && ::pread(file.get(), &last, 1, size - 1) != 1)
        return failed();
    const std::string text = fmt::format("{}{}\n", last == '\n' ? "" : "\n", line);
    errno = ENOSPC; // a write that stops halfway sets nothing
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return failed();
    if (::fsync(file.get()) != 0 && errno != EINVAL &&
        errno != EROFS) // a device has nothing to sync
        return failed();
    return {};
}

Result<void> tell_command(const std::string& command, std::string_view line, int limit_ms) {
    SMOS_TRY(const UniqueFd input, input_of(line));
    Attributes attributes;
    attributes.wire(input.get());
    SMOS_TRY(const pid_t child, attributes.start(command));
    const UniqueFd process{static_cast<int>(::syscall(SYS_pidfd_open, child, 0))};
    const bool in_time =
        process && wait_until(process.get(), monotonic_us() + std::int64_t{1000} * limit_ms);
    ::kill(-child, SIGKILL); // what it left behind too
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!in_time)
        return command_error(fmt::format("did not end within {} ms and was killed", limit_ms));
    if (WIFSIGNALED(status))
        return command_error(fmt::format("was ended by signal {}", WTERMSIG(status)));
    if (WEXITSTATUS(status) != 0)
        return command_error(fmt::format("ended with status {}", WEXITSTATUS(status)));
    return {};
}

std::vector<Error> send_anchor(const AnchorSinks& sinks, std::string_view line) {
    std::vector<Error> failures;
    if (!sinks.file.empty()) {
        if (const auto kept = append_durably(sinks.file, line); !kept)
            failures.push_back(kept.error());
    }
    if (!sinks.command.empty()) {
        if (const auto told = tell_command(sinks.command, line, sinks.command_limit_ms); !told)
            failures.push_back(told.error());
    }
    return failures;
}

} // namespace smos::store
