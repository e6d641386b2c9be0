// SPDX-License-Identifier: Apache-2.0
// What `smos` is, and the bodies of its own commands.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/cli/spec.hpp"

namespace smos::dispatch {

const cli::ToolSpec& smos_spec();

void produce(cli::Context& context);
void show_schema(cli::Context& context);
void show_config(cli::Context& context);
void doctor(cli::Context& context);

} // namespace smos::dispatch
