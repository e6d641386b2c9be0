// SPDX-License-Identifier: Apache-2.0
// Samples in a file without a name.
#include "libsmos/media/sound/sound_spill.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <fcntl.h>
#include <vector>

namespace smos::media {
namespace {

constexpr std::size_t spill_block_frames = 8192;

Result<UniqueFd> open_unnamed(const std::string& directory) {
    UniqueFd file{::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
    if (file)
        return file;
    std::string name = directory + "/sound-XXXXXX"; // not every file system has O_TMPFILE
    file.reset(::mkostemp(name.data(), O_CLOEXEC));
    if (!file)
        return system_error("cannot_create", "cannot keep sound", directory, errno);
    ::unlink(name.c_str());
    return file;
}

} // namespace

Result<SpilledSound> SpilledSound::create(const std::string& directory, int channels) {
    SMOS_EXPECT(channels > 0);
    SMOS_TRY(UniqueFd file, open_unnamed(directory));
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
    const auto* bytes = reinterpret_cast<const char*>(values);
    const std::size_t frame_bytes = channels_ * sizeof(float);
    std::size_t left = frames * frame_bytes;
    auto at = static_cast<off_t>(frames_) * static_cast<off_t>(frame_bytes);
    while (left > 0) {
        const ssize_t written = ::pwrite(file_.get(), bytes, left, at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return system_error("cannot_write", "cannot keep sound", "scratch", errno);
        bytes += written;
        at += written;
        left -= static_cast<std::size_t>(written);
    }
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
    auto* bytes = reinterpret_cast<char*>(out + before);
    std::size_t left = count * sizeof(float);
    auto from = static_cast<off_t>(first) * static_cast<off_t>(channels_ * sizeof(float));
    while (left > 0) {
        const ssize_t got = ::pread(file_.get(), bytes, left, from);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return system_error("cannot_read", "cannot read kept sound", "scratch", errno);
        bytes += got;
        from += got;
        left -= static_cast<std::size_t>(got);
    }
    return {};
}

} // namespace smos::media
