// SPDX-License-Identifier: Apache-2.0
// Lines in, with every malformed one named and kept, in bounded memory.
#pragma once

#include "libsmos/records/record.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace smos::records {

/// Where a line stood.
struct LinePlace {
    std::string input;            // file name, or "-"
    std::int64_t line = 0;        // from 1
    std::int64_t byte_offset = 0; // of its first byte in the input
};

/// Reads up to `size` bytes; 0 is the end. Errors are the source's own (Fatal).
using ReadSome = std::function<std::size_t(char* buffer, std::size_t size)>;

/// What happens to the bytes of a line that is too long, piece by piece, ending with "\n".
using RejectBytes = std::function<void(std::string_view piece)>;

/// Splits a byte stream into lines of at most limits::record_line_bytes. A BOM at the start, CRLF
/// and a missing last newline are accepted; empty lines are skipped.
class LineReader {
  public:
    enum class Next { line, too_long, end };

    LineReader(std::string input, ReadSome source);

    /// `line` gets the bytes without newline; a too long line goes to `reject` and is not stored.
    Next next(std::string& line, const RejectBytes& reject);
    /// The place of the line last returned.
    const LinePlace& place() const { return place_; }
    /// True when no further byte is buffered, so that waiting output should be flushed.
    bool would_read() const { return begin_ == buffer_.size(); }

  private:
    bool fill();

    ReadSome source_;
    LinePlace place_;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::int64_t consumed_ = 0; // bytes of the input before buffer_[begin_]
    bool at_start_ = true;
    bool ended_ = false;
};

} // namespace smos::records
