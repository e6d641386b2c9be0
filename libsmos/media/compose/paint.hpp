// SPDX-License-Identifier: Apache-2.0
// Layers onto a canvas: placed, turned, filtered, blended; and one canvas over into another.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/kernels/device.hpp"
#include "libsmos/kernels/grade.hpp"
#include "libsmos/media/compose/geometry.hpp"
#include "libsmos/media/compose/pictures.hpp"
#include "libsmos/media/compose/turned_pictures.hpp"

#include <map>
#include <memory>
#include <string>

namespace smos::media {

/// A layer that is not the whole canvas: its corner lies at (x, y), both even.
struct Patch {
    Layer layer;
    int x = 0;
    int y = 0;
};

/// Applies filters in their order; keeps the tables that they need.
class Filters {
  public:
    Filters(Pictures& pictures, int canvas_width_px, int canvas_height_px)
        : pictures_(pictures),
          width_px_(canvas_width_px),
          height_px_(canvas_height_px) {}

    Result<void> apply(const LayerPlan& plan, Patch& patch);

  private:
    Result<void> apply_one(const EffectPlan& filter, std::int64_t frame, Patch& patch);
    Result<void> apply_within(const std::vector<std::uint8_t>& mask,
                              const EffectPlan& filter,
                              std::int64_t frame,
                              Patch& patch);
    Result<std::shared_ptr<const std::vector<std::uint8_t>>> region(const EffectPlan& filter,
                                                                    const Patch& patch);
    Result<void> grade(const EffectPlan& filter, Patch& patch);
    Result<void> lut(const EffectPlan& filter, Patch& patch);
    Result<void> blur(const EffectPlan& filter, Patch& patch);
    Result<void> sharpen(const EffectPlan& filter, Patch& patch);
    Result<void> vignette(const EffectPlan& filter, Patch& patch);
    Result<void> chroma_key(const EffectPlan& filter, Patch& patch);

    Pictures& pictures_;
    int width_px_;
    int height_px_;
    std::map<std::string, std::shared_ptr<const kernels::GradeTable>> grades_;
    std::map<std::string, std::shared_ptr<const kernels::LutTable>> luts_;
    std::map<std::string, std::shared_ptr<const std::vector<std::uint8_t>>> regions_;
};

/// What layers are painted with, kept from frame to frame.
struct PaintTools {
    Filters& filters;
    TurnedPictures& turned;
    kernels::Device device;
};

/// The layer leaves nothing of what is on the canvas.
bool replaces_canvas(const LayerPlan& plan, const Layer& picture, const Geometry& geometry);

/// Draws the picture as `geometry` (of a mip of it) says, over what is on the canvas.
Result<void> paint_layer(const LayerPlan& plan,
                         const std::shared_ptr<const Layer>& picture,
                         const Geometry& geometry,
                         const PaintTools& tools,
                         Frame& canvas);

/// From what `from` shows to what `to` shows; the answer is in `from`. `spare` is of their size.
Result<void> join_canvases(const TransitionPlan& transition,
                           Pictures& pictures,
                           const Frame& to,
                           Frame& from,
                           Frame& spare);

Result<void> done(kernels::Outcome outcome, const char* what);

} // namespace smos::media
