// SPDX-License-Identifier: Apache-2.0
// Timelines as files: checked, resolved, rendered.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/stages/render/render.hpp"

namespace smos::tools {

/// Throws where the folder of a file to come cannot be written.
void check_target(const std::string& path);
/// The one timeline given as argument, rendered or resolved as the options say.
stages::Rendered rendered_file(cli::Context& context, const stages::RenderOptions& options);
/// With the exit status that the error calls for.
Fatal failed(const std::string& input, const Error& error);

/// smos-render TIMELINE -o FILE.
void render_file(cli::Context& context, const stages::RenderOptions& options);
/// smos-render TIMELINE -o FILE --dry-run: what that would do, as one JSON object.
void plan_file(cli::Context& context, const stages::RenderOptions& options);
/// smos-render TIMELINE --preview, --contact-sheet FILE, --poster FILE; with -o the film too.
void look_at_file(cli::Context& context, const stages::RenderOptions& options);
/// smos-render --resolve TIMELINE: the resolved form, canonical.
void resolve_file(cli::Context& context, stages::RenderOptions options);
/// smos-render --check TIMELINE…: one JSON object a problem; status 65 when one is an error.
void check_files(cli::Context& context);

} // namespace smos::tools
