// SPDX-License-Identifier: Apache-2.0
// The plan of groups of pictures: what holds for every film, on many drawn by lot.
#include "libsmos/core/random.hpp"
#include "libsmos/media/codec/gop_plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <set>

using namespace smos;
using namespace smos::media;

namespace {

using Frames = std::vector<std::int64_t>;

struct Shot {
    std::int64_t frames = 0;
    Frames captions; // from the shot's start
};
using Film = std::vector<Shot>;

Shot draw_shot(Random& random, std::size_t longest) {
    Shot shot;
    shot.frames = 2 + static_cast<std::int64_t>(random.below(longest));
    for (auto at = static_cast<std::int64_t>(random.below(50)); at < shot.frames;) {
        shot.captions.push_back(at);
        at += 10 + static_cast<std::int64_t>(random.below(60));
    }
    return shot;
}

Film draw_film(Random& random) {
    Film film;
    for (std::size_t i = 1 + random.below(9); i > 0; --i)
        film.push_back(draw_shot(random, random.below(3) == 0 ? 1500 : 250));
    return film;
}

/// The plan, cut into the shots it belongs to; fails when a group crosses a cut.
std::vector<std::vector<int>> plan_of(const Film& film, const GopLimits& limits = {}) {
    Frames cuts;
    Frames captions;
    std::int64_t at = 0;
    for (const Shot& shot : film) {
        cuts.push_back(at);
        for (const std::int64_t start : shot.captions)
            captions.push_back(at + start);
        at += shot.frames;
    }
    std::reverse(cuts.begin(), cuts.end());
    const std::vector<int> gops = plan_gops(cuts, captions, at, limits);
    std::vector<std::vector<int>> plan;
    std::size_t next = 0;
    for (const Shot& shot : film) {
        std::vector<int>& own = plan.emplace_back();
        std::int64_t left = shot.frames;
        while (left > 0 && next < gops.size()) {
            own.push_back(gops[next]);
            left -= gops[next++];
        }
        REQUIRE(left == 0);
    }
    REQUIRE(next == gops.size());
    return plan;
}

} // namespace

TEST_CASE("groups fill each shot, cross no cut, and keep to the limits") {
    Random random{41};
    for (int round = 0; round < 400; ++round) {
        CAPTURE(round);
        const Film film = draw_film(random);
        const auto plan = plan_of(film);
        for (std::size_t i = 0; i < film.size(); ++i) {
            const std::int64_t frames = film[i].frames;
            CAPTURE(frames);
            if (frames <= 80) {
                CHECK(plan[i] == std::vector<int>{static_cast<int>(frames)});
                continue;
            }
            CHECK(plan[i].size() >= 2);
            for (const int gop : plan[i]) {
                CHECK(100 * gop >= (frames < 90 ? 40 * frames : 4500));
                CHECK(gop <= 80);
            }
        }
    }
}

TEST_CASE("other limits hold as well") {
    Random random{5};
    for (const GopLimits limits :
         {GopLimits{4, 5, 6}, GopLimits{10, 20, 30}, GopLimits{60, 90, 90}}) {
        for (int round = 0; round < 60; ++round) {
            const Film film = draw_film(random);
            const auto plan = plan_of(film, limits);
            for (std::size_t i = 0; i < film.size(); ++i) {
                for (const int gop : plan[i]) {
                    CHECK(gop >= 2);
                    CHECK(gop <= limits.longest);
                    const bool awkward = film[i].frames < 2 * limits.shortest;
                    CHECK((gop >= limits.shortest || plan[i].size() == 1 || awkward));
                }
            }
        }
    }
}

TEST_CASE("a longer or shorter shot leaves the groups of the others as they were") {
    Random random{42};
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        const Film film = draw_film(random);
        Film edited = film;
        const std::size_t changed = random.below(film.size());
        edited[changed] = draw_shot(random, 600);
        const auto before = plan_of(film);
        const auto after = plan_of(edited);
        for (std::size_t i = 0; i < film.size(); ++i) {
            if (i != changed)
                CHECK(before[i] == after[i]);
        }
    }
}

TEST_CASE("a second that goes into a long shot leaves the groups well before it") {
    Random random{43};
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        Shot shot = draw_shot(random, 1500);
        shot.frames += 400;
        const auto at =
            static_cast<std::int64_t>(random.below(static_cast<std::size_t>(shot.frames)));
        Shot longer = shot;
        longer.frames += 30;
        for (std::int64_t& start : longer.captions)
            start += start >= at ? 30 : 0;
        const std::vector<int> before = plan_of({shot})[0];
        const std::vector<int> after = plan_of({longer})[0];
        std::int64_t begin = 0;
        for (std::size_t i = 0; begin < at - 170; begin += before[i++])
            CHECK(before[i] == after[i]);
    }
}

TEST_CASE("groups begin where captions begin, when one is in reach") {
    Frames every_40;
    for (std::int64_t at = 0; at < 1200; at += 40)
        every_40.push_back(at);
    CHECK(plan_gops({}, every_40, 1200) == std::vector<int>(15, 80));
    CHECK(plan_gops({}, {}, 300) == std::vector<int>{50, 50, 50, 50, 50, 50});
    // One group ahead: 60 instead of 50, because from 50 no caption would be in reach.
    CHECK(plan_gops({}, {50, 60, 135}, 230) == std::vector<int>{60, 75, 50, 45});
    CHECK(plan_gops({}, {}, 87) == std::vector<int>{43, 44});
    CHECK(plan_gops({}, {36}, 87) == std::vector<int>{36, 51});
    CHECK(plan_gops({}, {34, 53}, 87) == std::vector<int>{43, 44});
    Random random{44};
    int inside = 0;
    int at_captions = 0;
    for (int round = 0; round < 200; ++round) {
        const Shot shot = draw_shot(random, 1500);
        const std::set<std::int64_t> starts(shot.captions.begin(), shot.captions.end());
        std::int64_t begin = 0;
        const std::vector<int> gops = plan_of({shot})[0];
        for (const int gop : gops) {
            inside += begin > 0 ? 1 : 0;
            at_captions += begin > 0 && starts.count(begin) > 0 ? 1 : 0;
            begin += gop;
        }
    }
    CHECK(inside > 500);
    CHECK(at_captions * 100 > inside * 70);
}

TEST_CASE("shots of one frame join a neighbour, and a film of one frame is one group") {
    CHECK(plan_gops({}, {}, 0).empty());
    CHECK(plan_gops({}, {}, 1) == std::vector<int>{1});
    CHECK(plan_gops({1}, {}, 2) == std::vector<int>{2});
    CHECK(plan_gops({1, 2, 3}, {}, 4) == std::vector<int>{2, 2});
    CHECK(plan_gops({10, 11}, {}, 30) == std::vector<int>{10, 20});
    CHECK(plan_gops({29}, {}, 30) == std::vector<int>{30});
    CHECK(plan_gops({-5, 0, 15, 15, 30, 99}, {}, 30) == std::vector<int>{15, 15});
}
