// SPDX-License-Identifier: Apache-2.0
// A stage as a child process: a filter that gets one line and gives its answer.
#pragma once

#include "libsmos/core/handle.hpp"
#include "libsmos/core/result.hpp"

#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

struct pollfd;

namespace smos::stages {

struct ChildEnd {
    int status = 0;        // of its exit, where no signal ended it
    int signal_number = 0; // 0: it ended by itself
    std::string output;
};

/// Runs in a process group of its own, gets SIGTERM when this process dies, and is killed with its
/// whole group when this object goes. Its stderr is ours.
class StageChild {
  public:
    /// `arguments` begin with a path; `environment` (name, value) is added to ours. Errors:
    /// `no_pipe`, `not_started`, both retryable.
    static Result<StageChild>
    start(const std::vector<std::string>& arguments,
          const std::vector<std::pair<std::string, std::string>>& environment,
          std::string input);

    StageChild(StageChild&& other) noexcept;
    StageChild& operator=(StageChild&&) = delete;
    ~StageChild();

    /// What poll(2) shall watch; fds that are closed are -1.
    void watch(pollfd& output, pollfd& input) const;
    /// After poll(2): moves what can be moved without waiting. Its end once it has closed its
    /// output and was waited for.
    std::optional<ChildEnd> advance();
    /// Of its process, and of its group.
    pid_t number() const { return pid_; }
    /// To the whole group.
    void tell(int signal_number) const;

    static constexpr std::size_t most_output_bytes = std::size_t{64} << 20;

  private:
    StageChild(pid_t pid, UniqueFd feed, UniqueFd collect, std::string input);
    void feed_some();
    void collect_some();

    pid_t pid_ = -1;
    UniqueFd feed_;
    UniqueFd collect_;
    std::string input_;
    std::size_t fed_ = 0;
    std::string output_;
};

} // namespace smos::stages
