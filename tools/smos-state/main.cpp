// SPDX-License-Identifier: Apache-2.0
// smos-state: keeping, checking, moving and reading the state.
#include "tools/smos-state/spec.hpp"
#include "tools/smos-state/verbs.hpp"

#include "libsmos/cli/context.hpp"

int main(int argc, char** argv) {
    return smos::cli::run(smos::tools::state_spec(), argc, argv, smos::tools::run_state_verb);
}
