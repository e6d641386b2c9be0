// SPDX-License-Identifier: Apache-2.0
// A stage as a child process: a filter that gets one line and gives its answer.
#include "libsmos/stages/run/child.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

extern char** environ;

namespace smos::stages {
namespace {

struct ChildPipe {
    UniqueFd read;
    UniqueFd write;
};

Result<ChildPipe> child_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return Error{
            "no_pipe", std::strerror(errno), "pipe", "raise the limit of open files", true};
    return ChildPipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (const std::string& text : texts)
        pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<std::string>
environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        bool replaced = false;
        for (const auto& [name, value] : added)
            replaced = replaced || text.starts_with(name + "=");
        if (!replaced)
            all.emplace_back(text);
    }
    for (const auto& [name, value] : added)
        all.push_back(fmt::format("{}={}", name, value));
    return all;
}

/// Between fork and exec: only what is safe there.
[[noreturn]] void become(char* const* arguments, char* const* environment, int in, int out) {
    ::setpgid(0, 0);
#ifdef __linux__
    // A worker that is killed leaves no child behind that goes on paying and posting.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
    if (::dup2(in, STDIN_FILENO) >= 0 && ::dup2(out, STDOUT_FILENO) >= 0)
        ::execve(arguments[0], arguments, environment);
    ::_exit(127);
}

} // namespace

StageChild::StageChild(pid_t pid, UniqueFd feed, UniqueFd collect, std::string input)
    : pid_(pid),
      feed_(std::move(feed)),
      collect_(std::move(collect)),
      input_(std::move(input)) {
    ::fcntl(feed_.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(collect_.get(), F_SETFL, O_NONBLOCK);
}

StageChild::StageChild(StageChild&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      feed_(std::move(other.feed_)),
      collect_(std::move(other.collect_)),
      input_(std::move(other.input_)),
      fed_(other.fed_),
      output_(std::move(other.output_)) {}

StageChild::~StageChild() {
    if (pid_ < 0)
        return;
    tell(SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

Result<StageChild>
StageChild::start(const std::vector<std::string>& arguments,
                  const std::vector<std::pair<std::string, std::string>>& environment,
                  std::string input) {
    SMOS_TRY(ChildPipe in, child_pipe());
    SMOS_TRY(ChildPipe out, child_pipe());
    const std::vector<std::string> variables = environment_with(environment);
    const std::vector<char*> argv = pointers_to(arguments);
    const std::vector<char*> envp = pointers_to(variables);
    const pid_t pid = ::fork();
    if (pid < 0)
        return Error{"not_started", std::strerror(errno), arguments.front(), {}, true};
    if (pid == 0)
        become(argv.data(), envp.data(), in.read.get(), out.write.get());
    ::setpgid(pid, pid); // here too: whoever comes first
    return StageChild{pid, std::move(in.write), std::move(out.read), std::move(input)};
}

void StageChild::watch(pollfd& output, pollfd& input) const {
    output = {collect_.get(), POLLIN, 0};
    input = {feed_.get(), POLLOUT, 0};
}

void StageChild::tell(int signal_number) const { ::kill(-pid_, signal_number); }

void StageChild::feed_some() {
    while (feed_ && fed_ < input_.size()) {
        const ssize_t written = ::write(feed_.get(), input_.data() + fed_, input_.size() - fed_);
        if (written < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (written < 0)
            break; // it wants no more; its end says why
        fed_ += static_cast<std::size_t>(written);
    }
    feed_.reset();
}

void StageChild::collect_some() {
    std::array<char, 65536> bytes{};
    while (collect_) {
        const ssize_t got = ::read(collect_.get(), bytes.data(), bytes.size());
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (got <= 0) {
            collect_.reset();
        } else {
            output_.append(bytes.data(), static_cast<std::size_t>(got));
            if (output_.size() > most_output_bytes)
                tell(SIGKILL);
        }
    }
}

std::optional<ChildEnd> StageChild::advance() {
    feed_some();
    collect_some();
    if (collect_)
        return std::nullopt;
    int status = 0;
    const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return std::nullopt; // it closed its output early; the next round asks again
    tell(SIGKILL);           // nothing that it began may outlive it
    pid_ = -1;
    ChildEnd end;
    end.output = std::move(output_);
    if (WIFSIGNALED(status))
        end.signal_number = WTERMSIG(status);
    else
        end.status = WEXITSTATUS(status);
    return end;
}

} // namespace smos::stages
