// SPDX-License-Identifier: Apache-2.0
// Splits an input of unknown form into JSON values, production records and feed documents.
#include "libsmos/providers/trends/trend_reader.hpp"

#include "libsmos/core/limits.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/scan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::providers {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 16;
constexpr std::string_view spaces = " \t\r\n";

bool is_blank(std::string_view text) {
    return text.find_first_not_of(spaces) == std::string_view::npos;
}

/// Whether a very long line may be a whole listing or feed; the first bytes tell.
bool begins_like_document(std::string_view text) {
    const std::size_t first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos)
        return false;
    const std::string_view head = text.substr(first, 4096);
    return head.front() == '[' || head.find("\"Listing\"") != std::string_view::npos ||
           head.find("jsonfeed.org") != std::string_view::npos;
}

bool may_be_production(std::string_view line) {
    return line.find("\"task_id\"") != std::string_view::npos ||
           line.find("smos.record/1") != std::string_view::npos;
}

Error too_long_error(std::string_view what, std::size_t limit) {
    return {"too_long", fmt::format("the {} is longer than {} bytes", what, limit)};
}

Error gzip_error() {
    return {"compressed", "the input is compressed with gzip", {}, "send it through 'gunzip -c'"};
}

} // namespace

TrendReader::TrendReader(std::string input, records::ReadSome source) : source_(std::move(source)) {
    place_.input = std::move(input);
}

bool TrendReader::fill() {
    if (ended_)
        return false;
    // Moving the rest only when half of the buffer is used up keeps the cost linear.
    if (begin_ > 0 && begin_ * 2 >= buffer_.size()) {
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    const std::size_t held = buffer_.size();
    buffer_.resize(held + block_bytes);
    const std::size_t got = source_(buffer_.data() + held, block_bytes);
    buffer_.resize(held + got);
    ended_ = got == 0;
    return got > 0;
}

/// Skips the BOM; true when there is anything.
bool TrendReader::at_first_line() {
    at_start_ = false;
    while (buffer_.size() < 3 && fill()) {
    }
    if (buffer_.compare(0, 3, "\xEF\xBB\xBF") == 0) {
        begin_ = 3;
        consumed_ = 3;
    }
    while (is_blank(std::string_view{buffer_}.substr(begin_)) && buffer_.size() < block_bytes &&
           fill()) {
    }
    return begin_ < buffer_.size();
}

std::optional<TrendReader::Line> TrendReader::cut_line() {
    const std::size_t found = buffer_.find('\n', begin_);
    const std::size_t end = found == std::string::npos ? buffer_.size() : found;
    Line line;
    ++place_.line;
    place_.byte_offset = consumed_;
    line.place = place_;
    line.bytes = buffer_.substr(begin_, end - begin_);
    const std::size_t used = end - begin_ + (found == std::string::npos ? 0 : 1);
    begin_ += used;
    consumed_ += static_cast<std::int64_t>(used);
    return line;
}

TrendReader::Line TrendReader::pass_long_line(const records::RejectBytes& reject) {
    Line line;
    ++place_.line;
    place_.byte_offset = consumed_;
    line.place = place_;
    line.too_long = true;
    for (bool more = true; more;) {
        const std::size_t found = buffer_.find('\n', begin_);
        const std::size_t end = found == std::string::npos ? buffer_.size() : found;
        reject(std::string_view{buffer_}.substr(begin_, end - begin_));
        consumed_ += static_cast<std::int64_t>(end - begin_);
        begin_ = end;
        if (found != std::string::npos) {
            ++begin_;
            ++consumed_;
            break;
        }
        buffer_.clear();
        begin_ = 0;
        more = fill();
    }
    reject("\n");
    buffer_.shrink_to_fit();
    return line;
}

std::optional<TrendReader::Line> TrendReader::take_line(const records::RejectBytes& reject) {
    if (!waiting_.empty()) {
        Line line = std::move(waiting_.front());
        waiting_.pop_front();
        return line;
    }
    std::size_t limit = limits::record_line_bytes;
    std::size_t searched = 0;
    for (;;) {
        const std::size_t found = buffer_.find('\n', begin_ + searched);
        const bool whole = found != std::string::npos;
        const std::size_t size = (whole ? found : buffer_.size()) - begin_;
        if (size > limit && limit == limits::record_line_bytes &&
            begins_like_document(std::string_view{buffer_}.substr(begin_)))
            limit = limits::document_bytes;
        if (size > limit)
            return pass_long_line(reject);
        if (whole)
            return cut_line();
        searched = size;
        const std::size_t before = begin_;
        if (!fill())
            break;
        SMOS_EXPECT(begin_ <= before);
    }
    if (begin_ == buffer_.size())
        return std::nullopt;
    return cut_line();
}

/// Gives away the rest of the input.
void TrendReader::drain(const records::RejectBytes& reject) {
    do {
        reject(std::string_view{buffer_}.substr(begin_));
        buffer_.clear();
        begin_ = 0;
    } while (fill());
    reject("\n");
}

/// Inputs that are one document of another kind than JSON.
bool TrendReader::whole_input(TrendPiece& piece, const records::RejectBytes& reject) {
    const std::string_view head = std::string_view{buffer_}.substr(begin_);
    const std::size_t first = head.find_first_not_of(spaces);
    const bool xml = first != std::string_view::npos && head[first] == '<';
    const bool gzip = head.substr(0, 2) == "\x1F\x8B";
    if (!xml && !gzip)
        return false;
    piece.place = {place_.input, 1, consumed_};
    while (xml && buffer_.size() - begin_ <= limits::document_bytes && fill()) {
    }
    if (gzip || buffer_.size() - begin_ > limits::document_bytes) {
        piece.kind = TrendPiece::Kind::too_large;
        piece.error = gzip ? gzip_error() : too_long_error("document", limits::document_bytes);
        drain(reject);
    } else {
        piece.kind = TrendPiece::Kind::feed;
        piece.bytes = buffer_.substr(begin_);
    }
    buffer_.clear();
    begin_ = 0;
    ended_ = true;
    return true;
}

/// True when the line is settled: a value, a record, or certainly neither.
bool TrendReader::one_line(TrendPiece& piece, Line& line) {
    const std::size_t last = line.bytes.find_last_not_of(spaces);
    const std::size_t first = line.bytes.find_first_not_of(spaces);
    const bool opens = line.bytes[first] == '{' || line.bytes[first] == '[';
    const bool closes = line.bytes[last] == '}' || line.bytes[last] == ']';
    if (opens && !closes)
        return false;
    if (opens && may_be_production(line.bytes)) {
        std::string bytes = line.bytes;
        if (bytes.back() == '\r')
            bytes.pop_back();
        auto record = records::Record::parse(bytes);
        if (record && record->is_production()) {
            piece.kind = TrendPiece::Kind::record;
            piece.bytes = std::move(bytes);
            return true;
        }
    }
    auto value = records::parse_json(line.bytes, "");
    if (!value && opens && value.error().code == "bad_json") {
        TrendShape shape;
        if (shape.feed(line.bytes) && !shape.complete())
            return false;
    }
    piece.bytes = std::move(line.bytes);
    piece.kind = value ? TrendPiece::Kind::value : TrendPiece::Kind::malformed;
    if (value) {
        piece.value = *std::move(value);
    } else {
        piece.error = value.error();
    }
    return true;
}

/// The lines do not make one value. What looks like one document is named once; otherwise the
/// first line alone is to blame and the others get their own chance.
void TrendReader::broken(TrendPiece& piece, std::vector<Line> lines, const std::string& what) {
    const auto indented = [](const std::string& bytes) {
        return !bytes.empty() && (bytes[0] == ' ' || bytes[0] == '\t');
    };
    const bool document =
        lines.size() > 1 && (lines[0].bytes.size() <= 2 || indented(lines[1].bytes));
    piece.kind = TrendPiece::Kind::malformed;
    piece.bytes.clear();
    const std::size_t blamed = document ? lines.size() : 1;
    for (std::size_t i = 0; i < blamed; ++i) {
        piece.bytes += (i > 0 ? "\n" : "") + lines[i].bytes;
    }
    if (const auto problem = records::check_json(piece.bytes)) {
        const auto line =
            std::count(piece.bytes.begin(),
                       piece.bytes.begin() + static_cast<std::ptrdiff_t>(
                                                 std::min(problem->offset, piece.bytes.size())),
                       '\n');
        piece.error = {"bad_json",
                       fmt::format("{} at byte {}{}",
                                   problem->what,
                                   problem->offset,
                                   line > 0 ? fmt::format(" (line {})", piece.place.line + line)
                                            : std::string{})};
    } else {
        piece.error = {"bad_json", what};
    }
    for (std::size_t i = lines.size(); i > blamed; --i)
        waiting_.push_front(std::move(lines[i - 1]));
}

void TrendReader::many_lines(TrendPiece& piece, Line first, const records::RejectBytes& reject) {
    TrendShape shape;
    std::vector<Line> lines;
    std::size_t bytes = first.bytes.size();
    bool fits = shape.feed(first.bytes);
    lines.push_back(std::move(first));
    while (fits && !shape.complete()) {
        auto line = take_line(reject);
        if (!line)
            return broken(piece, std::move(lines), "the text ends inside a value");
        bytes += line->bytes.size() + 1;
        fits = !line->too_long && bytes <= limits::document_bytes && shape.feed(line->bytes);
        if (!fits) {
            waiting_.push_front(std::move(*line));
            break;
        }
        lines.push_back(std::move(*line));
    }
    if (!fits)
        return broken(piece, std::move(lines), "the text breaks off inside a value");
    std::string text;
    for (const Line& line : lines)
        text += (text.empty() ? "" : "\n") + line.bytes;
    auto value = records::parse_json(text, "");
    if (!value)
        return broken(piece, std::move(lines), value.error().message);
    piece.kind = TrendPiece::Kind::value;
    if (may_be_production(text) && value->is_object()) {
        // Outside of strings a newline is a space, and inside there is none.
        std::string flat = text;
        std::replace(flat.begin(), flat.end(), '\n', ' ');
        std::replace(flat.begin(), flat.end(), '\r', ' ');
        auto record = records::Record::parse(flat);
        if (record && record->is_production()) {
            piece.kind = TrendPiece::Kind::record;
            text = std::move(flat);
        }
    }
    piece.value = *std::move(value);
    piece.bytes = std::move(text);
}

bool TrendReader::next(TrendPiece& piece, const records::RejectBytes& reject) {
    piece.kind = TrendPiece::Kind::end;
    if (at_start_ && (!at_first_line() || whole_input(piece, reject)))
        return piece.kind != TrendPiece::Kind::end;
    auto line = take_line(reject);
    while (line && !line->too_long && is_blank(line->bytes))
        line = take_line(reject);
    if (!line)
        return false;
    piece.place = line->place;
    if (line->too_long) {
        piece.kind = TrendPiece::Kind::too_large;
        piece.error = too_long_error("line", limits::record_line_bytes);
    } else if (!one_line(piece, *line)) {
        many_lines(piece, std::move(*line), reject);
    }
    return true;
}

} // namespace smos::providers
