// SPDX-License-Identifier: Apache-2.0
// Fork, deadline and pipe around the synthesizer.
#include "libsmos/media/speech/speech_child.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/handle.hpp"
#include "libsmos/media/speech/speech_espeak.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace smos::media {
namespace {

/// All signals wait while the process forks, so that no handler of the parent runs in the child.
class SignalsHeld {
  public:
    SignalsHeld() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsHeld(const SignalsHeld&) = delete;
    SignalsHeld& operator=(const SignalsHeld&) = delete;

  private:
    sigset_t before_{};
};

/// A running child; killed and reaped when it goes out of sight.
class ChildProcess {
  public:
    explicit ChildProcess(pid_t pid) : pid_(pid) {}
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess() {
        kill(pid_, SIGKILL);
        while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }

  private:
    pid_t pid_;
};

/// In the child: only the pipe, the null device and standard error stay open.
int keep_only_pipe(int pipe_fd) {
    constexpr int kept_fd = 3;
    const int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd < 0)
        return -1;
    const int moved = fcntl(pipe_fd, F_DUPFD_CLOEXEC, 10);
    if (moved < 0 || dup2(null_fd, STDIN_FILENO) < 0 || dup2(null_fd, STDOUT_FILENO) < 0 ||
        dup2(moved, kept_fd) < 0)
        return -1;
    close_range(kept_fd + 1, ~0U, 0);
    return kept_fd;
}

[[noreturn]] void run_child(
    int pipe_fd, pid_t parent, const std::string& utterance, const Voice& voice, int timeout_ms) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    const auto cpu_seconds = static_cast<rlim_t>(timeout_ms / 1000) + 2;
    const rlimit cpu{cpu_seconds, cpu_seconds};
    setrlimit(RLIMIT_CPU, &cpu);
    const int out_fd = keep_only_pipe(pipe_fd);
    _exit(out_fd < 0 ? 1 : espeak_to_fd(out_fd, utterance, voice));
}

struct Started {
    pid_t pid;
    UniqueFd answer;
};

Result<Started> start_child(const std::string& utterance, const Voice& voice, int timeout_ms) {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return Error{"speech_failed",
                     fmt::format("no pipe for the voice: {}", std::strerror(errno)),
                     {},
                     "close files or raise the limit of open files",
                     true};
    UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    const pid_t parent = getpid();
    const SignalsHeld held;
    const pid_t pid = fork();
    if (pid == 0)
        run_child(write_end.get(), parent, utterance, voice, timeout_ms);
    if (pid < 0)
        return Error{"speech_failed",
                     fmt::format("no process for the voice: {}", std::strerror(errno)),
                     {},
                     "wait for other work to end or raise the limit of processes",
                     true};
    return Started{pid, std::move(read_end)};
}

enum class ReadEnd { complete, timeout, too_long, failed };

/// Everything up to the end of the pipe, at most `limit_bytes`.
ReadEnd read_answer(int fd, std::int64_t deadline_us, std::size_t limit_bytes, std::string& out) {
    std::string block(std::size_t{1} << 16, '\0');
    for (;;) {
        const std::int64_t left_ms = (deadline_us - monotonic_us()) / 1000;
        if (left_ms <= 0)
            return ReadEnd::timeout;
        pollfd waiting{fd, POLLIN, 0};
        const int ready =
            poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left_ms, 60'000)));
        if (ready < 0 && errno != EINTR)
            return ReadEnd::failed;
        if (ready <= 0)
            continue;
        const ssize_t got = read(fd, block.data(), block.size());
        if (got < 0 && errno != EINTR && errno != EAGAIN)
            return ReadEnd::failed;
        if (got == 0)
            return ReadEnd::complete;
        if (got > 0)
            out.append(block.data(), static_cast<std::size_t>(got));
        if (out.size() > limit_bytes)
            return ReadEnd::too_long;
    }
}

Error error_of(EspeakOutcome outcome, const Voice& voice) {
    switch (outcome) {
    case EspeakOutcome::no_data:
        return {"speech_failed", "espeak-ng finds no voice data", {}, "install espeak-ng-data"};
    case EspeakOutcome::unknown_voice:
        return {"unknown_voice",
                fmt::format("espeak-ng has no voice '{}'", voice.name),
                {},
                "take LANGUAGE or LANGUAGE+VARIANT: en-us, en-gb, en-gb-x-rp, en-us+f3, en-us+m3; "
                "`espeak-ng --voices=en` and `--voices=variant` list all"};
    case EspeakOutcome::too_long:
        return {"too_long", "the narration is longer than ten minutes", {}, "split the text"};
    case EspeakOutcome::spoken:
    case EspeakOutcome::failed:
        break;
    }
    return {"speech_failed", "espeak-ng refused the text", {}, "try another voice"};
}

Result<RawSpeech> parse_answer(const std::string& bytes, const Voice& voice) {
    const Error broken{"speech_failed",
                       "the voice process ended early",
                       {},
                       "look for a crash of espeak-ng or a lack of memory",
                       true};
    EspeakHeader header{};
    if (bytes.size() < sizeof(header))
        return broken;
    std::memcpy(&header, bytes.data(), sizeof(header));
    if (header.magic != EspeakHeader::expected_magic)
        return broken;
    if (header.outcome != EspeakOutcome::spoken)
        return error_of(header.outcome, voice);
    const std::size_t events_bytes = std::size_t{header.events} * sizeof(WordEvent);
    const std::size_t samples_bytes = std::size_t{header.samples} * sizeof(std::int16_t);
    const bool sane_rate = header.sample_rate >= 8000 && header.sample_rate <= 48000;
    if (bytes.size() != sizeof(header) + events_bytes + samples_bytes || !sane_rate)
        return broken;
    RawSpeech speech{static_cast<int>(header.sample_rate),
                     std::vector<std::int16_t>(header.samples),
                     std::vector<WordEvent>(header.events)};
    if (events_bytes > 0)
        std::memcpy(speech.events.data(), bytes.data() + sizeof(header), events_bytes);
    if (samples_bytes > 0)
        std::memcpy(
            speech.samples.data(), bytes.data() + sizeof(header) + events_bytes, samples_bytes);
    return speech;
}

struct Attempt {
    ReadEnd end;
    std::string bytes;
};

Result<Attempt> attempt(const std::string& utterance, const Voice& voice, int timeout_ms) {
    SMOS_TRY(Started started, start_child(utterance, voice, timeout_ms));
    const ChildProcess child(started.pid);
    Attempt result{ReadEnd::failed, {}};
    result.end = read_answer(started.answer.get(),
                             monotonic_us() + std::int64_t{timeout_ms} * 1000,
                             espeak_answer_limit_bytes,
                             result.bytes);
    return result;
}

} // namespace

Result<RawSpeech> speak_in_child(const std::string& utterance, const Voice& voice, int timeout_ms) {
    SMOS_TRY(Attempt result, attempt(utterance, voice, timeout_ms));
    if (result.end == ReadEnd::timeout) {
        SMOS_TRY(result, attempt(utterance, voice, timeout_ms));
    }
    switch (result.end) {
    case ReadEnd::complete:
        return parse_answer(result.bytes, voice);
    case ReadEnd::too_long:
        return error_of(EspeakOutcome::too_long, voice);
    case ReadEnd::timeout:
        return Error{"speech_timeout",
                     fmt::format("the voice said nothing within {} ms, twice", timeout_ms),
                     {},
                     "try again on a less busy machine",
                     true};
    case ReadEnd::failed:
        break;
    }
    return Error{"speech_failed", "the pipe of the voice process broke", {}, "try again", true};
}

} // namespace smos::media
