// SPDX-License-Identifier: Apache-2.0
// Emoji in colours: libass draws masks of one colour, so sequences are shaped with HarfBuzz and
// their pictures read with FreeType here.
#pragma once

#include "libsmos/core/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// R, G, B, A, colours multiplied by alpha, rows without padding.
struct EmojiPicture {
    int width_px = 0;
    int height_px = 0;
    std::vector<std::uint8_t> pixels;
};

/// A font with a bitmap strike in colours (CBDT, PNG), such as Noto Color Emoji. Not for several
/// threads at once.
class EmojiFont {
  public:
    EmojiFont();
    /// Error no_font.
    static Result<std::shared_ptr<const EmojiFont>> open(const std::string& path);
    ~EmojiFont();

    /// Whether the whole cluster has pictures; a sequence that the font does not join is drawn as
    /// its parts, as Unicode asks for (UTS #51, 2.4).
    bool has(std::string_view cluster) const;
    /// Width over height of the cluster's picture; 0 when there is none.
    double aspect(std::string_view cluster) const;
    /// Scaled with a triangle filter; the same picture on every machine.
    EmojiPicture draw(std::string_view cluster, int height_px) const;

  private:
    struct Face;
    std::vector<std::uint32_t> shape(std::string_view cluster) const;
    EmojiPicture strike(std::string_view cluster) const;
    std::unique_ptr<Face> face_;
};

/// A stretch of text, or one emoji.
struct EmojiRun {
    std::string text;
    bool emoji = false;
};

/// Cuts text at grapheme clusters that are to be shown as emoji: those with an emoji presentation
/// by default or by U+FE0F, flags, keycaps, skin tones and joined sequences (UTS #51). Without a
/// font for them they stay text.
std::vector<EmojiRun> split_emoji(std::string_view text, const EmojiFont* font);

} // namespace smos::media
