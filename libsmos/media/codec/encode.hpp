// SPDX-License-Identifier: Apache-2.0
// Frames and sound to a video file: the same input gives the same bytes, for any number of workers,
// and what was encoded before is not encoded again.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/frame_span.hpp"
#include "libsmos/media/codec/gop_store.hpp"
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/media/sound/audio.hpp"
#include "libsmos/media/sound/loudness.hpp"
#include "libsmos/media/sound/sound_stream.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace smos::media {

/// A closed group of pictures (see gop_plan.hpp).
struct Gop {
    int frames = 0; ///< 2..600; 1 only as the whole film
    /// SHA-256 of everything that its frames' content depends on, but not of their place in the
    /// film nor of the encoder's settings, which are added here. Without one it is always encoded.
    std::optional<Digest> key{};
};

/// The packets of one sound that several encoders write; it is encoded for the first that needs it.
class SharedSound;
std::shared_ptr<SharedSound> share_sound();

struct EncodeOptions {
    int width_px = 1080;  ///< even, 16..8192
    int height_px = 1920; ///< even, 16..8192
    int rate_num = 30;    ///< frames per second as a fraction, both 1..240000
    int rate_den = 1;
    /// One that probe_encoder() knows. Only libx264 is deterministic and works by groups; the
    /// others encode the whole film at once, store no pictures and promise nothing about bytes.
    std::string encoder = "libx264";
    int crf = 20; ///< 0..51; constant quality of x264; others get about the same look
    std::string preset = "veryfast"; ///< of x264 and x265
    std::vector<Gop> gops{};         ///< the whole film
    std::shared_ptr<GopStore> store{};
    int workers = 0; ///< 1..64 encoders at once; 0: as many as there are CPUs, at most 8
    int audio_bit_rate = 192000;
    /// Given to encoders whose set_audio() has the same sound, key and bit rate. None: it is alone.
    std::shared_ptr<SharedSound> shared_sound{};
    /// Keys an MP4 can hold: title artist album_artist composer album date comment genre copyright
    /// description synopsis show network lyrics. Others are an error. Values are UTF-8.
    std::vector<std::pair<std::string, std::string>> metadata{};
};

/// A sound as a player decodes it, without priming and padding.
struct HeardSound {
    Loudness loudness; ///< integrated and true peak
    Digest samples{};  ///< SHA-256 of the interleaved floats
};

/// What lies at the path after finish().
struct EncodedFile {
    std::int64_t frames = 0;
    std::int64_t audio_samples = 0; ///< per channel, at 48 kHz
    std::int64_t bytes = 0;
    int gops_encoded = 0; ///< encoders that were opened for groups; 1 for a whole-film encoder
    int gops_reused = 0;
    bool audio_reused = false;
    std::optional<HeardSound> audio_heard{}; ///< of the packets, when they were made now
    std::optional<Digest> audio_key{};       ///< what the store has them under
    std::optional<Error> store_problem{};    ///< the first thing that could not be kept
};

/// The frame to draw next, counted from the start of the film. The frames of one lane come in
/// rising order, so that a source with a position is best opened once for each lane.
struct WantedFrame {
    std::int64_t frame = 0;
    int lane = 0; ///< 0..workers-1
};

/// Writes video, tagged BT.709 limited, and AAC-LC, with the index first: MP4, or QuickTime for
/// ProRes. Each group of libx264 is a fresh single-threaded encoder, because the bytes that x264
/// makes depend on its thread count. Finished groups go into the store at once, so that a run that
/// was killed goes on where it was. The file has no name until finish() gives it `path`.
///
/// Use: open, set_audio, then push(draw(next())) until next() gives nothing, then finish. Groups
/// that the store has are never asked for. One thread drives it; after an error every call returns
/// that error. Memory at 1080x1920, veryfast: about 160 MB for each worker, and up to 32 MB of
/// packets, however long the film is. Opening one pins the C library's mmap threshold at 1 MiB.
class Encoder {
  public:
    using MakeSound = std::function<Result<std::unique_ptr<SoundStream>>(const HeardSound*)>;

    /// Error codes: invalid_options, no_encoder, cannot_create, encoder.
    static Result<std::unique_ptr<Encoder>> open(const std::string& path,
                                                 const EncodeOptions& options);
    virtual ~Encoder() = default;

    /// A frame of the right size with any content, reused where possible.
    virtual Frame spare() = 0;

    /// The groups whose frames will be asked for, in that order, as far as the store can tell now;
    /// the whole film from an encoder that has no groups.
    virtual std::vector<FrameSpan> to_draw() const = 0;

    /// The whole sound, at most once and before the first next(). `make` runs in a thread of its
    /// own, and not at all when the store has the packets of `key`, which is the hash of everything
    /// that the samples depend on. It is called with null for the sound, then with what became of
    /// that one in the codec: it gives a better one, which replaces it, or null when it will do.
    virtual Result<void> set_audio(const std::optional<Digest>& key, MakeSound make) = 0;
    /// 48 kHz stereo.
    Result<void> set_audio(AudioBuffer audio);

    /// Waits until an encoder has room. Nothing: every frame has been drawn.
    virtual Result<std::optional<WantedFrame>> next() = 0;

    /// The frame that next() asked for.
    virtual Result<void> push(Frame frame) = 0;

    /// Encodes what is left, writes the index and gives the file its path.
    virtual Result<EncodedFile> finish() = 0;
};

/// How many of the groups are in a FileGopStore's directory already; writes nothing. Error codes as
/// for Encoder::open.
Result<int> count_kept_groups(const EncodeOptions& options, const std::string& directory);

} // namespace smos::media
