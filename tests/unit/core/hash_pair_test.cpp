// SPDX-License-Identifier: Apache-2.0
// Two hashes at once are those of one after the other.
#include "libsmos/core/hash_pair.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smos;

TEST_CASE("a pair of hashes is each by itself") {
    std::string bytes;
    for (int i = 0; i < 1000; ++i)
        bytes += static_cast<char>(i * 37 + i / 3);
    const std::string_view all{bytes};
    // Around every edge of the padding, and of different numbers of blocks.
    for (std::size_t one = 0; one < 200; ++one) {
        for (const std::size_t other : {std::size_t{0},
                                        std::size_t{55},
                                        std::size_t{56},
                                        std::size_t{64},
                                        std::size_t{119},
                                        std::size_t{120},
                                        std::size_t{700},
                                        one}) {
            CAPTURE(one);
            CAPTURE(other);
            const auto pair = sha256_pair(all.substr(0, one), all.substr(3, other));
            CHECK(pair[0] == sha256(all.substr(0, one)));
            CHECK(pair[1] == sha256(all.substr(3, other)));
        }
    }
}

TEST_CASE("a pair that begins alike") {
    const std::string common(150, 'c');
    for (std::size_t known = 0; known <= common.size(); ++known) {
        CAPTURE(known);
        const HashStart start{common.substr(0, known)};
        const std::string one = common + "one";
        const std::string other = common + std::string(known, 'x');
        const auto pair = sha256_pair(start, one, other);
        CHECK(pair[0] == sha256(one));
        CHECK(pair[1] == sha256(other));
        CHECK(sha256_pair(start, common, one)[0] == sha256(common));
    }
}

TEST_CASE("a pair of hashes of known texts") {
    // FIPS 180-4, examples of the standard.
    const auto pair =
        sha256_pair("abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
    CHECK(hex(pair[0]) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(pair[1]) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}
