// SPDX-License-Identifier: Apache-2.0
// Looking at a finished video: one pass over its frames and one over its sound, in bounded memory.
#include "libsmos/media/inspect.hpp"

#include "libsmos/media/inspect_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace smos::media {
namespace {

constexpr double silence_dbfs = -50.0;
constexpr std::int64_t least_silence_ms = 300;
constexpr double full_scale = 0.999;
constexpr std::array<double, 3> looks = {0.25, 0.5, 0.75}; // of a caption's time

/// Looks at every caption a few times and keeps the worst.
class CaptionWatch {
  public:
    explicit CaptionWatch(const std::vector<CaptionBox>& captions)
        : captions_(captions),
          next_(captions.size(), 0),
          worst_(captions.size()) {}

    void see(const TimedFrame& timed) {
        for (std::size_t i = 0; i < captions_.size(); ++i) {
            const CaptionBox& box = captions_[i];
            if (timed.pts_ms < box.start_ms || timed.pts_ms >= box.end_ms ||
                next_[i] == looks.size()) {
                continue;
            }
            const auto due = box.start_ms +
                             static_cast<std::int64_t>(
                                 looks[next_[i]] * static_cast<double>(box.end_ms - box.start_ms));
            if (timed.pts_ms < due)
                continue;
            const double contrast = text_contrast(timed.frame, box);
            if (next_[i] == 0 || contrast < worst_[i].contrast)
                worst_[i] = {i, timed.pts_ms, contrast};
            ++next_[i];
        }
    }

    std::vector<CaptionLook> take() const {
        std::vector<CaptionLook> seen;
        for (std::size_t i = 0; i < captions_.size(); ++i) {
            if (next_[i] > 0)
                seen.push_back(worst_[i]);
        }
        return seen;
    }

  private:
    const std::vector<CaptionBox>& captions_;
    std::vector<std::size_t> next_;
    std::vector<CaptionLook> worst_;
};

Result<void> look(const std::string& path, const InspectRequest& request, Inspection& found) {
    SMOS_TRY(const auto reader, VideoReader::open(path));
    const double frame_ms =
        found.info.rate_num > 0 ? 1000.0 * found.info.rate_den / found.info.rate_num : 1000.0 / 30;
    BlackWatch black;
    FreezeWatch freeze{request.captions};
    StrayWatch stray{request.captions, request.safe};
    CaptionWatch captions{request.captions};
    std::int64_t next_sample_ms = 0;
    for (;;) {
        if (request.interrupted && request.interrupted())
            return Error{"interrupted", "stopped by a signal", path, "run it again", true};
        SMOS_TRY(const std::optional<TimedFrame> timed, reader->next());
        if (!timed)
            break;
        const auto until_ms =
            static_cast<std::int64_t>(std::llround(static_cast<double>(timed->pts_ms) + frame_ms));
        const SmallPlane plane = small_plane(timed->frame);
        black.see(plane, timed->pts_ms, until_ms);
        freeze.see(plane, timed->pts_ms, until_ms);
        stray.see(plane, timed->pts_ms);
        captions.see(*timed);
        if (request.on_sample && timed->pts_ms >= next_sample_ms) {
            SMOS_CHECK(request.on_sample(*timed));
            next_sample_ms = timed->pts_ms + request.sample_every_ms;
        }
        ++found.frames;
    }
    freeze.finish();
    found.black = black.ranges;
    found.frozen = freeze.ranges;
    found.strays = stray.strays;
    found.captions = captions.take();
    found.video_ms = std::llround(static_cast<double>(found.frames) * frame_ms);
    return {};
}

Result<void> listen(const std::string& path, Inspection& found) {
    SMOS_TRY(const AudioBuffer sound, decode_audio(path));
    found.sound_ms = sound.duration_ms();
    found.loudness = measure_loudness(sound);
    found.silent = silences(sound, silence_dbfs, least_silence_ms);
    found.flat_top_share = flat_top_share(sound);
    found.full_scale_runs = static_cast<std::int64_t>(clipped_runs(sound, full_scale).size());
    return {};
}

} // namespace

double flat_top_share(const AudioBuffer& audio) {
    constexpr std::size_t bins = 1024;
    float peak = 0;
    for (const float sample : audio.samples)
        peak = std::max(peak, std::abs(sample));
    if (!(peak > 0.001F))
        return 0.0;
    std::array<std::int64_t, bins + 1> histogram{};
    for (const float sample : audio.samples) {
        const float place = std::abs(sample) / peak * static_cast<float>(bins);
        ++histogram[static_cast<std::size_t>(place)];
    }
    // One sample in 20,000 may stick out: the codec's overshoot above a flat top.
    const auto spare = static_cast<std::int64_t>(audio.samples.size() / 20'000);
    std::size_t top = bins;
    for (std::int64_t above = histogram[top]; top > 1 && above <= spare; above += histogram[top])
        --top;
    std::int64_t near_top = 0, upper_half = 0;
    for (std::size_t bin = top / 2; bin <= bins; ++bin) {
        upper_half += histogram[bin];
        if (bin * 100 >= top * 92)
            near_top += histogram[bin];
    }
    return upper_half == 0 ? 0.0 : static_cast<double>(near_top) / static_cast<double>(upper_half);
}

Result<Inspection> inspect(const std::string& path, const InspectRequest& request) {
    Inspection found;
    SMOS_TRY(found.info, probe(path));
    if (found.info.width_px == 0)
        return Error{"no_video", "it has no video stream", path, "give it a video"};
    SMOS_CHECK(look(path, request, found));
    found.has_sound = found.info.has_audio;
    if (found.has_sound)
        SMOS_CHECK(listen(path, found));
    return found;
}

} // namespace smos::media
