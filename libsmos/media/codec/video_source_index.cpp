// SPDX-License-Identifier: Apache-2.0
// The times of all pictures of a video, from its packets.
#include "libsmos/media/codec/video_source_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

extern "C" {
#include <libavutil/mathematics.h>
}

namespace smos::media {
namespace {

constexpr std::int64_t entries_limit = 4'000'000;

records::Rational reduced(std::int64_t num, std::int64_t den) {
    const std::int64_t divisor = std::max<std::int64_t>(av_gcd(std::abs(num), den), 1);
    return {num / divisor, den / divisor};
}

/// No sum or difference of times overflows.
bool is_possible(const AVPacket& packet) {
    constexpr std::int64_t bound = std::int64_t{1} << 59U;
    const auto inside = [](std::int64_t time) {
        return time == AV_NOPTS_VALUE || (time > -bound && time < bound);
    };
    return inside(packet.pts) && inside(packet.dts) && packet.duration >= 0 &&
           packet.duration < bound;
}

/// What was seen while reading, over all streams, in microseconds.
struct ReadTimes {
    std::int64_t first_us = INT64_MAX;
    std::int64_t end_us = INT64_MIN;

    void add(const AVPacket& packet, AVRational tick) {
        if (packet.pts == AV_NOPTS_VALUE)
            return;
        const AVRational micro{1, 1000000};
        first_us = std::min(first_us, av_rescale_q(packet.pts, tick, micro));
        end_us = std::max(end_us, av_rescale_q(packet.pts + packet.duration, tick, micro));
    }
};

Result<void> read_entries(MediaSource& source,
                          const AVStream& stream,
                          VideoIndex& index,
                          ReadTimes& times,
                          std::int64_t& packets) {
    const PacketHandle packet = make_packet();
    for (;;) {
        SMOS_TRY(const bool more, source.read(*packet));
        if (!more)
            return {};
        if (!is_possible(*packet))
            return Error{"damaged", "has an impossible time", source.path()};
        times.add(*packet, source.format().streams[packet->stream_index]->time_base);
        if (packet->stream_index == stream.index) {
            ++packets;
            if ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0)
                return Error{"truncated",
                             fmt::format("picture {} is cut off", packets),
                             source.path(),
                             "copy or download it again"};
            const std::int64_t pts = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
            const bool seen = (packet->flags & AV_PKT_FLAG_DISCARD) == 0 && packet->size > 0;
            if (seen && pts != AV_NOPTS_VALUE) {
                index.entries.push_back({pts, (packet->flags & AV_PKT_FLAG_KEY) != 0});
                index.end_pts = std::max(index.end_pts, pts + packet->duration);
            }
            if (packets > entries_limit)
                return Error{"too_large", "has too many pictures", source.path()};
        }
        av_packet_unref(packet.get());
    }
}

/// A header that promises more than there is.
Result<void> check_promises(MediaSource& source,
                            const AVStream& stream,
                            const ReadTimes& times,
                            std::int64_t packets) {
    const AVFormatContext& format = source.format();
    const std::string_view name = format.iformat->name;
    const int indexed = avformat_index_get_entries_count(&stream);
    const char* hint = "copy or download it again";
    if (name.find("mp4") != std::string_view::npos && packets < indexed) {
        return Error{"truncated",
                     fmt::format("ends after {} of {} pictures", packets, indexed),
                     source.path(),
                     hint};
    }
    const bool promises = name.find("mp4") != std::string_view::npos ||
                          name.find("matroska") != std::string_view::npos;
    const bool known = format.duration != AV_NOPTS_VALUE && times.end_us > times.first_us;
    constexpr std::int64_t slack_us = 1'000'000;
    if (promises && known && times.end_us - times.first_us + slack_us < format.duration) {
        return Error{"truncated",
                     fmt::format("says that it lasts {} ms and ends after {} ms",
                                 format.duration / 1000,
                                 (times.end_us - times.first_us) / 1000),
                     source.path(),
                     hint};
    }
    return {};
}

/// All PTS are within one tick of counting at this rate.
bool fits(const VideoIndex& index, AVRational rate) {
    if (rate.num <= 0 || rate.den <= 0)
        return false;
    for (std::size_t i = 0; i < index.entries.size(); ++i) {
        const std::int64_t expected =
            av_rescale_q(static_cast<std::int64_t>(i), av_inv_q(rate), index.tick);
        if (std::abs(index.entries[i].pts - index.entries[0].pts - expected) > 1)
            return false;
    }
    return true;
}

void find_rate(VideoIndex& index, const AVStream& stream) {
    const auto count = static_cast<std::int64_t>(index.entries.size());
    const std::int64_t span = index.entries.back().pts - index.entries.front().pts;
    for (const AVRational rate : {stream.avg_frame_rate, stream.r_frame_rate}) {
        if (fits(index, rate)) {
            index.rate = {rate.num, rate.den};
            const std::int64_t end = av_rescale_q(count, av_inv_q(rate), index.tick);
            index.end_pts = std::max(index.end_pts, index.entries.front().pts + end);
            return;
        }
    }
    index.variable = true;
    if (count > 1)
        index.end_pts = std::max(index.end_pts, index.entries.back().pts + span / (count - 1));
    const std::int64_t whole = std::max<std::int64_t>(index.end_pts - index.entries[0].pts, 1);
    index.rate = reduced(count * index.tick.den, whole * index.tick.num);
}

} // namespace

std::int64_t VideoIndex::at(const records::Rational& seconds) const {
    const auto count = static_cast<std::int64_t>(entries.size());
    const std::int64_t ticks =
        av_rescale_rnd(seconds.num, tick.den, seconds.den * tick.num, AV_ROUND_DOWN);
    if (seconds.num < 0)
        return -1;
    if (!variable) {
        const std::int64_t number =
            av_rescale_rnd(seconds.num, rate.num, seconds.den * rate.den, AV_ROUND_DOWN);
        return std::min(number, count);
    }
    if (ticks >= end_pts - entries.front().pts)
        return count;
    const std::int64_t pts = entries.front().pts + ticks;
    const auto behind = std::upper_bound(
        entries.begin(), entries.end(), pts, [](std::int64_t value, const Entry& entry) {
            return value < entry.pts;
        });
    return behind - entries.begin() - 1;
}

std::int64_t VideoIndex::entry_of(std::int64_t pts) const {
    const auto behind = std::upper_bound(
        entries.begin(), entries.end(), pts, [](std::int64_t value, const Entry& entry) {
            return value < entry.pts;
        });
    return std::max<std::int64_t>(behind - entries.begin() - 1, 0);
}

std::int64_t VideoIndex::key_before(std::int64_t entry) const {
    for (std::int64_t i = entry; i > 0; --i) {
        if (entries[static_cast<std::size_t>(i)].key)
            return i;
    }
    return 0;
}

Result<VideoIndex> index_of_video(MediaSource& source, const AVStream& stream) {
    VideoIndex index;
    index.tick = stream.time_base;
    index.end_pts = INT64_MIN;
    ReadTimes times;
    std::int64_t packets = 0;
    SMOS_CHECK(read_entries(source, stream, index, times, packets));
    auto& entries = index.entries;
    if (entries.empty())
        return Error{"empty", "its video has no picture", source.path()};
    SMOS_CHECK(check_promises(source, stream, times, packets));
    const auto earlier = [](const VideoIndex::Entry& a, const VideoIndex::Entry& b) {
        return a.pts < b.pts || (a.pts == b.pts && a.key && !b.key);
    };
    const auto same = [](const VideoIndex::Entry& a, const VideoIndex::Entry& b) {
        return a.pts == b.pts;
    };
    std::sort(entries.begin(), entries.end(), earlier);
    entries.erase(std::unique(entries.begin(), entries.end(), same), entries.end());
    const std::int64_t span = std::max(index.end_pts, entries.back().pts) - entries.front().pts;
    if (av_rescale_q(span, index.tick, AVRational{1, 1000}) > source.limits().duration_ms)
        return Error{"too_large", "lasts too long", source.path()};
    find_rate(index, stream);
    const std::int64_t first_us =
        av_rescale_q(entries.front().pts, index.tick, AVRational{1, 1000000});
    if (times.first_us != INT64_MAX)
        index.delay = reduced(first_us - times.first_us, 1'000'000);
    return index;
}

} // namespace smos::media
