// SPDX-License-Identifier: Apache-2.0
// Which frames stand for a film.
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/stages/render/render_preview.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace smos;

namespace {

records::Timeline two_shots(std::int64_t first, std::int64_t second) {
    records::Timeline timeline;
    timeline.canvas.width_px = 64;
    timeline.canvas.height_px = 64;
    records::TimelineTrack& track = timeline.tracks.emplace_back();
    track.kind = "video";
    std::int64_t at = 0;
    for (const std::int64_t length : {first, second}) {
        records::TimelineItem& item = track.items.emplace_back();
        item.at = records::TimelineTime::of(at);
        item.dur = records::TimelineTime::of(length);
        at += length;
    }
    return timeline;
}

void join(records::Timeline& timeline, std::int64_t at, std::int64_t in, std::int64_t out) {
    records::TimelineTransition& transition = timeline.tracks[0].transitions.emplace_back();
    transition.at = records::TimelineTime::of(at);
    transition.in_off = in;
    transition.out_off = out;
}

} // namespace

TEST_CASE("one moment of each shot, out of transitions, or as many as asked for") {
    records::Timeline timeline = two_shots(20, 40);
    CHECK(stages::moments_of(timeline, 0) == std::vector<std::int64_t>{10, 40});
    join(timeline, 20, 12, 25); // the middle of both shots lies in it
    CHECK(stages::moments_of(timeline, 0) == std::vector<std::int64_t>{19, 45});
    CHECK(stages::moments_of(timeline, 4) == std::vector<std::int64_t>{7, 22, 37, 52});
}

TEST_CASE("a poster is sharp, later than 1.2 s, and not within a transition") {
    records::Timeline timeline = two_shots(45, 60);
    join(timeline, 45, 5, 5);
    for (const std::int64_t frame : stages::poster_candidates(timeline))
        CHECK((frame >= 36 && (frame < 40 || frame >= 50)));
    const auto draw = [](std::int64_t frame, media::Frame& out) -> Result<void> {
        for (std::size_t i = 0; i < out.y_size(); ++i)
            out.y()[i] = static_cast<std::uint8_t>(frame == 54 && i % 2 == 0 ? 200 : 100);
        return {};
    };
    const auto chosen = stages::poster_frame(timeline, draw);
    REQUIRE(chosen);
    CHECK(*chosen == 54);
    CHECK(stages::poster_candidates(two_shots(2, 3)) == std::vector<std::int64_t>{4});
}
