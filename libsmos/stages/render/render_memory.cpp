// SPDX-License-Identifier: Apache-2.0
// How much memory a render takes, known before it starts, and how many workers fit.
#include "libsmos/stages/render/render_memory.hpp"

#include "libsmos/core/memory.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/compose/composer.hpp"
#include "libsmos/media/picture/layer.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>

namespace smos::stages {
namespace {

constexpr std::int64_t mib = std::int64_t{1} << 20U;
// The program and what it loads, fonts and their shapes, FFmpeg's and the C library's own.
constexpr std::int64_t program_bytes = 84 * mib;
// Of a worker besides its encoder: packets, decoders, caption shapes.
constexpr std::int64_t worker_rest_bytes = 10 * mib;
// Sounds are streamed, however long they are.
constexpr std::int64_t sound_bytes = 12 * mib;
// Of decoded video behind the place where it plays.
constexpr std::int64_t backwards_bytes = 48 * mib;

/// Pictures that x264 holds with one thread: those it looks ahead over, and the ones it has coded
/// with their half-pixel planes.
struct EncoderPictures {
    std::string_view preset;
    int ahead;
    int coded;
};
constexpr std::array<EncoderPictures, 8> x264_pictures{{{"ultrafast", 1, 2},
                                                        {"superfast", 5, 5},
                                                        {"veryfast", 13, 5},
                                                        {"faster", 23, 5},
                                                        {"fast", 33, 5},
                                                        {"medium", 43, 5},
                                                        {"slow", 53, 6},
                                                        {"slower", 63, 9}}};

/// A plane of x264 has 32 pixels on each side.
std::int64_t padded_area(const records::Timeline& timeline) {
    return ((timeline.canvas.width_px + 15) / 16 * 16 + 64) *
           ((timeline.canvas.height_px + 15) / 16 * 16 + 64);
}

std::int64_t frame_bytes(const records::Timeline& timeline) {
    return (timeline.canvas.width_px + 63) / 64 * 64 * timeline.canvas.height_px * 3 / 2;
}

/// A few stills with some room to move in.
std::int64_t least_picture_bytes(const records::Timeline& timeline) {
    return 5 * frame_bytes(timeline) * 3 / 2;
}

/// A timeline that was not resolved yet has no encoding: it will most likely be libx264's.
std::int64_t encoder_bytes(const records::Timeline& timeline, const MemoryWish& wish) {
    const std::int64_t area = padded_area(timeline);
    const auto& encoding = timeline.outputs.front().encoding;
    const std::string encoder = encoding ? encoding->encoder : "libx264";
    if (encoder == "prores_ks")
        return area * 30;
    if (encoder != "libx264") // whole films with threads of their own
        return area * 260 + 150 * mib;
    const std::string& preset = encoding ? encoding->preset : wish.preset;
    const auto* known =
        std::find_if(x264_pictures.begin(), x264_pictures.end(), [&](const EncoderPictures& each) {
            return each.preset == preset;
        });
    const EncoderPictures& held = known == x264_pictures.end() ? x264_pictures.back() : *known;
    // Measured in planes: 3.4 a picture that waits, 5.3 one that is coded, 3 for the rest.
    return area * (34 * held.ahead + 53 * held.coded + 30) / 10;
}

/// A still at its own size, as the decoder gives it and as a layer, and its file twice.
std::int64_t still_bytes(const records::Timeline& timeline, const std::string* path) {
    const std::int64_t canvas = timeline.canvas.width_px * timeline.canvas.height_px;
    const auto size = path == nullptr ? std::nullopt : media::layer_size(*path);
    const std::int64_t pixels = size ? std::int64_t{size->width} * size->height : canvas * 9 / 4;
    return pixels * 7;
}

/// A decoder's pictures and three converted ones; for a film that is played backwards more.
std::int64_t video_bytes(const std::string& path) {
    const auto info = media::probe(path);
    const std::int64_t pixels =
        info ? std::int64_t{info->width_px} * info->height_px : std::int64_t{1920} * 1080;
    return pixels * 3 / 2 * 14 + 4 * mib;
}

bool plays_backwards(const records::Timeline& timeline, const std::string& asset) {
    for (const records::TimelineTrack& track : timeline.tracks)
        for (const records::TimelineItem& item : track.items)
            if (item.asset == asset && item.speed.num < 0)
                return true;
    return false;
}

struct SourceBytes {
    std::int64_t at_cuts = 0; // stills of the main track come where a group of pictures begins
    std::int64_t any_time = 0;
    std::int64_t each_worker = 0;
};

bool only_on_main_track(const records::Timeline& timeline, const std::string& asset) {
    for (const records::TimelineTrack& track : timeline.tracks)
        for (const records::TimelineItem& item : track.items)
            if (item.asset == asset && &track != &timeline.main_track())
                return false;
    return true;
}

SourceBytes source_bytes(const records::Timeline& timeline,
                         const std::map<std::string, std::string>& files) {
    SourceBytes bytes;
    for (const auto& [id, asset] : timeline.assets) {
        const auto file = files.find(id);
        const std::string* path = file == files.end() ? nullptr : &file->second;
        if (asset.kind == "image") {
            std::int64_t& place = only_on_main_track(timeline, id) ? bytes.at_cuts : bytes.any_time;
            place = std::max(place, still_bytes(timeline, path));
        }
        if (asset.kind == "video" && path != nullptr)
            bytes.each_worker += video_bytes(*path);
        if (asset.kind == "video" && plays_backwards(timeline, id))
            bytes.each_worker += backwards_bytes;
    }
    return bytes;
}

int workers_wanted(int asked) {
    if (asked > 0)
        return asked;
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 8);
}

Error too_little(const MemoryPlan& plan, std::int64_t stills, std::int64_t limit_bytes) {
    const std::int64_t least = plan.base_bytes + stills + plan.worker_bytes;
    return Error{"too_little_memory",
                 fmt::format("one worker needs about {} MB, and the limit is {} MB",
                             (least + mib - 1) / mib,
                             limit_bytes / mib),
                 {},
                 "raise --mem-limit, or take a smaller canvas or a faster --preset"};
}

} // namespace

Result<MemoryPlan> plan_memory(const records::Timeline& timeline,
                               const std::map<std::string, std::string>& files,
                               const MemoryWish& wish) {
    const SourceBytes sources = source_bytes(timeline, files);
    const auto outputs = static_cast<int>(std::max<std::size_t>(1, timeline.outputs.size()));
    MemoryPlan plan;
    std::int64_t encoders = 0, stills = 0;
    plan.base_bytes = program_bytes + sound_bytes;
    for (int i = 0; i < outputs; ++i) {
        records::Timeline output =
            timeline.outputs.empty()
                ? timeline
                : records::timeline_of_output(timeline, static_cast<std::size_t>(i));
        if (output.outputs.empty())
            output.outputs.emplace_back();
        const std::int64_t encoder = encoder_bytes(output, wish);
        encoders += encoder;
        stills += least_picture_bytes(output);
        plan.base_bytes += 6 * frame_bytes(output);
        plan.worker_bytes +=
            encoder + 2 * frame_bytes(output) + sources.each_worker + worker_rest_bytes;
    }
    // Where a group begins, its encoder is empty.
    plan.base_bytes += std::max(sources.any_time, sources.at_cuts - encoders / 2);
    const std::int64_t most =
        std::max(stills, static_cast<std::int64_t>(media::default_picture_bytes));
    plan.picture_bytes = static_cast<std::size_t>(most);
    plan.workers = std::max(1, workers_wanted(wish.workers) / outputs);
    plan.limit_bytes = wish.limit_bytes;
    std::int64_t limit = wish.limit_bytes;
    if (limit <= 0) {
        const auto available = available_memory_bytes();
        if (!available)
            return plan;
        limit = *available;
    }
    const std::int64_t room = limit - plan.base_bytes;
    const std::int64_t fit = (room - stills) / plan.worker_bytes;
    if (fit < 1 && wish.limit_bytes > 0)
        return too_little(plan, stills, wish.limit_bytes);
    plan.workers = static_cast<int>(std::clamp<std::int64_t>(fit, 1, plan.workers));
    plan.picture_bytes =
        static_cast<std::size_t>(std::clamp(room - plan.worker_bytes * plan.workers, stills, most));
    return plan;
}

} // namespace smos::stages
