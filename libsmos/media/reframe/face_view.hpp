// SPDX-License-Identifier: Apache-2.0
// The view of an item that keeps the faces of its still or video in sight.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/faces/faces.hpp"
#include "libsmos/media/reframe/reframe.hpp"

#include <string>
#include <vector>

namespace smos::media {

struct FaceView {
    CropPath path;
    kernels::Size source;    ///< as it is seen
    std::int64_t looked = 0; ///< pictures in which faces were sought
    std::int64_t with_face = 0;
    std::int64_t cuts = 0; ///< within the item
};

/// The faces of a file over the frames of a resolved item, sought six times a second and at each
/// cut of the source. Boxes from a still are the same at every frame.
/// Error codes: those of load_layer() or VideoSource, and of FaceReader::find().
Result<FaceView> face_view(FaceReader& reader,
                           const std::string& path,
                           bool is_video,
                           const records::TimelineItem& item,
                           kernels::Size canvas,
                           const records::Rational& rate);

} // namespace smos::media
