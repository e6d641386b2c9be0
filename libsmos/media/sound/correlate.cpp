// SPDX-License-Identifier: Apache-2.0
// Cross-correlation of phases, and whether its highest peak says anything.
#include "libsmos/media/sound/correlate.hpp"

#include "libsmos/core/handle.hpp"
#include "libsmos/core/result.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

extern "C" {
#include <libavutil/mem.h>
#include <libavutil/tx.h>
}

namespace smos::media {
namespace {

constexpr std::size_t finder_frames =
    SoundFinder::window_frames + 2 * SoundFinder::reach_frames; // a power of two
constexpr double quietest_rms = 3e-4;                           // -70 dBFS
constexpr double weakest_bin = 1e-3;   // of the strongest: what is fainter has no phase to trust
constexpr std::size_t lowest_bin = 40; // 29 Hz: rumble
constexpr std::size_t highest_bin = 20480; // 15 kHz: codecs invent what is above
constexpr double least_certainty = 9.0;
// Another peak this high could as well be the place.
constexpr double rival_share = 0.75;
constexpr std::int64_t peak_width = 24; // samples around a peak that belong to it

using Bins = std::vector<std::complex<float>>;

double rms_of(const std::vector<float>& samples) {
    double sum = 0.0;
    for (const float sample : samples)
        sum += double{sample} * double{sample};
    return samples.empty() ? 0.0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

double raised_cosine(double t) { return 0.5 - 0.5 * std::cos(std::numbers::pi * t); }

} // namespace

inline void close_transform(AVTXContext* context) { av_tx_uninit(&context); }

struct SoundFinder::Transform {
    UniqueHandle<AVTXContext, close_transform> forward, backward;
    av_tx_fn run_forward = nullptr;
    av_tx_fn run_backward = nullptr;

    Bins apply(Bins in, bool is_forward) const {
        Bins out(in.size());
        (is_forward ? run_forward : run_backward)((is_forward ? forward : backward).get(),
                                                  out.data(),
                                                  in.data(),
                                                  sizeof(std::complex<float>));
        return out;
    }
};

namespace {

/// Hann's window over the piece: a wave cut off would have phases of its own.
Bins windowed_piece(const std::vector<float>& piece) {
    Bins bins(finder_frames);
    const auto length = static_cast<double>(piece.size());
    for (std::size_t i = 0; i < piece.size(); ++i)
        bins[i] = static_cast<float>(double{piece[i]} *
                                     raised_cosine(2.0 * (static_cast<double>(i) + 0.5) / length));
    return bins;
}

/// The ends fade over a quarter of the reach.
Bins windowed_surroundings(const std::vector<float>& around) {
    constexpr std::size_t ramp = SoundFinder::reach_frames / 4;
    Bins bins(finder_frames);
    for (std::size_t i = 0; i < around.size(); ++i) {
        const std::size_t edge = std::min(i, around.size() - 1 - i);
        const double share =
            edge >= ramp ? 1.0
                         : raised_cosine(static_cast<double>(edge) / static_cast<double>(ramp));
        bins[i] = static_cast<float>(double{around[i]} * share);
    }
    return bins;
}

/// Phases of `around` against `piece`, all bins of one weight; few or none when there is little to
/// compare.
Bins phase_difference(const Bins& piece, const Bins& around) {
    float strongest = 0.0F;
    for (std::size_t k = lowest_bin; k < highest_bin; ++k)
        strongest = std::max(strongest, std::abs(piece[k]));
    const float floor = strongest * static_cast<float>(weakest_bin);
    Bins cross(finder_frames);
    for (std::size_t k = lowest_bin; k < highest_bin; ++k) {
        const std::complex<float> product = around[k] * std::conj(piece[k]);
        const float size = std::abs(product);
        if (std::abs(piece[k]) <= floor || size <= 0.0F)
            continue;
        cross[k] = product / size;
        cross[finder_frames - k] = std::conj(cross[k]);
    }
    return cross;
}

class Peaks {
  public:
    /// The correlation by lag; lag 0 is at `reach_frames`.
    Peaks(const Bins& correlation, const std::vector<std::int64_t>& twins)
        : correlation_(correlation),
          twins_(twins) {}

    std::optional<SoundFinder::Found> judge() const {
        const std::int64_t best = highest(lags);
        if (best == lags)
            return std::nullopt;
        const double peak = at(best);
        const std::int64_t rival = highest(best);
        double sum = 0.0;
        double count = 0.0;
        for (std::int64_t lag = 0; lag < lags; ++lag) {
            if (std::abs(lag - best) <= peak_width || is_twin(lag))
                continue;
            sum += at(lag) * at(lag);
            count += 1.0;
        }
        const double deviation = count > 0.0 ? std::sqrt(sum / count) : 0.0;
        if (peak <= 0.0 || deviation <= 0.0 || peak < least_certainty * deviation)
            return std::nullopt;
        if (rival < lags && at(rival) > rival_share * peak)
            return std::nullopt;
        return SoundFinder::Found{best - static_cast<std::int64_t>(SoundFinder::reach_frames),
                                  peak / deviation};
    }

  private:
    static constexpr auto lags = static_cast<std::int64_t>(2 * SoundFinder::reach_frames + 1);

    double at(std::int64_t lag) const { return correlation_[static_cast<std::size_t>(lag)].real(); }
    bool is_twin(std::int64_t lag) const {
        return std::any_of(twins_.begin(), twins_.end(), [&](std::int64_t twin) {
            const std::int64_t place = twin + static_cast<std::int64_t>(SoundFinder::reach_frames);
            return std::abs(lag - place) <= peak_width;
        });
    }
    /// The lag of the highest value that is not near `other`; `lags` when there is none.
    std::int64_t highest(std::int64_t other) const {
        std::int64_t found = lags;
        for (std::int64_t lag = 0; lag < lags; ++lag) {
            const bool taken = other < lags && std::abs(lag - other) <= peak_width;
            if (!taken && !is_twin(lag) && (found == lags || at(lag) > at(found)))
                found = lag;
        }
        return found;
    }

    const Bins& correlation_;
    const std::vector<std::int64_t>& twins_;
};

} // namespace

SoundFinder::SoundFinder() : transform_(std::make_unique<Transform>()) {
    const float scale = 1.0F;
    AVTXContext* context = nullptr;
    const auto length = static_cast<int>(finder_frames);
    int made = av_tx_init(
        &context, &transform_->run_forward, AV_TX_FLOAT_FFT, 0, length, &scale, AV_TX_UNALIGNED);
    transform_->forward.reset(context);
    SMOS_EXPECT(made >= 0);
    context = nullptr;
    made = av_tx_init(
        &context, &transform_->run_backward, AV_TX_FLOAT_FFT, 1, length, &scale, AV_TX_UNALIGNED);
    transform_->backward.reset(context);
    SMOS_EXPECT(made >= 0);
}

SoundFinder::~SoundFinder() = default;

std::optional<SoundFinder::Found> SoundFinder::find(const std::vector<float>& piece,
                                                    const std::vector<float>& around,
                                                    const std::vector<std::int64_t>& twins) {
    SMOS_EXPECT(piece.size() >= least_frames && piece.size() <= window_frames);
    SMOS_EXPECT(around.size() == piece.size() + 2 * reach_frames);
    if (rms_of(piece) < quietest_rms || rms_of(around) < quietest_rms)
        return std::nullopt;
    const Bins of_piece = transform_->apply(windowed_piece(piece), true);
    const Bins of_around = transform_->apply(windowed_surroundings(around), true);
    const Bins correlation = transform_->apply(phase_difference(of_piece, of_around), false);
    return Peaks{correlation, twins}.judge();
}

} // namespace smos::media
