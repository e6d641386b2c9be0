// SPDX-License-Identifier: Apache-2.0
// How the pictures of a video are meant: colour, direction, aspect, fields. Private to
// libsmos/media.
#pragma once

#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/codec/video_source.hpp"
#include "libsmos/media/picture/colour_picture.hpp"

#include <memory>
#include <string>

namespace smos::media {

/// Found once, from the stream and its first picture, and good for all pictures.
struct VideoLook {
    PictureCodes codes;
    std::unique_ptr<ColourTransform> transform; ///< null: nothing to convert
    StoredSite site;
    int stored_width_px = 0;
    int stored_height_px = 0;
    int square_width_px = 0; ///< of the stored picture, with square pixels
    int orientation = 1;
    AVPixelFormat format = AV_PIX_FMT_NONE;
};

/// Fills what `info` says of the picture. Error codes: unsupported_media, unsupported_colour,
/// too_large (with square pixels).
Result<VideoLook> look_of_video(const AVStream& stream,
                                const AVFrame& first,
                                std::int64_t limit_pixels,
                                const std::string& where,
                                VideoSourceInfo& info);

/// The picture as seen. One of another size or pixel format than the first is an Error.
Result<Layer>
layer_of_video(const AVFrame& picture, const VideoLook& look, const std::string& where);

/// A copy with the lines of the second field interpolated from the first.
Result<PictureHandle> deinterlaced(const AVFrame& picture, const std::string& where);

} // namespace smos::media
