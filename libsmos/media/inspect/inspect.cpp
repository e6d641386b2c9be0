// SPDX-License-Identifier: Apache-2.0
// Looking at a finished video: one pass over its frames and one over its sound, in bounded memory.
#include "libsmos/media/inspect/inspect.hpp"

#include "libsmos/media/inspect/inspect_picture.hpp"

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
    found.pile_up = pile_up(sound);
    found.full_scale_runs = static_cast<std::int64_t>(clipped_runs(sound, full_scale).size());
    return {};
}

} // namespace

double pile_up(const AudioBuffer& audio) {
    constexpr std::size_t bins = 2048;
    constexpr double least_share = 0.002; // fewer samples prove nothing
    float peak = 0;
    for (const float sample : audio.samples)
        peak = std::max(peak, std::abs(sample));
    if (!(peak > 0.001F) || !std::isfinite(peak))
        return 0.0;
    std::array<std::int64_t, bins + 2> below{}; // how many samples lie under each level
    for (const float sample : audio.samples) {
        const float level = std::abs(sample) / peak * static_cast<float>(bins);
        ++below[static_cast<std::size_t>(level) + 1];
    }
    for (std::size_t bin = 1; bin < below.size(); ++bin)
        below[bin] += below[bin - 1];
    const auto count = [&](double from, double to) {
        const auto bin = [](double level) {
            return std::min(bins + 1, static_cast<std::size_t>(level * bins));
        };
        return static_cast<double>(below[bin(to)] - below[bin(from)]);
    };
    const double least = least_share * static_cast<double>(audio.samples.size());
    double most = 0;
    double level = 0.25;
    while (level <= 1.0) {
        const double here = count(level * 0.95, level * 1.05);
        if (here >= least)
            most = std::max(most, here / std::max(1.0, count(level * 0.80, level * 0.90)));
        level *= 1.02;
    }
    return most;
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
