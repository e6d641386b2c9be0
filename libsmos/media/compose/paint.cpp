// SPDX-License-Identifier: Apache-2.0
// One layer onto the canvas.
#include "libsmos/media/compose/paint.hpp"

#include "libsmos/kernels/layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

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
    auto rows = kernels::tap_table(axes.down, out.height_px, from.height_px, kernels::TapUse::down);
    auto chroma_columns = kernels::tap_table(
        kernels::chroma_across(axes.across), out.chroma_width(), from.chroma_width());
    auto chroma_rows = kernels::tap_table(kernels::chroma_down(axes.down),
                                          out.chroma_height(),
                                          from.chroma_height(),
                                          kernels::TapUse::down);
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

/// Alpha times what the box covers of each pixel. Inside the edges, all of it: nothing changes.
void cover_edges(Layer& layer,
                 const std::vector<std::uint32_t>& across,
                 const std::vector<std::uint32_t>& down) {
    std::vector<std::size_t> all(across.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::vector<std::size_t> edges;
    std::copy_if(all.begin(), all.end(), std::back_inserter(edges), [&](std::size_t x) {
        return across[x] != 255;
    });
    std::uint8_t* row = layer.alpha.data();
    for (std::size_t y = 0; y < down.size(); ++y, row += layer.colour.y_stride()) {
        for (const std::size_t x : down[y] == 255 ? edges : all)
            row[x] = static_cast<std::uint8_t>((row[x] * down[y] * across[x] + 65025 / 2) / 65025);
    }
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
    cover_edges(patch.layer, across, down);
    return {};
}

Result<void> warp_plane(kernels::Source plane,
                        kernels::Target out,
                        const kernels::Affine& to_source,
                        std::uint8_t border) {
    const kernels::Warp job{plane, out, to_source, border};
    return done(kernels::run(job, kernels::Device::cuda), "turn");
}

/// The same bits as by interleaved planes.
Result<void> warp_on_gpu(const Layer& picture, const kernels::Affine& map, Patch& patch) {
    const Layer from = bordered(picture);
    const auto source = picture_of(from.colour);
    auto target = picture_of(patch.layer.colour);
    const kernels::Affine chroma = kernels::chroma_map(map);
    SMOS_CHECK(warp_plane(source.y, target.y, map, 16));
    SMOS_CHECK(warp_plane(source.u, target.u, chroma, 128));
    SMOS_CHECK(warp_plane(source.v, target.v, chroma, 128));
    return warp_plane(alpha_of(from), alpha_target(patch.layer), map, 0);
}

Result<void> warp_patch(const std::shared_ptr<const Layer>& picture,
                        const Geometry& geometry,
                        const PaintTools& tools,
                        Patch& patch) {
    kernels::Affine map = to_picture(geometry.box, geometry.rotation, geometry.source);
    map.x0 += turned_border_px + map.xx * patch.x + map.xy * patch.y;
    map.y0 += turned_border_px + map.yx * patch.x + map.yy * patch.y;
    patch.layer.alpha.resize(patch.layer.colour.y_size());
    if (tools.device != kernels::Device::cpu)
        return warp_on_gpu(*picture, map, patch);
    const TurnedPicture& from = tools.turned.of(picture);
    auto target = picture_of(patch.layer.colour);
    const kernels::WarpPair luma{from.luma(), target.y, alpha_target(patch.layer), map, 16, 0};
    const kernels::WarpPair chroma{
        from.chroma(), target.u, target.v, kernels::chroma_map(map), 128, 128};
    SMOS_CHECK(done(kernels::run_rows(luma, kernels::all_rows(target.y)), "turn"));
    return done(kernels::run_rows(chroma, kernels::all_rows(target.u)), "turn");
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

bool replaces_canvas(const LayerPlan& plan, const Layer& picture, const Geometry& geometry) {
    return geometry.covers && picture.alpha.empty() && plan.opacity == 1'000'000 &&
           plan.blend == "normal" && !makes_transparent(plan);
}

Result<void> paint_layer(const LayerPlan& plan,
                         const std::shared_ptr<const Layer>& picture,
                         const Geometry& geometry,
                         const PaintTools& tools,
                         Frame& canvas) {
    const kernels::Rect seen = touched_by(geometry, canvas.width_px, canvas.height_px);
    if (seen.empty() || plan.opacity == 0 || geometry.box.width <= 0 || geometry.box.height <= 0)
        return {};
    const bool replaces = replaces_canvas(plan, *picture, geometry);
    Patch patch;
    patch.x = seen.x0;
    patch.y = seen.y0;
    if (replaces)
        std::swap(patch.layer.colour, canvas);
    else
        patch.layer.colour = Frame::unpainted(seen.x1 - seen.x0, seen.y1 - seen.y0);
    Result<void> drawn = geometry.rotation == 0
                             ? place_patch(*picture, geometry, tools.device, patch)
                             : warp_patch(picture, geometry, tools, patch);
    if (drawn)
        drawn = tools.filters.apply(plan, patch);
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
    return done(kernels::run(job, tools.device), "blend");
}

} // namespace smos::media
