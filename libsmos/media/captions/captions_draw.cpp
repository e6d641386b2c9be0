// SPDX-License-Identifier: Apache-2.0
// A placed group to masks: letters and their order.
#include "libsmos/media/captions/captions_draw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::media {
namespace {

constexpr int full_percent = 100;
constexpr int emoji_shadow = 120;
constexpr std::size_t kept_bytes = std::size_t{16} << 20U;
constexpr std::size_t kept_frames = 256;
// Workers draw a few groups in turn, each some pictures ahead; one that was not shown for so many
// pictures is over.
constexpr std::int64_t over_after = 128;
constexpr double glow_width = 0.05, glow_blur = 0.13; // of the font size

} // namespace

CaptionArtist::CaptionArtist(const CaptionStyle& style, const FontSet& fonts, AssCanvas canvas)
    : style_(style),
      fonts_(&fonts),
      canvas_(std::move(canvas)) {}

Result<CaptionArtist>
CaptionArtist::open(const CaptionStyle& style, const FontSet& fonts, int width_px, int height_px) {
    SMOS_TRY(AssCanvas canvas, AssCanvas::open(fonts, width_px, height_px));
    CaptionArtist artist(style, fonts, std::move(canvas));
    artist.width_px_ = width_px;
    artist.height_px_ = height_px;
    return artist;
}

void CaptionArtist::show(const PlacedGroup* group) {
    ++clock_;
    group_ = group;
    if (group == nullptr)
        return;
    const auto known = std::find_if(
        kept_.begin(), kept_.end(), [&](const Art& art) { return art.group == group; });
    if (known != kept_.end()) {
        kept_.splice(kept_.begin(), kept_, known);
    } else {
        make_room();
        kept_.emplace_front().group = group;
    }
    kept_.front().shown = clock_;
}

void CaptionArtist::make_room() {
    std::size_t bytes = 0;
    for (const Art& art : kept_)
        bytes += art.bytes;
    while (!kept_.empty() && (bytes > kept_bytes || clock_ - kept_.back().shown > over_after)) {
        bytes -= kept_.back().bytes;
        kept_.pop_back();
    }
}

std::shared_ptr<const CaptionFrame> CaptionArtist::draw(const std::vector<PieceLook>& looks) {
    if (group_ == nullptr)
        return std::make_shared<CaptionFrame>();
    auto& frames = kept_.front().frames;
    for (const auto& [seen, frame] : frames) {
        if (seen == looks)
            return frame;
    }
    // A sweep or typed letters look different in every frame; one group must not grow for ever.
    if (kept_.front().bytes > kept_bytes || frames.size() >= kept_frames)
        frames.clear();
    frames.emplace_back(looks, draw_looks(looks));
    return frames.back().second;
}

std::shared_ptr<const CaptionFrame> CaptionArtist::draw_looks(const std::vector<PieceLook>& looks) {
    auto frame = std::make_shared<CaptionFrame>();
    add_panel(*frame);
    for (std::size_t i = 0; i < looks.size(); ++i)
        add_shadow(*frame, i, looks[i]);
    add_marks(*frame, looks);
    for (const bool now : {false, true}) {
        for (std::size_t i = 0; i < looks.size(); ++i) {
            if (looks[i].now == now)
                add_word(*frame, i, looks[i]);
        }
    }
    if (style_.mark == Mark::typing)
        add_cursor(*frame, looks);
    for (std::size_t i = 0; i < looks.size(); ++i)
        add_emoji(*frame, i, looks[i]);
    return frame;
}

void CaptionArtist::add_mask(CaptionFrame& frame,
                             DrawnMask drawn,
                             const Rgb& colour,
                             int opacity) const {
    drawn.mask.r = colour.r;
    drawn.mask.g = colour.g;
    drawn.mask.b = colour.b;
    drawn.mask.opacity = static_cast<std::uint8_t>(std::clamp(opacity, 0, 255));
    if (drawn.mask.opacity == 0)
        return;
    frame.masks.push_back(drawn.mask);
    frame.storage.push_back(std::move(drawn.coverage));
}

void CaptionArtist::add_shadow(CaptionFrame& frame, std::size_t index, const PieceLook& look) {
    if (style_.shadow_opacity == 0 || look.opacity == 0 || group_->pieces[index].text.empty())
        return;
    // The first design's shadow stands still, that of larger motions would show.
    const int percent = style_.motion == Motion::pop ? full_percent : look.percent;
    for (DrawnMask drawn : drawn_piece(index, Part::shadow, percent)) {
        if (drawn.letters && style_.outline_width > 0)
            continue;
        drawn.mask.soft = true;
        add_mask(frame, std::move(drawn), Rgb{0, 0, 0}, style_.shadow_opacity * look.opacity / 255);
    }
}

/// Whether anything is left of it.
bool CaptionArtist::clip(DrawnMask& drawn, int from, int to) {
    GlyphMask& mask = drawn.mask;
    const int left = std::max(mask.x, from), right = std::min(mask.x + mask.w, to);
    if (left >= right)
        return false;
    mask.alpha += left - mask.x;
    mask.x = left;
    mask.w = right - left;
    return true;
}

void CaptionArtist::add_word(CaptionFrame& frame, std::size_t index, const PieceLook& look) {
    const PlacedPiece& piece = group_->pieces[index];
    if (look.opacity == 0 || look.shown_px <= 0 || piece.text.empty())
        return;
    Rgb letters = look.now && style_.accent_letters ? style_.accent : style_.text;
    const bool in_box = look.now && style_.mark == Mark::box;
    if (in_box || style_.panel == Panel::lines)
        letters = readable_on(style_.accent);
    const bool lit = look.now && style_.mark == Mark::glow;
    if (lit) {
        for (const DrawnMask& drawn : drawn_piece(index, Part::glow, full_percent))
            add_mask(frame, drawn, style_.accent, 255);
    }
    // The outline is shown with its letter.
    const int room = group_->outline > 0 ? static_cast<int>(group_->outline) + 2 : 0;
    const int begin = static_cast<int>(piece.right_to_left ? piece.right : piece.left);
    const auto shown = [&](DrawnMask& drawn, int px) {
        return piece.right_to_left ? clip(drawn, begin - px, 1 << 20)
                                   : clip(drawn, -(1 << 20), begin + px);
    };
    for (DrawnMask drawn : drawn_piece(index, Part::word, look.percent)) {
        if (!drawn.letters && in_box)
            continue;
        if (!shown(drawn, look.shown_px + room))
            continue;
        const Rgb outline = lit ? style_.accent : style_.outline;
        add_mask(frame, drawn, drawn.letters ? letters : outline, look.opacity);
        if (drawn.letters && look.accent_px > 0 && shown(drawn, look.accent_px))
            add_mask(frame, drawn, style_.accent, look.opacity);
    }
}

void CaptionArtist::add_emoji(CaptionFrame& frame, std::size_t index, const PieceLook& look) {
    const PlacedPiece& piece = group_->pieces[index];
    if (look.opacity == 0 || piece.emoji.empty() || look.shown_px <= 0)
        return;
    const auto [found, is_new] = kept_.front().emoji.try_emplace({index, look.percent});
    RgbaLayer& layer = found->second;
    if (is_new) {
        const int height = static_cast<int>(piece.height * look.percent / full_percent + 0.5);
        EmojiPicture picture = fonts_->emoji()->draw(piece.emoji, std::max(height, 1));
        layer.w = picture.width_px;
        layer.h = picture.height_px;
        layer.x = static_cast<int>(std::lround(piece.centre_x)) - layer.w / 2;
        layer.y = static_cast<int>(std::lround(piece.centre_y)) - layer.h / 2;
        kept_.front().bytes += picture.pixels.size();
        layer.pixels = std::make_shared<const std::vector<std::uint8_t>>(std::move(picture.pixels));
    }
    const bool inside = layer.x >= 0 && layer.y >= 0 && layer.x + layer.w <= width_px_ &&
                        layer.y + layer.h <= height_px_;
    SMOS_EXPECT(inside);
    if (style_.shadow_opacity > 0)
        add_emoji_shadow(frame, layer, look.opacity);
    frame.layers.push_back(layer);
    frame.layers.back().opacity = static_cast<std::uint8_t>(look.opacity);
}

/// Its own shape, a little lower.
void CaptionArtist::add_emoji_shadow(CaptionFrame& frame, const RgbaLayer& layer, int opacity) {
    ShapeMask shape{layer.x, layer.y, layer.w, layer.h, nullptr};
    const auto [found, is_new] = kept_.front().emoji_shapes.try_emplace(layer.pixels.get());
    if (is_new) {
        auto coverage = std::make_shared<std::vector<std::uint8_t>>();
        for (std::size_t i = 3; i < layer.pixels->size(); i += 4)
            coverage->push_back((*layer.pixels)[i]);
        kept_.front().bytes += coverage->size();
        found->second = std::move(coverage);
    }
    shape.coverage = found->second;
    shape.y += static_cast<int>(group_->size * 0.03 + 0.5);
    add_box(frame, shape, Rgb{0, 0, 0}, emoji_shadow * opacity / 255);
    if (!frame.masks.empty())
        frame.masks.back().soft = true;
}

/// Of the group that is shown; drawn when first asked for.
const std::vector<CaptionArtist::DrawnMask>&
CaptionArtist::drawn_piece(std::size_t index, Part part, int percent) {
    const auto [found, is_new] = kept_.front().drawn.try_emplace({index, part, percent});
    if (is_new)
        found->second = draw_text(piece_text(index, part, percent));
    return found->second;
}

std::vector<CaptionArtist::DrawnMask> CaptionArtist::draw_text(const std::string& text) {
    std::vector<DrawnMask> masks;
    canvas_.clear();
    canvas_.add_event(0, 1000, 0, text);
    bool changed = false;
    for (const ASS_Image* image = canvas_.draw(0, changed); image; image = image->next) {
        if (image->w <= 0 || image->h <= 0)
            continue;
        const auto width = static_cast<std::size_t>(image->w);
        auto coverage = std::make_shared<std::vector<std::uint8_t>>();
        coverage->reserve(width * static_cast<std::size_t>(image->h));
        for (int y = 0; y < image->h; ++y) {
            const unsigned char* row = image->bitmap + std::ptrdiff_t{y} * image->stride;
            coverage->insert(coverage->end(), row, row + width);
        }
        DrawnMask drawn;
        drawn.letters = image->type == ASS_Image::IMAGE_TYPE_CHARACTER;
        drawn.mask.x = image->dst_x;
        drawn.mask.y = image->dst_y;
        drawn.mask.w = drawn.mask.stride = image->w;
        drawn.mask.h = image->h;
        drawn.mask.alpha = coverage->data();
        kept_.front().bytes += coverage->size();
        drawn.coverage = std::move(coverage);
        masks.push_back(std::move(drawn));
    }
    return masks;
}

std::string CaptionArtist::piece_text(std::size_t index, Part part, int percent) const {
    const PlacedPiece& piece = group_->pieces[index];
    const double size = group_->size;
    double outline = group_->outline, blur = 0, drop = 0;
    if (part == Part::shadow) {
        drop = size * style_.shadow_drop / 1000.0;
        blur = size * style_.shadow_blur / 1000.0;
    } else if (part == Part::glow) {
        outline += size * glow_width;
        blur = size * glow_blur;
    }
    return fmt::format("{{\\an5\\pos({:.2f},{:.2f})\\fs{:.2f}\\bord{:.2f}\\blur{:.2f}"
                       "\\fscx{}\\fscy{}}}{}",
                       piece.centre_x,
                       piece.centre_y + drop,
                       size,
                       outline,
                       blur,
                       percent,
                       percent,
                       piece.text);
}

} // namespace smos::media
