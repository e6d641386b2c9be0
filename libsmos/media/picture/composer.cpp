// SPDX-License-Identifier: Apache-2.0
// Draws frame n of a resolved timeline.
#include "libsmos/media/picture/composer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::media {
namespace {

__extension__ using Wide = __int128;

using kernels::Device;
using kernels::Outcome;
using records::TimelineItem;
using records::TimelineTransition;

constexpr std::int64_t one_ppm = 1'000'000;
constexpr std::int64_t punch_frames = 10;
constexpr std::int64_t punch_ppm = 85'000;

/// How much an interrupt magnifies: at once, and back within a third of a second.
std::int64_t punch_at(const TimelineItem& shot, std::int64_t local) {
    std::int64_t extra = 0;
    for (const std::int64_t at : shot.punches) {
        const std::int64_t since = local - at;
        if (since < 0 || since >= punch_frames)
            continue;
        const std::int64_t left = punch_frames - since;
        extra = std::max(extra, punch_ppm * left * left / (punch_frames * punch_frames));
    }
    return extra;
}

/// Size of `pixels * ppm / scale` in 2^-32 pixels.
std::int64_t scaled(std::int64_t fixed, std::int64_t scale_ppm) {
    return static_cast<std::int64_t>(static_cast<Wide>(fixed) * one_ppm / scale_ppm);
}

Result<void> checked(Outcome outcome, const char* what) {
    if (outcome == Outcome::done)
        return {};
    return Error{"compose_failed",
                 fmt::format("{}: {}", what, kernels::name_of(outcome)),
                 "composer",
                 "try --device cpu"};
}

kernels::Place plane_job(kernels::Source source,
                         kernels::Target out,
                         const kernels::TapTable& columns,
                         const kernels::TapTable& rows) {
    kernels::Place job;
    job.source = source;
    job.out = out;
    job.columns = &columns;
    job.rows = &rows;
    return job;
}

Result<void> place(const kernels::PictureMove& move,
                   kernels::Picture<const std::uint8_t> source,
                   kernels::Picture<std::uint8_t> out,
                   Device device) {
    if (device == Device::cpu) {
        return checked(kernels::place_rows(move, source, out, kernels::all_rows(out.y)), "place");
    }
    const auto luma = plane_job(source.y, out.y, move.luma_columns, move.luma_rows);
    const auto first = plane_job(source.u, out.u, move.chroma_columns, move.chroma_rows);
    const auto second = plane_job(source.v, out.v, move.chroma_columns, move.chroma_rows);
    SMOS_CHECK(checked(kernels::run(luma, device), "place on the GPU"));
    SMOS_CHECK(checked(kernels::run(first, device), "place on the GPU"));
    return checked(kernels::run(second, device), "place on the GPU");
}

Result<void>
fade_plane(kernels::Source to, kernels::Target out, std::uint32_t weight, Device device) {
    kernels::Crossfade job;
    job.from = out;
    job.to = to;
    job.out = out;
    job.weight = weight;
    return checked(kernels::run(job, device), "dissolve on the GPU");
}

} // namespace

kernels::Window still_window(const TimelineItem& item,
                             std::int64_t local,
                             int still_width_px,
                             int still_height_px,
                             int out_width_px,
                             int out_height_px) {
    const bool moves = !item.anim.view.empty();
    const auto view = [&](std::size_t index, std::int64_t fallback) {
        return moves ? records::value_at(item.anim.view, index, local) : fallback;
    };
    const std::int64_t scale = std::max(one_ppm, view(0, one_ppm)) + punch_at(item, local);
    const std::int64_t full_width = std::int64_t{still_width_px} << 32U;
    const std::int64_t full_height = std::int64_t{still_height_px} << 32U;
    const auto width_for =
        static_cast<std::int64_t>(static_cast<Wide>(full_height) * out_width_px / out_height_px);
    const auto height_for =
        static_cast<std::int64_t>(static_cast<Wide>(full_width) * out_height_px / out_width_px);
    kernels::Window window;
    window.width = scaled(std::min(full_width, width_for), scale);
    window.height = scaled(std::min(full_height, height_for), scale);
    const auto position = [&](std::size_t index) {
        return std::clamp<std::int64_t>(view(index, one_ppm / 2), 0, one_ppm);
    };
    const auto offset = [](std::int64_t room, std::int64_t ppm) {
        return static_cast<std::int64_t>(static_cast<Wide>(room) * ppm / one_ppm);
    };
    window.x = offset(full_width - window.width, position(1));
    window.y = offset(full_height - window.height, position(2));
    return window;
}

Composer::Composer(const records::Timeline& timeline,
                   const std::map<std::string, Frame>& stills,
                   Device device)
    : timeline_(timeline),
      stills_(stills),
      device_(device),
      second_(timeline.width_px(), timeline.height_px()) {}

Result<void> Composer::draw_shot(const TimelineItem& item, std::int64_t frame, Frame& out) {
    const auto still = stills_.find(item.asset);
    SMOS_EXPECT(still != stills_.end());
    const auto source = picture_of(still->second);
    auto target = picture_of(out);
    const auto window = still_window(item,
                                     frame - item.at.value,
                                     still->second.width_px,
                                     still->second.height_px,
                                     out.width_px,
                                     out.height_px);
    const auto move = kernels::picture_move(window, source, target);
    if (!move)
        return Error{"compose_failed", "the window is out of range", item.id, {}};
    return place(*move, source, target, device_);
}

Result<void> Composer::dissolve(const Frame& to, std::uint32_t weight, Frame& out) {
    auto target = picture_of(out);
    const auto incoming = picture_of(to);
    if (device_ == Device::cpu) {
        return checked(
            kernels::crossfade_rows(target, incoming, target, weight, kernels::all_rows(target.y)),
            "dissolve");
    }
    SMOS_CHECK(fade_plane(incoming.y, target.y, weight, device_));
    SMOS_CHECK(fade_plane(incoming.u, target.u, weight, device_));
    return fade_plane(incoming.v, target.v, weight, device_);
}

Result<void> Composer::draw(std::int64_t frame, Frame& out) {
    const records::TimelineTrack& track = timeline_.main_track();
    const auto& shots = track.items;
    const auto after = std::find_if(shots.begin(), shots.end(), [&](const TimelineItem& shot) {
        return shot.at.value > frame;
    });
    SMOS_EXPECT(after != shots.begin());
    const std::size_t current = static_cast<std::size_t>(after - shots.begin()) - 1;
    for (const TimelineTransition& transition : track.transitions) {
        const std::int64_t from = transition.at.value - transition.in_off;
        const std::int64_t length = transition.in_off + transition.out_off;
        if (frame < from || frame >= from + length)
            continue;
        const std::size_t incoming = frame < transition.at.value ? current + 1 : current;
        if (incoming == 0 || incoming >= shots.size())
            continue;
        SMOS_CHECK(draw_shot(shots[incoming - 1], frame, out));
        SMOS_CHECK(draw_shot(shots[incoming], frame, second_));
        // Sampled in the middle of each frame, so the dissolve is symmetric about the cut.
        const std::int64_t weight =
            (2 * (frame - from) + 1) * std::int64_t{kernels::full_weight} / (2 * length);
        return dissolve(second_, static_cast<std::uint32_t>(weight), out);
    }
    return draw_shot(shots[current], frame, out);
}

} // namespace smos::media
