// SPDX-License-Identifier: Apache-2.0
// Where every word of a group stands, and how large.
#pragma once

#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/captions/captions_ass.hpp"

#include <string>
#include <vector>

namespace smos::media {

/// How far the spoken word grows at most, in percent.
inline constexpr int pop_peak_percent = 112;

/// A word, or a piece of one too long for a line.
struct PlacedPiece {
    std::size_t word = 0; ///< of its group
    std::string text;     ///< for libass, escaped
    double centre_x = 0;  ///< for \an5\pos
    double centre_y = 0;
};

struct PlacedGroup {
    CaptionGroup group;
    std::vector<PlacedPiece> pieces;
    double size = 0;    ///< \fs
    double outline = 0; ///< \bord
    CaptionBox box;
};

class CaptionLayout {
  public:
    static Result<CaptionLayout>
    open(const CaptionStyle& style, const FontSet& fonts, int width_px, int height_px);

    PlacedGroup place(const CaptionGroup& group);
    const std::string& complaints() const { return canvas_.complaints(); }
    const std::vector<MissingGlyph>& missing() const { return missing_; }

  private:
    /// Sizes at the full font size, relative to the centre that \pos names.
    struct Piece {
        std::size_t word = 0;
        std::string text;
        InkBox ink;
        bool right_to_left = false;
        double width() const { return ink.x1 - ink.x0; }
    };
    using Line = std::vector<std::size_t>;
    struct Lines {
        std::vector<Line> lines;
        double scale = 0;
    };

    CaptionLayout(const CaptionStyle& style, const FontSet& fonts, AssCanvas canvas);
    std::vector<Piece> measure(const CaptionGroup& group);
    InkBox measure_text(const std::string& text);
    double line_width(const std::vector<Piece>& pieces, const Line& line) const;
    Lines break_lines(const std::vector<Piece>& pieces, std::size_t count) const;
    Lines best_lines(const std::vector<Piece>& pieces) const;
    void place_line(PlacedGroup& placed,
                    const std::vector<Piece>& pieces,
                    const Line& line,
                    double scale,
                    double centre_y,
                    InkBox& bounds) const;

    CaptionStyle style_;
    const FontSet* fonts_;
    AssCanvas canvas_;
    double left_ = 0, top_ = 0, right_ = 0, bottom_ = 0, centre_y_ = 0;
    double size_ = 0;
    std::vector<MissingGlyph> missing_;
};

} // namespace smos::media
