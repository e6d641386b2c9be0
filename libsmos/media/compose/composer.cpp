// SPDX-License-Identifier: Apache-2.0
// Track by track onto the canvas.
#include "libsmos/media/compose/composer.hpp"

#include "libsmos/core/hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace smos::media {
namespace {

__extension__ using Wide = __int128;

// What comes in later than this in a span (the whole film, for some encoders) is loaded when it
// is drawn, and so is what comes in at more places.
constexpr std::int64_t expected_frames = 90;
constexpr std::size_t most_beginnings = 8;

/// How large the window would be if the box were the canvas.
kernels::Window on_canvas(const Geometry& geometry, int width_px, int height_px) {
    const auto share = [](std::int64_t seen, std::int64_t box, int canvas) {
        const std::int64_t fixed = std::int64_t{canvas} << 32U;
        return static_cast<std::int64_t>(Wide{seen} * fixed / std::max<std::int64_t>(1, box));
    };
    return {0,
            0,
            share(geometry.source.width, geometry.box.width, width_px),
            share(geometry.source.height, geometry.box.height, height_px)};
}

/// All that a generated text depends on.
std::string text_of(const EffectPlan& effect) {
    std::string text;
    for (const auto& [name, values] : effect.values)
        text += fmt::format("{}={} ", name, fmt::join(values, ","));
    for (const auto& [name, words] : effect.texts)
        text += fmt::format("{}={}:{} ", name, words.size(), words);
    return text;
}

kernels::Size canvas_size(const records::Timeline& timeline) {
    return {timeline.width_px(), timeline.height_px()};
}

} // namespace

Composer::Composer(const records::Timeline& timeline,
                   std::shared_ptr<Pictures> pictures,
                   kernels::Device device)
    : timeline_(timeline),
      device_(device),
      pictures_(std::move(pictures)),
      uses_(timeline),
      filters_(*pictures_, timeline.width_px(), timeline.height_px()) {}

bool Composer::is_video(const LayerPlan& plan) const {
    const auto asset = timeline_.assets.find(plan.asset);
    return asset != timeline_.assets.end() && asset->second.kind == "video";
}

records::Rational Composer::seconds_of(const LayerPlan& plan) const {
    return {plan.source_at.num * timeline_.rate.den, plan.source_at.den * timeline_.rate.num};
}

Result<kernels::Size> Composer::mip_of(const std::string& asset) {
    const auto known = mips_.find(asset);
    if (known != mips_.end())
        return known->second;
    SMOS_TRY(const kernels::Size full, pictures_->size_of(asset));
    kernels::Window largest, smallest;
    const auto look = [&](const LayerPlan& plan) {
        const Geometry geometry =
            geometry_of(plan, full.width, full.height, timeline_.width_px(), timeline_.height_px());
        const kernels::Window window =
            on_canvas(geometry, timeline_.width_px(), timeline_.height_px());
        if (largest.width == 0 || window.width > largest.width)
            largest = window;
        if (smallest.width == 0 || window.width < smallest.width)
            smallest = window;
    };
    for (const records::TimelineTrack& track : timeline_.tracks) {
        for (const records::TimelineItem& item : track.items) {
            if (item.asset != asset)
                continue;
            for (std::int64_t n = 0; n < item.dur.value; ++n)
                look(plan_layer(item, item.at.value + n));
        }
    }
    kernels::Size mip =
        kernels::mip_size(full, largest, smallest, {timeline_.width_px(), timeline_.height_px()});
    if (mip.width == 0 || mip.height == 0)
        mip = full;
    mips_[asset] = mip;
    return mip;
}

Result<Composer::Ready> Composer::ready(const LayerPlan& plan, int lane) {
    Shown shown;
    kernels::Size mip;
    if (plan.made) {
        SMOS_TRY(shown, pictures_->made(*plan.made, plan.frame, canvas_size(timeline_)));
        mip = shown.full;
    } else if (is_video(plan)) {
        SMOS_TRY(shown, pictures_->moving(plan.asset, seconds_of(plan), lane));
        mip = shown.full;
    } else {
        SMOS_TRY(mip, mip_of(plan.asset));
        SMOS_TRY(shown, pictures_->still(plan.asset, mip));
    }
    const int width = timeline_.width_px(), height = timeline_.height_px();
    Geometry geometry = geometry_of(plan, shown.full.width, shown.full.height, width, height);
    if (!plan.made && is_video(plan)) {
        mip = video_mip(shown.full, on_canvas(geometry, width, height), {width, height});
        SMOS_TRY(shown.layer, shrunk_videos_.at(shown.layer, mip));
    }
    geometry.source = kernels::in_mip(geometry.source, shown.full, mip);
    const bool replaces = replaces_canvas(plan, *shown.layer, geometry);
    return Ready{std::move(shown.layer), geometry, replaces};
}

void Composer::lay_ground(Frame& canvas) {
    if (!ground_)
        return;
    std::fill_n(canvas.y(), canvas.y_size(), ground_->y);
    std::fill_n(canvas.u(), canvas.uv_size(), ground_->u);
    std::fill_n(canvas.v(), canvas.uv_size(), ground_->v);
    ground_.reset();
}

Result<void> Composer::draw_track(const TrackPlan& track, int lane, Frame& canvas) {
    if (!track.layer)
        return {};
    if (track.transition)
        joining_lane_ = lane;
    const PaintTools tools{filters_, turned_, device_};
    SMOS_TRY(const Ready first, ready(*track.layer, lane));
    if (!track.transition) {
        if (!first.replaces)
            lay_ground(canvas);
        ground_.reset();
        return paint_layer(*track.layer, first.picture, first.geometry, tools, canvas);
    }
    SMOS_TRY(const Ready second, ready(*track.incoming, lane));
    if (second_.empty()) {
        second_ = Frame{canvas.width_px, canvas.height_px};
        spare_ = second_;
    }
    if (!first.replaces || !second.replaces)
        lay_ground(canvas);
    ground_.reset();
    if (!second.replaces)
        second_.bytes = canvas.bytes;
    SMOS_CHECK(paint_layer(*track.layer, first.picture, first.geometry, tools, canvas));
    SMOS_CHECK(paint_layer(*track.incoming, second.picture, second.geometry, tools, second_));
    return join_canvases(*track.transition, *pictures_, second_, canvas, spare_);
}

void Composer::expect(std::vector<FrameSpan> spans, int at_once) {
    spans_ = std::move(spans);
    begun_ = expected_ = 0;
    for (int i = 0; i < at_once; ++i)
        expect_next(true);
    expect_next(false); // the first frames wait for their stills, and a processor for work
}

void Composer::expect(const LayerPlan& plan, bool videos) {
    if (plan.made)
        return;
    if (is_video(plan)) {
        if (videos)
            pictures_->expect_moving(plan.asset, seconds_of(plan));
    } else if (const auto mip = mip_of(plan.asset)) { // else drawing says what is wrong
        pictures_->expect(plan.asset, *mip);
    }
}

void Composer::expect_next(bool videos) {
    if (expected_ == spans_.size())
        return;
    const FrameSpan span = spans_[expected_++];
    const std::int64_t end = std::min(span.end, span.first + expected_frames);
    std::set<std::int64_t> frames{span.first};
    for (const records::TimelineTrack& track : timeline_.tracks) {
        for (const records::TimelineItem& item : track.items)
            if (item.at.value > span.first && item.at.value < end &&
                frames.size() < most_beginnings)
                frames.insert(item.at.value);
    }
    for (const std::int64_t frame : frames) {
        for (const TrackPlan& track : plan_frame(timeline_, frame).tracks) {
            for (const auto* layer : {&track.layer, &track.incoming})
                if (*layer)
                    expect(**layer, videos);
        }
    }
}

Result<void> Composer::draw(std::int64_t frame, int lane, Frame& out) {
    if (begun_ < spans_.size() && frame == spans_[begun_].first) {
        if (++begun_ == expected_)
            expect_next(false);
    }
    for (const std::string& asset : uses_.passed(frame, lane))
        pictures_->forget(asset);
    const FramePlan plan = plan_frame(timeline_, frame);
    const bool joins =
        std::any_of(plan.tracks.begin(), plan.tracks.end(), [](const TrackPlan& track) {
            return track.transition.has_value();
        });
    if (!joins && joining_lane_ == lane) { // the transition is over
        second_ = {};
        spare_ = {};
    }
    ground_ = colour_named(plan.background);
    for (const TrackPlan& track : plan.tracks)
        SMOS_CHECK(draw_track(track, lane, out));
    lay_ground(out);
    return {};
}

Result<std::string> Composer::words_of_source(const LayerPlan& plan) {
    if (plan.made && plan.made->name == "text") {
        std::string& hash = text_hashes_[text_of(*plan.made)];
        if (hash.empty()) {
            SMOS_TRY(const Shown shown,
                     pictures_->made(*plan.made, plan.frame, canvas_size(timeline_)));
            const auto bytes = [](const auto& data) {
                return std::string_view{reinterpret_cast<const char*>(data.data()), data.size()};
            };
            Sha256 digest;
            digest.update_field(bytes(shown.layer->colour.bytes));
            digest.update_field(bytes(shown.layer->alpha));
            hash = hex(digest.finish());
        }
        return hash;
    }
    if (plan.made || is_video(plan))
        return std::string{};
    SMOS_TRY(const kernels::Size mip, mip_of(plan.asset));
    return fmt::format("{}x{}", mip.width, mip.height);
}

Result<std::string> Composer::words(std::int64_t frame) {
    const FramePlan plan = plan_frame(timeline_, frame);
    std::string words = words_of(plan, timeline_);
    for (const TrackPlan& track : plan.tracks) {
        for (const auto* layer : {&track.layer, &track.incoming}) {
            if (!*layer)
                continue;
            SMOS_TRY(const std::string source, words_of_source(**layer));
            words += "\n" + source;
        }
    }
    return words;
}

} // namespace smos::media
