// SPDX-License-Identifier: Apache-2.0
// Whoever lost the lease takes no money and begins no effect; what was spent is booked all the
// same.
#include "tests/unit/store/queue_state.hpp"

#include "libsmos/store/effects.hpp"
#include "libsmos/store/ledger/spend.hpp"
#include "libsmos/store/queue/fence.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace smos;
using namespace smos::store;

using store::testing::code_of;
using store::testing::QueueState;
using store::testing::second_us;

TEST_CASE("a lost lease takes no money, and what was spent is booked") {
    QueueState state;
    Ledger ledger{state.database, {}, [&] { return state.moment.wall; }};
    REQUIRE(bool{ledger.fund({"default/ava", 3'000'000, "k", false, "test"})});
    state.put("t");
    ledger.work_under(state.take());
    const auto reserved = ledger.reserve({"default", "t", "default/ava", 100, "[]", "test"});
    REQUIRE(bool{reserved});
    const std::string id = reserved->reservation->reservation_id;
    auto call = Spend::draw(ledger, {id, "cap", "acme", "m", "", 50, "k"});
    REQUIRE(bool{call});
    state.advance(61); // asleep beyond the lease; another worker takes the production
    state.queue.reap("test");
    state.advance(3600);
    REQUIRE(state.take("worker-2").token > 0);
    CHECK(code_of(ledger.reserve({"default", "u", "default/ava", 1, "[]", "test"})) ==
          "lost_lease");
    CHECK(Spend::draw(ledger, {id, "cap", "acme", "m", "", 50, "k2"}).error().code == "lost_lease");
    CHECK(code_of(ledger.close({id, "default", "t", false, "published", "test"})) == "lost_lease");
    CHECK(bool{call->settle(40)});
    CHECK(ledger.balance("default/ava")->spent_micros == 40);
    CHECK(ledger.balance("default/ava")->reserved_micros == 60);
}

TEST_CASE("a lost lease begins no effect") {
    QueueState state;
    state.put("t");
    const Lease lease = state.take();
    Effects effects{state.database, lease};
    Effect effect;
    effect.channel = "site";
    effect.account = "a";
    effect.idem_key = "t";
    effect.effect_id = effect_id_of("site", "a", "t");
    effect.content_hash = "00";
    REQUIRE(bool{effects.begin(effect, state.moment.wall)});
    REQUIRE(bool{effects.mark(effect.effect_id, EffectState::pending)});
    state.advance(61);
    state.queue.reap("test");
    CHECK(effects.begin(effect, state.moment.wall).error().code == "lost_lease");
}

TEST_CASE("the lease of a stage comes from its environment, whole or not at all") {
    ::unsetenv("SMOS_LEASE_PRODUCTION");
    ::unsetenv("SMOS_LEASE_TOKEN");
    CHECK_FALSE(lease_of_environment().has_value());
    ::setenv("SMOS_LEASE_PRODUCTION", "12", 1);
    CHECK_THROWS(lease_of_environment());
    ::setenv("SMOS_LEASE_TOKEN", "3", 1);
    CHECK(lease_of_environment()->production_id == 12);
    CHECK(lease_of_environment()->token == 3);
    for (const char* wrong : {"", "x", "1 ", "-1", "99999999999999999999"}) {
        ::setenv("SMOS_LEASE_TOKEN", wrong, 1);
        CHECK_THROWS(lease_of_environment());
    }
    ::unsetenv("SMOS_LEASE_PRODUCTION");
    ::unsetenv("SMOS_LEASE_TOKEN");
}
