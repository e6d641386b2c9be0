// SPDX-License-Identifier: Apache-2.0
// A whole sound to AAC packets.
#include "libsmos/media/codec/encode_audio.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

extern "C" {
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
}

namespace smos::media {

Result<CodecHandle> open_audio_codec(int bit_rate, const std::string& where) {
    quiet_libav();
    const AVCodec* encoder = avcodec_find_encoder_by_name("aac");
    if (encoder == nullptr)
        return Error{"encoder", "this FFmpeg has no AAC encoder", where};
    CodecHandle codec{avcodec_alloc_context3(encoder)};
    if (!codec)
        throw std::bad_alloc();
    codec->sample_fmt = AV_SAMPLE_FMT_FLTP;
    codec->sample_rate = master_rate_hz;
    codec->bit_rate = bit_rate;
    codec->time_base = AVRational{1, master_rate_hz};
    codec->thread_count = 1;
    av_channel_layout_default(&codec->ch_layout, 2);
    codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    const int opened = avcodec_open2(codec.get(), encoder, nullptr);
    if (opened < 0)
        return libav_error("encoder", "cannot start the AAC encoder", opened, where);
    return codec;
}

namespace {

/// Frames [at, at + count) of the sound as planes.
PictureHandle planes_of(const AudioBuffer& audio, std::size_t at, int count) {
    PictureHandle block = make_picture();
    block->format = AV_SAMPLE_FMT_FLTP;
    block->sample_rate = master_rate_hz;
    block->nb_samples = count;
    block->pts = static_cast<std::int64_t>(at);
    av_channel_layout_default(&block->ch_layout, 2);
    if (av_frame_get_buffer(block.get(), 0) < 0)
        throw std::bad_alloc();
    for (int channel = 0; channel < 2; ++channel) {
        auto* plane = reinterpret_cast<float*>(block->extended_data[channel]);
        const float* from = audio.samples.data() + 2 * at + static_cast<std::size_t>(channel);
        for (int i = 0; i < count; ++i)
            plane[i] = from[2 * i];
    }
    return block;
}

} // namespace

Digest audio_fingerprint(const AVCodecContext& codec) {
    Sha256 hash;
    hash.update_field("aac");
    hash.update_field(av_version_info());
    hash.update_field(fmt::format("{} {}", codec.sample_rate, codec.bit_rate));
    const auto size = static_cast<std::size_t>(codec.extradata_size);
    hash.update_field({reinterpret_cast<const char*>(codec.extradata), size});
    return hash.finish();
}

Result<PacketList>
encode_aac(AVCodecContext& codec, const AudioBuffer& audio, const std::string& where) {
    PacketList packets;
    const std::size_t frames = audio.frames();
    packets.units = static_cast<std::int64_t>(frames);
    const auto block = static_cast<std::size_t>(codec.frame_size);
    for (std::size_t at = 0; at < frames; at += block) {
        const int count = static_cast<int>(std::min(block, frames - at));
        const PictureHandle samples = planes_of(audio, at, count);
        const int sent = avcodec_send_frame(&codec, samples.get());
        if (sent < 0)
            return libav_error("encoder", "cannot encode the sound", sent, where);
        SMOS_CHECK(packets.take_from(codec, "cannot encode the sound", where));
    }
    const int flushed = avcodec_send_frame(&codec, nullptr);
    if (flushed < 0)
        return libav_error("encoder", "cannot end the sound", flushed, where);
    SMOS_CHECK(packets.take_from(codec, "cannot encode the sound", where));
    return packets;
}

} // namespace smos::media
