// SPDX-License-Identifier: Apache-2.0
// Shrinks the pictures of videos.
#include "libsmos/media/compose/shrunk_videos.hpp"

#include "libsmos/kernels/shrink.hpp"

#include <algorithm>

namespace smos::media {

kernels::Size video_mip(kernels::Size full, kernels::Window seen, kernels::Size canvas) {
    const auto sharp = [](std::int64_t window, int side) {
        return window <= ((std::int64_t{side} << 32U) / 10) * 17;
    };
    if (sharp(seen.width, canvas.width) && sharp(seen.height, canvas.height))
        return full;
    const kernels::Size mip = kernels::mip_size(full, seen, seen, canvas);
    return mip.width == 0 || mip.height == 0 ? full : mip;
}

Result<Layer> shrunk_layer(const Layer& layer, kernels::Size size) {
    Layer out{Frame::unpainted(size.width, size.height), {}};
    auto outcome = kernels::shrink_picture(picture_of(layer.colour), picture_of(out.colour));
    if (outcome == kernels::Outcome::done && !layer.alpha.empty()) {
        const Frame& shape = layer.colour;
        out.alpha.resize(out.colour.y_size());
        const kernels::Source alpha{
            layer.alpha.data(), shape.width_px, shape.height_px, shape.y_stride()};
        const kernels::Target target{
            out.alpha.data(), size.width, size.height, out.colour.y_stride()};
        outcome = kernels::shrink(alpha, target);
    }
    if (outcome != kernels::Outcome::done)
        return Error{"compose_failed", kernels::name_of(outcome), "shrink"};
    return out;
}

Result<std::shared_ptr<const Layer>> ShrunkVideos::at(const std::shared_ptr<const Layer>& picture,
                                                      kernels::Size size) {
    constexpr std::size_t most_pictures = 4;
    if (picture->colour.width_px == size.width && picture->colour.height_px == size.height)
        return picture;
    const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& each) {
        return each.picture == picture && each.size.width == size.width &&
               each.size.height == size.height;
    });
    if (found != kept_.end()) {
        kept_.splice(kept_.begin(), kept_, found);
        return kept_.front().shrunk;
    }
    SMOS_TRY(Layer small, shrunk_layer(*picture, size));
    if (kept_.size() >= most_pictures)
        kept_.pop_back();
    kept_.push_front({picture, size, std::make_shared<const Layer>(std::move(small))});
    return kept_.front().shrunk;
}

} // namespace smos::media
