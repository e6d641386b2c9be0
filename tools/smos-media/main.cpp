// SPDX-License-Identifier: Apache-2.0
// smos-media: import, export.
#include "tools/smos-media/spec.hpp"
#include "tools/smos-media/verbs.hpp"

#include "libsmos/cli/context.hpp"

namespace {

void run_media(smos::cli::Context& context) {
    if (context.command() == "import")
        return smos::tools::import_timeline(context);
    smos::tools::export_timeline(context);
}

} // namespace

int main(int argc, char** argv) {
    return smos::cli::run(smos::tools::media_spec(), argc, argv, run_media);
}
