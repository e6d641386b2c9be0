// SPDX-License-Identifier: Apache-2.0
// From an authored timeline and the voices' real lengths to one in which every time is an integer.
#include "libsmos/stages/render/render_resolve.hpp"

#include "libsmos/stages/render/render_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace smos::stages {
namespace {

using records::Curve;
using records::Timeline;
using records::TimelineItem;
using records::TimelineSound;
using records::TimelineTime;
using records::TimelineTrack;

using Lines = std::map<std::string, SpokenLine>;

constexpr std::int64_t interrupt_shift_frames = 2;

/// The shot that a line is spoken over, or none.
const TimelineItem* shot_of(const Timeline& timeline, const std::string& line) {
    for (const TimelineItem& shot : timeline.main_track().items) {
        if (std::find(shot.lines.begin(), shot.lines.end(), line) != shot.lines.end())
            return &shot;
    }
    return nullptr;
}

std::vector<TimelineSound*> voices_of(Timeline& timeline) {
    std::vector<TimelineSound*> voices;
    for (TimelineTrack& track : timeline.tracks) {
        if (track.role != "voice")
            continue;
        for (TimelineSound& sound : track.sounds)
            voices.push_back(&sound);
    }
    return voices;
}

Result<void> lay_voices(Timeline& timeline, const Lines& lines, const Pacing& pacing) {
    std::int64_t at = pacing.lead_samples;
    const TimelineItem* before = nullptr;
    for (TimelineSound* each : voices_of(timeline)) {
        TimelineSound& voice = *each;
        const auto line = lines.find(voice.asset);
        if (line == lines.end())
            return item_error(voice.id, "its voice was not made");
        const TimelineItem* shot = shot_of(timeline, voice.asset);
        if (before != nullptr)
            at += shot == before ? pacing.gap_samples : pacing.cut_samples;
        before = shot;
        if (!voice.at_samples.exact())
            voice.at_samples = TimelineTime::of(at);
        if (!voice.dur_samples.exact()) {
            voice.dur_samples = TimelineTime::of(line->second.duration_samples);
        }
        at = std::max(at, voice.at_samples.value + voice.dur_samples.value);
    }
    return {};
}

std::int64_t voices_end(const Timeline& timeline) {
    std::int64_t end = 0;
    for (const TimelineSound* voice : timeline.sounds_of("voice"))
        end = std::max(end, voice->at_samples.value + voice->dur_samples.value);
    return end;
}

/// Where a shot should begin: in the middle of the silence before its first line.
Result<std::int64_t>
shot_start(const Timeline& timeline, const TimelineItem& shot, const Rates& rates) {
    std::int64_t silence_from = 0;
    for (const TimelineSound* voice : timeline.sounds_of("voice")) {
        if (voice->asset == shot.lines.front())
            return rates.frame_at((silence_from + voice->at_samples.value) / 2);
        silence_from = std::max(silence_from, voice->at_samples.value + voice->dur_samples.value);
    }
    return item_error(shot.id, fmt::format("no voice speaks its line '{}'", shot.lines.front()));
}

/// The frame nearest to `wanted` on which a word begins, if one does within `reach` frames.
std::int64_t on_a_word(const Timeline& timeline,
                       const Lines& lines,
                       const Rates& rates,
                       std::int64_t wanted,
                       std::int64_t reach) {
    std::int64_t best = wanted;
    std::int64_t distance = reach + 1;
    for (const TimelineSound* voice : timeline.sounds_of("voice")) {
        for (const auto& word : lines.at(voice->asset).words) {
            const std::int64_t frame =
                rates.frame_at(voice->at_samples.value + word.start_ms * rates.sample_rate / 1000);
            if (std::abs(frame - wanted) < distance) {
                best = frame;
                distance = std::abs(frame - wanted);
            }
        }
    }
    return best;
}

/// Shots that nobody speaks over share the time of the shot before them, and begin with a word.
void share_time(Timeline& timeline, std::int64_t end, const Lines& lines, const Rates& rates) {
    std::vector<TimelineItem>& shots = timeline.main_track().items;
    for (std::size_t i = 1; i < shots.size(); ++i) {
        if (shots[i].at.exact())
            continue;
        std::size_t next = i;
        while (next < shots.size() && !shots[next].at.exact())
            ++next;
        const std::int64_t from = shots[i - 1].at.value;
        const std::int64_t to = next < shots.size() ? shots[next].at.value : end;
        const auto parts = static_cast<std::int64_t>(next - i) + 1;
        const std::int64_t step = (to - from) / parts;
        for (std::size_t k = i; k < next; ++k) {
            const std::int64_t even = from + step * static_cast<std::int64_t>(k - i + 1);
            shots[k].at = TimelineTime::of(on_a_word(timeline, lines, rates, even, step / 3));
        }
        i = next;
    }
}

Result<void>
lay_shots(Timeline& timeline, std::int64_t end, const Lines& lines, const Rates& rates) {
    std::vector<TimelineItem>& shots = timeline.main_track().items;
    for (std::size_t i = 0; i < shots.size(); ++i) {
        TimelineItem& shot = shots[i];
        if (shot.at.exact())
            continue;
        if (shot.at.kind == TimelineTime::Kind::anchored) {
            settle_anchors(timeline);
            if (!shot.at.exact())
                return item_error(shot.id, "hangs on an item whose own time is not known");
        } else if (i == 0) {
            shot.at = TimelineTime::of(0);
        } else if (shots[i - 1].at.exact() && shots[i - 1].dur.exact()) {
            shot.at = TimelineTime::of(shots[i - 1].at.value + shots[i - 1].dur.value);
        } else if (!shot.lines.empty()) {
            SMOS_TRY(const std::int64_t start, shot_start(timeline, shot, rates));
            shot.at = TimelineTime::of(start);
        }
    }
    share_time(timeline, end, lines, rates);
    for (std::size_t i = 0; i < shots.size(); ++i) {
        TimelineItem& shot = shots[i];
        const bool last = i + 1 == shots.size();
        const std::int64_t next = last ? end : shots[i + 1].at.value;
        // A length that somebody gave may be one frame, and may leave a hole behind it.
        const bool given = shot.dur.exact();
        if (!given)
            shot.dur = TimelineTime::of(next - shot.at.value);
        if (shot.dur.value < (given ? 1 : 2))
            return item_error(shot.id, "is shorter than two frames");
        if (!last && shot.at.value + shot.dur.value > next)
            return item_error(shot.id, "overlaps the next shot");
    }
    return {};
}

Result<void> lay_transitions(TimelineTrack& track) {
    for (auto& transition : track.transitions) {
        if (!transition.at.exact()) {
            const std::size_t next = transition.items_before;
            if (next == 0 || next >= track.items.size())
                return item_error(transition.id, "there is no cut for it");
            transition.at = track.items[next].at;
        }
        const auto cut =
            std::find_if(track.items.begin(), track.items.end(), [&](const TimelineItem& item) {
                return item.at.value == transition.at.value;
            });
        if (cut == track.items.begin() || cut == track.items.end())
            return item_error(transition.id, "is not at a cut between two shots");
        transition.in_off = std::min(transition.in_off, std::prev(cut)->dur.value / 2);
        transition.out_off = std::min(transition.out_off, cut->dur.value / 2);
    }
    return {};
}

/// Zoom, x and y of what is seen, in millionths, in the first frame and in the last.
struct Move {
    std::array<std::int64_t, 3> from;
    std::array<std::int64_t, 3> to;
};

Move move_named(const std::string& camera) {
    if (camera == "zoom_in")
        return {{1'020'000, 500'000, 500'000}, {1'160'000, 500'000, 480'000}};
    if (camera == "zoom_out")
        return {{1'180'000, 500'000, 480'000}, {1'030'000, 500'000, 500'000}};
    if (camera == "pan")
        return {{1'140'000, 250'000, 500'000}, {1'140'000, 750'000, 500'000}};
    if (camera == "tilt")
        return {{1'140'000, 500'000, 720'000}, {1'140'000, 500'000, 280'000}};
    if (camera == "dolly")
        return {{1'040'000, 480'000, 560'000}, {1'240'000, 520'000, 440'000}};
    if (camera == "tracking")
        return {{1'120'000, 700'000, 540'000}, {1'150'000, 300'000, 460'000}};
    return {{1'060'000, 500'000, 500'000}, {1'060'000, 500'000, 500'000}};
}

/// The move goes on through the handles of a transition, half a shot to either side.
Curve view_of(const TimelineItem& item) {
    const Move move = move_named(item.camera);
    const std::int64_t last = std::max<std::int64_t>(1, item.dur.value - 1);
    Curve view;
    for (const std::int64_t at : {-(last / 2) - 1, last + last / 2 + 1}) {
        Curve::Key& key = view.keys.emplace_back();
        key.at = at;
        for (std::size_t i = 0; i < 3; ++i) {
            const std::int64_t value = move.from[i] + (move.to[i] - move.from[i]) * at / last;
            key.value.push_back(i == 0 ? std::max<std::int64_t>(1'000'000, value)
                                       : std::clamp<std::int64_t>(value, 0, 1'000'000));
        }
    }
    return view;
}

/// A still that covers the picture moves, unless somebody said how.
void lay_moves(Timeline& timeline) {
    for (TimelineItem& item : timeline.main_track().items) {
        const auto asset = timeline.assets.find(item.asset);
        const bool still = asset != timeline.assets.end() && asset->second.kind == "image";
        const records::TimelineMotion& anim = item.anim;
        const bool moved = !anim.view.empty() || !anim.scale.empty() || !anim.pos.empty() ||
                           !anim.rotation.empty() || !anim.crop.empty();
        if (!item.camera.empty() || (still && item.fit == "cover" && !moved))
            item.anim.view = view_of(item);
    }
}

/// An interrupt breaks the pattern where it falls: a jump of the picture inside its shot.
void lay_interrupts(Timeline& timeline) {
    for (const auto& mark : timeline.marks) {
        if (mark.name != "interrupt" || !mark.at.exact())
            continue;
        for (TimelineItem& shot : timeline.main_track().items) {
            const std::int64_t inside = mark.at.value - shot.at.value;
            if (inside < interrupt_shift_frames || inside >= shot.dur.value)
                continue;
            // A resolved timeline has it already.
            if (std::find(shot.punches.begin(), shot.punches.end(), inside) == shot.punches.end())
                shot.punches.push_back(inside);
        }
    }
}

/// On the words of its voice; a cue that shows no voice keeps its own times and words.
void lay_cue(records::TimelineCue& cue, const Timeline& timeline, const Lines& lines) {
    const Rates rates{timeline};
    const auto line = lines.find(cue.asset);
    const auto voices = timeline.sounds_of("voice");
    const auto voice = std::find_if(voices.begin(), voices.end(), [&](const TimelineSound* sound) {
        return sound->asset == cue.asset;
    });
    if (line == lines.end() || voice == voices.end())
        return;
    const std::int64_t start = (*voice)->at_samples.value;
    cue.at = TimelineTime::of(rates.frame_at(start));
    cue.dur = TimelineTime::of(std::max<std::int64_t>(
        1, rates.frame_after(start + (*voice)->dur_samples.value) - cue.at.value));
    // The cue starts on a frame, its words on the sample: keep them exact to the millisecond.
    const std::int64_t shift_ms = rates.ms_of(start) - rates.ms_of(rates.samples_of(cue.at.value));
    if (line->second.words.empty())
        return; // nobody knows better than the cue
    cue.words = line->second.words;
    for (auto& word : cue.words) {
        word.start_ms = std::max<std::int64_t>(0, word.start_ms + shift_ms);
        word.end_ms = std::max(word.start_ms + 1, word.end_ms + shift_ms);
    }
}

Result<void> lay_captions(Timeline& timeline, const Lines& lines) {
    for (TimelineTrack& track : timeline.tracks) {
        for (auto& cue : track.cues) {
            lay_cue(cue, timeline, lines);
            const bool hangs = cue.at.kind == TimelineTime::Kind::anchored ||
                               cue.dur.kind == TimelineTime::Kind::anchored;
            if (!hangs && (!cue.at.exact() || !cue.dur.exact()))
                return item_error(cue.id, "nobody speaks it");
        }
    }
    return {};
}

/// Where what has no length of its own ends: behind the last voice, and not before a shot whose
/// time somebody gave.
std::int64_t film_end_wanted(const Timeline& timeline, const Pacing& pacing, const Rates& rates) {
    std::int64_t end = rates.frame_after(voices_end(timeline) + pacing.tail_samples);
    for (const TimelineItem& shot : timeline.main_track().items)
        if (shot.at.exact() && shot.dur.exact())
            end = std::max(end, shot.at.value + shot.dur.value);
    return end;
}

/// The main track says how long the film is.
std::int64_t film_end(const Timeline& timeline) {
    const TimelineItem& last = timeline.main_track().items.back();
    return last.at.value + last.dur.value;
}

} // namespace

Result<Timeline> resolve_timeline(Timeline timeline, const Lines& lines, const Pacing& pacing) {
    const Rates rates{timeline};
    SMOS_CHECK(lay_voices(timeline, lines, pacing));
    settle_anchors(timeline);
    const std::int64_t end = film_end_wanted(timeline, pacing, rates);
    SMOS_CHECK(lay_shots(timeline, end, lines, rates));
    SMOS_CHECK(lay_captions(timeline, lines));
    SMOS_CHECK(lay_anchors(timeline));
    lay_rest(timeline, film_end(timeline));
    for (TimelineTrack& track : timeline.tracks)
        SMOS_CHECK(lay_transitions(track));
    lay_moves(timeline);
    lay_interrupts(timeline);
    return timeline;
}

std::int64_t
spoken_duration_ms(const Timeline& timeline, const Lines& lines, const Pacing& pacing) {
    Timeline copy = timeline;
    if (!lay_voices(copy, lines, pacing))
        return 0;
    return Rates{timeline}.ms_of(voices_end(copy) + pacing.tail_samples);
}

} // namespace smos::stages
