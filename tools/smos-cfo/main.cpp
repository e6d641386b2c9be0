// SPDX-License-Identifier: Apache-2.0
// smos-cfo: the ledger's verbs, and its two ends of the line as filters.
#include "tools/smos-cfo/spec.hpp"
#include "tools/smos-cfo/verbs.hpp"

#include "libsmos/cli/context.hpp"

int main(int argc, char** argv) {
    return smos::cli::run(smos::tools::cfo_spec(), argc, argv, smos::tools::run_verb);
}
