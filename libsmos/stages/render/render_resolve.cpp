// SPDX-License-Identifier: Apache-2.0
// From an authored timeline and the voices' real lengths to one in which every time is an integer.
#include "libsmos/stages/render/render_resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace smos::stages {
namespace {

using records::CameraMove;
using records::Timeline;
using records::TimelineShot;
using records::TimelineSound;
using records::TimelineTime;

using Lines = std::map<std::string, SpokenLine>;

constexpr std::int64_t interrupt_shift_frames = 2;

struct Rates {
    std::int64_t num, den, sample_rate;

    std::int64_t frame_at(std::int64_t samples) const { // nearest
        return (samples * num * 2 + sample_rate * den) / (sample_rate * den * 2);
    }
    std::int64_t frame_after(std::int64_t samples) const {
        return (samples * num + sample_rate * den - 1) / (sample_rate * den);
    }
    std::int64_t samples_of(std::int64_t frames) const { return frames * sample_rate * den / num; }
    std::int64_t ms_of(std::int64_t samples) const { return samples * 1000 / sample_rate; }
};

Rates rates_of(const Timeline& timeline) {
    return {timeline.rate_num, timeline.rate_den, timeline.sample_rate};
}

Error item_error(const std::string& item, std::string message) {
    return Error{"bad_timeline", std::move(message), item, "correct the item"};
}

/// The shot that a line is spoken over, or none.
const TimelineShot* shot_of(const Timeline& timeline, const std::string& line) {
    for (const TimelineShot& shot : timeline.shots) {
        if (std::find(shot.lines.begin(), shot.lines.end(), line) != shot.lines.end())
            return &shot;
    }
    return nullptr;
}

Result<void> lay_voices(Timeline& timeline, const Lines& lines, const Pacing& pacing) {
    std::int64_t at = pacing.lead_samples;
    const TimelineShot* before = nullptr;
    for (TimelineSound& voice : timeline.voices) {
        const auto line = lines.find(voice.asset);
        if (line == lines.end())
            return item_error(voice.id, "its voice was not made");
        const TimelineShot* shot = shot_of(timeline, voice.asset);
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
    for (const TimelineSound& voice : timeline.voices) {
        end = std::max(end, voice.at_samples.value + voice.dur_samples.value);
    }
    return end;
}

/// Where a shot should begin: in the middle of the silence before its first line.
Result<std::int64_t>
shot_start(const Timeline& timeline, const TimelineShot& shot, const Rates& rates) {
    std::int64_t silence_from = 0;
    for (const TimelineSound& voice : timeline.voices) {
        if (voice.asset == shot.lines.front()) {
            return rates.frame_at((silence_from + voice.at_samples.value) / 2);
        }
        silence_from = std::max(silence_from, voice.at_samples.value + voice.dur_samples.value);
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
    for (const TimelineSound& voice : timeline.voices) {
        for (const auto& word : lines.at(voice.asset).words) {
            const std::int64_t frame =
                rates.frame_at(voice.at_samples.value + word.start_ms * rates.sample_rate / 1000);
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
    std::vector<TimelineShot>& shots = timeline.shots;
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
    for (std::size_t i = 0; i < timeline.shots.size(); ++i) {
        TimelineShot& shot = timeline.shots[i];
        if (shot.at.exact())
            continue;
        if (i == 0) {
            shot.at = TimelineTime::of(0);
        } else if (!shot.lines.empty()) {
            SMOS_TRY(const std::int64_t start, shot_start(timeline, shot, rates));
            shot.at = TimelineTime::of(start);
        }
    }
    share_time(timeline, end, lines, rates);
    for (std::size_t i = 0; i < timeline.shots.size(); ++i) {
        TimelineShot& shot = timeline.shots[i];
        const bool last = i + 1 == timeline.shots.size();
        const std::int64_t next = last ? end : timeline.shots[i + 1].at.value;
        if (!shot.dur.exact())
            shot.dur = TimelineTime::of(next - shot.at.value);
        if (shot.dur.value < 2)
            return item_error(shot.id, "is shorter than two frames");
        if (!last && shot.at.value + shot.dur.value != next) {
            return item_error(shot.id, "overlaps the next shot or leaves a hole before it");
        }
    }
    return {};
}

Result<void> lay_transitions(Timeline& timeline) {
    for (auto& transition : timeline.transitions) {
        if (!transition.at.exact()) {
            const std::size_t next = transition.shots_before;
            if (next == 0 || next >= timeline.shots.size())
                return item_error(transition.id, "there is no cut for it");
            transition.at = timeline.shots[next].at;
        }
        const auto cut = std::find_if(
            timeline.shots.begin(), timeline.shots.end(), [&](const TimelineShot& shot) {
                return shot.at.value == transition.at.value;
            });
        if (cut == timeline.shots.begin() || cut == timeline.shots.end()) {
            return item_error(transition.id, "is not at a cut between two shots");
        }
        transition.in_off = std::min(transition.in_off, std::prev(cut)->dur.value / 2);
        transition.out_off = std::min(transition.out_off, cut->dur.value / 2);
    }
    return {};
}

CameraMove move_of(const TimelineShot& shot) {
    CameraMove move;
    if (shot.camera == "zoom_in") {
        move = {1'020'000, 1'160'000, 500'000, 500'000, 500'000, 480'000};
    } else if (shot.camera == "zoom_out") {
        move = {1'180'000, 1'030'000, 500'000, 500'000, 480'000, 500'000};
    } else if (shot.camera == "pan") {
        move = {1'140'000, 1'140'000, 250'000, 750'000, 500'000, 500'000};
    } else if (shot.camera == "tilt") {
        move = {1'140'000, 1'140'000, 500'000, 500'000, 720'000, 280'000};
    } else if (shot.camera == "dolly") {
        move = {1'040'000, 1'240'000, 480'000, 520'000, 560'000, 440'000};
    } else if (shot.camera == "tracking") {
        move = {1'120'000, 1'150'000, 700'000, 300'000, 540'000, 460'000};
    } else {
        move = {1'060'000, 1'060'000, 500'000, 500'000, 500'000, 500'000};
    }
    return move;
}

/// An interrupt breaks the pattern where it falls: a jump of the picture inside its shot.
void lay_interrupts(Timeline& timeline) {
    for (const auto& mark : timeline.marks) {
        if (mark.name != "interrupt" || !mark.at.exact())
            continue;
        for (TimelineShot& shot : timeline.shots) {
            const std::int64_t inside = mark.at.value - shot.at.value;
            if (inside < interrupt_shift_frames || inside >= shot.dur.value)
                continue;
            shot.punches.push_back(inside);
        }
    }
}

void lay_captions(Timeline& timeline, const Lines& lines, const Rates& rates) {
    for (auto& cue : timeline.cues) {
        const auto line = lines.find(cue.asset);
        const auto voice =
            std::find_if(timeline.voices.begin(),
                         timeline.voices.end(),
                         [&](const TimelineSound& sound) { return sound.asset == cue.asset; });
        if (line == lines.end() || voice == timeline.voices.end())
            continue;
        const std::int64_t start = voice->at_samples.value;
        cue.at = TimelineTime::of(rates.frame_at(start));
        cue.dur = TimelineTime::of(std::max<std::int64_t>(
            1, rates.frame_after(start + voice->dur_samples.value) - cue.at.value));
        // The cue starts on a frame, its words on the sample: keep them exact to the millisecond.
        const std::int64_t shift_ms =
            rates.ms_of(start) - rates.ms_of(rates.samples_of(cue.at.value));
        cue.words = line->second.words;
        for (auto& word : cue.words) {
            word.start_ms = std::max<std::int64_t>(0, word.start_ms + shift_ms);
            word.end_ms = std::max(word.start_ms + 1, word.end_ms + shift_ms);
        }
    }
}

void lay_music(Timeline& timeline, std::int64_t end_samples) {
    for (TimelineSound& music : timeline.music) {
        if (!music.at_samples.exact())
            music.at_samples = TimelineTime::of(0);
        if (!music.dur_samples.exact()) {
            music.dur_samples = TimelineTime::of(end_samples - music.at_samples.value);
        }
    }
}

} // namespace

Result<Timeline> resolve_timeline(Timeline timeline, const Lines& lines, const Pacing& pacing) {
    const Rates rates = rates_of(timeline);
    SMOS_CHECK(lay_voices(timeline, lines, pacing));
    const std::int64_t end = rates.frame_after(voices_end(timeline) + pacing.tail_samples);
    SMOS_CHECK(lay_shots(timeline, end, lines, rates));
    SMOS_CHECK(lay_transitions(timeline));
    for (TimelineShot& shot : timeline.shots) {
        if (!shot.move)
            shot.move = move_of(shot);
    }
    lay_interrupts(timeline);
    lay_captions(timeline, lines, rates);
    lay_music(timeline, rates.samples_of(timeline.duration_frames()));
    for (const auto& cue : timeline.cues) {
        if (!cue.at.exact() || !cue.dur.exact())
            return item_error(cue.id, "nobody speaks it");
    }
    return timeline;
}

std::int64_t
spoken_duration_ms(const Timeline& timeline, const Lines& lines, const Pacing& pacing) {
    Timeline copy = timeline;
    if (!lay_voices(copy, lines, pacing))
        return 0;
    return rates_of(timeline).ms_of(voices_end(copy) + pacing.tail_samples);
}

} // namespace smos::stages
