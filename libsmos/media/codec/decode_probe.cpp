// SPDX-License-Identifier: Apache-2.0
// What a media file says about itself.
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/decode_source.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <string_view>

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
    const PacketHandle packet = make_packet();
    for (;;) {
        SMOS_TRY(const bool more, source->read(*packet));
        if (!more)
            break;
        info.frames += video != nullptr && packet->stream_index == video->index ? 1 : 0;
        av_packet_unref(packet.get());
    }
    const bool mp4_video = info.container == "mp4" && video != nullptr;
    if (mp4_video && info.frames < avformat_index_get_entries_count(video))
        return Error{"truncated", "ends before its last frame", path};
    return info;
}

} // namespace smos::media
