// SPDX-License-Identifier: Apache-2.0
// Cues on the film's clock, and their masks on its pictures.
#include "libsmos/stages/render/film_captions.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/kernels/compose.hpp"
#include "libsmos/media/backdrop/backdrop.hpp"
#include "libsmos/media/captions/captions_layer.hpp"
#include "libsmos/media/captions/captions_stack.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;
using records::TimelineTrack;

Result<media::Rgb> colour_of(const std::string& text) {
    const bool sane = text.size() == 7 && text.front() == '#' &&
                      text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
    if (!sane)
        return Error{"bad_colour",
                     fmt::format("the accent \"{}\" is no colour", one_line(text)),
                     {},
                     "write it as #rrggbb"};
    const auto value = std::stoul(text.substr(1), nullptr, 16);
    const auto byte = [&](unsigned shift) { return static_cast<std::uint8_t>(value >> shift); };
    return media::Rgb{byte(16), byte(8), byte(0)};
}

/// Text designs are for still text; as captions they stand in the upper third, clear of others.
Result<media::CaptionStyle> design_named(const std::string& name) {
    constexpr int upper_third = 300;
    Result<media::CaptionStyle> style = media::caption_style(name);
    if (style)
        return style;
    Result<media::CaptionStyle> text = media::text_style(name);
    if (!text)
        return style;
    text->centre_permille = upper_third;
    return text;
}

Error of_track(Error error, const TimelineTrack& track) {
    error.where = fmt::format("track '{}'", one_line(track.id));
    return error;
}

} // namespace

Result<media::CaptionStyle>
caption_look(const Timeline& timeline, const TimelineTrack& track, const std::string& accent) {
    SMOS_TRY(media::CaptionStyle style, caption_design(track));
    const Result<media::SafeArea> safe = media::safe_area(timeline.canvas.safe_area);
    if (!safe)
        return of_track(safe.error(), track);
    style.safe = *safe;
    const std::string& wanted = track.accent.empty() ? accent : track.accent;
    if (wanted.empty())
        return style;
    const Result<media::Rgb> colour = colour_of(wanted);
    if (!colour)
        return of_track(colour.error(), track);
    style.accent = *colour;
    return style;
}

namespace {

/// By time. Cues may touch but not overlap: the last word of one ends where the next begins.
std::vector<media::CaptionCue> cues_of(const Timeline& timeline, const TimelineTrack& track) {
    std::vector<media::CaptionCue> cues;
    for (const records::TimelineCue& cue : track.cues) {
        media::CaptionCue shown;
        shown.id = cue.id;
        shown.start_ms = ms_of_frame(timeline, cue.at.value);
        shown.end_ms = ms_of_frame(timeline, cue.at.value + cue.dur.value);
        for (const auto& word : cue.words) {
            shown.words.push_back(
                {shown.start_ms + word.start_ms, shown.start_ms + word.end_ms, word.text});
        }
        if (!shown.words.empty()) {
            shown.end_ms = std::max(shown.end_ms, shown.words.back().end_ms);
            cues.push_back(std::move(shown));
        }
    }
    std::stable_sort(cues.begin(), cues.end(), [](const auto& a, const auto& b) {
        return a.start_ms < b.start_ms;
    });
    for (std::size_t i = 0; i + 1 < cues.size(); ++i) {
        cues[i].end_ms = std::min(cues[i].end_ms, cues[i + 1].start_ms);
        for (auto& word : cues[i].words) {
            word.end_ms = std::min(word.end_ms, cues[i].end_ms);
            word.start_ms = std::min(word.start_ms, word.end_ms);
        }
    }
    return cues;
}

} // namespace

std::int64_t ms_of_frame(const Timeline& timeline, std::int64_t frame) {
    return frame * 1000 * timeline.rate.den / timeline.rate.num;
}

Result<media::CaptionStyle> caption_design(const TimelineTrack& track) {
    Result<media::CaptionStyle> style = design_named(track.style);
    if (!style)
        return of_track(style.error(), track);
    if (!track.language.empty())
        style->language = track.language;
    return style;
}

Result<std::vector<media::CaptionTrack>> caption_tracks(const Timeline& timeline,
                                                        const std::string& accent) {
    std::vector<media::CaptionTrack> tracks;
    for (const TimelineTrack& each : timeline.tracks) {
        if (each.kind != "caption")
            continue;
        media::CaptionTrack track;
        SMOS_TRY(track.style, caption_look(timeline, each, accent));
        track.cues = cues_of(timeline, each);
        if (!track.cues.empty())
            tracks.push_back(std::move(track));
    }
    return tracks;
}

Result<std::unique_ptr<media::CaptionRenderer>> open_words(const Timeline& timeline,
                                                           const std::string& accent) {
    SMOS_TRY(const auto tracks, caption_tracks(timeline, accent));
    return media::open_captions(tracks, timeline.width_px(), timeline.height_px());
}

namespace {

kernels::Colour luma_chroma(const media::GlyphMask& mask) {
    media::RgbImage dot{2, 2, {}};
    for (int i = 0; i < 4; ++i)
        dot.pixels.insert(dot.pixels.end(), {mask.r, mask.g, mask.b});
    const media::Frame frame = media::to_frame(dot);
    return {*frame.y(), *frame.u(), *frame.v()};
}

} // namespace

Result<void> lay_captions(const media::CaptionFrame& captions, media::Frame& frame) {
    auto target = media::picture_of(frame);
    for (const media::GlyphMask& mask : captions.masks) {
        const kernels::Source alpha{mask.alpha, mask.w, mask.h, mask.stride};
        const auto opacity = static_cast<std::uint32_t>(mask.opacity) * kernels::full_weight / 255U;
        const auto outcome = kernels::blend_rows(
            target, alpha, mask.x, mask.y, luma_chroma(mask), opacity, kernels::all_rows(target.y));
        if (outcome != kernels::Outcome::done) {
            return Error{"compose_failed", kernels::name_of(outcome), "captions", {}};
        }
    }
    for (const media::RgbaLayer& layer : captions.layers)
        SMOS_CHECK(media::blend_layer(layer, frame));
    return {};
}

namespace {

Json box_list(const std::vector<media::CaptionBox>& boxes) {
    Json list = Json::array();
    for (const auto& box : boxes) {
        list.push_back(Json{{"start_ms", box.start_ms},
                            {"end_ms", box.end_ms},
                            {"x", box.x},
                            {"y", box.y},
                            {"w", box.width},
                            {"h", box.height},
                            {"text", box.text}});
    }
    return list;
}

struct FileKind {
    const char* kind;
    const char* mime_type;
};
constexpr FileKind file_kinds[] = {
    {"srt", "application/x-subrip"}, {"vtt", "text/vtt"}, {"ass", "text/x-ssa"}};

Result<const FileKind*> file_kind(const std::string& name) {
    for (const FileKind& kind : file_kinds) {
        if (name == kind.kind)
            return &kind;
    }
    return Error{"unknown_sidecar",
                 fmt::format("there are no caption files of kind \"{}\"", one_line(name)),
                 "sidecar",
                 "srt, vtt and ass"};
}

/// A language tag as part of a file name.
std::string file_tag(const std::string& language) {
    std::string tag;
    for (const char c : language) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        if (plain && tag.size() < 20)
            tag += c;
    }
    return tag.empty() ? "und" : tag;
}

std::string
file_text(const media::CaptionTrack& track, const std::string& kind, const Timeline& timeline) {
    if (kind == "srt")
        return media::to_srt(track);
    if (kind == "vtt")
        return media::to_webvtt(track);
    return media::to_ass(track, timeline.width_px(), timeline.height_px());
}

} // namespace

Json caption_notes(const media::CaptionRenderer& captions) {
    Json missing = Json::array();
    for (const auto& glyph : captions.missing())
        missing.push_back(media::name_of_character(glyph.code_point));
    return Json{{"boxes", box_list(captions.boxes())}, {"missing", missing}};
}

Result<std::vector<CaptionFile>> caption_files(const Timeline& timeline,
                                               const std::vector<std::string>& kinds,
                                               const std::string& accent) {
    SMOS_TRY(const auto tracks, caption_tracks(timeline, accent));
    static const std::vector<std::string> usual{"srt", "vtt"};
    std::vector<CaptionFile> files;
    std::vector<std::string> tags;
    for (const media::CaptionTrack& track : tracks) {
        const std::string plain = file_tag(track.style.language);
        std::string tag = plain;
        for (int n = 2; std::find(tags.begin(), tags.end(), tag) != tags.end(); ++n)
            tag = fmt::format("{}-{}", plain, n);
        tags.push_back(tag);
        for (const std::string& name : kinds.empty() ? usual : kinds) {
            SMOS_TRY(const FileKind* kind, file_kind(name));
            files.push_back(
                {tracks.size() == 1 ? "captions." + name : fmt::format("captions.{}.{}", tag, name),
                 kind->mime_type,
                 track.style.language,
                 file_text(track, name, timeline)});
        }
    }
    return files;
}

} // namespace smos::stages
