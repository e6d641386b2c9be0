// SPDX-License-Identifier: Apache-2.0
// The caption renderer: layout once, every word drawn once for each size it takes, and pictures
// put together from these masks.
#include "libsmos/media/captions/captions.hpp"

#include "libsmos/media/captions/captions_draw.hpp"
#include "libsmos/media/captions/captions_key.hpp"
#include "libsmos/media/captions/captions_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::media {
namespace {

constexpr int percent_step = 3; // few sizes are drawn

/// Straight lines between the points.
struct MotionPoint {
    int at_ms;
    double percent;
};

const std::vector<MotionPoint>& points_of(Motion motion) {
    static const std::vector<MotionPoint> pop{{0, 100}, {80, 112}, {180, 106}};
    static const std::vector<MotionPoint> bounce{{0, 100}, {90, 127}, {180, 100}, {260, 109}};
    static const std::vector<MotionPoint> zoom{{0, 70}, {110, 104}, {170, 100}};
    static const std::vector<MotionPoint> none{{0, 100}};
    switch (motion) {
    case Motion::pop:
        return pop;
    case Motion::bounce:
        return bounce;
    case Motion::zoom:
        return zoom;
    case Motion::none:
        break;
    }
    return none;
}

/// The size of a word so long after it began to be spoken.
int percent_at(Motion motion, std::int64_t since_ms) {
    const std::vector<MotionPoint>& points = points_of(motion);
    double percent = points.back().percent;
    for (std::size_t i = 1; i < points.size(); ++i) {
        if (since_ms >= points[i].at_ms)
            continue;
        const MotionPoint &from = points[i - 1], &to = points[i];
        const double t = static_cast<double>(since_ms - from.at_ms);
        percent = from.percent + (to.percent - from.percent) * t / (to.at_ms - from.at_ms);
        break;
    }
    return 100 + static_cast<int>(std::floor((percent - 100) / percent_step + 0.5)) * percent_step;
}

double share_of(std::int64_t since_ms, std::int64_t length_ms) {
    if (length_ms <= 0 || since_ms >= length_ms)
        return 1;
    return static_cast<double>(since_ms) / static_cast<double>(length_ms);
}

class AssCaptions final : public CaptionRenderer {
  public:
    AssCaptions(const CaptionStyle& style, CaptionArtist artist)
        : style_(style),
          artist_(std::move(artist)) {}

    /// `name` gives a placed group its key.
    template <typename Name>
    Result<void>
    lay_out(const std::vector<CaptionGroup>& groups, CaptionLayout& layout, const Name& name) {
        for (const CaptionGroup& group : groups) {
            SMOS_TRY(PlacedGroup placed, layout.place(group));
            if (placed.pieces.empty() || group.end_ms <= group.start_ms)
                continue;
            boxes_.push_back(placed.box);
            keys_.push_back(name(placed));
            groups_.push_back(std::move(placed));
        }
        for (const MissingGlyph& glyph : layout.missing()) {
            const bool known = std::any_of(missing_.begin(), missing_.end(), [&](const auto& m) {
                return m.code_point == glyph.code_point;
            });
            if (!known)
                missing_.push_back(glyph);
        }
        return {};
    }

    std::shared_ptr<const CaptionFrame> render(std::int64_t at_ms) override {
        const std::size_t group = group_at(at_ms);
        if (group >= groups_.size())
            return nothing_;
        artist_.show(&groups_[group]);
        return artist_.draw(looks_of(groups_[group], at_ms));
    }

    const std::string& key(std::int64_t at_ms) override {
        const std::size_t group = group_at(at_ms);
        key_.clear();
        if (group < groups_.size())
            key_ = look_key(keys_[group], looks_of(groups_[group], at_ms));
        return key_;
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

    /// A word counts as spoken until the next one begins.
    std::vector<PieceLook> looks_of(const PlacedGroup& placed, std::int64_t at_ms) const {
        const std::vector<CaptionWord>& words = placed.group.words;
        std::size_t spoken = 0;
        while (spoken + 1 < words.size() && words[spoken + 1].start_ms <= at_ms)
            ++spoken;
        std::vector<PieceLook> looks(placed.pieces.size());
        for (std::size_t i = 0; i < looks.size(); ++i) {
            const std::size_t word = placed.pieces[i].word;
            looks[i].now = word == spoken;
            if (word < spoken)
                looks[i].opacity = style_.spoken_opacity;
            if (word > spoken)
                looks[i].opacity = style_.waiting_opacity;
        }
        set_marks(placed, at_ms, spoken, looks);
        return looks;
    }

    void set_marks(const PlacedGroup& placed,
                   std::int64_t at_ms,
                   std::size_t spoken,
                   std::vector<PieceLook>& looks) const {
        constexpr std::int64_t mark_ms = 120;
        const CaptionWord& word = placed.group.words[spoken];
        const std::int64_t since_ms = at_ms - word.start_ms,
                           length_ms = word.end_ms - word.start_ms;
        double width = 0;
        for (std::size_t i = 0; i < looks.size(); ++i)
            width += looks[i].now ? placed.pieces[i].right - placed.pieces[i].left : 0;
        const bool typing = style_.mark == Mark::typing;
        // Typed a little faster than spoken.
        double left = width * share_of(since_ms, typing ? length_ms * 4 / 5 : length_ms);
        for (std::size_t i = 0; i < looks.size(); ++i) {
            PieceLook& look = looks[i];
            const PlacedPiece& piece = placed.pieces[i];
            const int piece_px = static_cast<int>(std::ceil(piece.right - piece.left));
            if (style_.mark == Mark::sweep && piece.word < spoken)
                look.accent_px = piece_px;
            if (!look.now)
                continue;
            look.percent = percent_at(style_.motion, since_ms);
            look.mark_eighths = static_cast<int>(8 * share_of(since_ms, mark_ms) + 0.5);
            const bool begun = left > 0 || i == 0 || !looks[i - 1].now;
            const double part = std::clamp(left, 0.0, piece.right - piece.left);
            left -= piece.right - piece.left;
            if (style_.mark == Mark::sweep)
                look.accent_px = static_cast<int>(part + 0.5);
            if (typing)
                look.shown_px = begun ? typed_px(piece, part) : 0;
        }
    }

    /// Whole characters, and the first one at once.
    static int typed_px(const PlacedPiece& piece, double part) {
        const double width = piece.right - piece.left;
        if (part >= width)
            return static_cast<int>(width) + 8;
        const double character = width / std::max(piece.characters, 1);
        return static_cast<int>(character * (std::floor(part / character) + 1));
    }

    CaptionStyle style_;
    CaptionArtist artist_;
    std::vector<PlacedGroup> groups_;
    std::vector<CaptionBox> boxes_;
    std::vector<MissingGlyph> missing_;
    std::vector<std::string> keys_; // of the groups
    std::string key_;
    std::shared_ptr<const CaptionFrame> nothing_ = std::make_shared<CaptionFrame>();
};

} // namespace

Result<std::unique_ptr<CaptionRenderer>> CaptionRenderer::open(
    const CaptionTrack& track, const FontSet& fonts, int width_px, int height_px, Missing missing) {
    SMOS_CHECK(check_captions(track));
    if (width_px < 16 || height_px < 16 || width_px > 8192 || height_px > 8192)
        return Error{"invalid_captions", "the picture must be 16 to 8192 pixels a side"};
    if (missing == Missing::refuse)
        SMOS_CHECK(require_glyphs(track, fonts));
    const CaptionStyle& style = track.style;
    SMOS_TRY(CaptionLayout layout,
             CaptionLayout::open(style,
                                 fonts,
                                 caption_area(style, width_px, height_px),
                                 type_base_px(width_px, height_px),
                                 2));
    SMOS_TRY(CaptionArtist artist, CaptionArtist::open(style, fonts, width_px, height_px));
    auto captions = std::make_unique<AssCaptions>(style, std::move(artist));
    const auto name = [&](const PlacedGroup& group) {
        return group_key(group, style, fonts, width_px, height_px);
    };
    SMOS_CHECK(captions->lay_out(
        group_words(track.cues, style.max_words, style.max_characters), layout, name));
    if (!layout.complaints().empty())
        return Error{"captions", fmt::format("libass: {}", layout.complaints())};
    return std::unique_ptr<CaptionRenderer>{std::move(captions)};
}

} // namespace smos::media
