// SPDX-License-Identifier: Apache-2.0
// From the options of smos-render to those of its stage.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/stages/render.hpp"

namespace smos::tools {

/// `ledger` is asked for when the first paid call comes; `assets` outlives the result.
stages::RenderOptions render_options(cli::Context& context,
                                     store::Assets& assets,
                                     std::function<store::Ledger&()> ledger);

/// smos-render TIMELINE -o FILE.
void render_file(cli::Context& context, const stages::RenderOptions& options);

} // namespace smos::tools
