// SPDX-License-Identifier: Apache-2.0
// Interlaced pictures made progressive: the first field, its gaps interpolated.
#include "libsmos/media/codec/video_source_look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <new>

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace smos::media {
namespace {

/// Every second line of a plane of T from its neighbours of the kept field.
template <typename T>
void fill_lines(
    std::uint8_t* plane, std::ptrdiff_t stride, int samples, int height, int kept, int greatest) {
    const auto line = [&](int y) {
        // The nearest line of the kept field that is inside.
        while (y < 0)
            y += 2;
        while (y >= height)
            y -= 2;
        return reinterpret_cast<T*>(plane + y * stride);
    };
    for (int y = 1 - kept; y < height; y += 2) {
        const T* const above2 = line(y - 3);
        const T* const above = line(y - 1);
        const T* const below = line(y + 1);
        const T* const below2 = line(y + 3);
        T* out = reinterpret_cast<T*>(plane + y * stride);
        for (int x = 0; x < samples; ++x) {
            const int sum = 9 * (above[x] + below[x]) - above2[x] - below2[x] + 8;
            out[x] = static_cast<T>(std::clamp(sum >> 4, 0, greatest));
        }
    }
}

} // namespace

Result<PictureHandle> deinterlaced(const AVFrame& picture, const std::string& where) {
    const auto id = static_cast<AVPixelFormat>(picture.format);
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(id);
    const int depth = format == nullptr ? 0 : format->comp[0].depth;
    const bool wide = depth > 8;
    constexpr std::uint64_t odd = AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM;
    const bool readable = format != nullptr && (format->flags & odd) == 0 && depth >= 8 &&
                          (!wide || (format->flags & AV_PIX_FMT_FLAG_BE) == 0);
    if (!readable || picture.height < 4) {
        return Error{"unsupported_media",
                     "it is interlaced, in a pixel format whose fields cannot be separated",
                     where,
                     "deinterlace it before"};
    }
    PictureHandle copy = make_picture();
    if (av_frame_ref(copy.get(), &picture) < 0 || av_frame_make_writable(copy.get()) < 0)
        throw std::bad_alloc();
    const int kept = picture.top_field_first != 0 ? 0 : 1;
    const int planes = av_pix_fmt_count_planes(id);
    for (int plane = 0; plane < planes; ++plane) {
        const bool chroma = (plane == 1 || plane == 2) && planes > 1;
        const int height =
            chroma ? AV_CEIL_RSHIFT(picture.height, format->log2_chroma_h) : picture.height;
        const int bytes = av_image_get_linesize(id, picture.width, plane);
        const std::ptrdiff_t stride = copy->linesize[plane];
        if (height < 4 || bytes <= 0)
            continue;
        if (wide) {
            const int greatest = ((1 << depth) - 1) << format->comp[0].shift;
            fill_lines<std::uint16_t>(copy->data[plane], stride, bytes / 2, height, kept, greatest);
        } else {
            fill_lines<std::uint8_t>(copy->data[plane], stride, bytes, height, kept, 255);
        }
    }
    return copy;
}

} // namespace smos::media
