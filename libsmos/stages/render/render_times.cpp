// SPDX-License-Identifier: Apache-2.0
// Resolves anchors until nothing moves, then what is under the whole film.
#include "libsmos/stages/render/render_times.hpp"

#include "libsmos/records/timeline/timeline_layout.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

namespace smos::stages {
namespace {

using records::Timeline;
using records::TimelineTime;
using records::TimelineTrack;

/// One item of any track as its times see it.
struct Placed {
    const std::string* id;
    TimelineTime* at;
    TimelineTime* dur;
    bool in_samples;
};

std::vector<Placed> placed_of(TimelineTrack& track) {
    std::vector<Placed> list;
    for (auto& item : track.items)
        list.push_back({&item.id, &item.at, &item.dur, false});
    for (auto& cue : track.cues)
        list.push_back({&cue.id, &cue.at, &cue.dur, false});
    for (auto& sound : track.sounds)
        list.push_back({&sound.id, &sound.at_samples, &sound.dur_samples, true});
    return list;
}

std::int64_t converted(const Rates& rates, std::int64_t value, bool from_samples, bool to_samples) {
    if (from_samples == to_samples)
        return value;
    return from_samples ? rates.frame_at(value) : rates.samples_of(value);
}

class Anchors {
  public:
    explicit Anchors(Timeline& timeline) : rates_(timeline) {
        for (TimelineTrack& track : timeline.tracks)
            for (const Placed& each : placed_of(track))
                all_.push_back(each);
        for (records::TimelineMark& mark : timeline.marks)
            all_.push_back({&mark.name, &mark.at, &mark.dur, false});
        hooks_ = all_.size() - timeline.marks.size();
    }

    void settle_all() {
        for (bool moved = true; moved;) {
            moved = false;
            for (const Placed& each : all_) {
                moved = settle(*each.at, each.in_samples) || moved;
                moved = settle_length(each) || moved;
            }
        }
    }

    Result<void> lay() {
        settle_all();
        for (const Placed& each : all_) {
            for (const TimelineTime* time : {each.at, each.dur}) {
                if (time->kind != TimelineTime::Kind::anchored)
                    continue;
                return item_error(*each.id,
                                  find(time->anchor) == nullptr
                                      ? "hangs on '" + time->anchor + "', which is not there"
                                      : "hangs on '" + time->anchor +
                                            "', whose own time is not known: a circle?");
            }
        }
        return {};
    }

  private:
    const Placed* find(const std::string& id) const {
        const auto end = all_.begin() + static_cast<std::ptrdiff_t>(hooks_);
        const auto found =
            std::find_if(all_.begin(), end, [&](const Placed& each) { return *each.id == id; });
        return found == end ? nullptr : &*found;
    }

    std::optional<std::int64_t> point_of(const TimelineTime& time, bool in_samples) const {
        const Placed* on = find(time.anchor);
        if (on == nullptr || !on->at->exact() || (time.at_anchor_end && !on->dur->exact()))
            return std::nullopt;
        const std::int64_t point = on->at->value + (time.at_anchor_end ? on->dur->value : 0);
        return std::max<std::int64_t>(
            0, converted(rates_, point, on->in_samples, in_samples) + time.value);
    }

    bool settle(TimelineTime& time, bool in_samples) const {
        if (time.kind != TimelineTime::Kind::anchored)
            return false;
        const auto point = point_of(time, in_samples);
        if (point)
            time = TimelineTime::of(*point);
        return point.has_value();
    }

    /// An anchored length ends at its anchor.
    bool settle_length(const Placed& each) const {
        if (each.dur->kind != TimelineTime::Kind::anchored || !each.at->exact())
            return false;
        const auto point = point_of(*each.dur, each.in_samples);
        if (point)
            *each.dur = TimelineTime::of(std::max<std::int64_t>(0, *point - each.at->value));
        return point.has_value();
    }

    Rates rates_;
    std::vector<Placed> all_;
    std::size_t hooks_ = 0; // how many of them something can hang on: marks are behind these
};

} // namespace

Error item_error(const std::string& item, std::string message) {
    return Error{"bad_timeline", std::move(message), item, "correct the item"};
}

void settle_anchors(Timeline& timeline) { Anchors{timeline}.settle_all(); }

Result<void> lay_anchors(Timeline& timeline) { return Anchors{timeline}.lay(); }

namespace {

/// How long an item may last by what its source has; as long as it likes where that is not known.
std::int64_t room(const Timeline& timeline, const TimelineTrack& track, std::size_t index) {
    constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
    const bool sound = index < track.sounds.size();
    if (!sound && index >= track.items.size())
        return any;
    const std::string& id = sound ? track.sounds[index].asset : track.items[index].asset;
    const auto asset = timeline.assets.find(id);
    const char* kind = sound ? "audio" : "video";
    if (asset == timeline.assets.end() || !asset->second.avail || asset->second.kind != kind)
        return any;
    const std::int64_t end = asset->second.avail->to;
    if (sound)
        return std::max<std::int64_t>(0, end - track.sounds[index].in_samples);
    const records::TimelineItem& item = track.items[index];
    return item.speed.num > 0 ? records::shown_frames(item.speed, end - item.in) : any;
}

} // namespace

void lay_rest(Timeline& timeline, std::int64_t end_frames) {
    const Rates rates{timeline};
    for (TimelineTrack& track : timeline.tracks) {
        const std::vector<Placed> list = placed_of(track);
        std::int64_t before = 0;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const Placed& each = list[i];
            const std::int64_t end = each.in_samples ? rates.samples_of(end_frames) : end_frames;
            if (!each.at->exact())
                *each.at =
                    TimelineTime::of(each.at->kind == TimelineTime::Kind::end ? end : before);
            const bool next_known = i + 1 < list.size() && list[i + 1].at->exact();
            const std::int64_t until = next_known ? list[i + 1].at->value : end;
            if (!each.dur->exact())
                *each.dur = TimelineTime::of(
                    std::clamp<std::int64_t>(until - each.at->value, 0, room(timeline, track, i)));
            before = each.at->value + each.dur->value;
        }
    }
    for (records::TimelineMark& mark : timeline.marks) {
        if (!mark.at.exact())
            mark.at = TimelineTime::of(mark.at.kind == TimelineTime::Kind::end ? end_frames : 0);
        if (!mark.dur.exact())
            mark.dur = TimelineTime::of(std::max<std::int64_t>(0, end_frames - mark.at.value));
    }
}

} // namespace smos::stages
