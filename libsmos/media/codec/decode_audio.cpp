// SPDX-License-Identifier: Apache-2.0
// A whole sound stream as 48 kHz stereo.
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/decode_source.hpp"

#include <fmt/format.h>

#include <new>

extern "C" {
#include <libavutil/channel_layout.h>
}

namespace smos::media {
namespace {

class SoundReader {
  public:
    SoundReader(MediaSource& source, AVStream& stream, CodecHandle codec)
        : source_(source),
          stream_(stream),
          codec_(std::move(codec)),
          sample_limit_(static_cast<std::size_t>(source.limits().duration_ms) * 48 * 2) {}

    Result<AudioBuffer> read_all() {
        for (;;) {
            SMOS_TRY(const bool more, source_.read(*packet_));
            if (!more)
                break;
            if (packet_->stream_index == stream_.index)
                SMOS_CHECK(decode(packet_.get()));
            av_packet_unref(packet_.get());
        }
        SMOS_CHECK(decode(nullptr));
        if (resampler_)
            SMOS_CHECK(resample(nullptr));
        drop_padding();
        if (sound_.samples.empty())
            return Error{"truncated", "its sound is empty", source_.path()};
        return std::move(sound_);
    }

  private:
    Result<void> decode(const AVPacket* packet) {
        const int sent = avcodec_send_packet(codec_.get(), packet);
        if (sent < 0 && sent != AVERROR_EOF)
            return source_.failure("damaged", "its sound cannot be decoded", sent);
        for (;;) {
            const int got = avcodec_receive_frame(codec_.get(), block_.get());
            if (got == AVERROR(EAGAIN) || got == AVERROR_EOF)
                return {};
            if (got < 0)
                return source_.failure("damaged", "its sound cannot be decoded", got);
            SMOS_CHECK(resample(block_.get()));
            av_frame_unref(block_.get());
        }
    }

    Result<void> open_resampler() {
        AVChannelLayout stereo;
        av_channel_layout_default(&stereo, 2);
        SwrContext* raw = nullptr;
        int status = swr_alloc_set_opts2(&raw,
                                         &stereo,
                                         AV_SAMPLE_FMT_FLT,
                                         master_rate_hz,
                                         &block_->ch_layout,
                                         static_cast<AVSampleFormat>(block_->format),
                                         block_->sample_rate,
                                         0,
                                         nullptr);
        resampler_.reset(raw);
        if (status >= 0)
            status = swr_init(raw);
        if (status < 0)
            return source_.failure("unsupported_media", "its sound cannot be converted", status);
        return {};
    }

    /// With null, what the resampler still holds.
    Result<void> resample(const AVFrame* block) {
        if (!resampler_)
            SMOS_CHECK(open_resampler());
        const int incoming = block == nullptr ? 0 : block->nb_samples;
        const int room = swr_get_out_samples(resampler_.get(), incoming);
        if (room < 0)
            return source_.failure("damaged", "its sound cannot be converted", room);
        const std::size_t before = sound_.samples.size();
        sound_.samples.resize(before + 2 * static_cast<std::size_t>(room));
        auto* out = reinterpret_cast<std::uint8_t*>(sound_.samples.data() + before);
        const auto** in =
            block == nullptr ? nullptr : const_cast<const std::uint8_t**>(block->extended_data);
        const int made = swr_convert(resampler_.get(), &out, room, in, incoming);
        if (made < 0)
            return source_.failure("damaged", "its sound cannot be converted", made);
        sound_.samples.resize(before + 2 * static_cast<std::size_t>(made));
        if (sound_.samples.size() > sample_limit_)
            return Error{"too_large",
                         fmt::format("lasts over {} ms", source_.limits().duration_ms),
                         source_.path()};
        return {};
    }

    /// The last AAC packet is padded to 1024 samples; an MP4 says how many of them are meant.
    void drop_padding() {
        const std::string_view format = source_.format().iformat->name;
        if (format.find("mp4") == std::string_view::npos || stream_.duration <= 0)
            return;
        const std::int64_t meant =
            av_rescale_q(stream_.duration, stream_.time_base, AVRational{1, master_rate_hz});
        const auto samples = 2 * static_cast<std::size_t>(meant);
        if (samples < sound_.samples.size())
            sound_.samples.resize(samples);
    }

    MediaSource& source_;
    AVStream& stream_;
    CodecHandle codec_;
    std::size_t sample_limit_;
    ResamplerHandle resampler_;
    PacketHandle packet_ = make_packet();
    PictureHandle block_ = make_picture();
    AudioBuffer sound_;
};

} // namespace

Result<AudioBuffer> decode_audio(const std::string& path, const DecodeLimits& limits) {
    SMOS_TRY(const std::unique_ptr<MediaSource> source, MediaSource::open(path, limits));
    AVStream* stream = source->first_stream(AVMEDIA_TYPE_AUDIO);
    if (stream == nullptr)
        return Error{"no_audio", "has no sound", path};
    for (unsigned i = 0; i < source->format().nb_streams; ++i) {
        if (source->format().streams[i] != stream)
            source->format().streams[i]->discard = AVDISCARD_ALL;
    }
    SMOS_TRY(CodecHandle codec, source->open_decoder(*stream, 1));
    return SoundReader(*source, *stream, std::move(codec)).read_all();
}

} // namespace smos::media
