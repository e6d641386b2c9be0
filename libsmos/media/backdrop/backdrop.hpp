// SPDX-License-Identifier: Apache-2.0
// Still backgrounds for short vertical videos, painted by formula: the `local` image capability.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// sRGB, 8 bits a channel.
struct Rgb {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
};

/// Five colours a video lives on, in this order: dark base, mid, accent 1, accent 2, light.
struct Palette {
    std::array<Rgb, 5> stops;
};

/// What to paint. Every string is free text of any bytes; only ASCII words in its first 4096 bytes
/// are looked at, and unknown words merely vary the picture.
struct BackdropRequest {
    std::string prompt;    ///< steers the composition ("stocks are rising" paints a chart)
    std::string mood;      ///< calm, energetic, dark, luxurious, raw, playful, futuristic, ...
    std::string shot_type; ///< wide, close, detail, ... : how large the elements are
    Palette palette;       ///< shared by all scenes of one video
    std::uint64_t seed = 0;
    int width_px = 1080;  ///< 1..16384
    int height_px = 1920; ///< 1..16384
    std::string family;   ///< one of backdrop_families(); empty or unknown: chosen from the words
    std::vector<std::string> avoid; ///< families of scenes nearby, taken only when none is left
};

/// RGB, 8 bits a channel, interleaved, rows from the top without padding.
struct RgbImage {
    int width_px = 0;
    int height_px = 0;
    std::vector<std::uint8_t> pixels;
};

/// Paints the request: the same request gives the same bytes, for any number of threads (1..64) and
/// on every machine, as long as the compiler fuses no multiplications (-ffp-contract=off).
/// From 55 % to 80 % of the height, where captions sit, no pixel is brighter than a relative
/// luminance of 0.17 (WCAG contrast of white text at least 4.5:1). A size out of range gives an
/// empty image.
RgbImage paint_backdrop(const BackdropRequest& request, int threads = 1);

/// The compositions there are, in a fixed order.
const std::vector<std::string>& backdrop_families();

/// The composition that paint_backdrop takes for this request. Callers that paint the scenes of
/// one video put those of the scenes before into `avoid`, so that no two look alike.
std::string backdrop_family(const BackdropRequest& request);

/// A palette for words such as "neon night city", "warm editorial minimal", "soft pastel".
/// Among the palettes that fit the words best, the seed chooses one and turns its hues a little.
Palette palette_for(std::string_view style_words, std::uint64_t seed);

} // namespace smos::media
