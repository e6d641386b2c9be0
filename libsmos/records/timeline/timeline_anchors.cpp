// SPDX-License-Identifier: Apache-2.0
// Follows every anchor to where it ends.
#include "libsmos/records/timeline/timeline_anchors.hpp"

#include "libsmos/core/nearest.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace smos::records {
namespace {

/// A time, and the times that have to be known before it.
struct Knot {
    std::string item;
    std::string pointer;
    const TimelineTime* time;
    std::vector<std::size_t> needs{};
};

class Anchors {
  public:
    Anchors(const Timeline& timeline, std::vector<TimelineProblem>& problems)
        : problems_(problems) {
        for (std::size_t i = 0; i < timeline.tracks.size(); ++i) {
            const TimelineTrack& track = timeline.tracks[i];
            const std::string at = fmt::format("/tracks/{}", i);
            for (std::size_t k = 0; k < track.items.size(); ++k)
                add(track.items[k].id,
                    item_pointer(track, at, k),
                    "",
                    track.items[k].at,
                    track.items[k].dur);
            for (std::size_t k = 0; k < track.cues.size(); ++k)
                add(track.cues[k].id,
                    fmt::format("{}/items/{}", at, k),
                    "",
                    track.cues[k].at,
                    track.cues[k].dur);
            for (std::size_t k = 0; k < track.sounds.size(); ++k)
                add(track.sounds[k].id,
                    fmt::format("{}/items/{}", at, k),
                    "_samples",
                    track.sounds[k].at_samples,
                    track.sounds[k].dur_samples);
        }
        const std::size_t items = knots_.size();
        for (std::size_t k = 0; k < timeline.marks.size(); ++k)
            add({}, fmt::format("/marks/{}", k), "", timeline.marks[k].at, timeline.marks[k].dur);
        for (std::size_t i = 0; i < items; i += 2)
            by_item_.emplace(knots_[i].item, i);
    }

    void check() {
        for (std::size_t i = 0; i < knots_.size(); ++i)
            tie(i);
        states_.assign(knots_.size(), State::fresh);
        for (std::size_t i = 0; i < knots_.size(); ++i)
            follow(i);
    }

  private:
    enum class State { fresh, open, done };

    void add(const std::string& item,
             const std::string& pointer,
             const char* suffix,
             const TimelineTime& at,
             const TimelineTime& dur) {
        knots_.push_back({item, pointer + "/at" + suffix, &at});
        knots_.push_back({item, pointer + "/dur" + suffix, &dur});
    }

    void tie(std::size_t index) {
        const TimelineTime& time = *knots_[index].time;
        if (time.kind != TimelineTime::Kind::anchored)
            return;
        if (index % 2 == 1)
            knots_[index].needs.push_back(index - 1); // a length ends at its anchor
        const auto found = by_item_.find(time.anchor);
        if (found == by_item_.end())
            return unknown(knots_[index]);
        knots_[index].needs.push_back(found->second);
        if (time.at_anchor_end)
            knots_[index].needs.push_back(found->second + 1);
    }

    void unknown(const Knot& knot) {
        std::vector<std::string> names;
        for (const auto& [name, index] : by_item_)
            names.push_back(name);
        problems_.push_back({true,
                             "unknown_anchor",
                             knot.pointer,
                             fmt::format("hangs on '{}', which is not there", knot.time->anchor),
                             nearest_hint(knot.time->anchor, names),
                             {}});
    }

    /// Depth first, without recursion: a timeline may hang together in one long chain.
    void follow(std::size_t start) {
        std::vector<std::pair<std::size_t, std::size_t>> path; // knot, the next of its needs
        if (states_[start] == State::fresh)
            path.emplace_back(start, 0);
        while (!path.empty()) {
            auto& [knot, next] = path.back();
            states_[knot] = State::open;
            if (next == knots_[knot].needs.size()) {
                states_[knot] = State::done;
                path.pop_back();
                continue;
            }
            const std::size_t need = knots_[knot].needs[next++];
            if (states_[need] == State::open)
                return circle(path, need);
            if (states_[need] == State::fresh)
                path.emplace_back(need, 0);
        }
    }

    void circle(const std::vector<std::pair<std::size_t, std::size_t>>& path, std::size_t need) {
        std::string names;
        bool inside = false;
        for (const auto& [knot, next] : path) {
            inside = inside || knot == need;
            states_[knot] = State::done;
            if (inside)
                names += fmt::format("'{}' on ", knots_[knot].item);
        }
        problems_.push_back({true,
                             "cyclic_anchor",
                             knots_[need].pointer,
                             fmt::format("hangs in a circle: {}'{}'", names, knots_[need].item),
                             "give one of them a time of its own",
                             {}});
    }

    std::vector<TimelineProblem>& problems_;
    std::vector<Knot> knots_; // at and dur of every item, then of every mark
    std::map<std::string, std::size_t> by_item_;
    std::vector<State> states_;
};

} // namespace

void check_anchors(const Timeline& timeline, std::vector<TimelineProblem>& problems) {
    Anchors{timeline, problems}.check();
}

} // namespace smos::records
