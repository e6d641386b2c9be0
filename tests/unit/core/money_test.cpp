// SPDX-License-Identifier: Apache-2.0
// Money at its edges: nothing rounds, nothing overflows.
#include "libsmos/core/money.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace smos;

TEST_CASE("dollars are read exactly or refused") {
    CHECK(*parse_usd("5") == 5'000'000);
    CHECK(*parse_usd("0.53") == 530'000);
    CHECK(*parse_usd("12.345678") == 12'345'678);
    CHECK(*parse_usd("0.000001") == 1);
    CHECK(*parse_usd("00.10") == 100'000);
    CHECK(*parse_usd("9007199254.740992") == max_micros);
    for (const char* bad : {"",
                            ".",
                            "5.",
                            "-1",
                            "+1",
                            "1e3",
                            "0.1234567",
                            "1,5",
                            " 5",
                            "5 ",
                            "$5",
                            "1.2.3",
                            "NaN",
                            "0x10",
                            "٥"}) {
        CAPTURE(bad);
        REQUIRE_FALSE(parse_usd(bad));
        CHECK(parse_usd(bad).error().code == "bad_amount");
        CHECK_FALSE(parse_usd(bad).error().hint.empty());
    }
    for (const char* large : {"9007199254.740993", "99999999999999999999999999999999999999"}) {
        REQUIRE_FALSE(parse_usd(large));
        CHECK(parse_usd(large).error().code == "amount_overflow");
    }
}

TEST_CASE("dollars are written with at least cents") {
    CHECK(format_usd(0) == "$0.00");
    CHECK(format_usd(530'000) == "$0.53");
    CHECK(format_usd(1) == "$0.000001");
    CHECK(format_usd(-1'500'000) == "-$1.50");
    CHECK(format_usd(max_micros) == "$9007199254.740992");
    for (const Micros micros : {Micros{0}, Micros{1}, Micros{70'000}, Micros{123'456'789}}) {
        CHECK(*parse_usd(format_usd(micros).substr(1)) == micros);
    }
}

TEST_CASE("sums and products stop at 2^53") {
    CHECK(*add(max_micros, 0) == max_micros);
    CHECK(*add(max_micros, -max_micros) == 0);
    CHECK_FALSE(add(max_micros, 1));
    CHECK_FALSE(add(-max_micros, -1));
    CHECK_FALSE(add(std::numeric_limits<Micros>::max(), 1));
    CHECK(*multiply(3, 4) == 12);
    CHECK_FALSE(multiply(max_micros, 2));
    CHECK_FALSE(multiply(std::numeric_limits<Micros>::max(), std::numeric_limits<Micros>::max()));
}

TEST_CASE("a cost is rounded up once per call") {
    CHECK(*cost({0, 1}, 1'000'000) == 0);
    CHECK(*cost({1, 1'000'000}, 0) == 0);
    CHECK(*cost({1, 1'000'000}, 1) == 1);
    CHECK(*cost({300'000, 1'000'000}, 7) == 3);       // 2.1
    CHECK(*cost({300'000, 1'000'000}, 1'000) == 300); // exact
    CHECK(*cost({max_micros, 1}, 1) == max_micros);
    CHECK_FALSE(cost({max_micros, 1}, 2));
    CHECK(*cost({max_micros, max_micros}, max_micros) == max_micros); // 2^106 on the way
    for (const Price& bad : {Price{-1, 1}, Price{1, 0}, Price{1, -1}}) {
        REQUIRE_FALSE(cost(bad, 1));
        CHECK(cost(bad, 1).error().code == "bad_price");
    }
    CHECK_FALSE(cost({1, 1}, -1));
}
