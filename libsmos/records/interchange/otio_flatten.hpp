// SPDX-License-Identifier: Apache-2.0
// The children of an OTIO track with their places on the timeline: nested stacks are opened, what
// reaches out of a range is cut, every node counts by its own rate.
#pragma once

#include "libsmos/records/interchange/otio_times.hpp"

#include <string>
#include <vector>

namespace smos::records::interchange {

struct FlatItem {
    enum class Kind { clip, transition, kept };
    Kind kind = Kind::clip;
    const Json* node = nullptr;
    std::string path{};
    Exact at{}; // seconds on the timeline
    Exact end{};
    Exact head{}; // seconds of the timeline cut off its beginning
    Rate rate{};  // of the node's own times
    bool whole = true;
};

/// Lane 0 is the track itself; a nested stack puts its further tracks onto the lanes above.
struct FlatTrack {
    std::vector<std::vector<FlatItem>> lanes{1};
    std::vector<std::vector<FlatItem>> sound{}; // from stacks nested in a track of pictures
};

class Flattener {
  public:
    Flattener(OtioTimes& times, Findings& findings, bool premiere)
        : times_(times),
          findings_(findings),
          premiere_(premiere) {}

    /// `shift`: where the track begins on the timeline, in seconds; what ends before 0 is cut.
    FlatTrack track(const Json& track, const std::string& path, const Exact& shift);

    /// The reference that a clip shows, and its path; nullptr when it has none.
    const Json* media_of(const Json& clip, const std::string& path, std::string& media_path);
    /// The first time warp of a clip that is switched on.
    const Json* warp_of(const Json& clip) const;

  private:
    struct Window {
        Exact offset{}; // timeline time of the children's 0
        Exact from{};
        Exact to{};
    };
    using Lanes = std::vector<std::vector<FlatItem>>;

    void open_track(const Json& track,
                    const std::string& path,
                    const Window& window,
                    Lanes& lanes,
                    std::size_t lane,
                    bool audio);
    void open_stack(const Json& stack,
                    const std::string& path,
                    const Window& window,
                    Lanes& lanes,
                    std::size_t lane,
                    bool audio);
    void child(const Json& node,
               const std::string& path,
               const Window& window,
               Exact& cursor,
               Lanes& lanes,
               std::size_t lane,
               bool audio);
    void drop(const Json& node, const std::string& path);
    void put(FlatItem item, const Window& window, Lanes& lanes, std::size_t lane);
    Exact duration_of(const Json& node, const std::string& path);
    Exact clip_duration(const Json& clip, const std::string& path, Rate& rate);

    OtioTimes& times_;
    Findings& findings_;
    bool premiere_;
    Lanes* sound_ = nullptr;
    std::size_t items_ = 0;
};

/// The children of a composition; refuses what is no array of objects, and gives an empty array.
const Json& children_of(const Json& node, const std::string& path, Findings& findings);
/// "enabled" is there and false.
bool is_disabled(const Json& node);

} // namespace smos::records::interchange
