// SPDX-License-Identifier: Apache-2.0
// Opening and reading inputs.
#include "libsmos/cli/input.hpp"

#include "libsmos/cli/signals.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/handle.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <sys/stat.h>

namespace smos::cli {
namespace {

class InputReader {
  public:
    InputReader(std::string name, UniqueFd fd, std::function<void()> before_wait, bool waits)
        : name_(std::move(name)),
          fd_(std::move(fd)),
          before_wait_(std::move(before_wait)),
          waits_(waits) {}

    std::size_t read(char* buffer, std::size_t size) {
        if (waits_ && !readable_now())
            before_wait_();
        for (;;) {
            if (waits_ && !wait_readable(fd_.get()))
                throw Interrupted{};
            const ssize_t got = ::read(fd_.get(), buffer, size);
            if (got >= 0)
                return static_cast<std::size_t>(got);
            if (errno != EINTR && errno != EAGAIN)
                throw Fatal(ExitStatus::io_error,
                            fmt::format("{}: {}", name_, std::strerror(errno)),
                            "check the device that holds it");
        }
    }

  private:
    bool readable_now() const {
        pollfd watched{fd_.get(), POLLIN, 0};
        return ::poll(&watched, 1, 0) == 1;
    }

    std::string name_;
    UniqueFd fd_;
    std::function<void()> before_wait_;
    bool waits_; // a pipe, socket or terminal; a regular file is always ready
};

/// Does not wait for a FIFO's writer: reading does, where a signal is heard.
UniqueFd open_input_file(const std::string& path) {
    return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

} // namespace

Result<records::ReadSome> open_for_reading(const std::string& input,
                                           std::function<void()> before_wait) {
    const bool standard = input == "-";
    UniqueFd fd =
        standard ? UniqueFd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)) : open_input_file(input);
    if (!fd) {
        const int error = errno;
        return Error{"no_input",
                     std::strerror(error),
                     standard ? "standard input" : input,
                     error == ENOENT ? "check the path" : "check the permissions"};
    }
    struct stat facts {};
    if (::fstat(fd.get(), &facts) == 0 && S_ISDIR(facts.st_mode))
        return Error{"no_input",
                     "is a directory",
                     standard ? "standard input" : input,
                     "name the files in it"};
    auto reader = std::make_shared<InputReader>(standard ? "standard input" : input,
                                                std::move(fd),
                                                std::move(before_wait),
                                                !S_ISREG(facts.st_mode));
    return records::ReadSome{
        [reader](char* buffer, std::size_t size) { return reader->read(buffer, size); }};
}

} // namespace smos::cli
