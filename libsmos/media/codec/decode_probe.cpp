// SPDX-License-Identifier: Apache-2.0
// What a media file says about itself.
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/decode_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>

extern "C" {
#include <libavutil/intreadwrite.h>
}

namespace smos::media {
namespace {

std::uint64_t big_endian(const unsigned char* bytes, int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i)
        value = value << 8U | bytes[i];
    return value;
}

/// Walks the top boxes of an MP4 (ISO/IEC 14496-12 §4.2) until "moov" or "mdat".
bool index_comes_first(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::array<unsigned char, 16> head{};
    for (int box = 0; box < 64 && file; ++box) {
        const std::streamoff at = file.tellg();
        file.read(reinterpret_cast<char*>(head.data()), 8);
        if (!file)
            return false;
        const std::string_view kind{reinterpret_cast<const char*>(head.data()) + 4, 4};
        if (kind == "moov" || kind == "mdat")
            return kind == "moov";
        std::uint64_t size = big_endian(head.data(), 4);
        if (size == 1) {
            file.read(reinterpret_cast<char*>(head.data()) + 8, 8);
            size = big_endian(head.data() + 8, 8);
        }
        if (size < 8 || size > std::uint64_t{1} << 40U)
            return false;
        file.seekg(at + static_cast<std::streamoff>(size));
    }
    return false;
}

std::string container_name(const AVFormatContext& format) {
    const std::string_view names = format.iformat->name;
    if (names.find("mp4") != std::string_view::npos)
        return "mp4";
    return std::string{names.substr(0, names.find(','))};
}

std::string tag(const AVFormatContext& format, const char* key) {
    const AVDictionaryEntry* entry = av_dict_get(format.metadata, key, nullptr, 0);
    return entry == nullptr ? std::string{} : std::string{entry->value};
}

void describe_video(MediaInfo& info, const AVStream& stream) {
    const AVCodecParameters& video = *stream.codecpar;
    info.width_px = video.width;
    info.height_px = video.height;
    info.rate_num = stream.avg_frame_rate.num;
    info.rate_den = stream.avg_frame_rate.den == 0 ? 1 : stream.avg_frame_rate.den;
    info.video_codec = avcodec_get_name(video.codec_id);
    info.bt709_limited =
        video.color_range == AVCOL_RANGE_MPEG && video.color_space == AVCOL_SPC_BT709 &&
        video.color_primaries == AVCOL_PRI_BT709 && video.color_trc == AVCOL_TRC_BT709;
}

void describe_audio(MediaInfo& info, const AVStream& stream) {
    info.has_audio = true;
    info.audio_codec = avcodec_get_name(stream.codecpar->codec_id);
    info.sample_rate = stream.codecpar->sample_rate;
}

/// From the first packet to the end of the last: what lies between is decoded without holes.
class SoundLength {
  public:
    explicit SoundLength(const AVStream& stream) : stream_(stream) {}

    void add(const AVPacket& packet) {
        constexpr std::int64_t most = std::int64_t{1} << 60U; // AV_NOPTS_VALUE is far below
        timed_ = timed_ && packet.duration > 0 && packet.duration < most && packet.pts > -most &&
                 packet.pts < most;
        if (!timed_)
            return;
        if (!begun_)
            from_ = packet.pts;
        begun_ = true;
        to_ = packet.pts + packet.duration;
        std::size_t size = 0;
        const std::uint8_t* skip =
            av_packet_get_side_data(&packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
        if (skip == nullptr || size < 8)
            return;
        primed_ = primed_ || AV_RL32(skip) > 0;
        skipped_ += std::int64_t{AV_RL32(skip)} + std::int64_t{AV_RL32(skip + 4)};
    }

    /// 0 when a packet does not say when it is heard and how long.
    std::int64_t ms() const {
        const AVRational ms{1, 1000};
        const int rate_hz = stream_.codecpar->sample_rate;
        if (!begun_ || !timed_ || rate_hz <= 0)
            return 0;
        // Unmarked priming lies before the beginning, and its decoder leaves it out.
        const std::int64_t from = primed_ ? from_ : std::max<std::int64_t>(0, from_);
        const std::int64_t skipped =
            av_rescale_q(skipped_, AVRational{1, rate_hz}, stream_.time_base);
        return std::max<std::int64_t>(0, av_rescale_q(to_ - from - skipped, stream_.time_base, ms));
    }

  private:
    const AVStream& stream_;
    std::int64_t from_ = 0; // in units of the stream's time
    std::int64_t to_ = 0;
    std::int64_t skipped_ = 0; // samples
    bool begun_ = false;
    bool primed_ = false; // and the packets say how long
    bool timed_ = true;
};

/// The header of these guesses, may lie, or counts the encoder's delay.
bool is_counted(const std::string& container) {
    static constexpr std::array<std::string_view, 6> counted{
        "mp3", "aac", "flac", "wav", "w64", "matroska"};
    return std::find(counted.begin(), counted.end(), container) != counted.end();
}

void settle_lengths(MediaInfo& info, const AVStream& audio, const SoundLength& counted) {
    if (is_counted(info.container) && counted.ms() > 0) {
        info.sound_ms = counted.ms();
        if (info.width_px == 0)
            info.duration_ms = info.sound_ms;
        return;
    }
    info.sound_ms = info.duration_ms;
    if (audio.duration > 0)
        info.sound_ms = av_rescale_q(audio.duration, audio.time_base, AVRational{1, 1000});
}

} // namespace

Result<MediaInfo> probe(const std::string& path, const DecodeLimits& limits) {
    SMOS_TRY(const std::unique_ptr<MediaSource> source, MediaSource::open(path, limits));
    MediaInfo info;
    const AVFormatContext& format = source->format();
    info.container = container_name(format);
    info.duration_ms = format.duration == AV_NOPTS_VALUE ? 0 : (format.duration + 500) / 1000;
    info.title = tag(format, "title");
    info.comment = tag(format, "comment");
    info.faststart = info.container == "mp4" && index_comes_first(path);
    const AVStream* video = source->first_stream(AVMEDIA_TYPE_VIDEO);
    const AVStream* audio = source->first_stream(AVMEDIA_TYPE_AUDIO);
    if (video != nullptr)
        describe_video(info, *video);
    if (audio != nullptr)
        describe_audio(info, *audio);
    std::optional<SoundLength> counted;
    if (audio != nullptr)
        counted.emplace(*audio);
    const PacketHandle packet = make_packet();
    for (;;) {
        SMOS_TRY(const bool more, source->read(*packet));
        if (!more)
            break;
        info.frames += video != nullptr && packet->stream_index == video->index ? 1 : 0;
        if (counted && packet->stream_index == audio->index)
            counted->add(*packet);
        av_packet_unref(packet.get());
    }
    if (counted)
        settle_lengths(info, *audio, *counted);
    if (info.sound_ms > limits.duration_ms)
        return Error{
            "too_large", fmt::format("its sound lasts over {} ms", limits.duration_ms), path};
    const bool mp4_video = info.container == "mp4" && video != nullptr;
    if (mp4_video && info.frames < avformat_index_get_entries_count(video))
        return Error{"truncated", "ends before its last frame", path};
    return info;
}

} // namespace smos::media
