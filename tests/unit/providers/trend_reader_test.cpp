// SPDX-License-Identifier: Apache-2.0
// Splitting inputs of unknown form, at every possible cut of the bytes.
#include "libsmos/core/limits.hpp"
#include "libsmos/core/random.hpp"
#include "libsmos/providers/trends/trend_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

using namespace smos;
using namespace smos::providers;
using Kind = TrendPiece::Kind;

namespace {

records::ReadSome in_pieces(std::string bytes, std::size_t piece) {
    return [bytes = std::move(bytes), piece, at = std::size_t{0}](char* out,
                                                                  std::size_t size) mutable {
        const std::size_t count = std::min({size, piece, bytes.size() - at});
        std::memcpy(out, bytes.data() + at, count);
        at += count;
        return count;
    };
}

/// "v2" is a value that began in line 2; r record, f feed, m malformed, l too large.
std::string kinds(const std::string& bytes, std::size_t piece, std::string* rejected = nullptr) {
    TrendReader reader("in", in_pieces(bytes, piece));
    std::string seen;
    std::string dropped;
    TrendPiece got;
    while (reader.next(got, [&](std::string_view part) { dropped += part; })) {
        const char letter = got.kind == Kind::value       ? 'v'
                            : got.kind == Kind::record    ? 'r'
                            : got.kind == Kind::feed      ? 'f'
                            : got.kind == Kind::malformed ? 'm'
                                                          : 'l';
        seen += letter + std::to_string(got.place.line) + " ";
        if (got.kind == Kind::malformed)
            dropped += got.bytes + "\n";
    }
    if (rejected != nullptr)
        *rejected = dropped;
    return seen;
}

} // namespace

TEST_CASE("forms are found by looking, wherever the reads end") {
    const std::string lines =
        "\xEF\xBB\xBF{\"a\":1}\r\n\n{\"task_id\":\"t\"}\n[\n{\"b\":[1,\n2]}\n]\n"
        "bad\n{\"cut\n{\"c\":\"}\"}\n{\"d\":{\n}\n}\n{\"e\":1}";
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U})
        CHECK(kinds(lines, piece) == "v1 r3 v4 m8 m9 v10 v11 v14 ");
    CHECK(kinds("", 9).empty());
    CHECK(kinds(" \n\n", 9).empty());
    CHECK(kinds("\n <rss/>\n", 9) == "f1 ");
}

TEST_CASE("a cut line costs only itself, a cut document is named once") {
    std::string rejected;
    CHECK(kinds("{\"a\":\n{\"b\":1}\n{\"c\":1}\n", 9, &rejected) == "m1 v2 v3 ");
    CHECK(rejected == "{\"a\":\n");
    CHECK(kinds("{\n  \"a\": 1,\n  \"b\" 2\n}\n", 9, &rejected) == "m1 ");
    CHECK(rejected == "{\n  \"a\": 1,\n  \"b\" 2\n}\n");
    CHECK(kinds("[\n{\"a\":1},\n", 9, &rejected) == "m1 ");
}

TEST_CASE("a record over many lines becomes one line with its bytes") {
    TrendReader reader("in", in_pieces("{\r\n \"task_id\": \"t\",\n \"x\": 1e2\n}\n", 5));
    TrendPiece piece;
    REQUIRE(reader.next(piece, [](std::string_view) {}));
    CHECK(piece.kind == Kind::record);
    CHECK(piece.bytes == "{   \"task_id\": \"t\",  \"x\": 1e2 }");
}

TEST_CASE("too long lines go by, long documents are read") {
    const std::string text(limits::record_line_bytes, 'x');
    std::string rejected;
    const std::string line = "{\"a\":\"" + text + "\"}";
    CHECK(kinds(line + "\n{\"b\":1}\n", 60000, &rejected) == "l1 v2 ");
    CHECK(rejected == line + "\n");
    CHECK(kinds("[" + line + "]\n{\"b\":1}\n", 60000) == "v1 v2 ");
    CHECK(kinds("\x1F\x8B...", 2, &rejected) == "l1 ");
    CHECK(rejected == "\x1F\x8B...\n");
}

TEST_CASE("no bytes of lines get lost, whatever they are") {
    Random random(7);
    static constexpr std::string_view alphabet = "{}[]\",:\\ \n\n1a";
    for (int round = 0; round < 2000; ++round) {
        std::string bytes;
        for (std::size_t i = random.below(60); i > 0; --i)
            bytes += alphabet[random.below(alphabet.size())];
        TrendReader reader("in", in_pieces(bytes, 1 + random.below(8)));
        std::string seen;
        TrendPiece piece;
        while (reader.next(piece, [](std::string_view) {}))
            seen += piece.bytes;
        const auto squeeze = [](std::string text) {
            text.erase(std::remove_if(
                           text.begin(), text.end(), [](char c) { return c == ' ' || c == '\n'; }),
                       text.end());
            return text;
        };
        CHECK(squeeze(seen) == squeeze(bytes));
        CHECK(kinds(bytes, 1) == kinds(bytes, 100));
    }
}
