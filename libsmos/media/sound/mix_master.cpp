// SPDX-License-Identifier: Apache-2.0
// The loop between gain, limiter and meter.
#include "libsmos/media/sound/mix_master.hpp"

#include "libsmos/media/sound/mix_limiter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace smos::media {
namespace {

constexpr double loudness_tolerance_lu = 0.3;
constexpr double close_enough_lu = 0.05;
constexpr double most_gain_db = 40.0;
// What is quieter may lose blocks to the meter's absolute gate, and gain would bring them back.
constexpr double least_certain_lufs = -55.0;
constexpr int most_rounds = 8;
constexpr std::size_t master_block_frames = 4096;

Result<void> check_goal(const MasterGoal& goal) {
    const auto within = [](double value, double low, double high) {
        return value >= low && value <= high;
    };
    if (within(goal.lufs, -40.0, -5.0) && within(goal.true_peak_dbtp, -9.0, -0.1) &&
        within(goal.codec_headroom_db, 0.0, 6.0))
        return {};
    return Error{"bad_request",
                 fmt::format("a target of {} LUFS under {} dBTP with {} dB of headroom",
                             goal.lufs,
                             goal.true_peak_dbtp,
                             goal.codec_headroom_db),
                 "mix",
                 "take -40 to -5 LUFS, -9 to -0.1 dBTP, 0 to 6 dB"};
}

/// The mix through gain and limiter.
class MasterStream final : public SoundStream {
  public:
    MasterStream(const SpilledSound& mix, const SpilledSound& peaks, const Master& master)
        : mix_(mix),
          peaks_(peaks),
          level_(static_cast<float>(gain_of_db(master.gain_db))),
          limiter_(master.ceiling_dbtp) {}

    Result<std::size_t> read(float* out, std::size_t frames) override {
        const auto count = static_cast<std::size_t>(
            std::min<std::int64_t>(static_cast<std::int64_t>(frames), mix_.frames() - at_));
        SMOS_CHECK(mix_.read(at_, out, count));
        for (std::size_t i = 0; i < count; ++i) {
            if (gain_at_ == gains_.size())
                SMOS_CHECK(more_gains());
            const float gain = gains_[gain_at_++];
            out[2 * i] = out[2 * i] * level_ * gain;
            out[2 * i + 1] = out[2 * i + 1] * level_ * gain;
        }
        at_ += static_cast<std::int64_t>(count);
        return count;
    }

  private:
    Result<void> more_gains() {
        gains_.clear();
        gain_at_ = 0;
        while (gains_.empty()) {
            const auto count = static_cast<std::size_t>(
                std::min<std::int64_t>(master_block_frames, peaks_.frames() - peak_at_));
            if (count == 0) {
                limiter_.finish(gains_);
                SMOS_EXPECT(!gains_.empty());
                return {};
            }
            block_.resize(count);
            SMOS_CHECK(peaks_.read(peak_at_, block_.data(), count));
            peak_at_ += static_cast<std::int64_t>(count);
            limiter_.add(block_.data(), count, level_, gains_);
        }
        return {};
    }

    const SpilledSound& mix_;
    const SpilledSound& peaks_;
    const float level_;
    LimiterGain limiter_;
    std::int64_t at_ = 0;
    std::int64_t peak_at_ = 0;
    std::vector<float> block_;
    std::vector<float> gains_;
    std::size_t gain_at_ = 0;
};

} // namespace

Result<Mastering> Mastering::of(SpilledSound mix, const std::string& directory) {
    SMOS_TRY(SpilledSound peaks, SpilledSound::create(directory, 1));
    LoudnessMeter meter{LoudnessMeter::Reach::loudness_and_peak};
    TruePeaks finder;
    std::vector<float> block(2 * master_block_frames);
    std::vector<float> found;
    for (std::int64_t at = 0; at < mix.frames();) {
        const auto count = static_cast<std::size_t>(
            std::min<std::int64_t>(master_block_frames, mix.frames() - at));
        SMOS_CHECK(mix.read(at, block.data(), count));
        meter.add(block.data(), count);
        found.clear();
        finder.add(block.data(), count, found);
        SMOS_CHECK(peaks.append(found.data(), found.size()));
        at += static_cast<std::int64_t>(count);
    }
    found.clear();
    finder.finish(found);
    const auto left = static_cast<std::size_t>(mix.frames() - peaks.frames());
    SMOS_CHECK(peaks.append(found.data(), std::min(left, found.size())));
    return Mastering{std::move(mix), std::move(peaks), meter.measured()};
}

std::unique_ptr<SoundStream> Mastering::play(const Master& master) const {
    return std::make_unique<MasterStream>(mix_, peaks_, master);
}

Result<Loudness> Mastering::measure(const Master& master, LoudnessMeter::Reach reach) const {
    const bool unlimited = loudness_.true_peak_dbtp + master.gain_db <= master.ceiling_dbtp - 1.0;
    const bool gated = loudness_.integrated_lufs < least_certain_lufs;
    if (unlimited && (!gated || master.gain_db == 0.0)) {
        Loudness louder = loudness_;
        louder.integrated_lufs =
            std::max(loudness_floor_lufs, louder.integrated_lufs + master.gain_db);
        louder.true_peak_dbtp += master.gain_db;
        return louder;
    }
    LoudnessMeter meter{reach};
    const std::unique_ptr<SoundStream> stream = play(master);
    std::vector<float> block(2 * master_block_frames);
    for (;;) {
        SMOS_TRY(const std::size_t got, stream->read(block.data(), master_block_frames));
        meter.add(block.data(), got);
        if (got < master_block_frames)
            return meter.measured();
    }
}

Result<Master> Mastering::master(const MasterGoal& goal) const {
    using Reach = LoudnessMeter::Reach;
    SMOS_CHECK(check_goal(goal));
    const double before_lufs = loudness_.integrated_lufs;
    const bool silent = before_lufs <= loudness_floor_lufs;
    const double allowed_dbtp = goal.true_peak_dbtp - goal.codec_headroom_db;
    Master master;
    master.ceiling_dbtp = allowed_dbtp;
    master.gain_db = silent ? 0.0 : std::min(goal.lufs - before_lufs, most_gain_db);
    Reach reach = Reach::loudness;
    for (int round = 0; round < most_rounds; ++round) {
        if (round + 1 == most_rounds)
            reach = Reach::loudness_and_peak;
        SMOS_TRY(const Loudness measured, measure(master, reach));
        master.lufs = measured.integrated_lufs;
        const double error_lu = goal.lufs - master.lufs;
        const bool at_end = silent || (master.gain_db >= most_gain_db && error_lu > 0.0) ||
                            std::abs(error_lu) <= close_enough_lu;
        if (at_end && reach == Reach::loudness) { // peaks are worth measuring now
            reach = Reach::loudness_and_peak;
            --round;
            continue;
        }
        master.true_peak_dbtp = measured.true_peak_dbtp;
        const double over_db = master.true_peak_dbtp - allowed_dbtp;
        master.on_target = std::abs(error_lu) <= loudness_tolerance_lu && over_db <= 0.0;
        if ((at_end && over_db <= 0.0) || round + 1 == most_rounds)
            break;
        if (!silent)
            master.gain_db = std::min(master.gain_db + error_lu, most_gain_db);
        if (reach == Reach::loudness_and_peak && over_db > 0.0)
            master.ceiling_dbtp -= over_db + 0.02;
    }
    return master;
}

} // namespace smos::media
