// SPDX-License-Identifier: Apache-2.0
// The one definition of the timeline's objects: every member's key, range and meaning, from which
// reading, writing and the JSON Schema follow.
#pragma once

#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/records/timeline/timeline_effects.hpp"

#include <limits>
#include <tuple>
#include <type_traits>

namespace smos::records::timeline_fields {

/// What a value may be, besides its type.
struct Rule {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    const char* words = nullptr; // "cover contain fill none"
    int components = 1;          // of a curve
    bool required = false;
    bool in_samples = false;                             // of a time
    bool authored_only = false;                          // has no place in the resolved form
    bool resolved_only = false;                          // nor this in the authored one
    const std::vector<EffectKind>& (*kinds)() = nullptr; // of an effect
};

template <typename Class, typename Member>
struct Entry {
    using Value = Member;

    const char* name;
    Member Class::*member;
    const char* doc;
    Rule rule{};

    constexpr Entry needed() const {
        Entry copy = *this;
        copy.rule.required = true;
        return copy;
    }
    constexpr Entry within(double low, double high) const {
        Entry copy = *this;
        copy.rule.low = low;
        copy.rule.high = high;
        return copy;
    }
    constexpr Entry one_of(const char* words) const {
        Entry copy = *this;
        copy.rule.words = words;
        return copy;
    }
    constexpr Entry of(int components) const {
        Entry copy = *this;
        copy.rule.components = components;
        return copy;
    }
    constexpr Entry samples() const {
        Entry copy = *this;
        copy.rule.in_samples = true;
        return copy;
    }
    constexpr Entry from(const std::vector<EffectKind>& (*kinds)()) const {
        Entry copy = *this;
        copy.rule.kinds = kinds;
        return copy;
    }
    constexpr Entry authored() const {
        Entry copy = *this;
        copy.rule.authored_only = true;
        return copy;
    }
    constexpr Entry resolved() const {
        Entry copy = *this;
        copy.rule.resolved_only = true;
        return copy;
    }
};

template <typename Class, typename Member>
constexpr Entry<Class, Member> key(const char* name, Member Class::*member, const char* doc) {
    return {name, member, doc, {}};
}

template <typename T>
struct Of;

/// Whether T has a list below.
template <typename T, typename = void>
inline constexpr bool is_object = false;
template <typename T>
inline constexpr bool is_object<T, std::void_t<decltype(Of<T>::list())>> = true;

template <>
struct Of<TimelineCanvas> {
    static constexpr auto list() {
        return std::make_tuple(
            key("w", &TimelineCanvas::width_px, "Pixels, even.").within(64, 8192),
            key("h", &TimelineCanvas::height_px, "Pixels, even.").within(64, 8192),
            key("bg", &TimelineCanvas::background, "#rrggbb behind everything."),
            key("safe", &TimelineCanvas::safe_area, "Platform whose overlays stay clear of text."));
    }
};

template <>
struct Of<TimelineAsset> {
    static constexpr auto list() {
        return std::make_tuple(
            key("kind", &TimelineAsset::kind, "What the file is.")
                .needed()
                .one_of("image video audio lut"),
            key("uri", &TimelineAsset::uri, "cas:sha256:<hex> or file:."),
            key("checksum", &TimelineAsset::checksum, "sha256:<hex> that the file has to have."),
            key("request", &TimelineAsset::request, "What is asked of a capability.").authored(),
            key("avail",
                &TimelineAsset::avail,
                "First frame or sample, and the one behind the last.")
                .within(0, 1e12),
            key("align", &TimelineAsset::align, "Word timings of the spoken text."),
            key("receipt", &TimelineAsset::receipt, "Where it was got."),
            key("license", &TimelineAsset::licence, "Under which licence."),
            key("ai", &TimelineAsset::ai, "Made by a machine."));
    }
};

template <>
struct Of<TimelineMotion> {
    static constexpr auto list() {
        return std::make_tuple(
            key("pos", &TimelineMotion::pos, "Centre on the canvas, x and y, 0 to 1.")
                .of(2)
                .within(-16, 16),
            key("scale", &TimelineMotion::scale, "1 is as `fit` says.").within(0.001, 64),
            key("rotation", &TimelineMotion::rotation, "Degrees clockwise.").within(-36000, 36000),
            key("opacity", &TimelineMotion::opacity, "0 to 1.").within(0, 1),
            key("crop", &TimelineMotion::crop, "Left, top, right, bottom of the source, 0 to 1.")
                .of(4)
                .within(0, 1),
            key("view", &TimelineMotion::view, "Zoom from 1, and where to look, x and y, 0 to 1.")
                .of(3)
                .within(0, 16));
    }
};

template <>
struct Of<TimelineItem> {
    static constexpr auto list() {
        return std::make_tuple(
            key("id", &TimelineItem::id, "Its name.").needed(),
            key("at", &TimelineItem::at, "Where it begins, frames."),
            key("dur", &TimelineItem::dur, "How long it lasts, frames."),
            key("asset", &TimelineItem::asset, "Which image or video; or gen."),
            key("gen", &TimelineItem::gen, "[name, {parameters}]: made by the renderer.")
                .from(generator_kinds),
            key("in", &TimelineItem::in, "First frame of the source.").within(0, 1e9),
            key("speed",
                &TimelineItem::speed,
                "[n, d] source frames a frame; negative: backwards."),
            key("fit", &TimelineItem::fit, "How it fills the canvas.")
                .one_of("cover contain fill none"),
            key("blend", &TimelineItem::blend, "How it meets what is below.")
                .one_of("normal add multiply screen overlay soft_light"),
            key("anim", &TimelineItem::anim, "Values, or keyframes [frame, value, easing]."),
            key("fx", &TimelineItem::fx, "[[name, {parameters}], …], in order.").from(filter_kinds),
            key("camera", &TimelineItem::camera, "A move over a still.")
                .one_of("static pan tilt zoom_in zoom_out dolly tracking")
                .authored(),
            key("lines", &TimelineItem::lines, "Voice assets spoken over it.").authored(),
            key("punches", &TimelineItem::punches, "Frames where the picture jumps.")
                .within(0, 1e6),
            key("expect", &TimelineItem::expect, "What smos-critic holds it against."));
    }
};

template <>
struct Of<TimelineCue> {
    static constexpr auto list() {
        return std::make_tuple(
            key("id", &TimelineCue::id, "Its name.").needed(),
            key("asset", &TimelineCue::asset, "The voice it shows.").authored(),
            key("at", &TimelineCue::at, "Where it begins, frames."),
            key("dur", &TimelineCue::dur, "How long it lasts, frames."),
            key("words", &TimelineCue::words, "[[start_ms, end_ms, word], …] from its start."));
    }
};

template <>
struct Of<TimelineSound> {
    static constexpr auto list() {
        return std::make_tuple(
            key("id", &TimelineSound::id, "Its name.").needed(),
            key("asset", &TimelineSound::asset, "Which audio or video.").needed(),
            key("at_samples", &TimelineSound::at_samples, "Where it begins.").samples(),
            key("dur_samples", &TimelineSound::dur_samples, "How long it lasts.").samples(),
            key("in_samples", &TimelineSound::in_samples, "First sample of the source.")
                .within(0, 1e12),
            key("gain", &TimelineSound::gain, "dB.").within(-60, 24),
            key("fade", &TimelineSound::fade, "Samples in, samples out.").within(0, 48e6));
    }
};

template <>
struct Of<TimelineDuck> {
    static constexpr auto list() {
        return std::make_tuple(
            key("key", &TimelineDuck::key, "The role that presses it down.")
                .one_of("voice music sound"),
            key("db", &TimelineDuck::db, "How far.").within(-60, 0),
            key("attack_ms", &TimelineDuck::attack_ms, "How fast down.").within(1, 5000),
            key("release_ms", &TimelineDuck::release_ms, "How fast up.").within(1, 10000));
    }
};

struct VideoTrack {
    static constexpr auto list() {
        return std::make_tuple(key("id", &TimelineTrack::id, "Its name.").needed(),
                               key("kind", &TimelineTrack::kind, "video.").needed());
    }
};

struct CaptionTrack {
    static constexpr auto list() {
        return std::make_tuple(
            key("id", &TimelineTrack::id, "Its name.").needed(),
            key("kind", &TimelineTrack::kind, "caption.").needed(),
            key("style", &TimelineTrack::style, "A designed style."),
            key("lang", &TimelineTrack::language, "BCP 47."),
            key("accent", &TimelineTrack::accent, "#rrggbb of the spoken word."));
    }
};

struct AudioTrack {
    static constexpr auto list() {
        return std::make_tuple(key("id", &TimelineTrack::id, "Its name.").needed(),
                               key("kind", &TimelineTrack::kind, "audio.").needed(),
                               key("role", &TimelineTrack::role, "What it is for.")
                                   .needed()
                                   .one_of("voice music sound"),
                               key("gain", &TimelineTrack::gain, "dB.").within(-60, 24),
                               key("duck", &TimelineTrack::duck, "Side-chain by another role."));
    }
};

template <>
struct Of<TimelineMark> {
    static constexpr auto list() {
        return std::make_tuple(key("at", &TimelineMark::at, "Frames."),
                               key("dur", &TimelineMark::dur, "Frames."),
                               key("name", &TimelineMark::name, "What it marks."),
                               key("note", &TimelineMark::note, "For people."));
    }
};

template <>
struct Of<TimelineEncoding> {
    static constexpr auto list() {
        return std::make_tuple(
            key("encoder", &TimelineEncoding::encoder, "The one that was chosen.").needed(),
            key("fingerprint", &TimelineEncoding::fingerprint, "Of its version and settings."),
            key("crf", &TimelineEncoding::crf, "Constant quality.").within(0, 51),
            key("preset", &TimelineEncoding::preset, "Of x264 and x265."),
            key("gops", &TimelineEncoding::gops, "Lengths of its groups.").within(1, 600),
            key("accent", &TimelineEncoding::accent, "#rrggbb of the spoken word."),
            key("title", &TimelineEncoding::title, "Into the file."),
            key("comment", &TimelineEncoding::comment, "Into the file."));
    }
};

template <>
struct Of<TimelineView> {
    static constexpr auto list() {
        return std::make_tuple(
            key("item", &TimelineView::item, "Whose.").needed(),
            key("view", &TimelineView::view, "As an item's anim has it.").of(3).within(0, 16));
    }
};

template <>
struct Of<TimelineFont> {
    static constexpr auto list() {
        return std::make_tuple(key("family", &TimelineFont::family, "Its name.").needed(),
                               key("file", &TimelineFont::file, "Without its folder."),
                               key("sha256", &TimelineFont::sha256, "Of the file.").needed());
    }
};

template <>
struct Of<TimelineEngine> {
    static constexpr auto list() {
        return std::make_tuple(
            key("name", &TimelineEngine::name, "Which program.").needed(),
            key("version", &TimelineEngine::version, "Of its drawing.").needed(),
            key("libraries", &TimelineEngine::libraries, "Versions by name."),
            key("fonts", &TimelineEngine::fonts, "That words can be drawn with."));
    }
};

template <>
struct Of<TimelineOutput> {
    static constexpr auto list() {
        return std::make_tuple(
            key("id", &TimelineOutput::id, "Its name.").needed(),
            key("preset",
                &TimelineOutput::preset,
                "Platform: tiktok reels shorts youtube square 4x5, or canvas.")
                .needed(),
            key("crop", &TimelineOutput::crop, "What stays in sight.").one_of("centre face"),
            key("burn", &TimelineOutput::burn, "Captions in the picture."),
            key("sidecar", &TimelineOutput::sidecar, "Caption files: srt, vtt, ass.")
                .one_of("srt vtt ass"),
            key("lufs", &TimelineOutput::lufs, "Integrated loudness.").within(-30, -5),
            key("tp", &TimelineOutput::true_peak, "Highest true peak, dBTP.").within(-12, 0),
            key("encoder", &TimelineOutput::encoder, "Encoders, the first that works."),
            key("views", &TimelineOutput::views, "What of the items is seen here.").resolved(),
            key("encoding", &TimelineOutput::encoding, "How it is encoded.").resolved());
    }
};

/// The outermost members besides assets, tracks, marks and outputs.
struct Head {
    static constexpr auto list() {
        return std::make_tuple(
            key("id", &Timeline::id, "Its name.").needed(),
            key("rate", &Timeline::rate, "[n, d] frames a second, exact.").within(1, 240'000),
            key("sample_rate", &Timeline::sample_rate, "Of all sample counts.")
                .within(48000, 48000),
            key("canvas", &Timeline::canvas, "The picture."),
            key("engine", &Timeline::engine, "What drew it.").resolved());
    }
};

} // namespace smos::records::timeline_fields
