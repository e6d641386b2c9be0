// SPDX-License-Identifier: Apache-2.0
// Who is looked at: faces become people over time, and people one box for each frame.
#pragma once

#include "libsmos/media/reframe/reframe.hpp"

#include <optional>

namespace smos::media {

/// In pixels of the source, the right and bottom behind the last.
struct SubjectBox {
    std::int64_t left = 0;
    std::int64_t top = 0;
    std::int64_t right = 0;
    std::int64_t bottom = 0;

    std::int64_t width() const { return right - left; }
    std::int64_t height() const { return bottom - top; }
};

struct Subject {
    std::vector<std::optional<SubjectBox>> boxes; ///< one for each frame of the shot
    std::int64_t people = 0;
};

/// A shot is what lies between two cuts: frames [begin, end) of the item.
struct ShotSpan {
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

/// Of two faces: what both cover of what either covers.
std::int64_t overlap_permille(const FaceBox& a, const FaceBox& b);

/// `samples` are those of the shot; `room` is the smallest window of the shot in pixels, which two
/// people have to fit to be kept together; a person missing for more than `bridge` frames is gone.
Subject subject_of(const std::vector<FaceSample>& samples,
                   ShotSpan shot,
                   kernels::Size room,
                   std::int64_t bridge);

} // namespace smos::media
