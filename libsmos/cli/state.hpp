// SPDX-License-Identifier: Apache-2.0
// What is behind a Context; for cli's own files and tests.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/cli/log.hpp"
#include "libsmos/cli/output.hpp"
#include "libsmos/cli/progress.hpp"
#include "libsmos/cli/settings.hpp"
#include "libsmos/core/handle.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace smos::cli {

struct Context::State {
    State(const ToolSpec& spec_, Typed typed_, ConfigSources sources_, Settings settings_, Level);

    const Setting& setting(std::string_view name) const;
    const Setting& setting(std::string_view name, Kind kind) const;
    std::string last_text(std::string_view name) const;

    const ToolSpec& spec;
    Typed typed;
    ConfigSources sources;
    Settings settings;
    std::optional<Instant> frozen_now;
    Log log;
    Progress progress;
    Output out;
    UniqueFd rejects;
    std::function<void()> before_wait; // of the filter at work, if it has something to finish
    ExitStatus status = ExitStatus::done;
    std::map<std::string, std::int64_t> outcomes; // records that left, by status
};

} // namespace smos::cli
