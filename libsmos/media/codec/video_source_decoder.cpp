// SPDX-License-Identifier: Apache-2.0
// Decoded pictures of a video in display order, from any key picture.
#include "libsmos/media/codec/video_source_decoder.hpp"

#include <fmt/format.h>

#include <new>
#include <string_view>

namespace smos::media {
namespace {

/// VP8 and VP9 keep alpha in a second stream that only libvpx reads.
const char* alpha_decoder(const AVStream& stream) {
    const AVDictionaryEntry* mode = av_dict_get(stream.metadata, "alpha_mode", nullptr, 0);
    if (mode == nullptr || std::string_view{mode->value} != "1")
        return nullptr;
    if (stream.codecpar->codec_id == AV_CODEC_ID_VP9)
        return "libvpx-vp9";
    return stream.codecpar->codec_id == AV_CODEC_ID_VP8 ? "libvpx" : nullptr;
}

} // namespace

VideoDecoder::VideoDecoder(Passkey,
                           std::unique_ptr<MediaSource> source,
                           AVStream& stream,
                           CodecHandle codec,
                           const VideoIndex* index)
    : source_(std::move(source)),
      stream_(&stream),
      codec_(std::move(codec)),
      index_(index) {
    for (unsigned i = 0; i < source_->format().nb_streams; ++i) {
        AVStream* other = source_->format().streams[i];
        if (other != stream_)
            other->discard = AVDISCARD_ALL;
    }
}

Result<std::unique_ptr<VideoDecoder>> VideoDecoder::open(const std::string& path,
                                                         const DecodeLimits& limits,
                                                         int threads,
                                                         const VideoIndex* index) {
    SMOS_TRY(std::unique_ptr<MediaSource> source, MediaSource::open(path, limits));
    AVStream* stream = source->first_stream(AVMEDIA_TYPE_VIDEO);
    if (stream == nullptr)
        return Error{"no_video", "has no video", path};
    SMOS_TRY(CodecHandle codec, source->open_decoder(*stream, threads, alpha_decoder(*stream)));
    return std::make_unique<VideoDecoder>(
        Passkey{}, std::move(source), *stream, std::move(codec), index);
}

Result<bool> VideoDecoder::next(std::int64_t& entry) {
    source_->restart_deadline();
    for (;;) {
        const int got = avcodec_receive_frame(codec_.get(), picture_.get());
        if (got == AVERROR_EOF)
            return false;
        if (got == AVERROR(EAGAIN)) {
            SMOS_CHECK(feed());
            continue;
        }
        if (got < 0)
            return source_->failure("damaged", "a picture cannot be decoded", got);
        const std::int64_t pts =
            picture_->pts != AV_NOPTS_VALUE ? picture_->pts : picture_->best_effort_timestamp;
        entry = pts == AV_NOPTS_VALUE ? last_ + 1 : index_->entry_of(pts);
        if (entry < floor_)
            continue;
        SMOS_CHECK(check_picture());
        last_ = entry;
        return true;
    }
}

Result<void> VideoDecoder::feed() {
    for (;;) {
        SMOS_TRY(const bool more, source_->read(*packet_));
        if (!more) {
            const int sent = avcodec_send_packet(codec_.get(), nullptr);
            if (sent < 0)
                return source_->failure("damaged", "its end cannot be decoded", sent);
            return {};
        }
        const bool key = (packet_->flags & AV_PKT_FLAG_KEY) != 0;
        if (packet_->stream_index != stream_->index || (wants_key_ && !key)) {
            av_packet_unref(packet_.get());
            continue;
        }
        wants_key_ = false;
        const bool hurry =
            packet_->pts != AV_NOPTS_VALUE && index_->entry_of(packet_->pts) < needed_;
        codec_->skip_frame = hurry ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
        const int sent = avcodec_send_packet(codec_.get(), packet_.get());
        av_packet_unref(packet_.get());
        // Pictures before the key picture may miss what they refer to.
        if (sent < 0 && floor_ == 0)
            return source_->failure("damaged", "a picture cannot be decoded", sent);
        return {};
    }
}

Result<void> VideoDecoder::check_picture() const {
    const AVFrame& picture = *picture_;
    if ((picture.flags & AV_FRAME_FLAG_CORRUPT) != 0 || picture.decode_error_flags != 0)
        return Error{"damaged", "a picture is damaged", source_->path()};
    if (std::int64_t{picture.width} * picture.height > source_->limits().pixels)
        return Error{"too_large", "a picture has too many pixels", source_->path()};
    return {};
}

Result<void> VideoDecoder::seek(std::int64_t entry) {
    source_->restart_deadline();
    const std::int64_t pts = index_->entries[static_cast<std::size_t>(entry)].pts;
    const int sought = av_seek_frame(&source_->format(), stream_->index, pts, AVSEEK_FLAG_BACKWARD);
    if (sought < 0)
        return source_->failure("damaged", "cannot jump to a picture", sought);
    avcodec_flush_buffers(codec_.get());
    floor_ = entry;
    wants_key_ = true;
    last_ = entry - 1;
    return {};
}

} // namespace smos::media
