// SPDX-License-Identifier: Apache-2.0
// Word captions: the group of words being spoken, the spoken one in the accent colour.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/backdrop/backdrop.hpp"
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
};

/// The part of the picture that no player's buttons cover, in thousandths from each edge.
struct SafeArea {
    int left = 60;
    int top = 100;
    int right = 120;
    int bottom = 200;
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

struct CaptionStyle {
    Rgb text{255, 255, 255};
    Rgb accent{255, 214, 10};
    Rgb outline{14, 14, 20};
    int size_permille = 116;   ///< of the picture's width; what does not fit is drawn smaller
    int centre_permille = 670; ///< of the height: where the middle of the group stands
    int max_words = 4;         ///< shown together, 1..8
    int max_characters = 26;   ///< shown together, unless one word alone is longer
    SafeArea safe{};
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
};

/// What lies over one picture, to be blended in this order. All masks are inside the picture.
struct CaptionFrame {
    std::vector<GlyphMask> masks;
    std::vector<std::shared_ptr<const std::vector<std::uint8_t>>> storage;
};

/// Draws a track. Same track, fonts and size: same masks, on every machine.
class CaptionRenderer {
  public:
    /// Lays everything out. Error codes: invalid_captions, captions.
    static Result<std::unique_ptr<CaptionRenderer>>
    open(const CaptionTrack& track, const FontSet& fonts, int width_px, int height_px);
    virtual ~CaptionRenderer() = default;

    /// The same pointer as the last time while nothing changed; never null.
    virtual std::shared_ptr<const CaptionFrame> render(std::int64_t at_ms) = 0;

    /// One box for each group, in order; all inside the safe area.
    virtual const std::vector<CaptionBox>& boxes() const = 0;
    /// Characters drawn as a box (U+25A1) because no font has them.
    virtual const std::vector<MissingGlyph>& missing() const = 0;
};

} // namespace smos::media
