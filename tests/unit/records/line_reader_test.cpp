// SPDX-License-Identifier: Apache-2.0
// Lines from a stream that comes in any pieces.
#include "libsmos/core/limits.hpp"
#include "libsmos/records/line_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

using namespace smos;
using namespace smos::records;

namespace {

struct Seen {
    std::vector<std::string> lines;
    std::vector<LinePlace> places;
    std::string rejected;
    std::size_t too_long = 0;
};

Seen read_all(const std::string& text, std::size_t piece) {
    std::size_t given = 0;
    LineReader reader{"x", [&](char* buffer, std::size_t size) {
                          const std::size_t count = std::min({piece, size, text.size() - given});
                          std::memcpy(buffer, text.data() + given, count);
                          given += count;
                          return count;
                      }};
    Seen seen;
    std::string line;
    for (;;) {
        const auto next =
            reader.next(line, [&](std::string_view bytes) { seen.rejected += bytes; });
        if (next == LineReader::Next::end)
            return seen;
        seen.places.push_back(reader.place());
        if (next == LineReader::Next::line)
            seen.lines.push_back(line);
        else
            ++seen.too_long;
    }
}

const std::vector<std::size_t> pieces{1, 2, 3, 7, 65'535, 65'536, 1 << 22};

} // namespace

TEST_CASE("lines are the same however the bytes come") {
    for (const std::size_t piece : pieces) {
        CAPTURE(piece);
        const Seen seen = read_all("a\nbb\r\n\n\r\nc\rc\nlast", piece);
        CHECK(seen.lines == std::vector<std::string>{"a", "bb", "c\rc", "last"});
        REQUIRE(seen.places.size() == 4);
        CHECK(seen.places[1].line == 2);
        CHECK(seen.places[1].byte_offset == 2);
        CHECK(seen.places[2].line == 5);
        CHECK(seen.places[2].byte_offset == 9);
        CHECK(seen.places[3].byte_offset == 13);
        CHECK(seen.places[0].input == "x");
    }
}

TEST_CASE("a byte order mark goes only from the very start") {
    const std::string bom = "\xEF\xBB\xBF";
    for (const std::size_t piece : pieces) {
        CAPTURE(piece);
        CHECK(read_all(bom + "{}\n" + bom + "{}\n", piece).lines ==
              std::vector<std::string>{"{}", bom + "{}"});
        CHECK(read_all(bom + "1\n\n{}", piece).lines == std::vector<std::string>{"1", "{}"});
        CHECK(read_all(bom + "\n{}", piece).places.at(0).byte_offset == 4);
        CHECK(read_all(bom, piece).lines.empty());
        CHECK(read_all("\xEF\xBB", piece).lines == std::vector<std::string>{"\xEF\xBB"});
        CHECK(read_all("\xEF\n\xBB", piece).lines == std::vector<std::string>{"\xEF", "\xBB"});
    }
}

TEST_CASE("nothing at all is the end") {
    for (const char* text : {"", "\n", "\r\n", "\n\n\r\n"})
        CHECK(read_all(text, 1).lines.empty());
}

TEST_CASE("a line of the limit passes, one byte more is given away in pieces") {
    const std::string longest(limits::record_line_bytes, 'y');
    for (const std::size_t piece : {std::size_t{4096}, std::size_t{65'536}, std::size_t{1} << 22}) {
        CAPTURE(piece);
        Seen seen = read_all("a\n" + longest + "\nb\n", piece);
        CHECK(seen.lines == std::vector<std::string>{"a", longest, "b"});
        CHECK(read_all(longest, piece).lines.size() == 1);
        for (const char* end : {"\n", "\n\n", ""}) {
            seen = read_all("a\n" + longest + "z" + end, piece);
            CHECK(seen.too_long == 1);
            CHECK(seen.lines.size() == 1);
            CHECK(seen.rejected == longest + "z\n");
            CHECK(seen.places.back().line == 2);
            CHECK(seen.places.back().byte_offset == 2);
        }
        const std::string huge(5 * limits::record_line_bytes + 17, 'h');
        seen = read_all("a\n" + huge + "\nb\n" + huge + "\n", piece);
        CHECK(seen.too_long == 2);
        CHECK(seen.lines == std::vector<std::string>{"a", "b"});
        CHECK(seen.rejected == huge + "\n" + huge + "\n");
        CHECK(seen.places.at(2).line == 3);
        CHECK(seen.places.at(2).byte_offset == static_cast<std::int64_t>(huge.size()) + 3);
    }
}

TEST_CASE("it says when the next line would have to wait") {
    std::vector<std::string> parts{"a\nb\n", "c", "\n", ""};
    std::size_t part = 0;
    LineReader reader{"-", [&](char* buffer, std::size_t) {
                          const std::string& bytes = parts[std::min(part++, parts.size() - 1)];
                          std::memcpy(buffer, bytes.data(), bytes.size());
                          return bytes.size();
                      }};
    std::string line;
    const auto nothing = [](std::string_view) {};
    CHECK(reader.would_read());
    CHECK(reader.next(line, nothing) == LineReader::Next::line);
    CHECK_FALSE(reader.would_read());
    CHECK(reader.next(line, nothing) == LineReader::Next::line);
    CHECK(reader.would_read());
    CHECK(reader.next(line, nothing) == LineReader::Next::line);
    CHECK(line == "c");
    CHECK(reader.next(line, nothing) == LineReader::Next::end);
}
