// SPDX-License-Identifier: Apache-2.0
// Where every word of a group stands, and how large.
#pragma once

#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/captions/captions_ass.hpp"

#include <string>
#include <vector>

namespace smos::media {

/// Room around a word for its box and for its glow, above the text for a quotation mark and below
/// it for a bar, in shares of the font size.
inline constexpr double box_pad = 0.19;
inline constexpr double glow_reach = 0.30;
inline constexpr double quote_height = 1.0;
inline constexpr double rule_depth = 0.30;

/// How far the spoken word grows at most, in percent.
int peak_percent(Motion motion);

/// A word, or the part of one that is on a line, or an emoji in one.
struct PlacedPiece {
    std::size_t word = 0; ///< of its group
    std::size_t line = 0;
    std::string text;    ///< for libass, escaped; empty for an emoji
    std::string emoji;   ///< the cluster
    double centre_x = 0; ///< for \an5\pos
    double centre_y = 0;
    double left = 0; ///< of its ink without outline
    double right = 0;
    double height = 0;          ///< of an emoji
    bool right_to_left = false; ///< its own characters are read so
    int characters = 1;
};

struct PlacedLine {
    double left = 0;
    double right = 0;
    double baseline = 0;
};

struct PlacedGroup {
    CaptionGroup group;
    std::vector<PlacedPiece> pieces; ///< in the order in which they are spoken
    std::vector<PlacedLine> lines;
    double size = 0;    ///< \fs
    double outline = 0; ///< \bord
    CaptionBox box;
};

/// Pixels of the picture.
struct TextArea {
    double left = 0, top = 0, right = 0, bottom = 0;
    double centre_y = 0;
};

/// What sizes of type are shares of: the shorter side, but no more than 0.68 of the height, so that
/// words on a square or a wide picture do not fill it. 1080 on 1080x1920, 734 on 1920x1080.
double type_base_px(int width_px, int height_px);

/// The safe area of a style; centred on the picture, so the larger of the two side margins counts
/// on both sides.
TextArea caption_area(const CaptionStyle& style, int width_px, int height_px);

class CaptionLayout {
  public:
    /// More lines than `usual_lines` only where the text would be much smaller without.
    static Result<CaptionLayout> open(const CaptionStyle& style,
                                      const FontSet& fonts,
                                      const TextArea& area,
                                      double base_px,
                                      std::size_t usual_lines);

    /// Error captions_too_long when it does not fit at the smallest size.
    Result<PlacedGroup> place(const CaptionGroup& group);
    const std::string& complaints() const { return canvas_.complaints(); }
    const std::vector<MissingGlyph>& missing() const { return missing_; }

  private:
    /// Sizes at the full font size, relative to the centre that \pos names.
    struct Piece {
        std::size_t word = 0;
        std::string plain;
        std::string text;
        bool emoji = false;
        bool right_to_left = false; ///< goes with words from right to left
        bool may_begin_line = true;
        bool must_begin_line = false;
        double gap = 0;   ///< in front of it on the same line
        double shift = 0; ///< of its centre from that of the line, down
        InkBox ink;
        double width() const { return ink.x1 - ink.x0; }
    };
    struct Lines {
        std::vector<std::size_t> begins; ///< of every line, and the end
        double widest = 0;
        double scale = 0;
        std::size_t count() const { return begins.size() - 1; }
    };

    struct Splits {
        std::vector<std::vector<double>> widest;
        std::vector<std::vector<std::size_t>> from;
    };

    CaptionLayout(const CaptionStyle& style, const FontSet& fonts, AssCanvas canvas);
    std::vector<Piece> measure(const CaptionGroup& group);
    void cut_word(const std::string& word, std::size_t index, std::vector<Piece>& pieces);
    void measure_piece(Piece& piece);
    void mark_breaks(const CaptionGroup& group, std::vector<Piece>& pieces) const;
    void set_directions(const CaptionGroup& group, std::vector<Piece>& pieces);
    InkBox measure_text(const std::string& text);
    double reach() const;
    double line_extra(double longest) const;
    double scale_of(double widest, std::size_t count) const;
    void add_line(const std::vector<Piece>& pieces, Splits& splits) const;
    Lines best_lines(const std::vector<Piece>& pieces) const;
    void join_pieces(std::vector<Piece>& pieces, Lines& lines);
    void place_line(PlacedGroup& placed,
                    const std::vector<Piece>& pieces,
                    const Lines& lines,
                    std::size_t line,
                    double centre_y,
                    InkBox& bounds) const;
    void include_shapes(const PlacedGroup& placed, InkBox& bounds) const;
    void settle(PlacedGroup& placed, InkBox bounds) const;

    CaptionStyle style_;
    const FontSet* fonts_;
    AssCanvas canvas_;
    TextArea area_;
    double size_ = 0;
    double least_ = 0;
    std::size_t usual_lines_ = 2;
    bool base_right_to_left_ = false; ///< of the group in hand
    std::vector<MissingGlyph> missing_;
};

/// Above and below the baseline what a box behind a line covers, in shares of the font size.
double rise_above_baseline(const CaptionStyle& style, const FontSet& fonts);
double drop_below_baseline(const CaptionStyle& style, const FontSet& fonts);

} // namespace smos::media
