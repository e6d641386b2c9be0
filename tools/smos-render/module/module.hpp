// SPDX-License-Identifier: Apache-2.0
// The border between smos-render and the module that brings FFmpeg, libass and espeak-ng.
#pragma once

#include "libsmos/stages/render/render.hpp"
#include "libsmos/stages/render/render_lints.hpp"

#include <string>
#include <utility>
#include <vector>

namespace smos::tools {

struct RenderModule {
    decltype(&stages::render_timeline) render_timeline;
    std::vector<std::pair<std::string, std::string>> (*library_versions)();
    decltype(&stages::render_lints) render_lints;
};

inline constexpr const char* render_module_file = "smos-render";
inline constexpr const char* render_module_symbol = "smos_render_module";

} // namespace smos::tools
