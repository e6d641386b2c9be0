// SPDX-License-Identifier: Apache-2.0
// The encoder: frames to groups of pictures, sound to AAC beside them, both into one file.
#include "libsmos/media/codec/encode.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/core/handle.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/media/codec/encode_audio.hpp"
#include "libsmos/media/codec/encode_gop.hpp"
#include "libsmos/media/codec/encode_mux.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <sys/stat.h>

namespace smos::media {
namespace {

// What the MP4 muxer writes; it drops every other key without a word.
constexpr std::array<std::string_view, 14> metadata_keys{"title",
                                                         "artist",
                                                         "album_artist",
                                                         "composer",
                                                         "album",
                                                         "date",
                                                         "comment",
                                                         "genre",
                                                         "copyright",
                                                         "description",
                                                         "synopsis",
                                                         "show",
                                                         "network",
                                                         "lyrics"};

constexpr std::array<std::string_view, 9> presets{
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"};

Error invalid(std::string message, const std::string& path) {
    return Error{"invalid_options", std::move(message), path};
}

Result<void> check_metadata(const EncodeOptions& options, const std::string& path) {
    for (const auto& [key, value] : options.metadata) {
        bool known = false;
        for (const std::string_view other : metadata_keys)
            known = known || key == other;
        if (!known)
            return invalid(fmt::format("an MP4 has no metadata key \"{}\"", one_line(key)), path);
        if (!is_utf8(value) || value.find('\0') != std::string::npos)
            return invalid(fmt::format("the metadata \"{}\" is not UTF-8 text", key), path);
    }
    return {};
}

bool in_range(int value, int least, int most) { return value >= least && value <= most; }

Result<void> check_options(const EncodeOptions& options, const std::string& path) {
    const auto side_fits = [](int side) { return in_range(side, 16, 8192) && side % 2 == 0; };
    if (!side_fits(options.width_px) || !side_fits(options.height_px)) {
        return invalid(fmt::format("{}x{} is no even size from 16 to 8192 pixels",
                                   options.width_px,
                                   options.height_px),
                       path);
    }
    if (!in_range(options.rate_num, 1, 240000) || !in_range(options.rate_den, 1, 240000))
        return invalid("the frame rate is out of range", path);
    if (!in_range(options.crf, 0, 51) || !in_range(options.gop_frames, 16, 600) ||
        !in_range(options.workers, 0, 64) || !in_range(options.audio_bit_rate, 32000, 512000))
        return invalid("crf, gop_frames, workers or audio_bit_rate is out of range", path);
    if (std::find(presets.begin(), presets.end(), options.preset) == presets.end())
        return invalid(fmt::format("x264 has no preset \"{}\"", one_line(options.preset)), path);
    return check_metadata(options, path);
}

/// An empty file that only we can read, which must not exist yet.
Result<void> create_private(const std::string& temporary, const std::string& path) {
    const UniqueFd file{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!file)
        return system_error("cannot_create", "cannot create", path, errno);
    return {};
}

class Mp4Encoder final : public Encoder {
  public:
    Mp4Encoder(std::string path,
               const EncodeOptions& options,
               TemporaryFile file,
               CodecHandle codec)
        : path_(std::move(path)),
          options_(options),
          file_(std::move(file)),
          video_(std::move(codec)),
          workers_(options, path_) {}

    Frame spare() override { return workers_.spare(); }

    Result<void> set_audio(AudioBuffer audio) override {
        return keep(start_audio(std::move(audio)));
    }

    Result<void> push(Frame frame) override { return keep(take(std::move(frame))); }

    Result<EncodedFile> finish() override {
        SMOS_CHECK(keep(complete()));
        struct stat entry {};
        if (::stat(path_.c_str(), &entry) != 0)
            return system_error("cannot_write", "cannot find the film", path_, errno);
        return EncodedFile{workers_.frames(), audio_samples_, entry.st_size};
    }

  private:
    /// The first error is the answer to every later call.
    Result<void> keep(Result<void> outcome) {
        if (!outcome && !failure_)
            failure_ = outcome.error();
        return outcome;
    }

    Result<void> start_audio(AudioBuffer audio) {
        if (failure_)
            return *failure_;
        if (finished_ || audio_coming_.valid() || writer_)
            return invalid("the sound can be given once, before the end", path_);
        if (audio.sample_rate != master_rate_hz || audio.channels != 2 || audio.frames() == 0)
            return invalid("the sound must be 48 kHz stereo and not empty", path_);
        audio_samples_ = static_cast<std::int64_t>(audio.frames());
        audio_coming_ = std::async(std::launch::async,
                                   [sound = std::move(audio),
                                    bit_rate = options_.audio_bit_rate,
                                    path = path_] { return encode_aac(sound, bit_rate, path); });
        return {};
    }

    Result<void> take(Frame frame) {
        if (failure_)
            return *failure_;
        if (finished_)
            return invalid("a frame came after the end", path_);
        if (frame.width_px != options_.width_px || frame.height_px != options_.height_px ||
            frame.bytes.size() != frame.y_size() + 2 * frame.uv_size()) {
            return invalid(fmt::format("a frame of {}x{} in a video of {}x{}",
                                       frame.width_px,
                                       frame.height_px,
                                       options_.width_px,
                                       options_.height_px),
                           path_);
        }
        workers_.push(std::move(frame));
        return write_ready(false);
    }

    Result<void> complete() {
        if (failure_)
            return *failure_;
        if (finished_ || workers_.frames() == 0)
            return invalid("a video needs at least one frame and one end", path_);
        finished_ = true;
        workers_.close();
        SMOS_CHECK(write_ready(true));
        SMOS_CHECK(writer_->finish());
        SMOS_CHECK(move_into_place(file_.path(), path_, false));
        file_.release();
        return {};
    }

    /// Writes what can be written; with `all`, everything.
    Result<void> write_ready(bool all) {
        SMOS_TRY(std::vector<PacketHandle> ready, workers_.collect(all));
        for (PacketHandle& packet : ready)
            waiting_.push_back(std::move(packet));
        if (!writer_)
            SMOS_CHECK(open_writer(all));
        while (writer_ && !waiting_.empty()) {
            PacketHandle packet = std::move(waiting_.front());
            waiting_.pop_front();
            SMOS_CHECK(writer_->write_video(std::move(packet)));
        }
        return {};
    }

    /// Opens the file once it is known whether there is sound.
    Result<void> open_writer(bool must) {
        EncodedAudio audio;
        if (audio_coming_.valid()) {
            const auto now = std::chrono::seconds(0);
            if (!must && audio_coming_.wait_for(now) != std::future_status::ready)
                return {};
            SMOS_TRY(audio, audio_coming_.get());
        } else if (!must) {
            return {};
        }
        SMOS_TRY(Mp4Writer writer,
                 Mp4Writer::open(file_.path(), path_, options_, *video_, audio.codec.get()));
        writer.add_audio(std::move(audio.packets));
        writer_ = std::make_unique<Mp4Writer>(std::move(writer));
        video_.reset(); // only its headers were needed
        return {};
    }

    const std::string path_;
    const EncodeOptions options_;
    TemporaryFile file_;
    CodecHandle video_;
    GopWorkers workers_;
    std::future<Result<EncodedAudio>> audio_coming_;
    std::int64_t audio_samples_ = 0;
    std::deque<PacketHandle> waiting_;
    std::unique_ptr<Mp4Writer> writer_;
    std::optional<Error> failure_;
    bool finished_ = false;
};

} // namespace

Result<std::unique_ptr<Encoder>> Encoder::open(const std::string& path,
                                               const EncodeOptions& options) {
    SMOS_CHECK(check_options(options, path));
    TemporaryFile file{temporary_beside(path)};
    SMOS_CHECK(create_private(file.path(), path));
    SMOS_TRY(CodecHandle codec, open_video_codec(options, path));
    return std::unique_ptr<Encoder>{
        std::make_unique<Mp4Encoder>(path, options, std::move(file), std::move(codec))};
}

} // namespace smos::media
