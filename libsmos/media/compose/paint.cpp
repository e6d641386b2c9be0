// SPDX-License-Identifier: Apache-2.0
// One layer onto the canvas.
#include "libsmos/media/compose/paint.hpp"

#include "libsmos/kernels/layer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::media {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t one_pixel = std::int64_t{1} << 32U;

/// Where pixel `first` and its followers lie in the source, for a box seen as a window.
kernels::Axis
axis_of(std::int64_t window, std::int64_t seen, std::int64_t box, std::int64_t length, int first) {
    kernels::Axis axis;
    axis.step = static_cast<std::int64_t>(Wide{seen} * one_pixel / length);
    const Wide offset = (Wide{first} * one_pixel + one_pixel / 2 - box) * axis.step;
    axis.start = window + static_cast<std::int64_t>(offset / one_pixel) - one_pixel / 2;
    return axis;
}

struct Axes {
    kernels::Axis across;
    kernels::Axis down;
};

std::optional<kernels::PictureMove>
move_of(const Axes& axes, const Layer& picture, const Frame& out) {
    const Frame& from = picture.colour;
    auto columns = kernels::tap_table(axes.across, out.width_px, from.width_px);
    auto rows = kernels::tap_table(axes.down, out.height_px, from.height_px);
    auto chroma_columns = kernels::tap_table(
        kernels::chroma_across(axes.across), out.chroma_width(), from.chroma_width());
    auto chroma_rows = kernels::tap_table(
        kernels::chroma_down(axes.down), out.chroma_height(), from.chroma_height());
    if (!columns || !rows || !chroma_columns || !chroma_rows)
        return std::nullopt;
    return kernels::PictureMove{
        *std::move(columns), *std::move(rows), *std::move(chroma_columns), *std::move(chroma_rows)};
}

/// How much of each pixel from `first` on lies between the edges, 0 to 255.
std::vector<std::uint32_t> coverage(std::int64_t begin, std::int64_t length, int first, int count) {
    std::vector<std::uint32_t> cover(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        const std::int64_t left = std::int64_t{first + i} * one_pixel;
        const std::int64_t inside =
            std::min(left + one_pixel, begin + length) - std::max(left, begin);
        cover[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(
            (std::clamp<std::int64_t>(inside, 0, one_pixel) * 255 + one_pixel / 2) >> 32U);
    }
    return cover;
}

kernels::Source alpha_of(const Layer& layer) {
    return {
        layer.alpha.data(), layer.colour.width_px, layer.colour.height_px, layer.colour.y_stride()};
}

kernels::Target alpha_target(Layer& layer) {
    return {
        layer.alpha.data(), layer.colour.width_px, layer.colour.height_px, layer.colour.y_stride()};
}

Result<void> place_planes(const kernels::PictureMove& move,
                          kernels::Picture<const std::uint8_t> from,
                          kernels::Picture<std::uint8_t> out,
                          kernels::Device device) {
    if (device == kernels::Device::cpu)
        return done(kernels::place_rows(move, from, out, kernels::all_rows(out.y)), "place");
    const auto plane = [&](kernels::Source source,
                           kernels::Target target,
                           const kernels::TapTable& columns,
                           const kernels::TapTable& rows) {
        kernels::Place job;
        job.source = source;
        job.out = target;
        job.columns = &columns;
        job.rows = &rows;
        return done(kernels::run(job, device), "place on the GPU");
    };
    SMOS_CHECK(plane(from.y, out.y, move.luma_columns, move.luma_rows));
    SMOS_CHECK(plane(from.u, out.u, move.chroma_columns, move.chroma_rows));
    return plane(from.v, out.v, move.chroma_columns, move.chroma_rows);
}

/// A box that is not turned: four taps, and edges as fine as their share of a pixel.
Result<void>
place_patch(const Layer& picture, const Geometry& geometry, kernels::Device device, Patch& patch) {
    const FixedRect& box = geometry.box;
    const kernels::Window& seen = geometry.source;
    Frame& out = patch.layer.colour;
    const Axes axes{axis_of(seen.x, seen.width, box.x, box.width, patch.x),
                    axis_of(seen.y, seen.height, box.y, box.height, patch.y)};
    const auto move = move_of(axes, picture, out);
    if (!move)
        return Error{"compose_failed", "the picture is shown too small or too large", "place"};
    SMOS_CHECK(place_planes(*move, picture_of(picture.colour), picture_of(out), device));
    const auto across = coverage(box.x, box.width, patch.x, out.width_px);
    const auto down = coverage(box.y, box.height, patch.y, out.height_px);
    const auto full = [](const std::vector<std::uint32_t>& cover) {
        return std::all_of(cover.begin(), cover.end(), [](std::uint32_t c) { return c == 255; });
    };
    const bool whole = full(across) && full(down);
    if (picture.alpha.empty() && whole)
        return {};
    patch.layer.alpha.assign(out.y_size(), 255);
    if (!picture.alpha.empty()) {
        kernels::Place job;
        job.source = alpha_of(picture);
        job.out = alpha_target(patch.layer);
        job.columns = &move->luma_columns;
        job.rows = &move->luma_rows;
        SMOS_CHECK(done(kernels::run(job, device), "place"));
    }
    if (whole)
        return {};
    for (int y = 0; y < out.height_px; ++y) {
        std::uint8_t* row =
            patch.layer.alpha.data() + static_cast<std::ptrdiff_t>(y) * out.y_stride();
        const std::uint32_t row_cover = down[static_cast<std::size_t>(y)];
        for (int x = 0; x < out.width_px; ++x) {
            const std::uint32_t cover = row_cover * across[static_cast<std::size_t>(x)];
            row[x] = static_cast<std::uint8_t>((row[x] * cover + 65025 / 2) / 65025);
        }
    }
    return {};
}

/// Two pixels of the edge again outside it, and there transparent: a turned edge is then smooth and
/// keeps its colour.
Layer bordered(const Layer& picture) {
    constexpr int border = 4; // even, so that chroma stays in place
    const Frame& from = picture.colour;
    Layer out{Frame{from.width_px + 2 * border, from.height_px + 2 * border}, {}};
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

Result<void>
warp_patch(const Layer& picture, const Geometry& geometry, kernels::Device device, Patch& patch) {
    const Layer from = bordered(picture);
    kernels::Affine map = to_picture(geometry.box, geometry.rotation, geometry.source);
    map.x0 += 4 + map.xx * patch.x + map.xy * patch.y;
    map.y0 += 4 + map.yx * patch.x + map.yy * patch.y;
    auto source = picture_of(from.colour);
    auto target = picture_of(patch.layer.colour);
    const kernels::Affine chroma = kernels::chroma_map(map);
    const auto warp = [&](kernels::Source plane,
                          kernels::Target out,
                          const kernels::Affine& to_source,
                          std::uint8_t border) {
        return done(kernels::run(kernels::Warp{plane, out, to_source, border}, device), "turn");
    };
    SMOS_CHECK(warp(source.y, target.y, map, 16));
    SMOS_CHECK(warp(source.u, target.u, chroma, 128));
    SMOS_CHECK(warp(source.v, target.v, chroma, 128));
    patch.layer.alpha.assign(patch.layer.colour.y_size(), 0);
    return warp(alpha_of(from), alpha_target(patch.layer), map, 0);
}

kernels::BlendMode mode_named(const std::string& name) {
    using Mode = kernels::BlendMode;
    static const std::map<std::string, Mode> modes = {{"add", Mode::add},
                                                      {"multiply", Mode::multiply},
                                                      {"screen", Mode::screen},
                                                      {"overlay", Mode::overlay},
                                                      {"soft_light", Mode::soft_light}};
    const auto found = modes.find(name);
    return found == modes.end() ? Mode::normal : found->second;
}

bool makes_transparent(const LayerPlan& plan) {
    return std::any_of(plan.filters.begin(), plan.filters.end(), [](const EffectPlan& filter) {
        return filter.name == "chroma_key";
    });
}

} // namespace

Result<void> done(kernels::Outcome outcome, const char* what) {
    if (outcome == kernels::Outcome::done)
        return {};
    return Error{"compose_failed",
                 fmt::format("{}: {}", what, kernels::name_of(outcome)),
                 "composer",
                 "try --device cpu"};
}

Result<void> paint_layer(const LayerPlan& plan,
                         const Layer& picture,
                         const Geometry& geometry,
                         Filters& filters,
                         kernels::Device device,
                         Frame& canvas) {
    const kernels::Rect seen = touched_by(geometry, canvas.width_px, canvas.height_px);
    if (seen.empty() || plan.opacity == 0 || geometry.box.width <= 0 || geometry.box.height <= 0)
        return {};
    const bool replaces = geometry.covers && picture.alpha.empty() && plan.opacity == 1'000'000 &&
                          plan.blend == "normal" && !makes_transparent(plan);
    Patch patch;
    patch.x = seen.x0;
    patch.y = seen.y0;
    if (replaces)
        std::swap(patch.layer.colour, canvas);
    else
        patch.layer.colour = Frame{seen.x1 - seen.x0, seen.y1 - seen.y0};
    Result<void> drawn = geometry.rotation == 0 ? place_patch(picture, geometry, device, patch)
                                                : warp_patch(picture, geometry, device, patch);
    if (drawn)
        drawn = filters.apply(plan, patch);
    if (replaces) {
        std::swap(patch.layer.colour, canvas);
        return drawn;
    }
    SMOS_CHECK(drawn);
    kernels::Layer job;
    job.out = picture_of(canvas);
    job.front = picture_of(static_cast<const Frame&>(patch.layer.colour));
    if (!patch.layer.alpha.empty())
        job.alpha = alpha_of(patch.layer);
    job.x0 = patch.x;
    job.y0 = patch.y;
    job.opacity = static_cast<std::uint32_t>((plan.opacity * 65536 + 500'000) / 1'000'000);
    job.mode = mode_named(plan.blend);
    return done(kernels::run(job, device), "blend");
}

} // namespace smos::media
