// SPDX-License-Identifier: Apache-2.0
// The caption renderer: layout once, every word drawn once for each size it takes, and pictures
// put together from these masks.
#include "libsmos/media/captions/captions.hpp"

#include "libsmos/media/captions/captions_ass.hpp"
#include "libsmos/media/captions/captions_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace smos::media {
namespace {

constexpr int full_percent = 100, rest_percent = 106, percent_step = 3;
constexpr int rise_ms = 80, settle_ms = 100;
constexpr std::uint8_t shadow_opacity = 150;

/// The size of a word so long after it began to be spoken: up to the peak, then down to rest, in
/// few steps so that few sizes are drawn.
int pop_percent(std::int64_t since_ms) {
    if (since_ms >= rise_ms + settle_ms)
        return rest_percent;
    const double t = static_cast<double>(since_ms);
    const double grown =
        since_ms < rise_ms
            ? full_percent + (pop_peak_percent - full_percent) * t / rise_ms
            : pop_peak_percent - (pop_peak_percent - rest_percent) * (t - rise_ms) / settle_ms;
    const int steps = static_cast<int>((grown - full_percent) / percent_step + 0.5);
    return full_percent + steps * percent_step;
}

enum class Part { shadow, word };

/// What libass made of one word: coverage of its outline and of its letters.
struct DrawnMask {
    bool letters = false;
    GlyphMask mask;
    std::shared_ptr<const std::vector<std::uint8_t>> coverage;
};

DrawnMask copy_of(const ASS_Image& image) {
    const auto width = static_cast<std::size_t>(image.w);
    auto coverage = std::make_shared<std::vector<std::uint8_t>>();
    coverage->reserve(width * static_cast<std::size_t>(image.h));
    for (int y = 0; y < image.h; ++y) {
        const unsigned char* row = image.bitmap + std::ptrdiff_t{y} * image.stride;
        coverage->insert(coverage->end(), row, row + width);
    }
    DrawnMask drawn;
    drawn.letters = image.type == ASS_Image::IMAGE_TYPE_CHARACTER;
    drawn.mask.x = image.dst_x;
    drawn.mask.y = image.dst_y;
    drawn.mask.w = drawn.mask.stride = image.w;
    drawn.mask.h = image.h;
    drawn.mask.alpha = coverage->data();
    drawn.coverage = std::move(coverage);
    return drawn;
}

class AssCaptions final : public CaptionRenderer {
  public:
    AssCaptions(const CaptionStyle& style, AssCanvas canvas)
        : style_(style),
          canvas_(std::move(canvas)) {}

    void lay_out(const std::vector<CaptionGroup>& groups, CaptionLayout& layout) {
        for (const CaptionGroup& group : groups) {
            PlacedGroup placed = layout.place(group);
            if (placed.pieces.empty() || group.end_ms <= group.start_ms)
                continue;
            boxes_.push_back(placed.box);
            groups_.push_back(std::move(placed));
        }
        for (const MissingGlyph& glyph : layout.missing()) {
            const bool known = std::any_of(missing_.begin(), missing_.end(), [&](const auto& m) {
                return m.code_point == glyph.code_point;
            });
            if (!known)
                missing_.push_back(glyph);
        }
    }

    std::shared_ptr<const CaptionFrame> render(std::int64_t at_ms) override {
        const std::size_t group = group_at(at_ms);
        std::vector<int> sizes;
        if (group < groups_.size())
            sizes = spoken_sizes(groups_[group], at_ms);
        if (last_ && group == last_group_ && sizes == last_sizes_)
            return last_;
        if (group != last_group_)
            drawn_.clear();
        last_group_ = group;
        last_sizes_ = sizes;
        last_ = compose(sizes);
        return last_;
    }

    const std::vector<CaptionBox>& boxes() const override { return boxes_; }
    const std::vector<MissingGlyph>& missing() const override { return missing_; }

  private:
    /// groups_.size() when nothing is shown.
    std::size_t group_at(std::int64_t at_ms) const {
        const auto after = std::upper_bound(
            groups_.begin(), groups_.end(), at_ms, [](std::int64_t at, const PlacedGroup& group) {
                return at < group.group.start_ms;
            });
        if (after == groups_.begin() || at_ms >= std::prev(after)->group.end_ms)
            return groups_.size();
        return static_cast<std::size_t>(after - groups_.begin()) - 1;
    }

    /// For each piece the percent of its size while it is spoken, else 0. A word counts as spoken
    /// until the next one begins.
    static std::vector<int> spoken_sizes(const PlacedGroup& placed, std::int64_t at_ms) {
        const std::vector<CaptionWord>& words = placed.group.words;
        std::size_t spoken = 0;
        while (spoken + 1 < words.size() && words[spoken + 1].start_ms <= at_ms)
            ++spoken;
        std::vector<int> sizes;
        for (const PlacedPiece& piece : placed.pieces) {
            const std::int64_t since_ms = at_ms - words[spoken].start_ms;
            sizes.push_back(piece.word == spoken ? pop_percent(since_ms) : 0);
        }
        return sizes;
    }

    std::shared_ptr<const CaptionFrame> compose(const std::vector<int>& sizes) {
        auto frame = std::make_shared<CaptionFrame>();
        for (std::size_t i = 0; i < sizes.size(); ++i)
            add_shadow(*frame, i);
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            if (sizes[i] == 0)
                add_word(*frame, i, full_percent, style_.text);
        }
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            if (sizes[i] != 0)
                add_word(*frame, i, sizes[i], style_.accent);
        }
        return frame;
    }

    void add_shadow(CaptionFrame& frame, std::size_t piece) {
        for (const DrawnMask& drawn : drawn_piece(piece, Part::shadow, full_percent)) {
            if (!drawn.letters)
                add_mask(frame, drawn, Rgb{0, 0, 0}, shadow_opacity);
        }
    }

    void add_word(CaptionFrame& frame, std::size_t piece, int percent, const Rgb& letters) {
        for (const DrawnMask& drawn : drawn_piece(piece, Part::word, percent))
            add_mask(frame, drawn, drawn.letters ? letters : style_.outline, 255);
    }

    static void
    add_mask(CaptionFrame& frame, const DrawnMask& drawn, const Rgb& colour, std::uint8_t opacity) {
        GlyphMask mask = drawn.mask;
        mask.r = colour.r;
        mask.g = colour.g;
        mask.b = colour.b;
        mask.opacity = opacity;
        frame.masks.push_back(mask);
        frame.storage.push_back(drawn.coverage);
    }

    /// Of the group that is shown; drawn when first asked for.
    const std::vector<DrawnMask>& drawn_piece(std::size_t index, Part part, int percent) {
        const auto [found, is_new] = drawn_.try_emplace({index, part, percent});
        if (is_new) {
            canvas_.clear();
            canvas_.add_event(0, 1000, 0, piece_text(index, part, percent));
            bool changed = false;
            for (const ASS_Image* image = canvas_.draw(0, changed); image; image = image->next) {
                if (image->w > 0 && image->h > 0)
                    found->second.push_back(copy_of(*image));
            }
        }
        return found->second;
    }

    std::string piece_text(std::size_t index, Part part, int percent) const {
        const PlacedGroup& placed = groups_[last_group_];
        const PlacedPiece& piece = placed.pieces[index];
        const bool shadow = part == Part::shadow;
        return fmt::format("{{\\an5\\pos({:.2f},{:.2f})\\fs{:.2f}\\bord{:.2f}\\blur{:.2f}"
                           "\\fscx{}\\fscy{}}}{}",
                           piece.centre_x,
                           piece.centre_y + (shadow ? placed.size * 0.06 : 0),
                           placed.size,
                           placed.outline,
                           shadow ? placed.size * 0.09 : 0,
                           percent,
                           percent,
                           piece.text);
    }

    CaptionStyle style_;
    AssCanvas canvas_;
    std::vector<PlacedGroup> groups_;
    std::vector<CaptionBox> boxes_;
    std::vector<MissingGlyph> missing_;
    std::map<std::tuple<std::size_t, Part, int>, std::vector<DrawnMask>> drawn_;
    std::shared_ptr<const CaptionFrame> last_;
    std::size_t last_group_ = 0;
    std::vector<int> last_sizes_;
};

} // namespace

Result<std::unique_ptr<CaptionRenderer>> CaptionRenderer::open(const CaptionTrack& track,
                                                               const FontSet& fonts,
                                                               int width_px,
                                                               int height_px) {
    SMOS_CHECK(check_captions(track));
    if (width_px < 16 || height_px < 16 || width_px > 8192 || height_px > 8192)
        return Error{"invalid_captions", "the picture must be 16 to 8192 pixels a side"};
    SMOS_TRY(CaptionLayout layout, CaptionLayout::open(track.style, fonts, width_px, height_px));
    SMOS_TRY(AssCanvas canvas, AssCanvas::open(fonts, width_px, height_px));
    auto captions = std::make_unique<AssCaptions>(track.style, std::move(canvas));
    const CaptionStyle& style = track.style;
    captions->lay_out(group_words(track.cues, style.max_words, style.max_characters), layout);
    if (!layout.complaints().empty())
        return Error{"captions", fmt::format("libass: {}", layout.complaints())};
    return std::unique_ptr<CaptionRenderer>{std::move(captions)};
}

} // namespace smos::media
