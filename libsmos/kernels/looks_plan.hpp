// SPDX-License-Identifier: Apache-2.0
// From a look's job to its formula and the pixels it concerns: checked once, for both twins.
#pragma once

#include "libsmos/kernels/blur.hpp"
#include "libsmos/kernels/blur_math.hpp"
#include "libsmos/kernels/compose_plan.hpp"
#include "libsmos/kernels/effects_math.hpp"
#include "libsmos/kernels/grade_math.hpp"
#include "libsmos/kernels/layer_math.hpp"
#include "libsmos/kernels/transitions_math.hpp"

namespace smos::kernels {

// Jobs whose formula is called for each block of 2 by 2 luma pixels with its chroma sample.
template <class Job>
inline constexpr bool in_blocks = false;
template <>
inline constexpr bool in_blocks<Layer> = true;
template <>
inline constexpr bool in_blocks<Grade> = true;
template <>
inline constexpr bool in_blocks<Despill> = true;

template <class T>
[[nodiscard]] bool sound(const Picture<T>& picture) {
    return sound(picture.y) && sound(picture.u) && sound(picture.v) &&
           same_size(picture.u, picture.v) && picture.u.width == (picture.y.width + 1) / 2 &&
           picture.u.height == (picture.y.height + 1) / 2;
}

[[nodiscard]] bool sound(const Layer& job);
[[nodiscard]] bool sound(const Grade& job);
[[nodiscard]] bool sound(const Blur& job);
[[nodiscard]] bool sound(const Sharpen& job);
[[nodiscard]] bool sound(const Vignette& job);
[[nodiscard]] bool sound(const Grain& job);
[[nodiscard]] bool sound(const ChromaKey& job);
[[nodiscard]] bool sound(const Despill& job);
[[nodiscard]] bool sound(const Region& job);
[[nodiscard]] bool sound(const MixByMask& job);
[[nodiscard]] bool sound(const Dip& job);
[[nodiscard]] bool sound(const Join& job);
[[nodiscard]] bool sound(const WipeMask& job);
[[nodiscard]] bool sound(const MatteMask& job);

// The pixels that a sound job writes; of the chroma planes for jobs in blocks. The others write
// their whole target.
[[nodiscard]] Rect touched(const Layer& job);
[[nodiscard]] Rect touched(const Grade& job);
[[nodiscard]] Rect touched(const Despill& job);

// The rows of a job's target.
template <class T>
[[nodiscard]] Rows all_rows(const Picture<T>& picture) {
    return all_rows(picture.y);
}

[[nodiscard]] GradeOp formula(const Grade& job);
[[nodiscard]] GradeShortcuts shortcuts_of(const Grade& job);
[[nodiscard]] GrainOp formula(const Grain& job);
[[nodiscard]] ChromaKeyOp formula(const ChromaKey& job);
[[nodiscard]] DespillOp formula(const Despill& job);
[[nodiscard]] RegionOp formula(const Region& job);
[[nodiscard]] MixFullOp formula(const MixByMask& job);
[[nodiscard]] DipOp formula(const Dip& job);
[[nodiscard]] JoinOp formula(const Join& job);
[[nodiscard]] WipeMaskOp formula(const WipeMask& job);
[[nodiscard]] MatteMaskOp formula(const MatteMask& job);

// The three planes of a vignette.
struct VignetteOps {
    VignetteOp y, u, v;
};
[[nodiscard]] VignetteOps formula(const Vignette& job);

// Calls `use` with the formula that the job asks for.
template <class Job, class Use>
void with_formula(const Job& job, const Use& use) {
    use(formula(job));
}

// 2^28 / 255 times an opacity: see alpha_weight.
[[nodiscard]] inline std::int32_t alpha_gain(std::uint32_t opacity) {
    return static_cast<std::int32_t>(((std::int64_t{(opacity + 2) >> 2} << 14) + 127) / 255);
}

template <BlendMode mode>
[[nodiscard]] LayerOp<mode> layer_formula(const Layer& job) {
    return {job.out, job.front, job.alpha, job.x0, job.y0, alpha_gain(job.opacity)};
}

template <class Use>
void with_formula(const Layer& job, const Use& use) {
    switch (job.mode) {
    case BlendMode::normal:
        return use(layer_formula<BlendMode::normal>(job));
    case BlendMode::add:
        return use(layer_formula<BlendMode::add>(job));
    case BlendMode::multiply:
        return use(layer_formula<BlendMode::multiply>(job));
    case BlendMode::screen:
        return use(layer_formula<BlendMode::screen>(job));
    case BlendMode::overlay:
        return use(layer_formula<BlendMode::overlay>(job));
    case BlendMode::soft_light:
        return use(layer_formula<BlendMode::soft_light>(job));
    }
}

template <class Use>
void with_formula(const MixByMask& job, const Use& use) {
    const MixFullOp full = formula(job);
    if (job.chroma) {
        use(MixHalfOp{full.from, full.to, full.out, full.mask, full.gain});
    } else {
        use(full);
    }
}

// The second pass of a blur.
[[nodiscard]] inline BlurEnd end_of(const Blur&) { return {}; }
[[nodiscard]] inline SharpenEnd end_of(const Sharpen& job) {
    return {static_cast<std::int32_t>((job.amount + 8) >> 4)};
}
[[nodiscard]] inline const BlurTaps& columns_of(const Blur& job) { return *job.columns; }
[[nodiscard]] inline const BlurTaps& columns_of(const Sharpen& job) { return *job.taps; }
[[nodiscard]] inline const BlurTaps& rows_of(const Blur& job) { return *job.rows; }
[[nodiscard]] inline const BlurTaps& rows_of(const Sharpen& job) { return *job.taps; }

} // namespace smos::kernels
