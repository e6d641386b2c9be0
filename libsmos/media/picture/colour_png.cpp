// SPDX-License-Identifier: Apache-2.0
// What a PNG's chunks and EXIF blocks say, from hostile bytes.
#include "libsmos/media/picture/colour_tags.hpp"

#include <cstdint>

namespace smos::media {
namespace {

/// Bytes in either order; those beyond the end read as zero.
class ChunkBytes {
  public:
    explicit ChunkBytes(std::string_view bytes, bool little = false)
        : bytes_(bytes),
          little_(little) {}
    std::uint32_t u8(std::size_t at) const {
        return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0U;
    }
    std::uint32_t u16(std::size_t at) const {
        return little_ ? u8(at + 1) << 8U | u8(at) : u8(at) << 8U | u8(at + 1);
    }
    std::uint32_t u32(std::size_t at) const {
        return little_ ? u16(at + 2) << 16U | u16(at) : u16(at) << 16U | u16(at + 2);
    }

  private:
    std::string_view bytes_;
    bool little_;
};

Primaries primaries_of_chunk(const ChunkBytes& data) {
    const auto point = [&data](std::size_t at) {
        return Chromaticity{data.u32(at) / 1e5, data.u32(at + 4) / 1e5};
    };
    return {point(8), point(16), point(24), point(0)};
}

void read_chunk(std::string_view kind, std::string_view bytes, PngColour& colour) {
    const ChunkBytes data{bytes};
    if (kind == "cICP" && bytes.size() == 4) {
        colour.cicp = ColourCodePoints{static_cast<int>(data.u8(0)), static_cast<int>(data.u8(1))};
        colour.cicp_limited = data.u8(3) == 0;
    } else if (kind == "sRGB") {
        colour.srgb = true;
    } else if (kind == "gAMA" && bytes.size() == 4 && data.u32(0) > 0) {
        colour.gamma = data.u32(0) / 1e5;
    } else if (kind == "cHRM" && bytes.size() == 32) {
        colour.primaries = primaries_of_chunk(data);
    } else if (kind == "eXIf") {
        colour.orientation = exif_orientation(bytes);
    }
}

} // namespace

int exif_orientation(std::string_view tiff) {
    const bool little = tiff.substr(0, 2) == "II";
    if (!little && tiff.substr(0, 2) != "MM")
        return 1;
    const ChunkBytes bytes{tiff, little};
    const std::size_t directory = bytes.u32(4);
    const std::size_t entries = bytes.u16(directory);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + 12 * i;
        if (entry + 12 > tiff.size())
            return 1;
        if (bytes.u16(entry) == 0x0112) {
            const std::uint32_t value = bytes.u16(entry + 8);
            return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
        }
    }
    return 1;
}

PngColour png_colour(std::string_view bytes) {
    PngColour colour;
    const ChunkBytes data{bytes};
    std::size_t at = 8;
    while (bytes.size() >= 12 && at <= bytes.size() - 12) {
        const std::size_t length = data.u32(at);
        const std::string_view kind = bytes.substr(at + 4, 4);
        if (kind == "IEND" || length > bytes.size() - at - 12)
            break;
        read_chunk(kind, bytes.substr(at + 8, length), colour);
        at += 12 + length;
    }
    return colour;
}

} // namespace smos::media
