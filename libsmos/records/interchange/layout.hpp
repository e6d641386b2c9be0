// SPDX-License-Identifier: Apache-2.0
// Where every item of a timeline stands, for both forms: authored times are worked out as far as
// the timeline alone allows, the rest is guessed with a warning.
#pragma once

#include "libsmos/records/interchange/exact.hpp"
#include "libsmos/records/interchange/findings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::records::interchange {

/// One item in units of its track. A transition has `at`, its cut, and its two offsets.
struct Placed {
    const Json* json = nullptr;
    std::string path{};
    std::size_t index = 0; // in the track's items
    bool transition = false;
    std::int64_t at = 0;
    std::int64_t dur = 0;
    std::int64_t in = 0;
    std::int64_t in_off = 0;
    std::int64_t out_off = 0;

    std::int64_t end() const { return at + dur; }
};

struct PlacedTrack {
    const Json* json = nullptr;
    std::string path{};
    std::string kind{}; // video | caption | audio
    Rate rate{};        // the timeline's, or the sample rate
    std::vector<Placed> items{};

    bool audio() const { return kind == "audio"; }
};

struct Layout {
    Rate rate{30, 1};
    Rate sample_rate{48000, 1};
    std::vector<PlacedTrack> tracks{};
};

/// "at" or "at_samples": the name of a time of this track.
std::string time_key(bool audio, const char* name);

/// The longest time in units that a timeline may have.
inline constexpr std::int64_t longest_units = std::int64_t{1} << 40;

/// Nothing when `findings` has stopped.
std::optional<Layout> lay_out(const Json& timeline, Findings& findings);

/// A time as it stands in a mark: an integer, or "2.5s" or "75f"; nothing for any other.
std::optional<std::int64_t> plain_time(const Json& value, const Rate& rate);

} // namespace smos::records::interchange
