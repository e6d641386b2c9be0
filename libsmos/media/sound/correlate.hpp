// SPDX-License-Identifier: Apache-2.0
// Where in a sound another one lies, to the sample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace smos::media {

/// Finds a piece of a source in a mix that it is a part of, under other sounds, ducked, limited and
/// encoded. Generalised cross-correlation with phase transform (Knapp and Carter 1976): only where
/// the waves lie counts, not how loud they are.
class SoundFinder {
  public:
    static constexpr std::size_t window_frames = 32768; // the longest piece, 0.68 s
    static constexpr std::size_t reach_frames = 16384;  // how far off it may lie, 0.34 s
    static constexpr std::size_t least_frames = 480;    // the shortest piece, 10 ms

    SoundFinder();
    ~SoundFinder();

    struct Found {
        std::int64_t late_samples; // negative: early
        double certainty;          // of the highest peak, in standard deviations of all the others
    };

    /// `piece` is mono, least_frames to window_frames long. `around` is mono: reach_frames before
    /// the place where the piece should lie, the piece's length, and reach_frames more. Nothing
    /// when it cannot be told: too quiet, masked, silent, or much the same at another place.
    /// `twins` are lags at which the same source is known to lie as well, in samples.
    std::optional<Found> find(const std::vector<float>& piece,
                              const std::vector<float>& around,
                              const std::vector<std::int64_t>& twins = {});

  private:
    struct Transform;
    std::unique_ptr<Transform> transform_;
};

} // namespace smos::media
