// SPDX-License-Identifier: Apache-2.0
// Word captions: the group of words being spoken, the spoken one in the accent colour.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/backdrop/backdrop.hpp"
#include "libsmos/media/captions/captions_style.hpp"
#include "libsmos/media/captions/fonts.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace smos::media {

/// One spoken word, [start_ms, end_ms).
struct CaptionWord {
    std::int64_t start_ms = 0;
    std::int64_t end_ms = 0;
    std::string text; ///< any UTF-8; shown as it stands on one line
};

/// What is said in one breath; words never share a group across cues.
struct CaptionCue {
    std::int64_t start_ms = 0;
    std::int64_t end_ms = 0;
    std::vector<CaptionWord> words;
    std::string id{}; ///< for messages
};

/// A rectangle in pixels; a box holds everything drawn in it but the soft shadow.
struct CaptionBox {
    std::int64_t start_ms = 0;
    std::int64_t end_ms = 0;
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    std::string text;
};

struct CaptionTrack {
    std::vector<CaptionCue> cues;
    CaptionStyle style{};
};

/// Words shown together.
struct CaptionGroup {
    std::int64_t start_ms = 0;
    std::int64_t end_ms = 0;
    std::vector<CaptionWord> words;
    std::size_t cue = 0;                ///< of the track
    int direction = 0;                  ///< of the cue's first letter that has one: 1 or -1
    std::vector<std::size_t> line_ends; ///< word counts at which a line has to end, in order
};

/// Times in order and not negative, text UTF-8, colours and sizes in range; else invalid_captions.
Result<void> check_captions(const CaptionTrack& track);

/// Cuts cues at sentence ends and pauses, and what is between evenly into groups. A group stays
/// until the next one, but at most 400 ms after its last word. Words without visible text are left
/// out.
std::vector<CaptionGroup>
group_words(const std::vector<CaptionCue>& cues, int max_words, int max_characters);

/// Subtitle files, UTF-8, one cue for each group of up to eight words. Text cannot end a cue or
/// start markup.
std::string to_srt(const CaptionTrack& track);
std::string to_webvtt(const CaptionTrack& track);
/// Advanced SubStation Alpha of the track's groups, a karaoke command before every word, colours,
/// font and place of the style; its motion and marks are ours and have no words there.
std::string to_ass(const CaptionTrack& track, int width_px, int height_px);

/// Coverage 0..255 of one glyph run, to be blended in one colour. `opacity` 255 is opaque.
struct GlyphMask {
    int x = 0;
    int y = 0;
    int w = 0;
    int h = 0;
    int stride = 0;
    const std::uint8_t* alpha = nullptr; ///< owned by the CaptionFrame
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    std::uint8_t opacity = 255;
    bool soft = false; ///< a shadow: fades out, and is not counted to the box
};

/// A picture in colours, an emoji: R, G, B, A, 8 bits each, sRGB, colours multiplied by alpha.
struct RgbaLayer {
    int x = 0;
    int y = 0;
    int w = 0;
    int h = 0; ///< rows of 4 * w bytes, the top one first
    std::shared_ptr<const std::vector<std::uint8_t>> pixels;
    std::uint8_t opacity = 255;
};

/// What lies over one picture, to be blended in this order, the layers above all masks. Everything
/// is inside the picture.
struct CaptionFrame {
    std::vector<GlyphMask> masks;
    std::vector<std::shared_ptr<const std::vector<std::uint8_t>>> storage; ///< one for each mask
    std::vector<RgbaLayer> layers;
};

/// What to do about a character that no font has.
enum class Missing {
    report, ///< draw a box (U+25A1) and list it
    refuse  ///< Error missing_glyph that names the character and the cue
};

/// The files of those fonts of the set that the track's text, as its style shows it, is drawn with,
/// in the order of the set, the one of coloured emoji last: what a resolved timeline lists.
std::vector<Font> fonts_of(const CaptionTrack& track, const FontSet& fonts);

/// The style's font and behind it what the track's characters need (FontSet::for_text).
Result<FontSet> fonts_for(const CaptionTrack& track);

/// Error missing_glyph for the first character of the track, as its style shows it, that no font of
/// the set has: names the character, the word and the cue, `where` is its id or number.
Result<void> require_glyphs(const CaptionTrack& track, const FontSet& fonts);

/// Draws a track. Same track, fonts and size: same masks, on every machine. What was drawn is kept,
/// up to 16 MiB and at least the group in hand, so times may be asked in any order and again. Not
/// for several threads at once.
class CaptionRenderer {
  public:
    /// Lays everything out. Error codes: invalid_captions, captions, missing_glyph, and
    /// captions_too_long where a group does not fit even at the smallest size; `where` is the cue.
    /// The fonts have to live as long as the renderer.
    static Result<std::unique_ptr<CaptionRenderer>> open(const CaptionTrack& track,
                                                         const FontSet& fonts,
                                                         int width_px,
                                                         int height_px,
                                                         Missing missing = Missing::report);
    virtual ~CaptionRenderer() = default;

    /// The same pointer as the last time while nothing changed; never null.
    virtual std::shared_ptr<const CaptionFrame> render(std::int64_t at_ms) = 0;

    /// Names what render() gives at this time, without drawing it: a hash of everything that its
    /// pixels depend on (words, places, style, fonts, libass), but not of the time. Empty when
    /// nothing is shown.
    virtual const std::string& key(std::int64_t at_ms) = 0;

    /// One box for each group, by time; all inside the safe area.
    virtual const std::vector<CaptionBox>& boxes() const = 0;
    /// Characters drawn as a box (U+25A1) because no font has them.
    virtual const std::vector<MissingGlyph>& missing() const = 0;
};

} // namespace smos::media
