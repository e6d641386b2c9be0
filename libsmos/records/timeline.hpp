// SPDX-License-Identifier: Apache-2.0
// The timeline, smos.timeline/1: the authored form for people and models, the resolved form for
// the renderer. One grammar: an authored time may be "auto", "end", "2.5s" or "75f"; resolved,
// every time is an integer (video and captions in frames, sound in samples) and every asset has a
// hash.
#pragma once

#include "libsmos/records/json.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smos::records {

/// A point or a length of time in frames or samples, as the place says.
struct TimelineTime {
    enum class Kind { automatic, end, exact };
    Kind kind = Kind::automatic;
    std::int64_t value = 0;

    static TimelineTime of(std::int64_t units) { return {Kind::exact, units}; }
    bool exact() const { return kind == Kind::exact; }
};

/// Where a picture, a voice or music comes from: a file, or a request to a capability.
struct TimelineAsset {
    std::string kind;               // image | audio
    std::optional<std::string> uri; // cas:sha256:<hex> or file:
    JsonBox request;                // {"capability": "cap.*", …}
    std::optional<std::string> licence;
    bool ai = false;
};

/// A move over a still: which part of it is seen, from the first frame to the last.
/// Scale 1,000,000 shows all of it that fits; x and y are the centre of what is seen.
struct CameraMove {
    std::int64_t scale_from_ppm = 1'000'000;
    std::int64_t scale_to_ppm = 1'000'000;
    std::int64_t x_from_ppm = 500'000;
    std::int64_t x_to_ppm = 500'000;
    std::int64_t y_from_ppm = 500'000;
    std::int64_t y_to_ppm = 500'000;
};

struct TimelineShot {
    std::string id;
    std::string asset;
    TimelineTime at;
    TimelineTime dur;
    std::string fit = "cover";
    std::string camera;                // static pan tilt zoom_in zoom_out dolly tracking
    std::optional<CameraMove> move;    // always there when resolved
    std::vector<std::string> lines;    // the voice assets spoken over it
    std::vector<std::int64_t> punches; // frames from the shot's start where the picture jumps
    JsonBox expect;                    // {"persona": …} checked by smos-critic
};

/// Length-neutral dissolve centred on a cut: both neighbours are seen in [at-in_off, at+out_off).
struct TimelineTransition {
    std::string id;
    std::string kind = "dissolve";
    TimelineTime at;
    std::int64_t in_off = 0;
    std::int64_t out_off = 0;
    std::size_t shots_before = 0; // authored: how many shots stand before it, for an `auto` time
};

/// Milliseconds from the start of the cue.
struct TimelineWord {
    std::int64_t start_ms = 0;
    std::int64_t end_ms = 0;
    std::string text;
};

struct TimelineCue {
    std::string id;
    std::string asset; // the voice it shows
    TimelineTime at;   // frames
    TimelineTime dur;
    std::vector<TimelineWord> words;
};

struct TimelineSound {
    std::string id;
    std::string asset;
    TimelineTime at_samples;
    TimelineTime dur_samples;
    double gain_db = 0;
    std::int64_t fade_in_samples = 0;
    std::int64_t fade_out_samples = 0;
};

struct TimelineDuck {
    double db = -12;
    std::int64_t attack_ms = 120;
    std::int64_t release_ms = 450;
};

struct TimelineMark {
    TimelineTime at;
    std::string name;
    std::string note;
};

struct TimelineOutput {
    std::string id = "short";
    std::string preset = "shorts";
    bool burn = true;
    std::vector<std::string> sidecar; // srt, vtt
    double lufs = -14.0;
    double true_peak_dbtp = -1.0;
    std::vector<std::string> encoder;
};

struct Timeline {
    std::string id;
    std::int64_t rate_num = 30;
    std::int64_t rate_den = 1;
    std::int64_t sample_rate = 48000;
    int width_px = 1080;
    int height_px = 1920;
    std::string background = "#000000";
    std::string safe_area = "shorts";
    std::map<std::string, TimelineAsset> assets;
    std::vector<TimelineShot> shots;
    std::vector<TimelineTransition> transitions;
    std::string caption_style = "karaoke-pop";
    std::string language = "en";
    std::vector<TimelineCue> cues;
    std::vector<TimelineSound> voices;
    std::vector<TimelineSound> music;
    std::optional<TimelineDuck> duck;
    std::vector<TimelineMark> marks;
    std::vector<TimelineOutput> outputs;

    std::int64_t duration_frames() const; // resolved: the end of the last shot
};

/// Reads either form. Unknown keys, wrong types, NaN and numbers out of range are errors whose
/// `where` is the path of the field, like "tracks[0].items[2].dur".
Result<Timeline> read_timeline(const Json& json);

/// The resolved form in canonical key order; every time has to be exact.
Json write_timeline(const Timeline& timeline);

} // namespace smos::records
