// SPDX-License-Identifier: Apache-2.0
// Works out the times of a layout: integers, "2.5s", "75f", "auto", "end" and "@id.end-0.2s".
#pragma once

#include "libsmos/records/interchange/layout.hpp"

#include <map>
#include <utility>

namespace smos::records::interchange {

class LayoutTimes {
  public:
    LayoutTimes(const Json& timeline, Layout& layout, Findings& findings);
    void work_out();

  private:
    enum class State : char { open, working, done };
    struct Entry {
        State at = State::open;
        State dur = State::open;
    };
    /// Track and item.
    using Place = std::pair<std::size_t, std::size_t>;

    Placed& item(Place place) { return layout_.tracks[place.first].items[place.second]; }
    Entry& entry(Place place) { return entries_[place.first][place.second]; }
    std::int64_t start_of(Place place);
    std::int64_t length_of(Place place);
    std::int64_t end_of(Place place) { return start_of(place) + length_of(place); }
    std::int64_t previous_end(Place place);
    std::int64_t timeline_end(const Rate& rate, const std::string& path);
    std::int64_t own_length(Place place);
    std::optional<std::int64_t> asset_length(const Placed& placed, const PlacedTrack& track);
    std::int64_t reference(const std::string& text, Place place, const std::string& path);
    std::int64_t in_of(Place place);
    void transition(Place place);
    std::int64_t bounded(std::int64_t units, const std::string& path);
    bool enter(State& state, const std::string& path);

    const Json& timeline_;
    Layout& layout_;
    Findings& findings_;
    std::vector<std::vector<Entry>> entries_;
    std::vector<std::vector<std::size_t>> before_; // one above the clip before an item, or 0
    std::map<std::string, Place> by_id_;
    std::optional<Exact> end_;
    bool finding_end_ = false;
    int depth_ = 0;
};

} // namespace smos::records::interchange
