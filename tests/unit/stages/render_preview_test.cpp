// SPDX-License-Identifier: Apache-2.0
// Which frames stand for a film.
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/stages/render/poster_choice.hpp"
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
    stages::PosterChoice choice{timeline};
    for (const std::int64_t frame : choice.candidates())
        CHECK((frame >= 36 && (frame < 40 || frame >= 50)));
    std::vector<std::int64_t> order = choice.candidates();
    CHECK(choice.unseen() == order);
    CHECK(choice.best() == order.front());
    media::Frame picture{64, 64};
    const auto look = [&](stages::PosterChoice& at, std::int64_t frame) {
        for (std::size_t i = 0; i < picture.y_size(); ++i)
            picture.y()[i] = static_cast<std::uint8_t>(frame == 54 && i % 2 == 0 ? 200 : 100);
        at.look(frame, picture);
    };
    for (const std::int64_t frame : {std::int64_t{0}, std::int64_t{45}})
        look(choice, frame); // no candidates
    CHECK(choice.unseen() == order);
    std::reverse(order.begin(), order.end());
    for (const std::int64_t frame : order)
        look(choice, frame);
    CHECK(choice.unseen().empty());
    CHECK(choice.best() == 54);
    CHECK(stages::PosterChoice{two_shots(2, 3)}.candidates() == std::vector<std::int64_t>{4});
}
