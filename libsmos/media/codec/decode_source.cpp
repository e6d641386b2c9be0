// SPDX-License-Identifier: Apache-2.0
// An opened media file whose bytes are hostile.
#include "libsmos/media/codec/decode_source.hpp"

#include "libsmos/core/clock.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <sys/stat.h>

namespace smos::media {
namespace {

// Containers that hold their own data; playlists and scripts that name other files are not here.
constexpr const char* known_formats = "mov,mp4,matroska,webm,avi,mpegts,wav,flac,mp3,ogg,aac,w64";

Result<void> check_regular(const std::string& path) {
    struct stat entry {};
    if (::stat(path.c_str(), &entry) != 0)
        return system_error("cannot_read", "cannot open", path, errno);
    if (!S_ISREG(entry.st_mode))
        return Error{"cannot_read", "not a regular file", path};
    if (entry.st_size == 0)
        return Error{"not_media", "an empty file", path};
    return {};
}

void set_options(AVDictionary*& options, std::int64_t max_pixels) {
    av_dict_set(&options, "protocol_whitelist", "file", 0);
    av_dict_set(&options, "format_whitelist", known_formats, 0);
    av_dict_set_int(&options, "max_pixels", max_pixels, 0);
}

} // namespace

MediaSource::MediaSource(Passkey, std::string path, const DecodeLimits& limits)
    : path_(std::move(path)),
      limits_(limits),
      deadline_us_(monotonic_us() + limits.wall_ms * 1000) {}

int MediaSource::is_expired(void* self) { return static_cast<MediaSource*>(self)->expired(); }

void MediaSource::restart_deadline() { deadline_us_ = monotonic_us() + limits_.wall_ms * 1000; }

bool MediaSource::expired() const { return monotonic_us() > deadline_us_; }

Error MediaSource::failure(const char* code, const char* what, int averror) const {
    if (expired())
        return Error{"too_slow", fmt::format("reading took over {} ms", limits_.wall_ms), path_};
    return libav_error(code, what, averror, path_);
}

Result<std::unique_ptr<MediaSource>> MediaSource::open(const std::string& path,
                                                       const DecodeLimits& limits) {
    SMOS_CHECK(check_regular(path));
    auto source = std::make_unique<MediaSource>(Passkey{}, path, limits);
    SMOS_CHECK(source->open_input());
    SMOS_CHECK(source->check_limits());
    return source;
}

Result<void> MediaSource::open_input() {
    prepare_libav();
    AVFormatContext* raw = avformat_alloc_context();
    if (raw == nullptr)
        throw std::bad_alloc();
    raw->interrupt_callback = AVIOInterruptCB{is_expired, this};
    raw->max_streams = limits_.streams;
    AVDictionary* options = nullptr;
    set_options(options, limits_.pixels);
    const int opened = avformat_open_input(&raw, file_url(path_).c_str(), nullptr, &options);
    av_dict_free(&options);
    if (opened < 0)
        return failure("not_media", "cannot be read as audio or video", opened);
    input_.reset(raw);
    if (input_->nb_streams > static_cast<unsigned>(limits_.streams))
        return Error{"too_large", fmt::format("has over {} streams", limits_.streams), path_};
    const int found = avformat_find_stream_info(input_.get(), nullptr);
    if (found < 0)
        return failure("not_media", "its streams cannot be understood", found);
    return {};
}

Result<void> MediaSource::check_limits() {
    // A length guessed from the rate of the first packets is no reason to refuse: who reads counts.
    const bool known = input_->duration != AV_NOPTS_VALUE &&
                       input_->duration_estimation_method != AVFMT_DURATION_FROM_BITRATE;
    if (known && input_->duration / 1000 > limits_.duration_ms)
        return Error{"too_large", fmt::format("lasts over {} ms", limits_.duration_ms), path_};
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
        const AVCodecParameters& stream = *input_->streams[i]->codecpar;
        if (std::int64_t{stream.width} * stream.height > limits_.pixels) {
            return Error{
                "too_large",
                fmt::format("{}x{} is over {} pixels", stream.width, stream.height, limits_.pixels),
                path_};
        }
    }
    return {};
}

AVStream* MediaSource::first_stream(AVMediaType kind) {
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
        AVStream* stream = input_->streams[i];
        const bool attached = (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
        if (stream->codecpar->codec_type == kind && !attached)
            return stream;
    }
    return nullptr;
}

Result<CodecHandle>
MediaSource::open_decoder(const AVStream& stream, int threads, const char* name) {
    const AVCodec* decoder = name != nullptr ? avcodec_find_decoder_by_name(name)
                                             : avcodec_find_decoder(stream.codecpar->codec_id);
    if (decoder == nullptr) {
        const char* codec_name = avcodec_get_name(stream.codecpar->codec_id);
        return Error{"unsupported_media",
                     fmt::format("no decoder for {}", name != nullptr ? name : codec_name),
                     path_};
    }
    CodecHandle codec{avcodec_alloc_context3(decoder)};
    if (!codec)
        throw std::bad_alloc();
    const int copied = avcodec_parameters_to_context(codec.get(), stream.codecpar);
    if (copied < 0)
        return failure("unsupported_media", "its stream has no usable description", copied);
    codec->max_pixels = limits_.pixels;
    codec->thread_count = threads;
    codec->pkt_timebase = stream.time_base;
    codec->flags |= AV_CODEC_FLAG_BITEXACT;
    const int opened = avcodec_open2(codec.get(), decoder, nullptr);
    if (opened < 0)
        return failure("unsupported_media", "its decoder does not start", opened);
    return codec;
}

Result<bool> MediaSource::read(AVPacket& packet) {
    const int got = av_read_frame(input_.get(), &packet);
    if (expired())
        return failure("too_slow", "reading", got);
    if (got == AVERROR_EOF)
        return false;
    if (got < 0)
        return failure("truncated", "cannot be read to its end", got);
    return true;
}

} // namespace smos::media
