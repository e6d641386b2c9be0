// SPDX-License-Identifier: Apache-2.0
// A placed group to masks: letters by libass, boxes by formula, emoji as pictures.
#pragma once

#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/captions/captions_ass.hpp"
#include "libsmos/media/captions/captions_emoji.hpp"
#include "libsmos/media/captions/captions_layout.hpp"
#include "libsmos/media/captions/captions_shapes.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace smos::media {

/// How one piece looks in one picture.
struct PieceLook {
    int percent = 100;     ///< of its size
    bool now = false;      ///< being spoken
    int opacity = 255;     ///< 0: not there
    int mark_eighths = 8;  ///< how far its mark has come
    int accent_px = 0;     ///< from where it is begun to be read; the accent colour is there
    int shown_px = 100000; ///< likewise; what is behind is not there

    bool operator==(const PieceLook&) const = default;
};

class CaptionArtist {
  public:
    static Result<CaptionArtist>
    open(const CaptionStyle& style, const FontSet& fonts, int width_px, int height_px);

    /// The group that draw() draws, which has to stay where it is. Called before every picture, so
    /// that what was drawn of other groups is kept as long as they take turns with this one.
    void show(const PlacedGroup* group);
    /// One look for each piece. Every mask and every look is drawn once.
    std::shared_ptr<const CaptionFrame> draw(const std::vector<PieceLook>& looks);

  private:
    enum class Part { shadow, word, glow };
    /// What libass made of one word: coverage of its outline or of its letters.
    struct DrawnMask {
        bool letters = false;
        GlyphMask mask;
        std::shared_ptr<const std::vector<std::uint8_t>> coverage;
    };

    /// All that was drawn of one group.
    struct Art {
        const PlacedGroup* group = nullptr;
        std::int64_t shown = 0; // when it was last, by the clock
        std::size_t bytes = 0;
        std::map<std::tuple<std::size_t, Part, int>, std::vector<DrawnMask>> drawn;
        std::map<std::tuple<std::size_t, int>, RgbaLayer> emoji;
        std::map<const void*, std::shared_ptr<const std::vector<std::uint8_t>>> emoji_shapes;
        CaptionFrame panel;
        std::vector<std::pair<std::vector<PieceLook>, std::shared_ptr<const CaptionFrame>>> frames;
    };

    CaptionArtist(const CaptionStyle& style, const FontSet& fonts, AssCanvas canvas);
    std::shared_ptr<const CaptionFrame> draw_looks(const std::vector<PieceLook>& looks);
    void make_room();
    const std::vector<DrawnMask>& drawn_piece(std::size_t index, Part part, int percent);
    std::vector<DrawnMask> draw_text(const std::string& text);
    std::string piece_text(std::size_t index, Part part, int percent) const;
    void add_panel(CaptionFrame& frame);
    void draw_panel(CaptionFrame& frame);
    void add_quote(CaptionFrame& frame, double centre_x, double centre_y);
    void add_shadow(CaptionFrame& frame, std::size_t index, const PieceLook& look);
    void add_marks(CaptionFrame& frame, const std::vector<PieceLook>& looks);
    void add_mark(CaptionFrame& frame, const PlacedPiece& span, int eighths);
    void add_cursor(CaptionFrame& frame, const std::vector<PieceLook>& looks);
    void add_word(CaptionFrame& frame, std::size_t index, const PieceLook& look);
    void add_emoji(CaptionFrame& frame, std::size_t index, const PieceLook& look);
    void add_emoji_shadow(CaptionFrame& frame, const RgbaLayer& layer, int opacity);
    void add_box(CaptionFrame& frame, const ShapeMask& shape, const Rgb& colour, int opacity);
    void add_mask(CaptionFrame& frame, DrawnMask drawn, const Rgb& colour, int opacity) const;
    /// Columns [from, to) of the picture.
    static bool clip(DrawnMask& drawn, int from, int to);

    CaptionStyle style_;
    const FontSet* fonts_;
    AssCanvas canvas_;
    int width_px_ = 0;
    int height_px_ = 0;
    const PlacedGroup* group_ = nullptr;
    std::int64_t clock_ = 0; // pictures
    std::list<Art> kept_;    // the one in hand first
};

} // namespace smos::media
