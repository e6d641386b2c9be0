// SPDX-License-Identifier: Apache-2.0
// Packets into an MP4 file with the index first.
#include "libsmos/media/codec/encode_mux.hpp"

#include <fmt/format.h>

#include <limits>
#include <new>

namespace smos::media {
namespace {

constexpr AVRational sample_time{1, master_rate_hz};

Result<void>
add_stream(AVFormatContext& output, const AVCodecContext& codec, const std::string& named) {
    AVStream* stream = avformat_new_stream(&output, nullptr);
    if (stream == nullptr)
        throw std::bad_alloc();
    const int copied = avcodec_parameters_from_context(stream->codecpar, &codec);
    if (copied < 0)
        return libav_error("encoder", "cannot describe a stream", copied, named);
    stream->time_base = codec.time_base;
    stream->avg_frame_rate = codec.framerate;
    return {};
}

Result<void> write_header(AVFormatContext& output, const std::string& named) {
    AVDictionary* settings = nullptr;
    av_dict_set(&settings, "movflags", "+faststart", 0);
    const int written = avformat_write_header(&output, &settings);
    av_dict_free(&settings);
    if (written < 0)
        return libav_error("cannot_create", "cannot write", written, named);
    return {};
}

} // namespace

void Mp4Writer::close_output(AVFormatContext* output) {
    avio_closep(&output->pb);
    avformat_free_context(output);
}

Result<Mp4Writer> Mp4Writer::open(const std::string& path,
                                  const std::string& named,
                                  const EncodeOptions& options,
                                  const AVCodecContext& video,
                                  const AVCodecContext* audio) {
    quiet_libav();
    AVFormatContext* raw = nullptr;
    const std::string url = file_url(path);
    const int made = avformat_alloc_output_context2(&raw, nullptr, "mp4", url.c_str());
    if (made < 0)
        return libav_error("encoder", "cannot make an MP4", made, named);
    Mp4Writer writer{OutputHandle{raw}, named};
    raw->flags |= AVFMT_FLAG_BITEXACT; // no dates, no version of the muxer
    writer.frame_time_ = video.time_base;
    SMOS_CHECK(add_stream(*raw, video, named));
    if (audio != nullptr)
        SMOS_CHECK(add_stream(*raw, *audio, named));
    for (const auto& [key, value] : options.metadata)
        av_dict_set(&raw->metadata, key.c_str(), value.c_str(), 0);
    const int opened = avio_open(&raw->pb, url.c_str(), AVIO_FLAG_WRITE);
    if (opened < 0)
        return libav_error("cannot_create", "cannot create", opened, named);
    SMOS_CHECK(write_header(*raw, named));
    return writer;
}

Result<void> Mp4Writer::write(PacketHandle packet, int stream, AVRational time_base) {
    packet->stream_index = stream;
    av_packet_rescale_ts(packet.get(), time_base, output_->streams[stream]->time_base);
    int written = av_write_frame(output_.get(), packet.get());
    if (written >= 0)
        written = output_->pb->error;
    if (written < 0)
        return libav_error("cannot_write", "cannot write", written, named_);
    return {};
}

Result<void> Mp4Writer::write_audio_before(std::int64_t dts, AVRational time_base) {
    while (!audio_.empty() &&
           av_compare_ts(audio_.front()->dts, sample_time, dts, time_base) <= 0) {
        PacketHandle packet = std::move(audio_.front());
        audio_.pop_front();
        SMOS_CHECK(write(std::move(packet), 1, sample_time));
    }
    return {};
}

Result<void> Mp4Writer::write_video(PacketHandle packet) {
    SMOS_CHECK(write_audio_before(packet->dts, frame_time_));
    return write(std::move(packet), 0, frame_time_);
}

void Mp4Writer::add_audio(std::vector<PacketHandle> packets) {
    for (PacketHandle& packet : packets)
        audio_.push_back(std::move(packet));
}

Result<void> Mp4Writer::finish() {
    SMOS_CHECK(write_audio_before(std::numeric_limits<std::int32_t>::max(), AVRational{1, 1}));
    int ended = av_write_trailer(output_.get());
    const int flushed = output_->pb->error;
    const int closed = avio_closep(&output_->pb);
    for (const int status : {flushed, closed})
        ended = ended < 0 ? ended : status;
    if (ended < 0)
        return libav_error("cannot_write", "cannot finish writing", ended, named_);
    return {};
}

} // namespace smos::media
