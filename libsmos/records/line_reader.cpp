// SPDX-License-Identifier: Apache-2.0
// Lines in, with every malformed one named and kept, in bounded memory.
#include "libsmos/records/line_reader.hpp"

#include "libsmos/core/limits.hpp"

namespace smos::records {

LineReader::LineReader(std::string input, ReadSome source) : source_(std::move(source)) {
    place_.input = std::move(input);
}

bool LineReader::fill() {
    if (ended_)
        return false;
    if (begin_ > 0) {
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    static constexpr std::size_t block = std::size_t{1} << 16;
    const std::size_t held = buffer_.size();
    buffer_.resize(held + block);
    const std::size_t got = source_(buffer_.data() + held, block);
    buffer_.resize(held + got);
    ended_ = got == 0;
    if (at_start_ && (buffer_.size() >= 3 || ended_)) {
        at_start_ = false;
        if (buffer_.compare(0, 3, "\xEF\xBB\xBF") == 0) {
            begin_ = 3;
            consumed_ = 3;
        }
    }
    return got > 0;
}

LineReader::Next LineReader::next(std::string& line, const RejectBytes& reject) {
    std::size_t searched = 0; // bytes behind begin_ that hold no newline
    bool too_long = false;
    while (at_start_ && fill()) { // until it is known whether a BOM comes first
    }
    for (;;) {
        const std::size_t found = buffer_.find('\n', begin_ + searched);
        const bool whole = found != std::string::npos;
        const std::size_t size = (whole ? found : buffer_.size()) - begin_;
        if (!whole && size <= limits::record_line_bytes && !too_long) {
            searched = size;
            if (fill())
                continue;
        }
        if (!whole && !ended_) { // beyond the limit: pass it on in pieces, keep nothing
            if (!too_long) {
                too_long = true;
                ++place_.line;
                place_.byte_offset = consumed_;
            }
            reject(std::string_view{buffer_}.substr(begin_, size));
            consumed_ += static_cast<std::int64_t>(size);
            begin_ = buffer_.size();
            searched = 0;
            fill();
            continue;
        }
        if (!whole && size == 0 && !too_long)
            return Next::end;
        if (!too_long) {
            ++place_.line;
            place_.byte_offset = consumed_;
        }
        std::string_view bytes = std::string_view{buffer_}.substr(begin_, size);
        begin_ += size + (whole ? 1 : 0);
        consumed_ += static_cast<std::int64_t>(size + (whole ? 1 : 0));
        if (too_long || size > limits::record_line_bytes) {
            reject(bytes);
            reject("\n");
            return Next::too_long;
        }
        if (!bytes.empty() && bytes.back() == '\r')
            bytes.remove_suffix(1);
        searched = 0;
        if (bytes.empty())
            continue;
        line.assign(bytes);
        return Next::line;
    }
}

} // namespace smos::records
