// SPDX-License-Identifier: Apache-2.0
// The timeline, smos.timeline/1: the authored form for people and models, the resolved form for
// the renderer. One grammar: an authored time may be "auto", "end", "2.5s", "75f" or
// "@c1.end-0.2s"; resolved, every number is an integer and every asset a file with a hash.
#pragma once

#include "libsmos/records/json.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smos::records {

/// A real number in millionths: resolved, the key ends in _micro and the value is this integer.
struct Micro {
    std::int64_t value = 0;

    static Micro of(double real);
    double real() const { return static_cast<double>(value) / 1e6; }
};

struct Rational {
    std::int64_t num = 1;
    std::int64_t den = 1;
};

inline double value_of(const Rational& fraction) {
    return static_cast<double>(fraction.num) / static_cast<double>(fraction.den);
}

/// Two integers: the first and the one behind the last, or a fade in and a fade out.
struct TimelineSpan {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

/// A point or a length of time in frames or samples, as the place says. Anchored: `value` behind
/// the start or the end of the item named `anchor`.
struct TimelineTime {
    enum class Kind { automatic, end, exact, anchored };
    Kind kind = Kind::automatic;
    std::int64_t value = 0;
    std::string anchor{};
    bool at_anchor_end = false;

    static TimelineTime of(std::int64_t units) { return {Kind::exact, units, {}, false}; }
    bool exact() const { return kind == Kind::exact; }
};

/// How a value comes to a keyframe from the one before it.
enum class Easing { linear, hold, cubic_in, cubic_out, cubic_io };

/// A value of one to four components over the frames of its item; components in millionths.
struct Curve {
    struct Key {
        std::int64_t at = 0; // frames from the item's start; may lie outside it
        std::vector<std::int64_t> value;
        Easing ease = Easing::linear;
    };
    std::vector<Key> keys; // by time; empty: the property's own default

    bool empty() const { return keys.empty(); }
    static Curve constant(std::vector<std::int64_t> value) {
        return {{{0, std::move(value), Easing::linear}}};
    }
};

/// Progress 0 to 2^20 after easing, in integers.
std::int64_t eased(std::int64_t t, Easing ease);

/// Component `index` at a frame; before the first and behind the last key it stands still.
/// Integers throughout: cubic easings are evaluated in 2^-20 (t^3, 1-(1-t)^3, 3t^2-2t^3).
std::int64_t value_at(const Curve& curve, std::size_t index, std::int64_t frame);

/// A filter, a generator or a transition with its parameters, as timeline_effects.hpp lists them.
struct TimelineEffect {
    std::string name;
    std::map<std::string, Curve> values;
    std::map<std::string, std::string> texts;
};

/// Where a picture, a video, a voice or music comes from: a file, or a request to a capability.
struct TimelineAsset {
    std::string kind;                    // image | video | audio | lut
    std::optional<std::string> uri;      // cas:sha256:<hex> or file:
    std::optional<std::string> checksum; // sha256:<hex> of the file; always there when resolved
    JsonBox request;                     // {"capability": "cap.*", …}
    std::optional<TimelineSpan> avail;   // frames (video) or samples (audio) that the file has
    std::optional<std::string> align;    // word timings of the spoken text
    std::optional<std::string> receipt;
    std::optional<std::string> licence;
    bool ai = false;
};

/// What moves. Of the canvas: pos (x, y of the item's centre, 0..1), scale, rotation (degrees,
/// clockwise), opacity. Of the source: crop (left, top, right, bottom, 0..1 cut off) and view
/// (zoom from 1, and x, y from 0 to 1: where in the room that is left the visible part lies).
struct TimelineMotion {
    Curve pos, scale, rotation, opacity, crop, view;
};

struct TimelineItem {
    std::string id;
    TimelineTime at;
    TimelineTime dur;
    std::string asset;                 // or
    std::optional<TimelineEffect> gen; // a picture made by the renderer
    std::int64_t in = 0;               // into the source, frames of the timeline's rate
    Rational speed;            // source frames per output frame; negative: backwards; 0: frozen
    std::string fit = "cover"; // cover | contain | fill | none
    std::string blend = "normal";
    TimelineMotion anim;
    std::vector<TimelineEffect> fx;
    std::string camera;                // authored: static pan tilt zoom_in zoom_out dolly tracking
    std::vector<std::string> lines;    // authored: the voice assets spoken over it
    std::vector<std::int64_t> punches; // frames from the item's start where the picture jumps
    JsonBox expect;                    // {"persona": …} checked by smos-critic
};

/// Length-neutral, as in OTIO: both neighbours are seen in [at - in_off, at + out_off).
struct TimelineTransition {
    std::string id;
    TimelineEffect look; // name: dissolve, wipe, …
    TimelineTime at;
    std::int64_t in_off = 0;
    std::int64_t out_off = 0;
    Easing ease = Easing::linear;
    std::size_t items_before = 0; // authored: how many items stand before it, for an `auto` time
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
    std::int64_t in_samples = 0; // in the source, at the timeline's sample rate
    Micro gain;                  // dB
    TimelineSpan fade;           // samples in, samples out
};

struct TimelineDuck {
    std::string key = "voice"; // the role that presses this track down
    Micro db{-12'000'000};
    std::int64_t attack_ms = 120;
    std::int64_t release_ms = 450;
};

/// Painted in the order of the timeline, the first lowest.
struct TimelineTrack {
    std::string id;
    std::string kind; // video | caption | audio
    // video
    std::vector<TimelineItem> items;
    std::vector<TimelineTransition> transitions;
    // caption
    std::string style = "karaoke-pop";
    std::string language = "en";
    std::string accent; // #rrggbb of the word that is spoken; empty: the style's own
    std::vector<TimelineCue> cues;
    // audio
    std::string role; // voice | music | sound
    Micro gain;       // dB
    std::optional<TimelineDuck> duck;
    std::vector<TimelineSound> sounds;
};

struct TimelineMark {
    TimelineTime at;
    TimelineTime dur = TimelineTime::of(0);
    std::string name;
    std::string note;
};

/// Resolved: how an output is encoded, and what its bytes depend on besides the pictures.
struct TimelineEncoding {
    std::string encoder;            // FFmpeg's name of the one that was chosen
    std::string fingerprint;        // SHA-256 of its version, its settings and what it makes
    std::int64_t crf = 20;          // on the scale of x264
    std::string preset;             // of x264 and x265
    std::vector<std::int64_t> gops; // lengths of the closed groups of pictures, in frames
    std::string accent;             // colour of the word that is spoken; empty: the style's
    std::string title;              // into the file's metadata
    std::optional<std::string> comment;
};

/// Resolved: an item's view in one output.
struct TimelineView {
    std::string item;
    Curve view;
};

struct TimelineOutput {
    std::string id = "short";
    std::string preset = "shorts";
    std::string crop = "centre"; // centre | face: what stays in sight in another aspect ratio
    bool burn = true;
    std::vector<std::string> sidecar; // srt, vtt, ass
    Micro lufs{-14'000'000};
    Micro true_peak{-1'000'000}; // dBTP
    std::vector<std::string> encoder;
    std::vector<TimelineView> views; // resolved
    std::optional<TimelineEncoding> encoding;
};

struct TimelineFont {
    std::string family;
    std::string file; // without its folder
    std::string sha256;
};

/// Resolved: what drew it.
struct TimelineEngine {
    std::string name;
    std::string version;
    JsonBox libraries; // name to version
    std::vector<TimelineFont> fonts;
};

struct TimelineCanvas {
    std::int64_t width_px = 1080;
    std::int64_t height_px = 1920;
    std::string background = "#000000";
    std::string safe_area = "shorts";
};

struct Timeline {
    std::string id;
    Rational rate{30, 1};
    std::int64_t sample_rate = 48000;
    TimelineCanvas canvas;
    std::map<std::string, TimelineAsset> assets;
    std::vector<TimelineTrack> tracks;
    std::vector<TimelineMark> marks;
    std::vector<TimelineOutput> outputs;
    std::optional<TimelineEngine> engine; // resolved

    int width_px() const { return static_cast<int>(canvas.width_px); }
    int height_px() const { return static_cast<int>(canvas.height_px); }
    /// Resolved: the end of the last picture.
    std::int64_t duration_frames() const;
    /// The lowest video track; a timeline that was read has one with an item.
    const TimelineTrack& main_track() const;
    TimelineTrack& main_track();
    /// All sounds of a role, in the order of the tracks.
    std::vector<const TimelineSound*> sounds_of(std::string_view role) const;
};

/// Reads either form. Unknown keys, wrong types, NaN and numbers out of range are errors whose
/// `where` is the path of the field, like "timeline.tracks[0].items[2].dur".
Result<Timeline> read_timeline(const Json& json);

/// The resolved form; every time has to be exact and every asset to have its uri.
Json write_timeline(const Timeline& timeline);

/// Keys by code point, no spaces: the bytes whose SHA-256 names a resolved timeline (RFC 8785; its
/// rule for fractions is not needed, there are none).
std::string canonical_json(const Json& value);

/// JSON Schema 2020-12 of the authored form, without its head.
Json timeline_schema();

} // namespace smos::records
