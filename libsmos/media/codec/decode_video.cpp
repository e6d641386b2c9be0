// SPDX-License-Identifier: Apache-2.0
// Video frames in display order.
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/decode_source.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::media {
namespace {

class LibavVideoReader final : public VideoReader {
  public:
    LibavVideoReader(std::unique_ptr<MediaSource> source, AVStream& stream, CodecHandle codec)
        : source_(std::move(source)),
          stream_(&stream),
          codec_(std::move(codec)) {
        for (unsigned i = 0; i < source_->format().nb_streams; ++i) {
            AVStream* other = source_->format().streams[i];
            if (other != stream_)
                other->discard = AVDISCARD_ALL;
        }
    }

    int width_px() const override { return stream_->codecpar->width; }
    int height_px() const override { return stream_->codecpar->height; }

    Result<std::optional<TimedFrame>> next() override {
        for (;;) {
            const int got = avcodec_receive_frame(codec_.get(), picture_.get());
            if (got == AVERROR_EOF)
                return std::optional<TimedFrame>{};
            if (got == AVERROR(EAGAIN)) {
                SMOS_CHECK(feed());
                continue;
            }
            if (got < 0)
                return source_->failure("damaged", "a frame cannot be decoded", got);
            SMOS_TRY(TimedFrame frame, convert());
            return std::optional<TimedFrame>{std::move(frame)};
        }
    }

  private:
    Result<void> feed() {
        for (;;) {
            SMOS_TRY(const bool more, source_->read(*packet_));
            if (!more)
                return drain();
            if (packet_->stream_index != stream_->index) {
                av_packet_unref(packet_.get());
                continue;
            }
            ++packets_;
            const bool corrupt = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
            const int sent = avcodec_send_packet(codec_.get(), packet_.get());
            av_packet_unref(packet_.get());
            if (corrupt)
                return Error{"truncated", "a frame is cut off", source_->path()};
            if (sent < 0)
                return source_->failure("damaged", "a frame cannot be decoded", sent);
            return {};
        }
    }

    /// A file whose index names more frames than there were has lost its end.
    Result<void> drain() {
        const int indexed = avformat_index_get_entries_count(stream_);
        const std::string_view format = source_->format().iformat->name;
        if (format.find("mp4") != std::string_view::npos && packets_ < indexed) {
            return Error{"truncated",
                         fmt::format("ends after {} of {} frames", packets_, indexed),
                         source_->path()};
        }
        const int sent = avcodec_send_packet(codec_.get(), nullptr);
        if (sent < 0)
            return source_->failure("damaged", "its end cannot be decoded", sent);
        return {};
    }

    Result<TimedFrame> convert() {
        const bool corrupt = (picture_->flags & AV_FRAME_FLAG_CORRUPT) != 0;
        if (corrupt || picture_->decode_error_flags != 0)
            return Error{"damaged", "a frame is damaged", source_->path()};
        if (std::int64_t{picture_->width} * picture_->height > source_->limits().pixels)
            return Error{"too_large", "a frame has too many pixels", source_->path()};
        TimedFrame timed;
        SMOS_TRY(timed.frame, frame_of_picture(*picture_, scaler_, source_->path()));
        timed.pts_ms = pts_ms();
        av_frame_unref(picture_.get());
        if (timed.pts_ms > source_->limits().duration_ms)
            return Error{"too_large", "lasts too long", source_->path()};
        return timed;
    }

    std::int64_t pts_ms() {
        const std::int64_t pts = picture_->best_effort_timestamp;
        if (pts == AV_NOPTS_VALUE)
            return 0;
        if (first_pts_ == AV_NOPTS_VALUE)
            first_pts_ = pts;
        return av_rescale_q_rnd(
            pts - first_pts_, stream_->time_base, AVRational{1, 1000}, AV_ROUND_DOWN);
    }

    std::unique_ptr<MediaSource> source_;
    AVStream* stream_;
    CodecHandle codec_;
    ScalerHandle scaler_;
    PacketHandle packet_ = make_packet();
    PictureHandle picture_ = make_picture();
    std::int64_t first_pts_ = AV_NOPTS_VALUE;
    std::int64_t packets_ = 0;
};

} // namespace

Result<std::unique_ptr<VideoReader>> VideoReader::open(const std::string& path,
                                                       const DecodeLimits& limits) {
    SMOS_TRY(std::unique_ptr<MediaSource> source, MediaSource::open(path, limits));
    AVStream* stream = source->first_stream(AVMEDIA_TYPE_VIDEO);
    if (stream == nullptr)
        return Error{"no_video", "has no video", path};
    SMOS_TRY(CodecHandle codec, source->open_decoder(*stream, 0));
    return std::unique_ptr<VideoReader>{
        std::make_unique<LibavVideoReader>(std::move(source), *stream, std::move(codec))};
}

} // namespace smos::media
