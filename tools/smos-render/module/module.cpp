// SPDX-License-Identifier: Apache-2.0
// What smos-render loads with the first record that it renders.
#include "tools/smos-render/module/module.hpp"

#include "libsmos/media/codec/versions.hpp"

extern "C" __attribute__((visibility("default")))
const smos::tools::RenderModule smos_render_module{
    &smos::stages::render_timeline, &smos::media::library_versions, &smos::stages::render_lints};
