// SPDX-License-Identifier: Apache-2.0
// Overlaps, handles, overruns and lengths, in integers.
#include "libsmos/records/timeline/timeline_layout.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace smos::records {
namespace {

// Readers follow about 17 characters a second with ease; 30 are too many for anyone.
constexpr std::int64_t most_characters_per_s = 30;

/// Ideographs and syllables count twice: half as many of them are read in a second.
std::size_t width_of(const std::string& text) {
    const std::vector<char32_t> letters = code_points(text);
    const auto wide = std::count_if(letters.begin(), letters.end(), [](char32_t letter) {
        return (letter >= 0x2E80 && letter <= 0x9FFF) || (letter >= 0xAC00 && letter <= 0xD7A3) ||
               (letter >= 0xF900 && letter <= 0xFAFF);
    });
    return letters.size() + static_cast<std::size_t>(wide);
}

class Layout {
  public:
    Layout(const Timeline& timeline, bool resolved, std::vector<TimelineProblem>& problems)
        : timeline_(timeline),
          resolved_(resolved),
          problems_(problems) {}

    void check() {
        for (std::size_t i = 0; i < timeline_.tracks.size(); ++i) {
            const TimelineTrack& track = timeline_.tracks[i];
            const std::string at = fmt::format("/tracks/{}", i);
            check_items(track, at);
            check_transitions(track, at);
            check_cues(track, at);
            check_sounds(track, at);
        }
        check_ends();
    }

  private:
    void add(bool fatal,
             const std::string& at,
             const char* code,
             std::string message,
             std::string hint) {
        problems_.push_back({fatal, code, at, std::move(message), std::move(hint), {}});
    }

    bool known(const TimelineTime& at, const TimelineTime& dur, const std::string& here) {
        if (at.exact() && dur.exact()) {
            if (dur.value < 1)
                add(true, here + "/dur", "out_of_range", "lasts no frame", "make it longer");
            return dur.value >= 1;
        }
        if (resolved_)
            add(true, here + "/at", "not_resolved", "a resolved time is an integer", {});
        return false;
    }

    const TimelineAsset* source_of(const TimelineItem& item) const {
        const auto found = timeline_.assets.find(item.asset);
        return found == timeline_.assets.end() || found->second.kind != "video" ? nullptr
                                                                                : &found->second;
    }

    void check_items(const TimelineTrack& track, const std::string& at) {
        std::int64_t end = 0;
        for (std::size_t k = 0; k < track.items.size(); ++k) {
            const TimelineItem& item = track.items[k];
            const std::string here = item_pointer(track, at, k);
            if (!known(item.at, item.dur, here)) {
                end = 0;
                continue;
            }
            if (item.at.value < end) {
                add(true,
                    here + "/at",
                    "overlap",
                    fmt::format("'{}' begins {} frames before '{}' ends",
                                item.id,
                                end - item.at.value,
                                track.items[k - 1].id),
                    "move it, or put it on a track of its own; a transition needs no overlap");
                problems_.back().fix =
                    Json::array({Json{{"op", "replace"}, {"path", here + "/at"}, {"value", end}}});
            }
            end = item.at.value + item.dur.value;
            check_source(item, here);
        }
    }

    /// The frames of its source that an item shows when it begins `lead` frames earlier and ends
    /// `tail` later: the first, and the one behind the last.
    static TimelineSpan shown(const TimelineItem& item, std::int64_t lead, std::int64_t tail) {
        if (item.speed.num == 0)
            return {item.in, item.in + 1};
        const std::int64_t before = source_frames(item.speed, lead);
        const std::int64_t behind = source_frames(item.speed, item.dur.value + tail);
        if (item.speed.num > 0)
            return {item.in - before, item.in + behind};
        return {item.in + 1 - behind, item.in + before + 1};
    }

    void check_source(const TimelineItem& item, const std::string& here) {
        const TimelineAsset* source = source_of(item);
        if (source == nullptr || !source->avail)
            return;
        const TimelineSpan taken = shown(item, 0, 0);
        if (taken.from >= source->avail->from && taken.to <= source->avail->to)
            return;
        const std::int64_t room = item.speed.num > 0 && item.in >= source->avail->from
                                      ? shown_frames(item.speed, source->avail->to - item.in)
                                      : 0;
        add(true,
            here + "/dur",
            "source_overrun",
            fmt::format("'{}' takes the frames {} to {} of '{}', which has {} to {}",
                        item.id,
                        taken.from,
                        taken.to,
                        item.asset,
                        source->avail->from,
                        source->avail->to),
            "shorten it, or begin earlier in the source");
        if (room > 0)
            problems_.back().fix =
                Json::array({Json{{"op", "replace"}, {"path", here + "/dur"}, {"value", room}}});
    }

    /// The neighbours that a transition needs, or nothing.
    void check_transitions(const TimelineTrack& track, const std::string& at) {
        for (std::size_t k = 0; k < track.transitions.size(); ++k) {
            const TimelineTransition& each = track.transitions[k];
            const std::string here = fmt::format("{}/items/{}", at, k + each.items_before);
            if (!each.at.exact()) {
                if (resolved_)
                    add(true, here + "/at", "not_resolved", "a resolved time is an integer", {});
                continue;
            }
            const auto next =
                std::find_if(track.items.begin(), track.items.end(), [&](const TimelineItem& item) {
                    return item.at.exact() && item.at.value == each.at.value;
                });
            const bool exact =
                std::all_of(track.items.begin(), track.items.end(), [](const auto& item) {
                    return item.at.exact() && item.dur.exact();
                });
            if (!exact)
                continue;
            if (next == track.items.begin() || next == track.items.end() ||
                std::prev(next)->at.value + std::prev(next)->dur.value != each.at.value) {
                add(true,
                    here + "/at",
                    "no_cut",
                    "is not at a cut between two items",
                    "put it where one item ends and the next begins");
                continue;
            }
            check_handles(*std::prev(next), *next, each, here);
        }
    }

    void check_handles(const TimelineItem& before,
                       const TimelineItem& after,
                       const TimelineTransition& transition,
                       const std::string& here) {
        const auto longer = [&](const char* field, std::int64_t offset, const TimelineItem& item) {
            if (offset > item.dur.value)
                add(true,
                    here + field,
                    "too_long",
                    fmt::format(
                        "is longer than '{}', which lasts {} frames", item.id, item.dur.value),
                    "shorten it");
        };
        longer("/in_off", transition.in_off, before);
        longer("/out_off", transition.out_off, after);
        check_handle(before, {0, transition.out_off}, "behind", here + "/out_off");
        check_handle(after, {transition.in_off, 0}, "before", here + "/in_off");
    }

    /// In source frames, rounded up: what the transition shows beyond the item.
    void check_handle(const TimelineItem& item,
                      const TimelineSpan& beyond,
                      const char* side,
                      const std::string& here) {
        const TimelineAsset* source = source_of(item);
        if (source == nullptr || !source->avail)
            return;
        const TimelineSpan taken = shown(item, beyond.from, beyond.to);
        const std::int64_t missing =
            std::max(source->avail->from - taken.from, taken.to - source->avail->to);
        if (missing > 0)
            add(true,
                here,
                "no_handles",
                fmt::format("'{}' has {} frames too few {} the cut", item.id, missing, side),
                beyond.to > 0 ? "shorten out_off or the item"
                              : "shorten in_off or begin later in the source");
    }

    void check_cues(const TimelineTrack& track, const std::string& at) {
        for (std::size_t k = 0; k < track.cues.size(); ++k) {
            const TimelineCue& cue = track.cues[k];
            const std::string here = fmt::format("{}/items/{}", at, k);
            std::int64_t before = 0;
            std::size_t characters = 0;
            for (const TimelineWord& word : cue.words) {
                if (word.end_ms < word.start_ms || word.start_ms < before)
                    add(true,
                        here + "/words",
                        "out_of_order",
                        fmt::format("the words of '{}' have to be in order of time", cue.id),
                        "sort them by their start");
                before = word.start_ms;
                characters += width_of(word.text) + 1;
            }
            if (!known(cue.at, cue.dur, here) || cue.words.empty())
                continue;
            const std::int64_t ms = cue.dur.value * 1000 * timeline_.rate.den / timeline_.rate.num;
            if (static_cast<std::int64_t>(characters) * 1000 > most_characters_per_s * ms)
                add(false,
                    here + "/words",
                    "too_fast",
                    fmt::format("'{}' has {} characters in {} ms, more than one can read",
                                cue.id,
                                characters,
                                ms),
                    "say less, or show it longer");
        }
    }

    void check_sounds(const TimelineTrack& track, const std::string& at) {
        for (std::size_t k = 0; k < track.sounds.size(); ++k) {
            const TimelineSound& sound = track.sounds[k];
            const std::string here = fmt::format("{}/items/{}", at, k);
            if (!sound.at_samples.exact() || !sound.dur_samples.exact()) {
                if (resolved_)
                    add(true,
                        here + "/at_samples",
                        "not_resolved",
                        "a resolved time is an integer",
                        {});
                continue;
            }
            const TimelineAsset& asset = timeline_.assets.at(sound.asset);
            if (asset.kind == "audio" && asset.avail &&
                sound.in_samples + sound.dur_samples.value > asset.avail->to)
                add(true,
                    here + "/dur_samples",
                    "source_overrun",
                    fmt::format("'{}' takes {} samples more than '{}' has",
                                sound.id,
                                sound.in_samples + sound.dur_samples.value - asset.avail->to,
                                sound.asset),
                    "shorten it, or begin earlier in the source");
        }
    }

    void check_ends() {
        std::int64_t video = 0, audio = 0;
        for (const TimelineTrack& track : timeline_.tracks) {
            for (const TimelineItem& item : track.items) {
                if (!item.at.exact() || !item.dur.exact())
                    return;
                video = std::max(video, item.at.value + item.dur.value);
            }
            for (const TimelineSound& sound : track.sounds) {
                if (!sound.at_samples.exact() || !sound.dur_samples.exact())
                    return;
                audio = std::max(audio, sound.at_samples.value + sound.dur_samples.value);
            }
        }
        const std::int64_t frame = timeline_.sample_rate * timeline_.rate.den / timeline_.rate.num;
        const std::int64_t picture_end =
            video * timeline_.sample_rate * timeline_.rate.den / timeline_.rate.num;
        if (audio > 0 && std::abs(audio - picture_end) > frame)
            add(false,
                "/tracks",
                "ends_apart",
                fmt::format("sound ends {} ms {} the picture",
                            std::abs(audio - picture_end) * 1000 / timeline_.sample_rate,
                            audio < picture_end ? "before" : "behind"),
                "let both end within one frame");
    }

    const Timeline& timeline_;
    bool resolved_;
    std::vector<TimelineProblem>& problems_;
};

} // namespace

std::string
item_pointer(const TimelineTrack& track, const std::string& track_at, std::size_t item) {
    const auto before =
        std::count_if(track.transitions.begin(),
                      track.transitions.end(),
                      [&](const TimelineTransition& each) { return each.items_before <= item; });
    return fmt::format("{}/items/{}", track_at, item + static_cast<std::size_t>(before));
}

std::int64_t source_frames(const Rational& speed, std::int64_t frames) {
    const std::int64_t num = std::abs(speed.num) * frames;
    return (num + speed.den - 1) / speed.den;
}

std::int64_t shown_frames(const Rational& speed, std::int64_t frames) {
    SMOS_EXPECT(speed.num > 0);
    __extension__ using Wide = __int128;
    const Wide shown = Wide{frames} * speed.den / speed.num;
    constexpr Wide most = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::clamp<Wide>(shown, 0, most));
}

void check_layout(const Timeline& timeline, bool resolved, std::vector<TimelineProblem>& problems) {
    const bool fatal = std::any_of(
        problems.begin(), problems.end(), [](const TimelineProblem& each) { return each.fatal; });
    if (!fatal)
        Layout{timeline, resolved, problems}.check();
}

} // namespace smos::records
