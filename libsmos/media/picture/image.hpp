// SPDX-License-Identifier: Apache-2.0
// Still pictures in and out: PNG, JPEG, WebP and portable anymaps.
#pragma once

#include "libsmos/core/limits.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/backdrop/backdrop.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smos::media {

/// Reads PNG, JPEG, WebP, PGM or PPM by its content, whatever the name says. Turned upright by its
/// EXIF orientation (JPEG, WebP); grey becomes RGB, 16 bits become 8, transparency lies over black.
/// More than `limit_pixels` by the header is refused before anything is decoded.
/// Profiles and chunks that say other colours than sRGB are not looked at: see load_layer().
/// Error codes: cannot_read, too_large, not_an_image, damaged, unsupported_image (an animation).
Result<RgbImage> load_image(const std::string& path,
                            std::int64_t limit_pixels = limits::image_pixels);

/// The same from memory; `where` names it in messages.
Result<RgbImage> decode_image(std::string_view bytes,
                              const std::string& where,
                              std::int64_t limit_pixels = limits::image_pixels);

/// The file's bytes; the same picture gives the same bytes.
Result<std::string> encode_png(const RgbImage& image);
/// Quality 2..31 on the MJPEG scale, 2 is best; colours at half resolution.
Result<std::string> encode_jpeg(const RgbImage& image, int quality = 3);

/// Written atomically, mode 0600.
Result<void> save_png(const std::string& path, const RgbImage& image);
Result<void> save_jpeg(const std::string& path, const RgbImage& image, int quality = 3);

/// What the first bytes say; nothing for other formats or a header that is cut off.
struct ImageHeader {
    enum class Format { png, jpeg, webp, anymap };
    Format format = Format::png;
    std::int64_t width_px = 0;
    std::int64_t height_px = 0;
};
std::optional<ImageHeader> image_header(std::string_view bytes);

} // namespace smos::media
