// SPDX-License-Identifier: Apache-2.0
// Borders and pairs of planes.
#include "libsmos/media/compose/turned_pictures.hpp"

#include <algorithm>

namespace smos::media {
namespace {

std::vector<std::uint8_t> interleaved(kernels::Source first, kernels::Source second) {
    std::vector<std::uint8_t> both(2 * static_cast<std::size_t>(first.width) *
                                   static_cast<std::size_t>(first.height));
    std::uint8_t* to = both.data();
    for (int y = 0; y < first.height; ++y) {
        for (int x = 0; x < first.width; ++x) {
            *to++ = first.at(x, y);
            *to++ = second.at(x, y);
        }
    }
    return both;
}

} // namespace

Layer bordered(const Layer& picture) {
    constexpr int border = turned_border_px;
    const Frame& from = picture.colour;
    Layer out{Frame::unpainted(from.width_px + 2 * border, from.height_px + 2 * border), {}};
    const auto copy = [](const std::uint8_t* source,
                         int width,
                         int height,
                         int stride,
                         std::uint8_t* target,
                         int target_width,
                         int target_height,
                         int target_stride,
                         int edge) {
        for (int y = 0; y < target_height; ++y) {
            const std::uint8_t* row =
                source + static_cast<std::ptrdiff_t>(std::clamp(y - edge, 0, height - 1)) * stride;
            std::uint8_t* to = target + static_cast<std::ptrdiff_t>(y) * target_stride;
            for (int x = 0; x < target_width; ++x)
                to[x] = row[std::clamp(x - edge, 0, width - 1)];
        }
    };
    Frame& to = out.colour;
    copy(from.y(),
         from.width_px,
         from.height_px,
         from.y_stride(),
         to.y(),
         to.width_px,
         to.height_px,
         to.y_stride(),
         border);
    for (const bool first : {true, false})
        copy(first ? from.u() : from.v(),
             from.chroma_width(),
             from.chroma_height(),
             from.uv_stride(),
             first ? to.u() : to.v(),
             to.chroma_width(),
             to.chroma_height(),
             to.uv_stride(),
             border / 2);
    out.alpha.assign(to.y_size(), 0);
    for (int y = 0; y < from.height_px; ++y) {
        std::uint8_t* row =
            out.alpha.data() + static_cast<std::ptrdiff_t>(y + border) * to.y_stride() + border;
        if (picture.alpha.empty())
            std::fill_n(row, from.width_px, std::uint8_t{255});
        else
            std::copy_n(picture.alpha.data() + static_cast<std::ptrdiff_t>(y) * from.y_stride(),
                        from.width_px,
                        row);
    }
    return out;
}

TurnedPicture::TurnedPicture(const Layer& picture) {
    const Layer from = bordered(picture);
    const auto planes = picture_of(from.colour);
    width_px = from.colour.width_px;
    height_px = from.colour.height_px;
    luma_alpha =
        interleaved(planes.y, {from.alpha.data(), width_px, height_px, from.colour.y_stride()});
    blue_red = interleaved(planes.u, planes.v);
}

kernels::Source TurnedPicture::luma() const {
    return {luma_alpha.data(), width_px, height_px, 2 * std::ptrdiff_t{width_px}};
}

kernels::Source TurnedPicture::chroma() const {
    const int width = (width_px + 1) / 2;
    return {blue_red.data(), width, (height_px + 1) / 2, 2 * std::ptrdiff_t{width}};
}

const TurnedPicture& TurnedPictures::of(const std::shared_ptr<const Layer>& picture) {
    constexpr std::size_t most_pictures = 4;
    const auto found = std::find_if(
        kept_.begin(), kept_.end(), [&](const Kept& each) { return each.picture == picture; });
    if (found != kept_.end()) {
        kept_.splice(kept_.begin(), kept_, found);
        return kept_.front().turned;
    }
    if (kept_.size() >= most_pictures)
        kept_.pop_back();
    kept_.push_front({picture, TurnedPicture{*picture}});
    return kept_.front().turned;
}

} // namespace smos::media
