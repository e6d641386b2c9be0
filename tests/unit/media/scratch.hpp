// SPDX-License-Identifier: Apache-2.0
// What the media tests make their files of: a directory that goes away, and moving pictures.
#pragma once

#include "libsmos/core/file.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/gop_plan.hpp"
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/media/sound/audio.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace smos::media::test {

class ScratchDirectory {
  public:
    ScratchDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "smos-media-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }
    std::size_t entries() const {
        const std::filesystem::directory_iterator all{path_};
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

  private:
    std::string path_;
};

inline void write_bytes(const std::string& path, std::string_view bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    REQUIRE(file.good());
}

inline std::string bytes_of(const std::string& path) {
    Result<std::string> bytes = read_file(path, std::size_t{1} << 28);
    REQUIRE(bytes);
    return *std::move(bytes);
}

/// A texture that moves and changes its scene every 25 frames.
inline Frame moving_frame(int width, int height, int index) {
    Frame frame(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const int value = (x * 3 + index * 5) ^ (y * 2 + index / 25 * 77);
            frame.y()[y * frame.y_stride() + x] = static_cast<std::uint8_t>(16 + value % 220);
        }
    }
    for (int y = 0; y < frame.chroma_height(); ++y) {
        for (int x = 0; x < frame.chroma_width(); ++x) {
            frame.u()[y * frame.uv_stride() + x] =
                static_cast<std::uint8_t>(64 + (x + index) % 128);
            frame.v()[y * frame.uv_stride() + x] =
                static_cast<std::uint8_t>(64 + (y + index) % 128);
        }
    }
    return frame;
}

inline AudioBuffer tone(int milliseconds) {
    AudioBuffer sound;
    for (int i = 0; i < milliseconds * 48; ++i) {
        const double t = i / 48000.0;
        sound.samples.push_back(static_cast<float>(0.4 * std::sin(2765.0 * t)));
        sound.samples.push_back(static_cast<float>(0.4 * std::sin(1382.0 * t)));
    }
    return sound;
}

inline EncodeOptions small_options(int workers = 2) {
    EncodeOptions options;
    options.width_px = 160;
    options.height_px = 240;
    options.workers = workers;
    options.metadata = {{"title", "A \"title\""}, {"comment", "made with AI"}};
    return options;
}

/// Pushes every frame that is asked for.
inline Result<void> draw_clip(Encoder& encoder, const EncodeOptions& options) {
    for (;;) {
        SMOS_TRY(const std::optional<WantedFrame> wanted, encoder.next());
        if (!wanted)
            return {};
        const int index = static_cast<int>(wanted->frame);
        SMOS_CHECK(encoder.push(moving_frame(options.width_px, options.height_px, index)));
    }
}

inline std::vector<Gop> plain_gops(std::int64_t frames) {
    std::vector<Gop> gops;
    for (const int length : plan_gops({}, {}, frames))
        gops.push_back({length});
    return gops;
}

inline Result<EncodedFile>
encode_clip(const std::string& path, int frames, EncodeOptions options, int sound_ms = 0) {
    if (options.gops.empty())
        options.gops = plain_gops(frames);
    SMOS_TRY(const std::unique_ptr<Encoder> encoder, Encoder::open(path, options));
    if (sound_ms > 0)
        SMOS_CHECK(encoder->set_audio(tone(sound_ms)));
    SMOS_CHECK(draw_clip(*encoder, options));
    return encoder->finish();
}

} // namespace smos::media::test
