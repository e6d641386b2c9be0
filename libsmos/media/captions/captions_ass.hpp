// SPDX-License-Identifier: Apache-2.0
// libass with our fonts and no others: one canvas on which events are drawn.
#pragma once

#include "libsmos/core/handle.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/captions/captions.hpp"

#include <ass/ass.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// Characters that one font of a set draws.
struct FontRun {
    std::size_t font = 0;
    std::string text;
};

/// Every character with the first font that has it; accents and joiners stay with their letter.
/// Characters without a font become U+25A1 and are reported.
std::vector<FontRun>
font_runs(std::string_view text, const FontSet& fonts, std::vector<MissingGlyph>& missing);

/// Text between override blocks as libass reads it, with the font of every run named in front.
std::string ass_text(const std::vector<FontRun>& runs, const FontSet& fonts);

/// Tight bounds of what is visible; empty when x1 <= x0.
struct InkBox {
    int x0 = 1 << 30;
    int y0 = 1 << 30;
    int x1 = -(1 << 30);
    int y1 = -(1 << 30);

    bool empty() const { return x1 <= x0; }
    void include(const InkBox& other);
};

class AssCanvas {
  public:
    /// One script pixel is one picture pixel.
    static Result<AssCanvas> open(const FontSet& fonts, int width_px, int height_px);

    void add_event(std::int64_t start_ms, std::int64_t end_ms, int layer, const std::string& text);
    /// Owned by libass and valid until the next call; `changed` as libass reports it.
    const ASS_Image* draw(std::int64_t at_ms, bool& changed);
    void clear();
    /// libass's error messages so far, such as a character that it did not find.
    const std::string& complaints() const { return *complaints_; }

    /// Bounds of all pixels of a drawn list with coverage of at least 16 of 255; shadows left out.
    static InkBox ink_of(const ASS_Image* images);

  private:
    using LibraryHandle = UniqueHandle<ASS_Library, ass_library_done>;
    using RendererHandle = UniqueHandle<ASS_Renderer, ass_renderer_done>;
    using TrackHandle = UniqueHandle<ASS_Track, ass_free_track>;

    std::unique_ptr<std::string> complaints_; // libass keeps a pointer to it
    LibraryHandle library_;
    RendererHandle renderer_;
    TrackHandle track_;
};

} // namespace smos::media
