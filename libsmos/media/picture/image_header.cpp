// SPDX-License-Identifier: Apache-2.0
// Format and size of a picture from its header alone.
#include "libsmos/media/picture/image.hpp"

#include <algorithm>
#include <cstddef>

namespace smos::media {
namespace {

using Format = ImageHeader::Format;

/// Bytes beyond the end read as zero.
class Bytes {
  public:
    explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
    unsigned at(std::size_t index) const {
        return index < bytes_.size() ? static_cast<unsigned char>(bytes_[index]) : 0U;
    }
    std::int64_t big(std::size_t index, std::size_t count) const {
        std::int64_t value = 0;
        for (std::size_t i = 0; i < count; ++i)
            value = value * 256 + at(index + i);
        return value;
    }
    std::int64_t little(std::size_t index, std::size_t count) const {
        std::int64_t value = 0;
        for (std::size_t i = count; i > 0; --i)
            value = value * 256 + at(index + i - 1);
        return value;
    }
    bool is(std::size_t index, std::string_view text) const {
        return index <= bytes_.size() && bytes_.substr(index, text.size()) == text;
    }
    std::size_t size() const { return bytes_.size(); }

  private:
    std::string_view bytes_;
};

/// Start-of-frame markers C0..CF carry the size, but for C4, C8 and CC (ITU-T T.81, table B.1).
std::optional<ImageHeader> jpeg_header(const Bytes& bytes) {
    std::size_t at = 2;
    while (at + 9 < bytes.size()) {
        if (bytes.at(at) != 0xFF) {
            ++at;
            continue;
        }
        const unsigned marker = bytes.at(at + 1);
        const bool frame =
            marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame)
            return ImageHeader{Format::jpeg, bytes.big(at + 7, 2), bytes.big(at + 5, 2)};
        const bool bare = marker == 0xFF || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
        if (bare)
            at += marker == 0xFF ? 1 : 2;
        else
            at += 2 + static_cast<std::size_t>(std::max<std::int64_t>(bytes.big(at + 2, 2), 2));
    }
    return std::nullopt;
}

/// WebP container specification: VP8X, lossless VP8L, or a VP8 key frame (RFC 6386 §9.1).
std::optional<ImageHeader> webp_header(const Bytes& bytes) {
    if (bytes.is(12, "VP8X"))
        return ImageHeader{Format::webp, bytes.little(24, 3) + 1, bytes.little(27, 3) + 1};
    if (bytes.is(12, "VP8L")) {
        const std::int64_t packed = bytes.little(21, 4);
        return ImageHeader{Format::webp, packed % 16384 + 1, packed / 16384 % 16384 + 1};
    }
    if (bytes.is(12, "VP8 "))
        return ImageHeader{Format::webp, bytes.little(26, 2) % 16384, bytes.little(28, 2) % 16384};
    return std::nullopt;
}

/// "P5 # comment\n 640 480 255": numbers between white space, comments to the end of their line.
std::optional<ImageHeader> anymap_header(const Bytes& bytes) {
    std::int64_t sizes[2] = {0, 0};
    std::size_t at = 2;
    for (std::int64_t& size : sizes) {
        const auto is_space = [&] { return bytes.at(at) == ' ' || bytes.at(at) - 9 <= 4; };
        while (at < bytes.size() && (is_space() || bytes.at(at) == '#')) {
            if (bytes.at(at) == '#') {
                while (at < bytes.size() && bytes.at(at) != '\n')
                    ++at;
            } else {
                ++at;
            }
        }
        for (int digits = 0; digits < 9 && bytes.at(at) - '0' <= 9; ++digits, ++at)
            size = size * 10 + (bytes.at(at) - '0');
    }
    return ImageHeader{Format::anymap, sizes[0], sizes[1]};
}

std::optional<ImageHeader> any_header(const Bytes& bytes) {
    if (bytes.is(0, "\x89PNG\r\n\x1A\n") && bytes.is(12, "IHDR"))
        return ImageHeader{Format::png, bytes.big(16, 4), bytes.big(20, 4)};
    if (bytes.is(0, "\xFF\xD8\xFF"))
        return jpeg_header(bytes);
    if (bytes.is(0, "RIFF") && bytes.is(8, "WEBP"))
        return webp_header(bytes);
    if (bytes.at(0) == 'P' && bytes.at(1) >= '1' && bytes.at(1) <= '6')
        return anymap_header(bytes);
    return std::nullopt;
}

} // namespace

std::optional<ImageHeader> image_header(std::string_view bytes) {
    const std::optional<ImageHeader> header = any_header(Bytes{bytes});
    if (header && (header->width_px <= 0 || header->height_px <= 0))
        return std::nullopt;
    return header;
}

} // namespace smos::media
