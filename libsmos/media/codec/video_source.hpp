// SPDX-License-Identifier: Apache-2.0
// A video as a source of pictures by time: any rate, any colour, forwards, backwards and in jumps.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/picture/layer.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace smos::media {

/// What a video says of its colours; names are FFmpeg's ("bt709", "smpte2084", "tv").
struct VideoColour {
    std::string matrix;          ///< "rgb" for RGB
    bool matrix_guessed = false; ///< untagged: BT.601 up to 1279x576, else BT.709
    std::string primaries;       ///< "unknown" is read as BT.709
    std::string transfer;        ///< "unknown" is read as BT.709
    bool full_range = false;
    bool hdr = false;     ///< PQ or HLG: tone-mapped
    double peak_nits = 0; ///< what the tone map takes as the brightest; 0 without HDR
    std::string pixels;   ///< pixel format: "yuv420p10le"
    int bits = 8;
};

struct VideoSourceInfo {
    std::string codec;
    std::int64_t frames = 0;
    records::Rational duration{0, 1}; ///< seconds from the first picture to the end of the last
    records::Rational rate{0, 1};     ///< pictures per second; the mean where it is variable
    bool variable = false;            ///< no constant rate fits all PTS within a tick
    records::Rational delay{0, 1};    ///< first picture behind the file's first sound or picture
    int width_px = 0;                 ///< as seen: turned, pixels square
    int height_px = 0;
    int stored_width_px = 0;
    int stored_height_px = 0;
    records::Rational pixel_aspect{1, 1};
    int orientation = 1; ///< as EXIF counts, of the display matrix
    bool interlaced = false;
    bool has_alpha = false;
    VideoColour colour;
};

struct VideoSourceOptions {
    DecodeLimits limits; ///< wall_ms counts for each call
    /// Pictures kept for going back; at least the last one is kept, whatever its size.
    std::size_t cache_bytes = std::size_t{128} << 20U;
    /// Pictures that one reader has passed over for others.
    std::size_t shared_bytes = std::size_t{32} << 20U;
    int threads = 1; ///< of the decoder, 0: all CPUs; the pictures are the same
};

/// One picture, and where the time asked for lies.
struct SourcePicture {
    std::shared_ptr<const Layer> layer; ///< never null; may be kept
    std::int64_t index = 0;             ///< in display order
    bool before_start = false;          ///< the first picture stands in
    bool past_end = false;              ///< the source ended earlier: the last one stands in
};

/// What other readers of a source have yet to ask for.
struct OtherReaders {
    std::int64_t need_from = INT64_MAX; ///< index; what was passed over before it is let go
    bool pass = false; ///< keep what lies from there to the picture that is asked for now
};

/// Pictures come as BT.709 limited (see Layer), upright, with square pixels (stretched in width).
///
/// Matrices BT.601, BT.709, BT.2020 (non-constant), SMPTE 240M, FCC, YCgCo; RGB; both ranges; 8 to
/// 16 bits; alpha. Tagged primaries other than BT.709's are converted by BT.1886 light; the curves
/// of BT.601, BT.709, BT.2020 and sRGB stand for each other. PQ and HLG (BT.2100) are mapped to SDR
/// by BT.2390's EETF with white at 203 cd/m2 (colour_curve.hpp), gamut cut off component by
/// component, coded by BT.1886. Interlaced pictures: the first field, the lines between it
/// interpolated by a cubic (-1 9 9 -1) / 16.
///
/// Not safe for use from two threads at once; several sources side by side are.
class VideoSource {
  public:
    /// Reads the whole file once without decoding, for its times, and decodes the first picture.
    /// Error codes: cannot_read, not_media, no_video, empty (no picture), too_large, too_slow,
    /// truncated, damaged, unsupported_media (codec, pixel format, odd rotation or aspect),
    /// unsupported_colour (named).
    static Result<std::unique_ptr<VideoSource>> open(const std::string& path,
                                                     const VideoSourceOptions& options = {});
    virtual ~VideoSource() = default;

    virtual const VideoSourceInfo& info() const = 0;

    /// The picture at `seconds` behind the first one: the last whose time is not later. A constant
    /// rate counts pictures exactly, whatever the file's ticks.
    virtual Result<SourcePicture> at(const records::Rational& seconds) = 0;

    /// The same for one of several readers that go on through the file some pictures apart: what
    /// one passes over, the others find. Each picture that was passed over is given once.
    virtual Result<SourcePicture> at(const records::Rational& seconds,
                                     const OtherReaders& others) = 0;

    /// The index that stands for `seconds`.
    virtual std::int64_t index_at(const records::Rational& seconds) const = 0;

    /// Lets go of its decoder and its pictures; the next one that is asked for opens it again.
    virtual void rest() = 0;

    /// Whether picture `index` is at hand, or lies ahead and what is passed over on the way to it
    /// fits into shared_bytes.
    virtual bool is_within_reach(std::int64_t index) const = 0;
};

} // namespace smos::media
