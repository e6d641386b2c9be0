// SPDX-License-Identifier: Apache-2.0
// From a verb of smos-state to its work.
#include "tools/smos-state/verbs.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/store/engine/database.hpp"

#include <fmt/format.h>

#include <array>
#include <sys/stat.h>

namespace smos::tools {
namespace {

using Verb = void (*)(cli::Context&);

constexpr std::array<std::pair<std::string_view, Verb>, 7> verbs{{{"migrate", migrate},
                                                                  {"backup", back_up},
                                                                  {"restore", restore},
                                                                  {"copy", copy},
                                                                  {"verify", verify},
                                                                  {"prune", prune},
                                                                  {"tail", tail}}};

} // namespace

void run_state_verb(cli::Context& context) {
    for (const auto& [name, verb] : verbs) {
        if (context.command() == name)
            return verb(context);
    }
    SMOS_EXPECT(false);
}

void want_state(const std::string& place) {
    struct stat entry {};
    if (store::is_server(place) || ::stat(place.c_str(), &entry) == 0)
        return;
    throw Fatal(ExitStatus::no_input,
                fmt::format("{}: no state is there", place),
                "name another place with --state; the first use of a tool makes one");
}

} // namespace smos::tools
