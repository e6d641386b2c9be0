// SPDX-License-Identifier: Apache-2.0
// From the options of smos-render to those of its stage.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/records/timeline/timeline_check.hpp"
#include "libsmos/stages/render/render.hpp"

namespace smos::tools {

/// `ledger` is asked for when the first paid call comes; `assets` outlives the result.
stages::RenderOptions render_options(cli::Context& context,
                                     store::Assets& assets,
                                     std::function<store::Ledger&()> ledger);

/// Loads the module with the first film.
stages::Renderer loaded_renderer();

/// What the fonts and the safe area say about a timeline that can be read (render_lints.hpp).
std::vector<records::TimelineProblem> render_lints(const records::Timeline& timeline);

/// Versions of the libraries behind the module, for `smos doctor`.
std::vector<std::pair<std::string, std::string>> render_versions();

} // namespace smos::tools
