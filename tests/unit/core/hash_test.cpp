// SPDX-License-Identifier: Apache-2.0
// Hashes against published vectors, and names that must never change.
#include "libsmos/core/hash.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smos;

TEST_CASE("SHA-256 agrees with FIPS 180-4") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 pieces;
    for (int i = 0; i < 1'000'000; i += 1000)
        pieces.update(std::string(1000, 'a'));
    CHECK(hex(pieces.finish()) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("fields cannot be shifted into each other") {
    const auto digest = [](std::string_view first, std::string_view second) {
        Sha256 hash;
        hash.update_field(first);
        hash.update_field(second);
        return hash.finish();
    };
    CHECK(digest("ab", "c") != digest("a", "bc"));
    CHECK(name_uuid({"ab", "c"}) != name_uuid({"a", "bc"}));
    CHECK(name_uuid({"a", ""}) != name_uuid({"a"}));
}

TEST_CASE("names stay the same for ever") {
    // Worked out with Python's hashlib from the namespace and RFC 9562 section 5.5.
    CHECK(name_uuid({}) == "6622c029-f402-5485-9e4b-fdf2e07a12c1");
    CHECK(name_uuid({"default", "reddit", "n1", "ava"}) == "7c790e68-7b73-5dd8-82d8-9abeebcaa4fb");
    CHECK(name_uuid({"ünï", "", "😀"}) == "1993ce88-4d46-5f62-88a5-efcf092be056");
    CHECK(dated_uuid(1'700'000'000'123'456, {"ünï", "", "😀"}) ==
          "018bcfe5-687b-8f62-88a5-efcf092be056");
    CHECK(dated_uuid(-1, {"ünï", "", "😀"}) == "00000000-0000-8f62-88a5-efcf092be056");
    CHECK(dated_uuid(1'700'000'000'124'000, {"z"}) > dated_uuid(1'700'000'000'123'999, {"a"}));
    CHECK(traceparent_for("x") == "00-2d711642b726b04401627ca9fbac32f5-c8530fb1903cc4db-01");
}

TEST_CASE("random names are of version 4 and differ") {
    const std::string first = random_uuid();
    CHECK(first.size() == 36);
    CHECK(first[14] == '4');
    CHECK(std::string("89ab").find(first[19]) != std::string::npos);
    CHECK(first != random_uuid());
}

TEST_CASE("a file that cannot be read says which") {
    const auto missing = sha256_of_file("/nowhere/at-all");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().where == "/nowhere/at-all");
    CHECK_FALSE(sha256_of_file("/"));
}
