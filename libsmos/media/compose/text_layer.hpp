// SPDX-License-Identifier: Apache-2.0
// The generator "text": words as a layer of the canvas's size.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/captions/captions_text.hpp"
#include "libsmos/media/compose/frame_plan.hpp"
#include "libsmos/media/picture/layer.hpp"

#include <string>

namespace smos::media {

/// The look of a text by its name, "title" for none. Error unknown_style.
Result<CaptionStyle> text_layer_style(const std::string& name);

/// Errors of render_text, and unknown_style.
Result<Layer> text_layer(const EffectPlan& effect, int width_px, int height_px);

} // namespace smos::media
