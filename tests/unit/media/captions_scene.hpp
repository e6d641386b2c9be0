// SPDX-License-Identifier: Apache-2.0
// What the caption tests share: tracks, fonts, and looking at every pixel that is drawn.
#pragma once

#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/captions/captions.hpp"

#include <algorithm>
#include <sstream>

namespace smos::media::test {

inline CaptionTrack track_of(const std::string& text, int word_ms = 300) {
    CaptionTrack track;
    track.cues.emplace_back();
    std::istringstream words(text);
    std::int64_t at = 0;
    for (std::string word; words >> word; at += word_ms)
        track.cues[0].words.push_back({at, at + word_ms - 20, word});
    track.cues[0].end_ms = at;
    return track;
}

inline CaptionTrack track_of(const std::string& text, const std::string& style) {
    CaptionTrack track = track_of(text);
    const Result<CaptionStyle> found = caption_style(style);
    REQUIRE_MESSAGE(found, found.error().text());
    track.style = *found;
    return track;
}

inline const FontSet& fonts() {
    static const FontSet set = [] {
        Result<FontSet> opened = FontSet::for_captions();
        REQUIRE_MESSAGE(opened, opened.error().text());
        return *std::move(opened);
    }();
    return set;
}

inline std::unique_ptr<CaptionRenderer>
renderer_of(const CaptionTrack& track, const FontSet& set, int width, int height) {
    Result<std::unique_ptr<CaptionRenderer>> renderer =
        CaptionRenderer::open(track, set, width, height);
    REQUIRE_MESSAGE(renderer, renderer.error().text());
    return *std::move(renderer);
}

/// Calls `visit(x, y)` for every pixel that is clearly visible, but not for soft shadows.
template <typename Visit>
void visit_pixels(const CaptionFrame& frame, Visit visit) {
    constexpr int visible = 24;
    for (const GlyphMask& mask : frame.masks) {
        for (int y = 0; y < mask.h && !mask.soft; ++y) {
            for (int x = 0; x < mask.w; ++x) {
                if (mask.alpha[y * mask.stride + x] >= visible)
                    visit(mask.x + x, mask.y + y);
            }
        }
    }
    for (const RgbaLayer& layer : frame.layers) {
        for (int y = 0; y < layer.h; ++y) {
            for (int x = 0; x < layer.w; ++x) {
                const auto at = static_cast<std::size_t>(y * layer.w + x) * 4;
                if ((*layer.pixels)[at + 3] >= visible)
                    visit(layer.x + x, layer.y + y);
            }
        }
    }
}

/// Every visible pixel but the shadow's is in the box of its time and in the safe area.
inline void
check_inside(const SafeArea& safe, CaptionRenderer& renderer, int width, int height, int step_ms) {
    const int left = width * safe.left / 1000, right = width - width * safe.right / 1000;
    const int top = height * safe.top / 1000, bottom = height - height * safe.bottom / 1000;
    std::size_t seen = 0;
    int outside = 0;
    for (const CaptionBox& box : renderer.boxes()) {
        CHECK(box.x >= left);
        CHECK(box.y >= top);
        CHECK(box.x + box.width <= right);
        CHECK(box.y + box.height <= bottom);
        for (std::int64_t at = box.start_ms; at < box.end_ms; at += step_ms) {
            visit_pixels(*renderer.render(at), [&](int x, int y) {
                ++seen;
                const bool inside =
                    x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
                outside += inside ? 0 : 1;
            });
        }
    }
    CHECK(seen > 0);
    CHECK(outside == 0);
}

inline bool has_colour(const GlyphMask& mask, const Rgb& colour) {
    return mask.r == colour.r && mask.g == colour.g && mask.b == colour.b && !mask.soft;
}

/// From the first to behind the last visible column of one colour; 0, 0 without any.
inline std::pair<int, int> columns_of(const CaptionFrame& frame, const Rgb& colour) {
    CaptionFrame only;
    for (const GlyphMask& mask : frame.masks) {
        if (has_colour(mask, colour))
            only.masks.push_back(mask);
    }
    int left = 1 << 20, right = 0;
    visit_pixels(only, [&](int x, int) {
        left = std::min(left, x);
        right = std::max(right, x + 1);
    });
    return right == 0 ? std::pair{0, 0} : std::pair{left, right};
}

} // namespace smos::media::test
