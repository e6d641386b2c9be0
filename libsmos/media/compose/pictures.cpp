// SPDX-License-Identifier: Apache-2.0
// Loads, shrinks, makes and forgets pictures.
#include "libsmos/media/compose/pictures.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/kernels/effects.hpp"
#include "libsmos/media/backdrop/backdrop.hpp"
#include "libsmos/media/compose/geometry.hpp"
#include "libsmos/media/compose/text_layer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::media {
namespace {

Frame filled(int width_px, int height_px, kernels::Colour colour) {
    Frame frame = Frame::unpainted(width_px, height_px);
    std::fill_n(frame.y(), frame.y_size(), colour.y);
    std::fill_n(frame.u(), frame.uv_size(), colour.u);
    std::fill_n(frame.v(), frame.uv_size(), colour.v);
    return frame;
}

/// Straight from one colour to the other across the canvas, every plane with its own ordered
/// rounding, so that slow gradients show no bands.
void ramp(std::uint8_t* plane,
          int width,
          int height,
          int stride,
          const kernels::Affine& along,
          int from,
          int to) {
    static constexpr std::array<std::uint8_t, 16> order = {
        0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5};
    constexpr double fixed_one = 65536.0;
    const auto step_x = static_cast<std::int64_t>(along.xx * fixed_one * fixed_one);
    const auto step_y = static_cast<std::int64_t>(along.xy * fixed_one * fixed_one);
    const auto start = static_cast<std::int64_t>(along.x0 * fixed_one * fixed_one);
    for (int y = 0; y < height; ++y) {
        std::uint8_t* row = plane + static_cast<std::ptrdiff_t>(y) * stride;
        for (int x = 0; x < width; ++x) {
            const std::int64_t t =
                std::clamp<std::int64_t>((start + step_x * x + step_y * y) >> 16U, 0, 65536);
            const std::int64_t level = std::int64_t{from} * 65536 + (to - from) * t;
            const std::int64_t round = order.at((static_cast<std::size_t>(y) & 3U) * 4 +
                                                (static_cast<std::size_t>(x) & 3U));
            row[x] = static_cast<std::uint8_t>((level + round * 4096 + 2048) >> 16U);
        }
    }
}

Layer gradient(const EffectPlan& effect, int width_px, int height_px) {
    const kernels::Colour from = colour_named(effect.text("from"));
    const kernels::Colour to = colour_named(effect.text("to"));
    Layer layer{Frame::unpainted(width_px, height_px), {}};
    Frame& frame = layer.colour;
    // Turned by the angle, a box as long as the canvas is in that direction maps to 0 .. 1.
    const std::int64_t degrees = effect.value("degrees", 0, 90);
    const auto map_for = [&](int width, int height) {
        FixedRect box{0, 0, std::int64_t{width} << 32U, std::int64_t{height} << 32U};
        const kernels::Affine turn = to_picture(
            box, degrees, {0, 0, std::int64_t{width} << 32U, std::int64_t{height} << 32U});
        const double reach = std::abs(turn.xx) * width + std::abs(turn.xy) * height;
        const double middle_x = (width - 1) / 2.0, middle_y = (height - 1) / 2.0;
        kernels::Affine along;
        along.xx = turn.xx / reach;
        along.xy = turn.xy / reach;
        along.x0 = 0.5 - along.xx * middle_x - along.xy * middle_y;
        return along;
    };
    const kernels::Affine luma = map_for(width_px, height_px);
    const kernels::Affine chroma = map_for(frame.chroma_width(), frame.chroma_height());
    ramp(frame.y(), width_px, height_px, frame.y_stride(), luma, from.y, to.y);
    ramp(frame.u(),
         frame.chroma_width(),
         frame.chroma_height(),
         frame.uv_stride(),
         chroma,
         from.u,
         to.u);
    ramp(frame.v(),
         frame.chroma_width(),
         frame.chroma_height(),
         frame.uv_stride(),
         chroma,
         from.v,
         to.v);
    return layer;
}

Result<Layer> noise(const EffectPlan& effect, std::int64_t frame, int width_px, int height_px) {
    const std::int64_t size = std::max<std::int64_t>(1, effect.value("size", 0, 1) / 1'000'000);
    const auto across = static_cast<int>((width_px + size - 1) / size + 1);
    const auto down = static_cast<int>((height_px + size - 1) / size + 1);
    Frame small = filled(across, down, {126, 128, 128});
    kernels::Grain grain;
    grain.out = picture_of(small).y;
    grain.seed = static_cast<std::uint32_t>(effect.value("seed", 0, 0) / 1'000'000);
    grain.frame = static_cast<std::uint32_t>(frame);
    grain.strength =
        static_cast<std::uint32_t>(effect.value("amount", 0, 0.5) * 64 * 256 / 1'000'000);
    if (kernels::run_rows(grain, kernels::all_rows(grain.out)) != kernels::Outcome::done)
        return Error{"compose_failed", "noise", effect.name};
    Layer layer{filled(width_px, height_px, {126, 128, 128}), {}};
    for (int y = 0; y < height_px; ++y) {
        const std::uint8_t* from =
            small.y() + static_cast<std::ptrdiff_t>(y / size) * small.y_stride();
        std::uint8_t* to =
            layer.colour.y() + static_cast<std::ptrdiff_t>(y) * layer.colour.y_stride();
        for (int x = 0; x < width_px; ++x)
            to[x] = from[x / size];
    }
    return layer;
}

std::string mip_key(const std::string& asset, kernels::Size mip) {
    return fmt::format("{} {}x{}", asset, mip.width, mip.height);
}

/// The error with the asset's name in front of the file's.
Error of_asset(Error error, const std::string& asset) {
    error.where = fmt::format("timeline.assets.{}: {}", asset, error.where);
    return error;
}

Layer backdrop(const EffectPlan& effect, int width_px, int height_px) {
    BackdropRequest request;
    request.prompt = effect.text("prompt");
    request.mood = effect.text("mood");
    request.seed = static_cast<std::uint64_t>(effect.value("seed", 0, 0) / 1'000'000);
    request.palette = palette_for(request.mood + " " + request.prompt, request.seed);
    request.width_px = width_px;
    request.height_px = height_px;
    return Layer{to_frame(paint_backdrop(request, 2)), {}};
}

} // namespace

kernels::Colour colour_named(const std::string& text) {
    const auto part = [&](std::size_t at) {
        return static_cast<std::uint8_t>(
            text.size() == 7 ? std::stoul(text.substr(at, 2), nullptr, 16) : 0);
    };
    RgbImage dot{2, 2, {}};
    for (int i = 0; i < 4; ++i)
        dot.pixels.insert(dot.pixels.end(), {part(1), part(3), part(5)});
    const Frame frame = to_frame(dot);
    return {*frame.y(), *frame.u(), *frame.v()};
}

Pictures::Pictures(std::map<std::string, std::string> files, std::size_t limit_bytes, int sharers)
    : files_(std::move(files)),
      limit_bytes_(limit_bytes),
      sharers_(sharers),
      videos_(sharers) {}

Result<std::string> Pictures::path_of(const std::string& asset) const {
    const auto found = files_.find(asset);
    if (found == files_.end())
        return Error{"missing_file", "the asset has no file", asset};
    return found->second;
}

std::shared_ptr<const Layer> Pictures::find(const std::string& key) {
    const auto found =
        std::find_if(kept_.begin(), kept_.end(), [&](const Kept& each) { return each.key == key; });
    if (found == kept_.end())
        return nullptr;
    kept_.splice(kept_.begin(), kept_, found);
    return kept_.front().layer;
}

void Pictures::keep(const std::string& key, std::string asset, std::shared_ptr<const Layer> layer) {
    const std::size_t bytes = layer->size_bytes();
    held_bytes_ += bytes;
    kept_.push_front({key, std::move(asset), std::move(layer), bytes});
    while (held_bytes_ > limit_bytes_ && kept_.size() > 1) {
        held_bytes_ -= kept_.back().bytes;
        kept_.pop_back();
    }
}

Result<void>
Pictures::learn_size(const std::string& asset, const std::string& path, kernels::Size size) {
    const auto [known, added] = sizes_.emplace(asset, size);
    if (!added && (known->second.width != size.width || known->second.height != size.height))
        return of_asset(Error{"damaged", "its header says another size than its picture has", path},
                        asset);
    return {};
}

Result<std::shared_ptr<const Layer>> Pictures::load(const std::string& asset) {
    SMOS_TRY(const std::string path, path_of(asset));
    auto loaded = load_layer(path);
    if (!loaded)
        return of_asset(loaded.error(), asset);
    const Frame& colour = loaded->colour;
    SMOS_CHECK(learn_size(asset, path, {colour.width_px, colour.height_px}));
    return std::make_shared<const Layer>(*std::move(loaded));
}

Result<kernels::Size> Pictures::size_of(const std::string& asset) {
    const auto known = sizes_.find(asset);
    if (known != sizes_.end())
        return known->second;
    SMOS_TRY(const std::string path, path_of(asset));
    if (const auto size = layer_size(path)) {
        sizes_[asset] = *size;
        return *size;
    }
    SMOS_TRY(auto whole, load(asset));
    keep(asset, asset, std::move(whole));
    return sizes_.at(asset);
}

void Pictures::expect(const std::string& asset, kernels::Size mip) {
    const auto path = files_.find(asset);
    if (path == files_.end() || find(mip_key(asset, mip)) || find(asset))
        return;
    ahead_.begin({asset, path->second, mip, sharers_ > 1, shrunk_});
}

void Pictures::expect_moving(const std::string& asset, const records::Rational& seconds) {
    if (const auto path = files_.find(asset); path != files_.end())
        videos_.expect(path->second, seconds);
}

Result<LoadedStill> Pictures::take_still(const std::string& asset, kernels::Size mip) {
    auto whole = find(asset);
    if (auto ahead = whole ? std::nullopt : ahead_.take(asset)) {
        if (!*ahead)
            return of_asset(ahead->error(), asset);
        SMOS_CHECK(learn_size(asset, files_.at(asset), (*ahead)->full));
        if ((*ahead)->whole)
            keep(asset, asset, (*ahead)->whole);
        if ((*ahead)->mip.width == mip.width && (*ahead)->mip.height == mip.height)
            return **std::move(ahead);
        whole = (*ahead)->whole;
    }
    if (auto found = shrunk_ && !whole ? shrunk_->find(asset, mip) : std::nullopt) {
        SMOS_CHECK(learn_size(asset, files_.at(asset), found->full));
        return LoadedStill{found->full, mip, std::move(found->shrunk), nullptr};
    }
    if (!whole) {
        SMOS_TRY(whole, load(asset));
        if (sharers_ > 1)
            keep(asset, asset, whole);
    }
    SMOS_TRY(auto shrunk, shrunk_to(whole, mip, asset));
    return LoadedStill{sizes_.at(asset), mip, std::move(shrunk), std::move(whole)};
}

Result<Shown> Pictures::still(const std::string& asset, kernels::Size mip) {
    const std::string key = mip_key(asset, mip);
    if (auto layer = find(key))
        return Shown{std::move(layer), sizes_.at(asset)};
    SMOS_TRY(LoadedStill still, take_still(asset, mip));
    // The whole picture is not needed again: its moves are shown from the shrunk one, unless
    // another output shrinks it to a size of its own.
    kept_.remove_if([&](const Kept& each) {
        const bool done = sharers_ == 1 && each.key == asset;
        if (done)
            held_bytes_ -= each.bytes;
        return done;
    });
    keep(key, asset, still.shrunk);
    return Shown{std::move(still.shrunk), still.full};
}

void Pictures::forget(const std::string& asset) {
    if (++forgotten_[asset] % sharers_ != 0)
        return;
    ahead_.forget(asset);
    kept_.remove_if([&](const Kept& each) {
        if (each.asset == asset)
            held_bytes_ -= each.bytes;
        return each.asset == asset;
    });
    if (const auto file = files_.find(asset); file != files_.end())
        videos_.forget(file->second);
}

Result<Shown>
Pictures::moving(const std::string& asset, const records::Rational& seconds, int lane) {
    SMOS_TRY(const std::string path, path_of(asset));
    auto layer = videos_.picture(path, seconds, lane);
    if (!layer)
        return of_asset(layer.error(), asset);
    const kernels::Size size{(*layer)->colour.width_px, (*layer)->colour.height_px};
    return Shown{*std::move(layer), size};
}

Result<Shown> Pictures::made(const EffectPlan& effect, std::int64_t frame, kernels::Size canvas) {
    const int width = canvas.width, height = canvas.height;
    std::string key = fmt::format("made {}x{} {}", width, height, effect.name);
    for (const auto& [name, values] : effect.values)
        key += fmt::format(" {}={}", name, fmt::join(values, ","));
    for (const auto& [name, text] : effect.texts)
        key += fmt::format(" {}={}:{}", name, text.size(), text);
    const bool moving = effect.name == "noise";
    if (auto layer = moving ? nullptr : find(key))
        return Shown{std::move(layer), {width, height}};
    Result<Layer> layer = Error{"unsupported", "this generator is not known here", effect.name};
    if (effect.name == "colour")
        layer = Layer{filled(width, height, colour_named(effect.text("colour"))), {}};
    else if (effect.name == "gradient")
        layer = gradient(effect, width, height);
    else if (effect.name == "noise")
        layer = noise(effect, frame, width, height);
    else if (effect.name == "backdrop")
        layer = backdrop(effect, width, height);
    else if (effect.name == "text")
        layer = text_layer(effect, width, height);
    if (!layer)
        return layer.error();
    auto kept = std::make_shared<const Layer>(*std::move(layer));
    if (!moving)
        keep(key, {}, kept);
    return Shown{std::move(kept), {width, height}};
}

} // namespace smos::media
