// SPDX-License-Identifier: Apache-2.0
// Samples in a file without a name.
#include "libsmos/media/sound/sound_spill.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace smos::media {
namespace {

constexpr std::size_t spill_block_frames = 8192;

} // namespace

Result<SpilledSound> SpilledSound::create(const std::string& directory, int channels) {
    SMOS_EXPECT(channels > 0);
    SMOS_TRY(ScratchFile file, ScratchFile::create(directory, directory));
    return SpilledSound{std::move(file), static_cast<std::size_t>(channels)};
}

Result<SpilledSound> SpilledSound::of(SoundStream& stream,
                                      const std::string& directory,
                                      std::int64_t most_frames,
                                      const std::string& named) {
    SMOS_TRY(SpilledSound spill, create(directory, 2));
    std::vector<float> block(2 * spill_block_frames);
    while (spill.frames() < most_frames) {
        const auto wanted = static_cast<std::size_t>(
            std::min<std::int64_t>(spill_block_frames, most_frames - spill.frames()));
        SMOS_TRY(const std::size_t got, stream.read(block.data(), wanted));
        const auto end = block.begin() + static_cast<std::ptrdiff_t>(2 * got);
        if (!std::all_of(block.begin(), end, [](float value) { return std::isfinite(value); }))
            return Error{"damaged",
                         "its sound has a sample that is no number",
                         named,
                         "convert it again from its source"};
        SMOS_CHECK(spill.append(block.data(), got));
        if (got < wanted)
            break;
    }
    return spill;
}

Result<void> SpilledSound::append(const float* values, std::size_t frames) {
    SMOS_CHECK(file_.append(values, frames * channels_ * sizeof(float)));
    frames_ += static_cast<std::int64_t>(frames);
    return {};
}

Result<void> SpilledSound::read(std::int64_t at, float* out, std::size_t frames) const {
    const std::int64_t end = at + static_cast<std::int64_t>(frames);
    const std::int64_t first = std::clamp<std::int64_t>(at, 0, frames_);
    const std::int64_t last = std::clamp<std::int64_t>(end, first, frames_);
    const std::size_t before =
        static_cast<std::size_t>(std::clamp<std::int64_t>(first - at, 0, end - at)) * channels_;
    const std::size_t count = static_cast<std::size_t>(last - first) * channels_;
    std::fill_n(out, before, 0.0F);
    std::fill(out + before + count, out + frames * channels_, 0.0F);
    const std::int64_t frame_bytes = static_cast<std::int64_t>(channels_ * sizeof(float));
    return file_.read(first * frame_bytes, out + before, count * sizeof(float));
}

} // namespace smos::media
