// SPDX-License-Identifier: Apache-2.0
// Timelines as files: checked, resolved, rendered.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/stages/render/render.hpp"

namespace smos::tools {

/// smos-render TIMELINE -o FILE.
void render_file(cli::Context& context, const stages::RenderOptions& options);
/// smos-render --resolve TIMELINE: the resolved form, canonical.
void resolve_file(cli::Context& context, stages::RenderOptions options);
/// smos-render --check TIMELINE…: one JSON object a problem; status 65 when one is an error.
void check_files(cli::Context& context);

} // namespace smos::tools
