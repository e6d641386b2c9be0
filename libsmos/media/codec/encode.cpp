// SPDX-License-Identifier: Apache-2.0
// The encoder: pictures from those who encode them, sound beside them, both into one file.
#include "libsmos/media/codec/encode.hpp"

#include "libsmos/media/codec/encode_codec.hpp"
#include "libsmos/media/codec/encode_gop.hpp"
#include "libsmos/media/codec/encode_mux.hpp"
#include "libsmos/media/codec/encode_options.hpp"
#include "libsmos/media/codec/encode_sound.hpp"
#include "libsmos/media/codec/encode_whole.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <malloc.h>
#include <mutex>
#include <sys/stat.h>

namespace smos::media {
namespace {

Error misuse(std::string message, const std::string& path) {
    return Error{"invalid_options", std::move(message), path};
}

/// glibc raises its threshold with the first large buffer that is freed, and from then on the
/// pictures of an encoder that has gone stay in the heap, in pieces: 31 MB more at the peak.
void pin_mmap_threshold() {
    static std::once_flag once;
    std::call_once(once, [] { ::mallopt(M_MMAP_THRESHOLD, 1 << 18); });
}

class FileEncoder final : public Encoder {
  public:
    FileEncoder(std::string path,
                const EncodeOptions& options,
                OutputFile file,
                std::unique_ptr<VideoSource> video)
        : path_(std::move(path)),
          options_(options),
          file_(std::move(file)),
          video_(std::move(video)) {}

    Frame spare() override { return video_->spare(); }

    std::vector<FrameSpan> to_draw() const override { return video_->to_draw(); }

    Result<void> set_audio(const std::optional<Digest>& key, MakeSound make) override {
        return kept(start_sound(key, std::move(make)));
    }

    Result<std::optional<WantedFrame>> next() override {
        auto wanted = ask();
        if (!wanted && !failure_)
            failure_ = wanted.error();
        return wanted;
    }

    Result<void> push(Frame frame) override { return kept(take(std::move(frame))); }

    Result<EncodedFile> finish() override {
        SMOS_CHECK(kept(complete()));
        struct stat entry {};
        if (::stat(path_.c_str(), &entry) != 0)
            return system_error("cannot_write", "cannot find the film", path_, errno);
        report_.bytes = entry.st_size;
        video_->report(report_);
        return report_;
    }

  private:
    /// The first error is the answer to every later call.
    Result<void> kept(Result<void> outcome) {
        if (!outcome && !failure_)
            failure_ = outcome.error();
        return outcome;
    }

    Result<void> start_sound(const std::optional<Digest>& key, MakeSound make) {
        if (failure_)
            return *failure_;
        if (started_ || sound_)
            return misuse("the sound can be given once, before the first frame", path_);
        sound_ = std::make_unique<SoundEncoder>(
            options_,
            key,
            std::move(make),
            path_,
            [video = video_.get()] { video->wake(); },
            [video = video_.get()](SoundEncoder::Errand errand) {
                return video->take_on(std::move(errand));
            });
        return {};
    }

    Result<std::optional<WantedFrame>> ask() {
        if (failure_)
            return *failure_;
        if (wanted_ || finished_)
            return misuse("a frame was asked for before the last one came, or after the end",
                          path_);
        SMOS_TRY(const VideoTurn turn, work(true));
        if (turn.kind == VideoTurn::Kind::frame)
            wanted_ = turn.wanted;
        return wanted_;
    }

    Result<void> take(Frame frame) {
        if (failure_)
            return *failure_;
        if (!wanted_)
            return misuse("a frame came that nobody asked for", path_);
        if (frame.width_px != options_.width_px || frame.height_px != options_.height_px ||
            frame.bytes.size() != frame.y_size() + 2 * frame.uv_size()) {
            return misuse(fmt::format("a frame of {}x{} in a video of {}x{}",
                                      frame.width_px,
                                      frame.height_px,
                                      options_.width_px,
                                      options_.height_px),
                          path_);
        }
        wanted_.reset();
        return video_->push(std::move(frame));
    }

    Result<void> complete() {
        if (failure_)
            return *failure_;
        if (finished_)
            return misuse("a film ends once", path_);
        SMOS_TRY(VideoTurn turn, work(true));
        if (turn.kind == VideoTurn::Kind::frame || wanted_)
            return misuse("the film ended before all its frames came", path_);
        finished_ = true;
        SMOS_TRY(turn, work(false));
        SMOS_CHECK(open_writer()); // a film whose packets all came before the sound
        SMOS_CHECK(writer_->finish());
        return file_.publish();
    }

    /// Writes what is ready until there is a frame to draw, or all are drawn, or all is written.
    Result<VideoTurn> work(bool want_frames) {
        started_ = true;
        for (;;) {
            if (!writer_ && (!sound_ || sound_->ready()))
                SMOS_CHECK(open_writer());
            SMOS_TRY(const VideoTurn turn, video_->turn(want_frames, writer_ != nullptr));
            if (turn.kind == VideoTurn::Kind::packets) {
                const PlacedPackets packets = video_->collect();
                SMOS_CHECK(writer_->write_video(packets.list, packets.first));
            } else if (turn.kind != VideoTurn::Kind::woken) {
                return turn;
            }
        }
    }

    Result<void> open_writer() {
        if (writer_)
            return {};
        const VideoCodec* kind = find_video_codec(options_.encoder);
        MuxPlan plan;
        plan.muxer = kind->muxer;
        plan.video_tag = kind->tag;
        plan.video = &video_->headers();
        for (const Gop& gop : options_.gops)
            plan.frames += gop.frames;
        std::shared_ptr<const EncodedSound> sound;
        if (sound_) {
            SMOS_TRY(sound, sound_->take());
            report_.audio_samples = sound->packets->units;
            report_.audio_reused = sound->reused;
            report_.audio_heard = sound->heard;
            report_.audio_key = sound->key;
            report_.store_problem = sound->store_problem;
            plan.audio = sound->codec.get();
            plan.sound = std::shared_ptr<const SoundPackets>{sound, &*sound->packets};
        }
        SMOS_TRY(Mp4Writer writer, Mp4Writer::open(file_.fd(), path_, options_, std::move(plan)));
        writer_ = std::make_unique<Mp4Writer>(std::move(writer));
        return {};
    }

    const std::string path_;
    const EncodeOptions options_;
    OutputFile file_;
    std::unique_ptr<VideoSource> video_;
    std::unique_ptr<SoundEncoder> sound_; // goes before video_, which its thread wakes
    std::unique_ptr<Mp4Writer> writer_;
    std::optional<WantedFrame> wanted_;
    std::optional<Error> failure_;
    EncodedFile report_;
    bool started_ = false;
    bool finished_ = false;
};

Result<std::unique_ptr<VideoSource>> open_video(const EncodeOptions& options,
                                                const std::string& path) {
    SMOS_TRY(CodecHandle codec, open_video_codec(options, path));
    if (!find_video_codec(options.encoder)->by_group) {
        return std::unique_ptr<VideoSource>{
            std::make_unique<WholeVideo>(options, std::move(codec), path)};
    }
    SMOS_TRY(const Digest fingerprint, video_fingerprint(options, path));
    return std::unique_ptr<VideoSource>{
        std::make_unique<GopWorkers>(options, headers_of(*codec), fingerprint, path)};
}

} // namespace

Result<void> Encoder::set_audio(AudioBuffer audio) {
    using Stream = std::unique_ptr<SoundStream>;
    if (audio.sample_rate != master_rate_hz || audio.channels != 2)
        return Error{"invalid_options", "the sound must be 48 kHz stereo"};
    auto shared = std::make_shared<AudioBuffer>(std::move(audio));
    return set_audio(std::nullopt, [shared](const HeardSound* heard) -> Result<Stream> {
        return heard != nullptr ? Stream{} : std::make_unique<BufferedSound>(std::move(*shared));
    });
}

Result<std::unique_ptr<Encoder>> Encoder::open(const std::string& path,
                                               const EncodeOptions& options) {
    SMOS_CHECK(check_options(options, path));
    pin_mmap_threshold();
    ::malloc_trim(0); // what the caller read and let go before this peak
    SMOS_TRY(OutputFile file, OutputFile::create(path));
    SMOS_TRY(std::unique_ptr<VideoSource> video, open_video(options, path));
    return std::unique_ptr<Encoder>{
        std::make_unique<FileEncoder>(path, options, std::move(file), std::move(video))};
}

Result<int> count_kept_groups(const EncodeOptions& options, const std::string& directory) {
    SMOS_CHECK(check_options(options, directory));
    if (!find_video_codec(options.encoder)->by_group)
        return 0;
    SMOS_TRY(const Digest fingerprint, video_fingerprint(options, directory));
    return static_cast<int>(
        std::count_if(options.gops.begin(), options.gops.end(), [&](const Gop& gop) {
            return gop.key &&
                   FileGopStore::has(directory, packets_key(fingerprint, *gop.key, gop.frames));
        }));
}

} // namespace smos::media
