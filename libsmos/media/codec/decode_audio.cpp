// SPDX-License-Identifier: Apache-2.0
// A sound stream as 48 kHz stereo, packet by packet.
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/decode_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

extern "C" {
#include <libavutil/channel_layout.h>
}

namespace smos::media {
namespace {

constexpr std::size_t decoded_block_frames = 4096;

class FileSound final : public SoundStream {
  public:
    FileSound(std::unique_ptr<MediaSource> source, AVStream& stream, CodecHandle codec)
        : source_(std::move(source)),
          stream_(stream),
          codec_(std::move(codec)),
          frame_limit_(static_cast<std::size_t>(source_->limits().duration_ms) * 48),
          meant_frames_(meant_frames()) {}

    Result<std::size_t> read(float* out, std::size_t frames) override {
        std::size_t filled = 0;
        while (filled < frames) {
            if (ready_at_ == ready_.size()) {
                if (ended_)
                    break;
                SMOS_CHECK(more());
                continue;
            }
            const std::size_t count = std::min(frames - filled, (ready_.size() - ready_at_) / 2);
            std::copy_n(ready_.data() + ready_at_, 2 * count, out + 2 * filled);
            ready_at_ += 2 * count;
            filled += count;
        }
        return filled;
    }

  private:
    /// One packet's sound, or what was held back at the end.
    Result<void> more() {
        ready_.clear();
        ready_at_ = 0;
        SMOS_TRY(const bool another, source_->read(*packet_));
        if (another) {
            if (packet_->stream_index == stream_.index)
                SMOS_CHECK(decode(packet_.get()));
            av_packet_unref(packet_.get());
        } else {
            SMOS_CHECK(decode(nullptr));
            if (resampler_)
                SMOS_CHECK(resample(nullptr));
            ended_ = true;
        }
        return count_frames();
    }

    Result<void> count_frames() {
        const std::size_t wanted = std::min(ready_.size() / 2, meant_frames_ - frames_);
        ready_.resize(2 * wanted);
        frames_ += wanted;
        if (frames_ > frame_limit_)
            return Error{"too_large",
                         fmt::format("lasts over {} ms", source_->limits().duration_ms),
                         source_->path()};
        if (ended_ && frames_ == 0)
            return Error{"truncated", "its sound is empty", source_->path()};
        return {};
    }

    Result<void> decode(const AVPacket* packet) {
        const int sent = avcodec_send_packet(codec_.get(), packet);
        if (sent < 0 && sent != AVERROR_EOF)
            return source_->failure("damaged", "its sound cannot be decoded", sent);
        for (;;) {
            const int got = avcodec_receive_frame(codec_.get(), block_.get());
            if (got == AVERROR(EAGAIN) || got == AVERROR_EOF)
                return {};
            if (got < 0)
                return source_->failure("damaged", "its sound cannot be decoded", got);
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
            return source_->failure("unsupported_media", "its sound cannot be converted", status);
        return {};
    }

    /// With null, what the resampler still holds.
    Result<void> resample(const AVFrame* block) {
        if (!resampler_)
            SMOS_CHECK(open_resampler());
        const int incoming = block == nullptr ? 0 : block->nb_samples;
        const int room = swr_get_out_samples(resampler_.get(), incoming);
        if (room < 0)
            return source_->failure("damaged", "its sound cannot be converted", room);
        const std::size_t before = ready_.size();
        ready_.resize(before + 2 * static_cast<std::size_t>(room));
        auto* out = reinterpret_cast<std::uint8_t*>(ready_.data() + before);
        const auto** in =
            block == nullptr ? nullptr : const_cast<const std::uint8_t**>(block->extended_data);
        const int made = swr_convert(resampler_.get(), &out, room, in, incoming);
        if (made < 0)
            return source_->failure("damaged", "its sound cannot be converted", made);
        ready_.resize(before + 2 * static_cast<std::size_t>(made));
        return {};
    }

    /// The last AAC packet is padded to 1024 samples; an MP4 says how many of them are meant.
    std::size_t meant_frames() const {
        const std::string_view format = source_->format().iformat->name;
        if (format.find("mp4") == std::string_view::npos || stream_.duration <= 0)
            return std::numeric_limits<std::size_t>::max();
        return static_cast<std::size_t>(
            av_rescale_q(stream_.duration, stream_.time_base, AVRational{1, master_rate_hz}));
    }

    std::unique_ptr<MediaSource> source_;
    AVStream& stream_;
    CodecHandle codec_;
    const std::size_t frame_limit_;
    const std::size_t meant_frames_;
    ResamplerHandle resampler_;
    PacketHandle packet_ = make_packet();
    PictureHandle block_ = make_picture();
    std::vector<float> ready_;
    std::size_t ready_at_ = 0;
    std::size_t frames_ = 0;
    bool ended_ = false;
};

} // namespace

Result<std::unique_ptr<SoundStream>> open_sound(const std::string& path,
                                                const DecodeLimits& limits) {
    SMOS_TRY(std::unique_ptr<MediaSource> source, MediaSource::open(path, limits));
    AVStream* stream = source->first_stream(AVMEDIA_TYPE_AUDIO);
    if (stream == nullptr)
        return Error{"no_audio", "has no sound", path};
    for (unsigned i = 0; i < source->format().nb_streams; ++i) {
        if (source->format().streams[i] != stream)
            source->format().streams[i]->discard = AVDISCARD_ALL;
    }
    SMOS_TRY(CodecHandle codec, source->open_decoder(*stream, 1));
    return std::unique_ptr<SoundStream>{
        std::make_unique<FileSound>(std::move(source), *stream, std::move(codec))};
}

Result<std::int64_t> count_sound_frames(const std::string& path, const DecodeLimits& limits) {
    SMOS_TRY(const std::unique_ptr<SoundStream> sound, open_sound(path, limits));
    std::vector<float> block(2 * decoded_block_frames);
    std::int64_t frames = 0;
    for (;;) {
        SMOS_TRY(const std::size_t got, sound->read(block.data(), decoded_block_frames));
        frames += static_cast<std::int64_t>(got);
        if (got < decoded_block_frames)
            return frames;
    }
}

Result<AudioBuffer> decode_audio(const std::string& path, const DecodeLimits& limits) {
    SMOS_TRY(const std::unique_ptr<SoundStream> sound, open_sound(path, limits));
    AudioBuffer all;
    for (;;) {
        const std::size_t before = all.samples.size();
        all.samples.resize(before + 2 * decoded_block_frames);
        SMOS_TRY(const std::size_t got,
                 sound->read(all.samples.data() + before, decoded_block_frames));
        all.samples.resize(before + 2 * got);
        if (got < decoded_block_frames)
            return all;
    }
}

} // namespace smos::media
