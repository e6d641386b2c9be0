// SPDX-License-Identifier: Apache-2.0
// smos-run: the queue of productions and its workers.
#include "tools/smos-run/spec.hpp"
#include "tools/smos-run/verbs.hpp"

#include "libsmos/cli/context.hpp"

int main(int argc, char** argv) {
    return smos::cli::run(smos::tools::run_spec(), argc, argv, smos::tools::run_queue_verb);
}
