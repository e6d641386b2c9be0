// SPDX-License-Identifier: Apache-2.0
// The files that a timeline is given, held against what it takes from them.
#include "libsmos/stages/render/render_sources.hpp"

#include "libsmos/core/limits.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/records/timeline/timeline_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace smos::stages {
namespace {

using records::Timeline;
using records::TimelineAsset;

// The size of a JPEG stands behind its profile and its preview.
constexpr std::size_t header_bytes = std::size_t{1} << 20U;

/// Who takes something from an asset first, and what.
struct Use {
    std::string item;
    std::string field; // JSON pointer
    bool picture = false;
    bool sound = false;
};

class Uses {
  public:
    explicit Uses(const Timeline& timeline) {
        for (std::size_t i = 0; i < timeline.tracks.size(); ++i) {
            const records::TimelineTrack& track = timeline.tracks[i];
            const std::string at = fmt::format("/tracks/{}", i);
            for (std::size_t k = 0; k < track.items.size(); ++k) {
                const auto& item = track.items[k];
                const std::string here = item_pointer(track, at, k);
                add(item.asset, item.id, here + "/asset", true);
                for (std::size_t n = 0; n < item.fx.size(); ++n)
                    add_named(item.fx[n], item.id, fmt::format("{}/fx/{}/1/asset", here, n));
            }
            for (std::size_t k = 0; k < track.transitions.size(); ++k) {
                const auto& each = track.transitions[k];
                const std::size_t place = k + each.items_before;
                add_named(each.look, each.id, fmt::format("{}/items/{}/params/asset", at, place));
            }
            for (std::size_t k = 0; k < track.sounds.size(); ++k)
                add(track.sounds[k].asset,
                    track.sounds[k].id,
                    fmt::format("{}/items/{}/asset", at, k),
                    false);
        }
    }

    const std::map<std::string, Use>& by_asset() const { return by_asset_; }

  private:
    void
    add(const std::string& asset, const std::string& item, const std::string& field, bool picture) {
        if (asset.empty())
            return;
        Use& use = by_asset_.try_emplace(asset, Use{item, field}).first->second;
        (picture ? use.picture : use.sound) = true;
    }
    void add_named(const records::TimelineEffect& effect,
                   const std::string& item,
                   const std::string& field) {
        if (const auto named = effect.texts.find("asset"); named != effect.texts.end())
            add(named->second, item, field, true);
    }

    std::map<std::string, Use> by_asset_;
};

Error at_use(const Error& error, const std::string& asset, const Use& use) {
    Error named = error;
    named.message = fmt::format("'{}' shows '{}': {}{}",
                                use.item,
                                asset,
                                error.where.empty() ? "" : error.where + ": ",
                                error.message);
    if (!use.picture)
        named.message.replace(named.message.find(" shows "), 7, " plays ");
    named.where = records::dotted_path(use.field);
    return named;
}

Result<void> check_still(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string head(header_bytes, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    const auto header = media::image_header(head);
    if (header &&
        header->width_px > limits::image_pixels / std::max<std::int64_t>(1, header->height_px))
        return Error{"too_large",
                     fmt::format("says it has {}x{} pixels, more than {}",
                                 header->width_px,
                                 header->height_px,
                                 limits::image_pixels),
                     path,
                     "scale it down"};
    return {};
}

/// Frames of the timeline that a video of the file lasts, rounded up; 0 when that is not said.
std::int64_t frames_of(const media::MediaInfo& info, const Timeline& timeline) {
    if (info.rate_num <= 0 || info.rate_den <= 0)
        return 0;
    // Rates come from the file: any 31 bits.
    __extension__ using Wide = __int128;
    const Wide num = Wide{info.frames} * info.rate_den * timeline.rate.num;
    const Wide den = Wide{info.rate_num} * timeline.rate.den;
    constexpr Wide most = std::int64_t{1} << 40U;
    return static_cast<std::int64_t>(std::min<Wide>((num + den - 1) / den, most));
}

Result<void> check_moving(TimelineAsset& asset,
                          const Use& use,
                          const std::string& path,
                          const Timeline& timeline) {
    SMOS_TRY(const media::MediaInfo info, media::probe(path));
    if (use.picture && info.width_px == 0)
        return Error{"no_video", "has no video, only sound", path, "use it as sound"};
    if (use.picture && info.frames == 0)
        return Error{"empty", "its video has 0 frames", path, "record or export it again"};
    if (use.sound && !info.has_audio)
        return Error{"no_audio", "has no sound", path, "use another file"};
    const bool video = asset.kind == "video";
    // A container counts time in steps of its own: one millisecond more is not a lie.
    const std::int64_t there =
        video ? frames_of(info, timeline) : (info.sound_ms + 1) * timeline.sample_rate / 1000;
    if (there <= 0 || (!video && info.sound_ms == 0))
        return {};
    if (!asset.avail)
        asset.avail = records::TimelineSpan{0, there};
    else if (asset.avail->to > there)
        return Error{"wrong_avail",
                     fmt::format("has {} {}, and avail promises {}",
                                 there,
                                 video ? "frames" : "samples",
                                 asset.avail->to),
                     path,
                     "correct avail, or give the right file"};
    return {};
}

} // namespace

Result<void>
measure_sources(Timeline& timeline, const store::Assets& assets, std::set<std::string>& measured) {
    const Uses uses{timeline};
    for (const auto& [id, use] : uses.by_asset()) {
        TimelineAsset& asset = timeline.assets.at(id);
        if (asset.request || !asset.uri || asset.kind == "lut" || measured.count(id) > 0)
            continue;
        auto path = assets.path_of(*asset.uri);
        if (!path)
            return at_use(path.error(), id, use);
        const Result<void> fine =
            asset.kind == "image" ? check_still(*path) : check_moving(asset, use, *path, timeline);
        if (!fine)
            return at_use(fine.error(), id, use);
        measured.insert(id);
    }
    return {};
}

Result<void> check_resolved(const Timeline& timeline) {
    std::vector<records::TimelineProblem> problems;
    check_layout(timeline, true, problems);
    for (const records::TimelineProblem& problem : problems)
        if (problem.fatal)
            return Error{
                problem.code, problem.message, records::dotted_path(problem.at), problem.hint};
    return {};
}

} // namespace smos::stages
