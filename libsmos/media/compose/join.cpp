// SPDX-License-Identifier: Apache-2.0
// Transitions: two finished canvases become one.
#include "libsmos/kernels/blur.hpp"
#include "libsmos/kernels/transitions.hpp"
#include "libsmos/media/compose/paint.hpp"

#include <algorithm>

namespace smos::media {
namespace {

kernels::Direction direction_of(const EffectPlan& look) {
    const std::string name = look.text("direction");
    if (name == "right")
        return kernels::Direction::right;
    if (name == "up")
        return kernels::Direction::up;
    return name == "down" ? kernels::Direction::down : kernels::Direction::left;
}

std::uint32_t softness_of(const EffectPlan& look) {
    return static_cast<std::uint32_t>(look.value("softness", 0, 0.1) * 65536 / 1'000'000);
}

Result<void> mix(const std::vector<std::uint8_t>& mask, const Frame& to, Frame& from) {
    auto out = picture_of(from);
    const kernels::Source weights{mask.data(), from.width_px, from.height_px, from.y_stride()};
    return done(
        kernels::mix_by_mask_rows(
            out, picture_of(to), out, weights, kernels::full_weight, kernels::all_rows(out.y)),
        "transition");
}

Result<void> wipe(const TransitionPlan& transition, const Frame& to, Frame& from) {
    std::vector<std::uint8_t> mask(from.y_size());
    kernels::WipeMask job;
    job.out = {mask.data(), from.width_px, from.height_px, from.y_stride()};
    job.direction = direction_of(transition.look);
    job.progress = transition.progress;
    job.softness = softness_of(transition.look);
    SMOS_CHECK(done(kernels::run_rows(job, kernels::all_rows(job.out)), "wipe"));
    return mix(mask, to, from);
}

Result<void>
luma_matte(const TransitionPlan& transition, Pictures& pictures, const Frame& to, Frame& from) {
    SMOS_TRY(const Shown matte,
             pictures.still(transition.look.text("asset"), {from.width_px, from.height_px}));
    std::vector<std::uint8_t> mask(from.y_size());
    kernels::MatteMask job;
    job.matte = picture_of(matte.layer->colour).y;
    job.out = {mask.data(), from.width_px, from.height_px, from.y_stride()};
    job.progress = transition.progress;
    job.softness = softness_of(transition.look);
    SMOS_CHECK(done(kernels::run_rows(job, kernels::all_rows(job.out)), "luma matte"));
    return mix(mask, to, from);
}

Result<void> zoom(const TransitionPlan& transition, const Frame& to, Frame& from, Frame& spare) {
    const auto amount =
        static_cast<std::uint32_t>(transition.look.value("amount", 0, 1.5) * 65536 / 1'000'000);
    const auto at = kernels::zoom_at(
        transition.progress, amount, from.width_px, from.height_px, to.width_px, to.height_px);
    if (!at)
        return Error{"compose_failed", "the amount is out of range", "zoom"};
    Frame incoming{to.width_px, to.height_px};
    auto target = picture_of(spare);
    auto second = picture_of(incoming);
    const auto first_move =
        kernels::picture_move(at->from, picture_of(static_cast<const Frame&>(from)), target);
    const auto second_move = kernels::picture_move(at->to, picture_of(to), second);
    if (!first_move || !second_move)
        return Error{"compose_failed", "the amount is out of range", "zoom"};
    const auto rows = kernels::all_rows(target.y);
    SMOS_CHECK(done(
        kernels::place_rows(*first_move, picture_of(static_cast<const Frame&>(from)), target, rows),
        "zoom"));
    SMOS_CHECK(done(kernels::place_rows(*second_move, picture_of(to), second, rows), "zoom"));
    SMOS_CHECK(done(kernels::crossfade_rows(target, second, target, at->weight, rows), "zoom"));
    std::swap(from, spare);
    return {};
}

Result<void> whip(const TransitionPlan& transition, const Frame& to, Frame& from, Frame& spare) {
    const kernels::WhipAt at = kernels::whip_at(direction_of(transition.look),
                                                transition.progress,
                                                transition.frame,
                                                from.width_px,
                                                from.height_px);
    auto joined = picture_of(spare);
    const auto rows = kernels::all_rows(joined.y);
    SMOS_CHECK(
        done(kernels::join_rows(
                 at.at, picture_of(static_cast<const Frame&>(from)), picture_of(to), joined, rows),
             "whip"));
    const auto streak =
        kernels::picture_streak(std::min(at.across_256ths, kernels::max_streak_256ths),
                                std::min(at.down_256ths, kernels::max_streak_256ths));
    if (!streak)
        return Error{"compose_failed", "the streak is out of range", "whip"};
    return done(kernels::blur_rows(*streak, joined, picture_of(from), rows), "whip");
}

} // namespace

Result<void> join_canvases(const TransitionPlan& transition,
                           Pictures& pictures,
                           const Frame& to,
                           Frame& from,
                           Frame& spare) {
    const std::string& name = transition.look.name;
    auto out = picture_of(from);
    const auto rows = kernels::all_rows(out.y);
    if (name == "dip") {
        const std::string colour = transition.look.text("colour");
        return done(kernels::dip_rows(out,
                                      picture_of(to),
                                      out,
                                      colour_named(colour.empty() ? "#000000" : colour),
                                      transition.progress,
                                      rows),
                    "dip");
    }
    if (name == "wipe")
        return wipe(transition, to, from);
    if (name == "luma")
        return luma_matte(transition, pictures, to, from);
    if (name == "zoom")
        return zoom(transition, to, from, spare);
    if (name == "whip")
        return whip(transition, to, from, spare);
    if (name == "push" || name == "slide") {
        const auto at = kernels::joined_at(direction_of(transition.look),
                                           name == "push",
                                           transition.progress,
                                           from.width_px,
                                           from.height_px);
        auto joined = picture_of(spare);
        SMOS_CHECK(
            done(kernels::join_rows(
                     at, picture_of(static_cast<const Frame&>(from)), picture_of(to), joined, rows),
                 "push"));
        std::swap(from, spare);
        return {};
    }
    SMOS_EXPECT(name == "dissolve"); // the timeline's reader knows no other
    return done(kernels::crossfade_rows(out, picture_of(to), out, transition.progress, rows),
                "dissolve");
}

} // namespace smos::media
