// SPDX-License-Identifier: Apache-2.0
// An emoji in the form in which the kernels blend it.
#include "libsmos/media/captions/captions_layer.hpp"

#include "libsmos/kernels/compose.hpp"
#include "libsmos/media/picture/image.hpp"

namespace smos::media {
namespace {

kernels::Blend blend_of(const PlanarLayer& layer, std::uint32_t opacity) {
    kernels::Blend job;
    job.mask = {layer.alpha.data(),
                layer.picture.width_px,
                layer.picture.height_px,
                layer.picture.width_px};
    job.x0 = layer.x;
    job.y0 = layer.y;
    job.opacity = opacity;
    return job;
}

} // namespace

PlanarLayer planar_layer(const RgbaLayer& layer) {
    PlanarLayer planar;
    planar.x = layer.x - (layer.x & 1);
    planar.y = layer.y - (layer.y & 1);
    const int left = layer.x - planar.x, top = layer.y - planar.y;
    RgbImage image{(left + layer.w + 1) / 2 * 2, (top + layer.h + 1) / 2 * 2, {}};
    const auto width = static_cast<std::size_t>(image.width_px);
    image.pixels.resize(width * static_cast<std::size_t>(image.height_px) * 3);
    planar.alpha.resize(width * static_cast<std::size_t>(image.height_px));
    const std::uint8_t* from = layer.pixels->data();
    for (int y = 0; y < layer.h; ++y) {
        for (int x = 0; x < layer.w; ++x, from += 4) {
            const std::size_t to =
                static_cast<std::size_t>(top + y) * width + static_cast<std::size_t>(left + x);
            planar.alpha[to] = from[3];
            for (std::size_t c = 0; c < 3 && from[3] > 0; ++c)
                image.pixels[to * 3 + c] = static_cast<std::uint8_t>(
                    std::min(255, (from[c] * 255 + from[3] / 2) / from[3]));
        }
    }
    planar.picture = to_frame(image);
    return planar;
}

Result<void> blend_layer(const RgbaLayer& layer, Frame& frame) {
    if (layer.w == 0 || layer.h == 0)
        return {};
    const PlanarLayer planar = planar_layer(layer);
    const std::uint32_t opacity = layer.opacity * kernels::full_weight / 255U;
    const Frame& front = planar.picture;
    const auto target = picture_of(frame);
    for (int plane = 0; plane < 3; ++plane) {
        kernels::Blend job = blend_of(planar, opacity);
        job.chroma = plane > 0;
        job.out = plane == 0 ? target.y : plane == 1 ? target.u : target.v;
        job.front =
            plane == 0
                ? kernels::Source{front.y(), front.width_px, front.height_px, front.y_stride()}
                : kernels::Source{plane == 1 ? front.u() : front.v(),
                                  front.chroma_width(),
                                  front.chroma_height(),
                                  front.uv_stride()};
        const kernels::Outcome outcome = kernels::run_rows(job, kernels::all_rows(job.out));
        if (outcome != kernels::Outcome::done)
            return Error{"compose_failed", kernels::name_of(outcome), "captions"};
    }
    return {};
}

} // namespace smos::media
