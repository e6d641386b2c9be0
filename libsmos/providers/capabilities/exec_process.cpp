// SPDX-License-Identifier: Apache-2.0
// One sandboxed child process: started, fed, bounded, and reaped.
#include "libsmos/providers/capabilities/exec_process.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/handle.hpp"

#include <climits>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace smos::providers {
namespace {

constexpr std::size_t output_limit = std::size_t{1} << 20;
constexpr std::size_t complaint_limit = 4096;
constexpr rlim_t file_limit_bytes = rlim_t{1} << 30;

struct Pipe {
    UniqueFd read;
    UniqueFd write;
};

// All that the child needs, made before the fork: after it only async-signal-safe calls are left.
struct ChildPlan {
    std::vector<char*> arguments;
    std::vector<char*> environment;
    std::string directory;
    std::string uid_map;
    std::string gid_map;
    pid_t parent = 0;
    rlim_t cpu_seconds = 0;
    rlim_t memory_bytes = 0;
    bool network = false;
    int input = -1;
    int output = -1;
    int complaint = -1;
    int report = -1;
};

// What the child says over the report pipe before it becomes the program.
struct StartReport {
    int error = 0;
    int isolated = 0;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return Error{"exec_not_started", std::strerror(errno), "pipe", {}};
    return Pipe{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

// A file and not a pipe: nothing to pump while the program runs, and it may seek.
Result<UniqueFd> input_file(const std::string& input) {
    UniqueFd file{::memfd_create("request", MFD_CLOEXEC)};
    const char* bytes = input.data();
    for (std::size_t left = input.size(); file && left > 0;) {
        const ssize_t written = ::write(file.get(), bytes, left);
        if (written <= 0)
            return Error{"exec_not_started", std::strerror(errno), "request", {}};
        bytes += written;
        left -= static_cast<std::size_t>(written);
    }
    if (!file || ::lseek(file.get(), 0, SEEK_SET) != 0)
        return Error{"exec_not_started", std::strerror(errno), "request", {}};
    return file;
}

void write_proc(const char* path, const char* text, std::size_t size) {
    const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (::write(fd, text, size) < 0) {
        // Without a mapping the program sees the overflow user; it still runs.
    }
    ::close(fd); // a raw descriptor: in the child nothing is ever unwound
}

bool leave_network(const ChildPlan& plan) {
    if (::unshare(CLONE_NEWNET) == 0)
        return true;
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return false;
    write_proc("/proc/self/setgroups", "deny", 4);
    write_proc("/proc/self/uid_map", plan.uid_map.data(), plan.uid_map.size());
    write_proc("/proc/self/gid_map", plan.gid_map.data(), plan.gid_map.size());
    return true;
}

bool limit(int what, rlim_t value) {
    rlimit current{};
    if (::getrlimit(static_cast<__rlimit_resource_t>(what), &current) != 0)
        return false;
    const rlim_t bounded = value < current.rlim_max ? value : current.rlim_max;
    const rlimit wanted{bounded, bounded};
    return ::setrlimit(static_cast<__rlimit_resource_t>(what), &wanted) == 0;
}

[[noreturn]] void become_program(const ChildPlan& plan) {
    StartReport report;
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    for (int number = 1; number < NSIG; ++number)
        ::signal(number, SIG_DFL);
    sigset_t none{};
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    report.isolated = !plan.network && leave_network(plan) ? 1 : 0;
    const bool ready = ::getppid() == plan.parent && ::chdir(plan.directory.c_str()) == 0 &&
                       ::dup2(plan.input, 0) == 0 && ::dup2(plan.output, 1) == 1 &&
                       ::dup2(plan.complaint, 2) == 2 && limit(RLIMIT_CPU, plan.cpu_seconds) &&
                       limit(RLIMIT_AS, plan.memory_bytes) &&
                       limit(RLIMIT_FSIZE, file_limit_bytes) && limit(RLIMIT_NOFILE, 256) &&
                       limit(RLIMIT_CORE, 0) &&
                       ::close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0;
    if (ready) {
        if (::write(plan.report, &report, sizeof report) == sizeof report)
            ::execve(plan.arguments[0], plan.arguments.data(), plan.environment.data());
    }
    report.error = errno == 0 ? ECHILD : errno;
    if (::write(plan.report, &report, sizeof report) < 0)
        ::_exit(126);
    ::_exit(127);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// Both reports when the start failed, one when the program runs: the pipe closes at execve.
StartReport read_report(int fd) {
    StartReport last;
    for (StartReport next;;) {
        const ssize_t got = ::read(fd, &next, sizeof next);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != sizeof next)
            return last;
        last = next;
    }
}

struct Stream {
    int fd = -1;
    bool open = true;
};

void drain(Stream& stream, std::string& into) {
    std::array<char, 65536> block{};
    const ssize_t got = ::read(stream.fd, block.data(), block.size());
    if (got > 0)
        into.append(block.data(), static_cast<std::size_t>(got));
    else if (got == 0 || errno != EINTR)
        stream.open = false;
}

// Reads both streams until they close or the time is over.
void collect_output(Stream out, Stream err, std::int64_t deadline_us, ProcessOutcome& outcome) {
    while (out.open || err.open) {
        const std::int64_t left_us = deadline_us - monotonic_us();
        if (left_us <= 0) {
            outcome.timed_out = true;
            return;
        }
        std::array<pollfd, 2> polled{pollfd{out.open ? out.fd : -1, POLLIN, 0},
                                     pollfd{err.open ? err.fd : -1, POLLIN, 0}};
        const std::int64_t wait_ms = std::min<std::int64_t>(left_us / 1000 + 1, 3'600'000);
        if (::poll(polled.data(), polled.size(), static_cast<int>(wait_ms)) <= 0)
            continue;
        if (polled[0].revents != 0)
            drain(out, outcome.output);
        if (polled[1].revents != 0)
            drain(err, outcome.complaint);
        if (outcome.complaint.size() > complaint_limit)
            outcome.complaint.erase(0, outcome.complaint.size() - complaint_limit);
        if (outcome.output.size() > output_limit) {
            outcome.output_too_long = true;
            return;
        }
    }
}

// The program may close its streams and stay: then the deadline ends it.
void wait_for_end(pid_t child, std::int64_t deadline_us, ProcessOutcome& outcome) {
    siginfo_t ended{};
    while (!outcome.timed_out && !outcome.output_too_long) {
        ended.si_pid = 0;
        if (::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 ||
            ended.si_pid == child)
            break;
        if (monotonic_us() >= deadline_us) {
            outcome.timed_out = true;
            break;
        }
        const timespec pause{0, 1'000'000};
        ::nanosleep(&pause, nullptr);
    }
    ::kill(-child, SIGKILL); // whatever it left behind, and itself when it overstayed
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    outcome.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

} // namespace

Result<ProcessOutcome> run_process(const ProcessRequest& request) {
    SMOS_EXPECT(!request.command.empty());
    std::vector<std::string> command = request.command;
    std::vector<std::string> environment = request.environment;
    SMOS_TRY(const UniqueFd input, input_file(request.input));
    SMOS_TRY(Pipe output, make_pipe());
    SMOS_TRY(Pipe complaint, make_pipe());
    SMOS_TRY(Pipe report, make_pipe());
    ChildPlan plan;
    plan.arguments = pointers_to(command);
    plan.environment = pointers_to(environment);
    plan.directory = request.directory;
    plan.uid_map = fmt::format("{0} {0} 1", ::geteuid());
    plan.gid_map = fmt::format("{0} {0} 1", ::getegid());
    plan.parent = ::getpid();
    plan.cpu_seconds = static_cast<rlim_t>(request.timeout_ms / 1000 + 1);
    plan.memory_bytes = static_cast<rlim_t>(request.memory_mb) << 20U;
    plan.network = request.network;
    plan.input = input.get();
    plan.output = output.write.get();
    plan.complaint = complaint.write.get();
    plan.report = report.write.get();

    const pid_t child = ::fork();
    if (child < 0)
        return Error{"exec_not_started", std::strerror(errno), command.front(), {}, true};
    if (child == 0)
        become_program(plan);
    ::setpgid(child, child); // the child does it too; whoever comes first
    output.write.reset();
    complaint.write.reset();
    report.write.reset();
    const std::int64_t deadline_us = monotonic_us() + request.timeout_ms * 1000;
    const StartReport started = read_report(report.read.get());
    ProcessOutcome outcome;
    outcome.network_isolated = started.isolated != 0;
    collect_output({output.read.get()}, {complaint.read.get()}, deadline_us, outcome);
    wait_for_end(child, deadline_us, outcome);
    if (started.error != 0)
        return Error{"exec_not_started",
                     fmt::format("cannot run: {}", std::strerror(started.error)),
                     command.front(),
                     "check the command of the binding"};
    return outcome;
}

} // namespace smos::providers
