// SPDX-License-Identifier: Apache-2.0
// What an encoder can be asked for.
#include "libsmos/media/codec/encode_options.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/media/codec/encode_codec.hpp"
#include "libsmos/media/codec/gop_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace smos::media {
namespace {

// What the MP4 muxer writes; it drops every other key without a word.
constexpr std::array<std::string_view, 14> metadata_keys{"title",
                                                         "artist",
                                                         "album_artist",
                                                         "composer",
                                                         "album",
                                                         "date",
                                                         "comment",
                                                         "genre",
                                                         "copyright",
                                                         "description",
                                                         "synopsis",
                                                         "show",
                                                         "network",
                                                         "lyrics"};

constexpr std::array<std::string_view, 9> presets{
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"};

// The key frame distances of x264's settings hold up to here.
constexpr int longest_gop = 600;
constexpr std::int64_t longest_film = 10'000'000; // frames; the index must fit its box

Error refused(std::string message, const std::string& path) {
    return Error{"invalid_options", std::move(message), path};
}

template <typename List>
bool is_one_of(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool in_range(int value, int least, int most) { return value >= least && value <= most; }

Result<void> check_metadata(const EncodeOptions& options, const std::string& path) {
    for (const auto& [key, value] : options.metadata) {
        if (!is_one_of(metadata_keys, key))
            return refused(fmt::format("an MP4 has no metadata key \"{}\"", one_line(key)), path);
        if (!is_utf8(value) || value.find('\0') != std::string::npos)
            return refused(fmt::format("the metadata \"{}\" is not UTF-8 text", key), path);
    }
    return {};
}

Result<void> check_gops(const EncodeOptions& options, const std::string& path) {
    std::int64_t frames = 0;
    for (const Gop& gop : options.gops) {
        const int least = options.gops.size() == 1 ? 1 : shortest_gop;
        if (!in_range(gop.frames, least, longest_gop))
            return refused(fmt::format("a group of {} frames", gop.frames), path);
        frames += gop.frames;
    }
    if (frames == 0 || frames > longest_film)
        return refused(fmt::format("a film of {} frames", frames), path);
    return {};
}

} // namespace

Result<void> check_picture_options(const EncodeOptions& options, const std::string& path) {
    const auto side_fits = [](int side) { return in_range(side, 16, 8192) && side % 2 == 0; };
    if (!side_fits(options.width_px) || !side_fits(options.height_px)) {
        return refused(fmt::format("{}x{} is no even size from 16 to 8192 pixels",
                                   options.width_px,
                                   options.height_px),
                       path);
    }
    if (!in_range(options.rate_num, 1, 240000) || !in_range(options.rate_den, 1, 240000))
        return refused("the frame rate is out of range", path);
    if (!in_range(options.crf, 0, 51))
        return refused("crf is not within 0..51", path);
    if (!is_one_of(presets, options.preset))
        return refused(fmt::format("x264 has no preset \"{}\"", one_line(options.preset)), path);
    if (find_video_codec(options.encoder) == nullptr) {
        return refused(fmt::format("no encoder \"{}\" is known here", one_line(options.encoder)),
                       path);
    }
    return {};
}

Result<void> check_options(const EncodeOptions& options, const std::string& path) {
    SMOS_CHECK(check_picture_options(options, path));
    if (!in_range(options.workers, 0, 64) || !in_range(options.audio_bit_rate, 32000, 512000))
        return refused("workers or audio_bit_rate is out of range", path);
    SMOS_CHECK(check_gops(options, path));
    return check_metadata(options, path);
}

} // namespace smos::media
