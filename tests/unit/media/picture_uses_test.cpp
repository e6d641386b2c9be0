// SPDX-License-Identifier: Apache-2.0
// When pictures have been seen for the last time.
#include "libsmos/media/compose/picture_uses.hpp"

#include <doctest/doctest.h>

using namespace smos;
using Assets = std::vector<std::string>;

namespace {

records::Timeline shots() {
    records::Timeline timeline;
    records::TimelineTrack& track = timeline.tracks.emplace_back();
    track.kind = "video";
    std::int64_t at = 0;
    for (const char* asset : {"a", "b", "c"}) {
        records::TimelineItem& item = track.items.emplace_back();
        item.asset = asset;
        item.at = records::TimelineTime::of(at);
        item.dur = records::TimelineTime::of(100);
        at += 100;
    }
    return timeline;
}

} // namespace

TEST_CASE("a picture goes when every lane is behind its last frame") {
    media::PictureUses uses{shots()};
    CHECK(uses.passed(50, 0).empty());
    CHECK(uses.passed(99, 0).empty());
    CHECK(uses.passed(150, 1).empty()); // lane 0 still shows it
    CHECK(uses.passed(100, 0) == Assets{"a"});
    CHECK(uses.passed(101, 0).empty());
    CHECK(uses.passed(210, 0).empty());
    CHECK(uses.passed(200, 1) == Assets{"b"});
}

TEST_CASE("transitions show pictures for longer, and what effects take stays") {
    records::Timeline timeline = shots();
    records::TimelineTransition& transition = timeline.tracks[0].transitions.emplace_back();
    transition.out_off = 10;
    timeline.tracks[0].items[0].fx.emplace_back().texts["asset"] = "b";
    media::PictureUses uses{timeline};
    CHECK(uses.passed(109, 0).empty());
    CHECK(uses.passed(110, 0) == Assets{"a"});
    CHECK(uses.passed(299, 0).empty());
}

TEST_CASE("a picture that comes back much later goes until then") {
    records::Timeline timeline = shots();
    records::TimelineTrack& track = timeline.tracks.front();
    for (const std::int64_t at : {300, 700}) { // 200 frames behind its end, then 300
        records::TimelineItem& item = track.items.emplace_back();
        item.asset = "a";
        item.at = records::TimelineTime::of(at);
        item.dur = records::TimelineTime::of(100);
    }
    media::PictureUses uses{timeline};
    CHECK(uses.passed(120, 0).empty());
    CHECK(uses.passed(250, 0) == Assets{"b"});
    CHECK(uses.passed(399, 0) == Assets{"c"});
    CHECK(uses.passed(400, 0) == Assets{"a"});
    CHECK(uses.passed(750, 0).empty());
    CHECK(uses.passed(800, 0) == Assets{"a"});
}
