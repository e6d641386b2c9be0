// SPDX-License-Identifier: Apache-2.0
// The one exception that ends a process; caught once, in the run loop of the tool.
#pragma once

#include "libsmos/core/exit_status.hpp"
#include "libsmos/core/result.hpp"

#include <stdexcept>
#include <string>

namespace smos {

/// The process cannot go on. `what()` says what happened and where, `hint` what to do about it.
class Fatal : public std::runtime_error {
  public:
    Fatal(ExitStatus status, const std::string& message, std::string hint = {})
        : std::runtime_error(message),
          status_(status),
          hint_(std::move(hint)) {}

    ExitStatus status() const { return status_; }
    const std::string& hint() const { return hint_; }

  private:
    ExitStatus status_;
    std::string hint_;
};

/// The value, or the end of the process with `status` and the error's own words.
template <typename T>
T or_fatal(Result<T> result, ExitStatus status) {
    if (!result) {
        Error named = result.error();
        const std::string hint = std::exchange(named.hint, {});
        throw Fatal(status, named.text(), hint);
    }
    if constexpr (!std::is_void_v<T>)
        return *std::move(result);
}

} // namespace smos
