// SPDX-License-Identifier: Apache-2.0
// Cues on the film's clock, and their masks on its pictures.
#include "libsmos/stages/render/film_captions.hpp"

#include "libsmos/kernels/compose.hpp"
#include "libsmos/media/backdrop/backdrop.hpp"
#include "libsmos/media/captions/captions_layer.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;

media::Rgb colour_of(const std::string& text, media::Rgb fallback) {
    if (text.size() != 7 || text.front() != '#')
        return fallback;
    if (text.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos)
        return fallback;
    const auto value = std::stoul(text.substr(1), nullptr, 16);
    const auto byte = [&](unsigned shift) { return static_cast<std::uint8_t>(value >> shift); };
    return {byte(16), byte(8), byte(0)};
}

std::vector<records::TimelineCue> cues_of(const Timeline& timeline) {
    std::vector<records::TimelineCue> cues;
    for (const records::TimelineTrack& track : timeline.tracks)
        cues.insert(cues.end(), track.cues.begin(), track.cues.end());
    return cues;
}

} // namespace

std::int64_t ms_of_frame(const Timeline& timeline, std::int64_t frame) {
    return frame * 1000 * timeline.rate.den / timeline.rate.num;
}

Result<media::CaptionTrack> captions_of(const Timeline& timeline, const std::string& accent) {
    media::CaptionTrack track;
    for (const records::TimelineTrack& each : timeline.tracks) {
        if (each.kind == "caption") {
            SMOS_TRY(track.style, media::caption_style(each.style));
            break;
        }
    }
    SMOS_TRY(track.style.safe, media::safe_area(timeline.canvas.safe_area));
    track.style.accent = colour_of(accent, track.style.accent);
    for (const records::TimelineCue& cue : cues_of(timeline)) {
        media::CaptionCue shown;
        shown.start_ms = ms_of_frame(timeline, cue.at.value);
        shown.end_ms = ms_of_frame(timeline, cue.at.value + cue.dur.value);
        for (const auto& word : cue.words) {
            shown.words.push_back(
                {shown.start_ms + word.start_ms, shown.start_ms + word.end_ms, word.text});
        }
        if (!shown.words.empty()) {
            shown.end_ms = std::max(shown.end_ms, shown.words.back().end_ms);
            track.cues.push_back(std::move(shown));
        }
    }
    // Cues may touch but not overlap: the last word of one ends where the next begins.
    for (std::size_t i = 0; i + 1 < track.cues.size(); ++i) {
        track.cues[i].end_ms = std::min(track.cues[i].end_ms, track.cues[i + 1].start_ms);
        for (auto& word : track.cues[i].words) {
            word.end_ms = std::min(word.end_ms, track.cues[i].end_ms);
            word.start_ms = std::min(word.start_ms, word.end_ms);
        }
    }
    return track;
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

Digest digest_of(const media::CaptionFrame& captions) {
    Sha256 hash;
    for (const media::RgbaLayer& layer : captions.layers) {
        hash.update(
            fmt::format("{} {} {} {} {}\n", layer.x, layer.y, layer.w, layer.h, layer.opacity));
        hash.update(std::string_view{reinterpret_cast<const char*>(layer.pixels->data()),
                                     layer.pixels->size()});
    }
    for (const media::GlyphMask& mask : captions.masks) {
        hash.update(fmt::format("{} {} {} {} {} {} {} {}\n",
                                mask.x,
                                mask.y,
                                mask.w,
                                mask.h,
                                mask.r,
                                mask.g,
                                mask.b,
                                mask.opacity));
        for (int y = 0; y < mask.h; ++y) {
            const auto* row = mask.alpha + static_cast<std::ptrdiff_t>(y) * mask.stride;
            hash.update(std::string_view{reinterpret_cast<const char*>(row),
                                         static_cast<std::size_t>(mask.w)});
        }
    }
    return hash.finish();
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

} // namespace

Json caption_notes(const media::CaptionRenderer& captions) {
    Json missing = Json::array();
    for (const auto& glyph : captions.missing())
        missing.push_back(media::name_of_character(glyph.code_point));
    return Json{{"boxes", box_list(captions.boxes())}, {"missing", missing}};
}

} // namespace smos::stages
