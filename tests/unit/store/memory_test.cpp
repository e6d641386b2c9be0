// SPDX-License-Identifier: Apache-2.0
// Observations and effects.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/effects.hpp"
#include "libsmos/store/observations.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>

using namespace smos;
using namespace smos::store;
using store::testing::TemporaryFolder;

namespace {

Observation seen(const char* id, std::int64_t second, std::optional<std::int64_t> upvotes) {
    Observation observation;
    observation.platform = "reddit";
    observation.native_id = id;
    observation.observed_at = Instant{second * 1'000'000};
    observation.upvotes = upvotes;
    return observation;
}

Effect effect_of(const std::string& key, const std::string& content = "c1") {
    Effect effect;
    effect.effect_id = effect_id_of("site", "ava", key);
    effect.channel = "site";
    effect.account = "ava";
    effect.idem_key = key;
    effect.content_hash = content;
    return effect;
}

constexpr Instant noon{1'700'000'000'000'000};

} // namespace

TEST_CASE("observations come back latest first, strictly before, and once") {
    const TemporaryFolder folder;
    Database database{folder.file()};
    Observations memory{database};
    CHECK_FALSE(memory.first_seen("reddit", "a").has_value());
    memory.remember({seen("a", 1, 10), seen("a", 3, 30), seen("a", 2, {}), seen("b", 2, 5)});
    memory.remember({seen("a", 3, 999), seen("a", 4, -2)});
    const auto before = memory.before("reddit", "a", Instant{4'000'000}, 2);
    REQUIRE(before.size() == 2);
    CHECK(before[0].upvotes == 30);
    CHECK_FALSE(before[1].upvotes.has_value());
    CHECK(memory.before("reddit", "a", Instant{5'000'000}, 1).at(0).upvotes == -2);
    CHECK(memory.before("reddit", "a", Instant{1'000'000}, 9).empty());
    CHECK(memory.first_seen("reddit", "a")->micros == 1'000'000);
    CHECK(memory.count("reddit", "a", Instant{3'000'000}) == 3);
}

TEST_CASE("an effect is in flight before its first byte and published once") {
    const TemporaryFolder folder;
    Database database{folder.file()};
    Effects effects{database};
    CHECK_FALSE(effects.lookup("site", "ava", "k").has_value());
    const auto begun = effects.begin(effect_of("k"), noon);
    REQUIRE(begun);
    CHECK(begun->state == EffectState::in_flight);
    CHECK(begun->attempt == 1);
    CHECK(bool{effects.finish(begun->effect_id, "post-1", "https://x/1", "{}", noon)});
    const auto again = effects.begin(effect_of("k"), noon);
    CHECK(again->state == EffectState::published);
    CHECK(again->external_id == "post-1");
    CHECK(again->url == "https://x/1");
    CHECK(effects.begin(effect_of("k", "c2"), noon).error().code == "content_differs");
    CHECK(bool{effects.mark(begun->effect_id, EffectState::dead)});
    CHECK(effects.lookup("site", "ava", "k")->state == EffectState::published);
    const auto other = effects.begin(effect_of("l"), noon);
    CHECK(effects.finish(other->effect_id, "post-1", {}, "{}", noon).error().code ==
          "external_id_taken");
    CHECK(effects.finish("none", "post-9", {}, "{}", noon).error().code == "no_such_effect");
}

TEST_CASE("what a dead process left in flight is unknown, and pending is sent again") {
    const TemporaryFolder folder;
    Database database{folder.file()};
    Effects effects{database};
    const pid_t sender = ::fork();
    if (sender == 0) {
        Database own{folder.file()};
        Effects theirs{own};
        ::_exit(theirs.begin(effect_of("k"), noon) ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(sender, &status, 0) == sender);
    const auto begun = effects.begin(effect_of("k"), noon);
    REQUIRE(begun);
    CHECK(begun->state == EffectState::unknown);
    CHECK(bool{effects.mark(begun->effect_id, EffectState::pending)});
    const auto again = effects.begin(effect_of("k"), noon);
    CHECK(again->state == EffectState::in_flight);
    CHECK(again->attempt == 2);
}
