// SPDX-License-Identifier: Apache-2.0
// The border between smos-render and the module that brings FFmpeg, libass and espeak-ng.
#pragma once

#include "libsmos/stages/render/render.hpp"
#include "libsmos/stages/render/render_lints.hpp"
#include "libsmos/stages/render/render_plan.hpp"
#include "libsmos/stages/render/render_preview.hpp"

#include <string>
#include <utility>
#include <vector>

namespace smos::tools {

struct RenderModule {
    decltype(&stages::render_timeline) render_timeline;
    decltype(&stages::plan_render) plan_render;
    decltype(&stages::preview_timeline) preview_timeline;
    std::vector<std::pair<std::string, std::string>> (*library_versions)();
    decltype(&stages::render_lints) render_lints;
};

inline constexpr const char* render_module_file = "smos-render";
inline constexpr const char* render_module_symbol = "smos_render_module";

} // namespace smos::tools
