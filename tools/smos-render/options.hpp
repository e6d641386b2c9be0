// SPDX-License-Identifier: Apache-2.0
// From the options of smos-render to those of its stage.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/records/timeline/timeline_check.hpp"
#include "libsmos/stages/render/render.hpp"
#include "libsmos/stages/render/render_preview.hpp"

namespace smos::tools {

/// `ledger` is asked for when the first paid call comes; `assets` outlives the result.
stages::RenderOptions render_options(cli::Context& context,
                                     store::Assets& assets,
                                     std::function<store::Ledger&()> ledger);

/// These load the module when they are first called.
stages::Renderer loaded_renderer();
Result<records::JsonBox> loaded_plan(const stages::RenderOptions& options,
                                     const records::Timeline& timeline,
                                     const std::string& task,
                                     std::int64_t target_ms);
Result<stages::Preview> loaded_preview(const stages::RenderOptions& options,
                                       const records::Timeline& timeline,
                                       const std::string& task,
                                       const stages::PreviewWish& wish);

/// What the fonts and the safe area say about a timeline that can be read (render_lints.hpp).
std::vector<records::TimelineProblem> render_lints(const records::Timeline& timeline);

/// Versions of the libraries behind the module, for `smos doctor`.
std::vector<std::pair<std::string, std::string>> render_versions();

} // namespace smos::tools
