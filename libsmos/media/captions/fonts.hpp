// SPDX-License-Identifier: Apache-2.0
// Fonts as files: a name resolves to one file with a hash, and every character to a font that has
// it.
#pragma once

#include "libsmos/core/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// One font file. Its hash belongs into the key of everything drawn with it.
struct Font {
    std::string family;
    std::string style;
    std::string path;
    std::string sha256;
    std::string ass_name;  ///< the one name under which libass finds exactly this file
    bool embolden = false; ///< has one thin weight only; libass draws it bolder
};

/// The file of a font, by family and style ("Inter", "Black"), case ignored. Files that Debian
/// packages put at fixed places come first and without the system's font cache; other families
/// are asked of fontconfig, and a substitute for a family that is not there is an Error no_font
/// with the package to install where we know it.
Result<Font> resolve_font(std::string_view family, std::string_view style);

class EmojiFont;

/// In shares of the font size as libass takes it: from the top of the ascender to the bottom of
/// the descender, by usWinAscent and usWinDescent of the OS/2 table.
struct FontMetrics {
    double ascent = 0.8;
    double descent = 0.2;
    double capital = 0.6; ///< height of capital letters
};

/// A character that no font of the set can draw.
struct MissingGlyph {
    char32_t code_point = 0;
    std::string text; ///< in which it stands
};

/// Fonts in order of preference; the first one that has a character draws it.
class FontSet {
  public:
    /// The display font and behind it those of Inter Black, DejaVu Sans Bold, DejaVu Sans, Droid
    /// Sans Fallback and Symbola that are installed: Latin, Greek, Cyrillic, Hebrew, Arabic,
    /// Chinese, Japanese, Korean, symbols. Noto Color Emoji draws emoji in colours.
    static Result<FontSet> for_captions(std::string_view family = "Inter",
                                        std::string_view style = "Black");
    /// The same without the fonts that `text` does not need; draws this text alike.
    static Result<FontSet>
    for_text(std::string_view family, std::string_view style, std::string_view text);
    /// Exactly these, at least one.
    static Result<FontSet> open(std::vector<Font> fonts);

    FontSet(FontSet&&) noexcept;
    FontSet& operator=(FontSet&&) noexcept;
    ~FontSet();

    const std::vector<Font>& fonts() const;
    /// The whole file, prepared for libass (fonts_charmap.hpp).
    const std::string& bytes(std::size_t font) const;
    /// The font of coloured emoji; none when it is not installed or not needed.
    const EmojiFont* emoji() const { return emoji_.get(); }
    /// Its file; empty path for none.
    const Font& emoji_file() const { return emoji_file_; }
    const FontMetrics& metrics(std::size_t font) const;
    /// The index of the first font that has it; -1 for none.
    int font_for(char32_t code_point) const;
    bool has(std::size_t font, char32_t code_point) const;
    /// Characters of UTF-8 `text` that none has, each once, in order. Spaces and invisible
    /// characters (joiners, variation selectors) are never missing.
    std::vector<MissingGlyph> missing(std::string_view text) const;
    /// An Error missing_glyph that names the first of them.
    Result<void> require(std::string_view text, const std::string& where) const;

  private:
    struct Face;
    FontSet();
    Result<void> add_emoji(std::string_view text);
    std::vector<Font> fonts_;
    std::vector<std::unique_ptr<Face>> faces_;
    std::shared_ptr<const EmojiFont> emoji_;
    Font emoji_file_;
};

/// What to tell somebody whose text, shown at `where`, has a character that no font has.
Error missing_glyph(char32_t code_point, std::string_view text, std::string where);

/// Has no picture of its own: joiners, variation selectors, directional marks.
bool is_invisible(char32_t code_point);

/// "U+1F680 (🚀)" for messages.
std::string name_of_character(char32_t code_point);

} // namespace smos::media
