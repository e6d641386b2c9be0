// SPDX-License-Identifier: Apache-2.0
// Splits an input of unknown form into JSON values, production records and feed documents.
#pragma once

#include "libsmos/providers/trends/trend_shape.hpp"
#include "libsmos/records/line_reader.hpp"

#include <deque>
#include <optional>
#include <string>

namespace smos::providers {

/// One thing found in an input, and where it began.
struct TrendPiece {
    enum class Kind {
        value,     // `value` is a JSON value of one line or of many
        record,    // `bytes` is a line of ours or a task message, as it came
        feed,      // `bytes` is a whole XML document
        malformed, // `bytes` is none of these, `error` says why
        too_large, // the same, but its bytes went to the RejectBytes piece by piece
        end,
    };
    Kind kind = Kind::end;
    records::LinePlace place;
    std::string bytes;
    records::JsonBox value;
    Error error;
};

/// Lines are taken one at a time, so a stream needs the memory of its longest line: 1 MiB, and
/// limits::document_bytes for a line or a run of lines that begins like a document. A value may
/// spread over many lines; a line that breaks off costs only itself, reading goes on behind it.
class TrendReader {
  public:
    TrendReader(std::string input, records::ReadSome source);

    /// `piece` is overwritten; false at the end of the input.
    bool next(TrendPiece& piece, const records::RejectBytes& reject);
    /// True when the next call has to wait for the source.
    bool would_read() const {
        return waiting_.empty() && buffer_.find('\n', begin_) == buffer_.npos;
    }

  private:
    struct Line {
        records::LinePlace place;
        std::string bytes; // without newline
        bool too_long = false;
    };

    bool fill();
    bool at_first_line();
    std::optional<Line> take_line(const records::RejectBytes& reject);
    std::optional<Line> cut_line();
    Line pass_long_line(const records::RejectBytes& reject);
    bool whole_input(TrendPiece& piece, const records::RejectBytes& reject);
    void drain(const records::RejectBytes& reject);
    bool one_line(TrendPiece& piece, Line& line);
    void many_lines(TrendPiece& piece, Line first, const records::RejectBytes& reject);
    void broken(TrendPiece& piece, std::vector<Line> lines, const std::string& what);

    records::ReadSome source_;
    records::LinePlace place_;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::int64_t consumed_ = 0;
    bool at_start_ = true;
    bool ended_ = false;
    std::deque<Line> waiting_; // lines that were looked at too early
};

} // namespace smos::providers
