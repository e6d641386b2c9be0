// SPDX-License-Identifier: Apache-2.0
// Units: never below zero, and a retry never charges twice.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/ledger/units.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace smos;
using namespace smos::store;

namespace {

struct Units {
    testing::TemporaryFolder folder;
    Database database{folder.file()};
    UnitWallets wallets{database, [] { return from_date(2026, 3, 1); }};

    Result<UnitBalance> credit(std::int64_t units, const std::string& reference) {
        return wallets.credit({"default", "credits", units, "top up", reference, "test"});
    }
    Result<UnitBalance> charge(std::int64_t units, const std::string& reference) {
        return wallets.charge({"default", "credits", units, "render", reference, "test"});
    }
    std::int64_t balance() { return wallets.balance("default", "credits").value_or(-1); }
};

} // namespace

TEST_CASE("units are credited, charged, and charged once for one reference") {
    Units units;
    CHECK(units.balance() == -1);
    CHECK(units.charge(1, "r0").error().code == "wallet_not_found");
    CHECK(units.credit(20, "paid-1")->units == 20);
    CHECK_FALSE(units.credit(20, "paid-1")->moved);
    CHECK(units.charge(10, "r1")->units == 10);
    CHECK(units.charge(5, "r2")->units == 5);
    const auto again = units.charge(10, "r1");
    CHECK(again->units == 10); // what it was told then
    CHECK_FALSE(again->moved);
    CHECK(units.balance() == 5);
    CHECK(units.charge(9, "r1").error().code == "reference_reused");
    CHECK(units.credit(10, "r1").error().code == "reference_reused");
    CHECK(units.charge(6, "r3").error().code == "insufficient_units");
    CHECK(units.charge(5, "r3")->units == 0);
    CHECK(units.wallets.charge({"other", "credits", 1, "", "r1", "test"}).error().code ==
          "wallet_not_found");
}

TEST_CASE("units out of range and nameless requests are refused") {
    Units units;
    for (const std::int64_t wrong : {std::int64_t{0},
                                     std::int64_t{-1},
                                     std::numeric_limits<std::int64_t>::min(),
                                     std::numeric_limits<std::int64_t>::max()})
        CHECK(units.credit(wrong, "x").error().code == "invalid_cost");
    for (const char* wrong : {"", "a b", "a\n", "\x01"})
        CHECK(units.credit(1, wrong).error().code == "bad_name");
    REQUIRE(bool{units.credit(max_micros, "all")});
    CHECK(units.credit(1, "one more").error().code == "bad_name");
    CHECK(units.credit(1, "one-more").error().code == "invalid_cost");
    CHECK_THROWS(units.database.execute("UPDATE unit_move SET delta = 1"));
    CHECK_THROWS(units.database.execute("DELETE FROM unit_move"));
}
