// SPDX-License-Identifier: Apache-2.0
// Filters on one layer, in the canvas's pixels.
#include "libsmos/kernels/blur.hpp"
#include "libsmos/kernels/effects.hpp"
#include "libsmos/kernels/transitions.hpp"
#include "libsmos/media/compose/paint.hpp"
#include "libsmos/media/picture/cube_lut.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::media {
namespace {

constexpr std::int64_t one = 1'000'000;

/// Millionths to 65536ths.
std::uint32_t weight_of(std::int64_t micro) {
    return static_cast<std::uint32_t>(std::max<std::int64_t>(0, (micro * 65536 + one / 2) / one));
}

std::string key_of(const EffectPlan& filter) {
    std::string key = filter.name;
    for (const auto& [name, values] : filter.values)
        key += fmt::format(" {}={}", name, fmt::join(values, ","));
    return key;
}

std::optional<kernels::GradeValues> grade_values(const EffectPlan& filter) {
    kernels::GradeValues values;
    const auto real = [&](const char* name, double fallback) {
        return static_cast<double>(filter.value(name, 0, fallback)) / 1e6;
    };
    if (filter.name == "exposure")
        values.exposure_stops = real("stops", 0);
    else if (filter.name == "contrast")
        values.contrast = real("amount", 1);
    else if (filter.name == "saturation")
        values.saturation = real("amount", 1);
    else if (filter.name == "hue")
        values.hue_degrees = real("degrees", 0);
    else if (filter.name == "gamma")
        values.gamma = real("amount", 1);
    else if (filter.name == "temperature")
        values.temperature = real("amount", 0);
    else if (filter.name == "tint")
        values.tint = real("amount", 0);
    else
        return std::nullopt;
    return values;
}

} // namespace

Result<void> Filters::grade(const EffectPlan& filter, Patch& patch) {
    constexpr std::size_t most_tables = 32;
    std::shared_ptr<const kernels::GradeTable>& table = grades_[key_of(filter)];
    if (!table) {
        auto made = kernels::grade_table(*grade_values(filter));
        if (!made)
            return Error{"compose_failed", "a value is out of range", filter.name};
        table = std::make_shared<const kernels::GradeTable>(*std::move(made));
    }
    const auto held = table;
    if (grades_.size() > most_tables) // keyframed: each frame has its own
        grades_.clear();
    kernels::Grade job;
    job.out = picture_of(patch.layer.colour);
    job.table = held.get();
    return done(kernels::run_rows(job, kernels::all_rows(job.out.y)), "grade");
}

Result<void> Filters::lut(const EffectPlan& filter, Patch& patch) {
    SMOS_TRY(const std::string path, pictures_.path_of(filter.text("asset")));
    std::shared_ptr<const kernels::LutTable>& table = luts_[path];
    if (!table) {
        SMOS_TRY(auto loaded, load_cube(path));
        table = std::make_shared<const kernels::LutTable>(std::move(loaded));
    }
    kernels::Grade job;
    job.out = picture_of(patch.layer.colour);
    job.lut = table.get();
    job.lut_amount = weight_of(filter.value("amount", 0, 1));
    return done(kernels::run_rows(job, kernels::all_rows(job.out.y)), "lut");
}

Result<void> Filters::blur(const EffectPlan& filter, Patch& patch) {
    const auto radius = static_cast<int>(filter.value("radius", 0, 0) * 256 / one);
    Frame out{patch.layer.colour.width_px, patch.layer.colour.height_px};
    const auto source = picture_of(static_cast<const Frame&>(patch.layer.colour));
    SMOS_CHECK(done(kernels::blur_picture(radius, source, picture_of(out)), "blur"));
    patch.layer.colour = std::move(out);
    if (patch.layer.alpha.empty())
        return {};
    std::vector<std::uint8_t> alpha(patch.layer.alpha.size());
    const Frame& shape = patch.layer.colour;
    SMOS_CHECK(
        done(kernels::blur_plane(
                 radius,
                 {patch.layer.alpha.data(), shape.width_px, shape.height_px, shape.y_stride()},
                 {alpha.data(), shape.width_px, shape.height_px, shape.y_stride()}),
             "blur"));
    patch.layer.alpha = std::move(alpha);
    return {};
}

Result<void> Filters::sharpen(const EffectPlan& filter, Patch& patch) {
    constexpr int radius_256ths = 2 * 256;
    const auto taps = kernels::gaussian_taps(radius_256ths);
    SMOS_EXPECT(taps.has_value());
    Frame before = patch.layer.colour;
    kernels::Sharpen job;
    job.source = picture_of(static_cast<const Frame&>(before)).y;
    job.out = picture_of(patch.layer.colour).y;
    job.taps = &*taps;
    job.amount = weight_of(filter.value("amount", 0, 0));
    return done(kernels::run_rows(job, kernels::all_rows(job.out)), "sharpen");
}

Result<void> Filters::vignette(const EffectPlan& filter, Patch& patch) {
    kernels::VignetteShape shape;
    shape.width = patch.layer.colour.width_px;
    shape.height = patch.layer.colour.height_px;
    shape.radius = weight_of(filter.value("radius", 0, 0.75));
    shape.softness = std::max<std::uint32_t>(1024, weight_of(filter.value("softness", 0, 0.5)));
    const auto table = kernels::vignette_table(shape);
    if (!table)
        return Error{"compose_failed", "a value is out of range", filter.name};
    kernels::Vignette job;
    job.out = picture_of(patch.layer.colour);
    job.table = &*table;
    job.amount = weight_of(filter.value("amount", 0, 0.3));
    return done(kernels::run_rows(job, kernels::all_rows(job.out.y)), "vignette");
}

Result<void> Filters::chroma_key(const EffectPlan& filter, Patch& patch) {
    Layer& layer = patch.layer;
    const Frame& shape = layer.colour;
    std::vector<std::uint8_t> alpha(shape.y_size());
    kernels::ChromaKey job;
    job.source = picture_of(static_cast<const Frame&>(layer.colour));
    job.out = {alpha.data(), shape.width_px, shape.height_px, shape.y_stride()};
    const std::string colour = filter.text("colour");
    job.key = colour_named(colour.empty() ? "#00ff00" : colour);
    job.similarity = std::min<std::uint32_t>(65536, weight_of(filter.value("similarity", 0, 0.2)));
    job.smoothness = std::min<std::uint32_t>(65536, weight_of(filter.value("smoothness", 0, 0.1)));
    SMOS_CHECK(done(kernels::run_rows(job, kernels::all_rows(job.out)), "chroma key"));
    if (!layer.alpha.empty())
        for (std::size_t i = 0; i < alpha.size(); ++i)
            alpha[i] = std::min(alpha[i], layer.alpha[i]);
    layer.alpha = std::move(alpha);
    kernels::Despill despill;
    despill.out = picture_of(layer.colour);
    despill.key = job.key;
    despill.amount = std::min<std::uint32_t>(65536, weight_of(filter.value("spill", 0, 0.5)));
    return done(kernels::run_rows(despill, kernels::all_rows(despill.out.y)), "despill");
}

Result<std::shared_ptr<const std::vector<std::uint8_t>>> Filters::region(const EffectPlan& filter,
                                                                         const Patch& patch) {
    constexpr std::size_t most_masks = 8;
    const Frame& shape = patch.layer.colour;
    const std::string key = fmt::format("{} {} {},{} {}x{}",
                                        key_of(filter),
                                        filter.text("shape"),
                                        patch.x,
                                        patch.y,
                                        shape.width_px,
                                        shape.height_px);
    const auto known = regions_.find(key);
    if (known != regions_.end())
        return known->second;
    std::vector<std::uint8_t> mask(shape.y_size());
    const auto part = [&](std::size_t component, int side) {
        return static_cast<int>(filter.value("box", component, component < 2 ? 0 : 1) * side * 256 /
                                one);
    };
    kernels::Region job;
    job.out = {mask.data(), shape.width_px, shape.height_px, shape.y_stride()};
    job.shape = filter.text("shape") == "ellipse" ? kernels::RegionShape::ellipse
                                                  : kernels::RegionShape::rectangle;
    job.half_width = std::max(256, part(2, width_px_) / 2);
    job.half_height = std::max(256, part(3, height_px_) / 2);
    job.centre_x = part(0, width_px_) + part(2, width_px_) / 2 - patch.x * 256;
    job.centre_y = part(1, height_px_) + part(3, height_px_) / 2 - patch.y * 256;
    job.feather = static_cast<int>(filter.value("feather", 0, 0) * width_px_ * 256 / one);
    SMOS_CHECK(done(kernels::run_rows(job, kernels::all_rows(job.out)), "region"));
    if (regions_.size() >= most_masks) // keyframed: each frame has its own
        regions_.clear();
    auto kept = std::make_shared<const std::vector<std::uint8_t>>(std::move(mask));
    regions_[key] = kept;
    return kept;
}

Result<void> Filters::apply_one(const EffectPlan& filter, std::int64_t frame, Patch& patch) {
    if (grade_values(filter))
        return grade(filter, patch);
    if (filter.name == "lut")
        return lut(filter, patch);
    if (filter.name == "blur")
        return blur(filter, patch);
    if (filter.name == "sharpen")
        return sharpen(filter, patch);
    if (filter.name == "vignette")
        return vignette(filter, patch);
    if (filter.name == "chroma_key")
        return chroma_key(filter, patch);
    SMOS_EXPECT(filter.name == "grain");         // the timeline's reader knows no other
    constexpr std::int64_t strongest = 16 * 256; // a deviation of sixteen levels
    kernels::Grain job;
    job.out = picture_of(patch.layer.colour).y;
    job.seed = static_cast<std::uint32_t>(filter.value("seed", 0, 0) / one);
    job.frame = static_cast<std::uint32_t>(frame);
    job.strength = static_cast<std::uint32_t>(filter.value("amount", 0, 0.1) * strongest / one);
    return done(kernels::run_rows(job, kernels::all_rows(job.out)), "grain");
}

Result<void> Filters::apply_within(const std::vector<std::uint8_t>& mask,
                                   const EffectPlan& filter,
                                   std::int64_t frame,
                                   Patch& patch) {
    const Frame before = patch.layer.colour;
    SMOS_CHECK(apply_one(filter, frame, patch));
    auto out = picture_of(patch.layer.colour);
    const kernels::Source weights{
        mask.data(), before.width_px, before.height_px, before.y_stride()};
    return done(
        kernels::mix_by_mask_rows(
            picture_of(before), out, out, weights, kernels::full_weight, kernels::all_rows(out.y)),
        "region");
}

Result<void> Filters::apply(const LayerPlan& plan, Patch& patch) {
    std::shared_ptr<const std::vector<std::uint8_t>> mask;
    for (const EffectPlan& filter : plan.filters) {
        if (filter.name == "region") {
            SMOS_TRY(mask, region(filter, patch));
        } else if (!mask) {
            SMOS_CHECK(apply_one(filter, plan.frame, patch));
        } else {
            SMOS_CHECK(apply_within(*mask, filter, plan.frame, patch));
        }
    }
    return {};
}

} // namespace smos::media
