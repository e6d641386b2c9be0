// SPDX-License-Identifier: Apache-2.0
// Standard output: whole lines, as soon as they are done, and no failure unnoticed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace smos::cli {

/// Thrown when the reader of stdout is gone (EPIPE): the quiet end of the process, no failure, and
/// so no std::exception.
struct ReaderGone {};

/// Collects lines while more work is at hand at once, and writes them before anything that may
/// take time: a read, a stage's work, the end. A write error is Fatal{io_error}.
class Output {
  public:
    explicit Output(int fd);

    void line(std::string_view text);
    void text(std::string_view bytes);
    void flush();
    /// Flushes what has been waiting for more than 20 ms.
    void flush_if_stale();
    /// Flushes and closes, so that an error that shows only then is seen too.
    void close();
    /// What could not be written is dropped: the reader is gone.
    void abandon() { waiting_.clear(); }

  private:
    int fd_;
    bool line_by_line_;
    std::string waiting_;
    std::int64_t waiting_since_us_ = 0;
};

} // namespace smos::cli
