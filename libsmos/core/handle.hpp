// SPDX-License-Identifier: Apache-2.0
// One owner for every C handle, and for file descriptors.
#pragma once

#include <memory>
#include <unistd.h>
#include <utility>

namespace smos {

/// Calls `close_fn` on the pointer when the owner goes.
template <auto close_fn>
struct HandleCloser {
    template <typename T>
    void operator()(T* handle) const {
        close_fn(handle);
    }
};

template <typename T, auto close_fn>
using UniqueHandle = std::unique_ptr<T, HandleCloser<close_fn>>;

/// An owned file descriptor; -1 is none.
class UniqueFd {
  public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other)
            reset(std::exchange(other.fd_, -1));
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    explicit operator bool() const { return fd_ >= 0; }
    void reset(int fd = -1) {
        if (fd_ >= 0)
            ::close(fd_);
        fd_ = fd;
    }

  private:
    int fd_ = -1;
};

} // namespace smos
