// SPDX-License-Identifier: Apache-2.0
// Packets into an MP4 file with the index first, each byte written once.
#include "libsmos/media/codec/encode_mux.hpp"

#include <fmt/format.h>

#include <limits>
#include <new>

namespace smos::media {
namespace {

constexpr AVRational sample_time{1, master_rate_hz};

// The most that the index takes for a packet (ISO/IEC 14496-12): its size 4, a chunk of its own
// with a 64-bit place 8 and a run 12; a picture's time offset 8 and key frame 4; a sound's
// length 8.
constexpr std::int64_t index_bytes_per_picture = 36;
constexpr std::int64_t index_bytes_per_sound = 32;
// The boxes that are there once: measured 1.1 kB with both streams and no metadata.
constexpr std::int64_t index_bytes_once = 3072;

Result<AVStream*>
add_stream(AVFormatContext& output, const AVCodecContext& codec, const std::string& named) {
    AVStream* stream = avformat_new_stream(&output, nullptr);
    if (stream == nullptr)
        throw std::bad_alloc();
    const int copied = avcodec_parameters_from_context(stream->codecpar, &codec);
    if (copied < 0)
        return libav_error("encoder", "cannot describe a stream", copied, named);
    stream->time_base = codec.time_base;
    stream->avg_frame_rate = codec.framerate;
    return stream;
}

std::int64_t index_bytes(const EncodeOptions& options, const MuxPlan& plan) {
    std::int64_t bytes = index_bytes_once + index_bytes_per_picture * plan.frames;
    bytes += plan.video->extradata_size;
    if (plan.audio != nullptr) {
        const auto sounds = static_cast<std::int64_t>(plan.sound->rows().size());
        bytes += plan.audio->extradata_size + index_bytes_per_sound * sounds;
    }
    for (const auto& [key, value] : options.metadata)
        bytes += 64 + static_cast<std::int64_t>(key.size() + value.size());
    return bytes;
}

Result<void> write_header(AVFormatContext& output, std::int64_t index, const std::string& named) {
    AVDictionary* settings = nullptr;
    av_dict_set_int(&settings, "moov_size", index, 0);
    // Edit lists count in it: in milliseconds, FFmpeg's own, they would cut up to 48 samples off.
    av_dict_set_int(&settings, "movie_timescale", master_rate_hz, 0);
    const int written = avformat_write_header(&output, &settings);
    av_dict_free(&settings);
    if (written < 0)
        return libav_error("cannot_create", "cannot write", written, named);
    return {};
}

} // namespace

Result<Mp4Writer>
Mp4Writer::open(int fd, const std::string& named, const EncodeOptions& options, MuxPlan plan) {
    prepare_libav();
    AVFormatContext* raw = nullptr;
    const int made = avformat_alloc_output_context2(&raw, nullptr, plan.muxer, nullptr);
    if (made < 0)
        return libav_error("encoder", "cannot make the file's format", made, named);
    Mp4Writer writer{stream_into(fd), OutputHandle{raw}, named};
    raw->pb = writer.stream_.get();
    raw->flags |= AVFMT_FLAG_CUSTOM_IO;
    raw->flags |= AVFMT_FLAG_BITEXACT; // no dates, no version of the muxer
    writer.frame_time_ = plan.video->time_base;
    SMOS_TRY(AVStream* const pictures, add_stream(*raw, *plan.video, named));
    pictures->codecpar->codec_tag = plan.video_tag;
    if (plan.audio != nullptr)
        SMOS_CHECK(add_stream(*raw, *plan.audio, named));
    for (const auto& [key, value] : options.metadata)
        av_dict_set(&raw->metadata, key.c_str(), value.c_str(), 0);
    SMOS_CHECK(write_header(*raw, index_bytes(options, plan), named));
    writer.sound_ = std::move(plan.sound);
    return writer;
}

Result<void> Mp4Writer::write(const KeptPacket& kept,
                              std::string_view bytes,
                              int stream,
                              std::int64_t first,
                              AVRational time_base) {
    const PacketHandle packet = make_packet();
    if (av_new_packet(packet.get(), static_cast<int>(kept.size)) < 0)
        throw std::bad_alloc();
    bytes.copy(reinterpret_cast<char*>(packet->data), kept.size);
    packet->pts = first + kept.pts;
    packet->dts = first + kept.dts;
    packet->duration = kept.duration;
    packet->flags = static_cast<int>(kept.flags);
    packet->stream_index = stream;
    av_packet_rescale_ts(packet.get(), time_base, output_->streams[stream]->time_base);
    int written = av_write_frame(output_.get(), packet.get());
    if (written >= 0)
        written = stream_->error;
    if (written < 0)
        return libav_error("cannot_write", "cannot write", written, named_);
    return {};
}

Result<void> Mp4Writer::write_sound_before(std::int64_t dts, AVRational time_base) {
    for (; sound_ && sound_at_ < sound_->rows().size(); ++sound_at_) {
        const KeptPacket& packet = sound_->rows()[sound_at_];
        if (av_compare_ts(packet.dts, sample_time, dts, time_base) > 0)
            return {};
        SMOS_TRY(const std::string bytes, sound_->data(sound_at_));
        SMOS_CHECK(write(packet, bytes, 1, 0, sample_time));
    }
    return {};
}

Result<void> Mp4Writer::write_video(const PacketList& list, std::int64_t first) {
    std::string_view bytes = list.bytes;
    for (const KeptPacket& packet : list.packets) {
        SMOS_CHECK(write_sound_before(first + packet.dts, frame_time_));
        SMOS_CHECK(write(packet, bytes, 0, first, frame_time_));
        bytes.remove_prefix(packet.size);
    }
    return {};
}

Result<void> Mp4Writer::finish() {
    SMOS_CHECK(write_sound_before(std::numeric_limits<std::int32_t>::max(), AVRational{1, 1}));
    int ended = av_write_trailer(output_.get());
    avio_flush(stream_.get());
    if (ended >= 0)
        ended = stream_->error;
    if (ended < 0)
        return libav_error("cannot_write", "cannot finish writing", ended, named_);
    return {};
}

} // namespace smos::media
