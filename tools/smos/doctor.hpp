// SPDX-License-Identifier: Apache-2.0
// The checks of `smos doctor`.
#pragma once

#include "libsmos/cli/context.hpp"

#include <string>
#include <vector>

namespace smos::dispatch {

enum class Health { ok, warn, fail };

struct Finding {
    std::string name;
    Health health = Health::ok;
    std::string text;
    std::string hint{};
};

/// Versions of SMOS, SQLite and what render and critic are linked with; the devices they see.
std::vector<Finding> check_programs();
/// models.* of the trusted configuration: the file is there and has its checksum.
std::vector<Finding> check_models(const records::Json& config);
/// Names under `secrets`; never a value.
std::vector<Finding> check_keys(const records::Json& config);
/// Free space where state and assets are, and whether the state opens.
std::vector<Finding> check_places(const cli::Context& context);

} // namespace smos::dispatch
