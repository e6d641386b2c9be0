// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-critic, and from its options to those of its stage.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/media/faces/faces.hpp"
#include "libsmos/stages/critic/critic.hpp"

#include <memory>

namespace smos::tools {

/// The face models of the trusted configuration, loaded with the first face.
class Faces {
  public:
    explicit Faces(const cli::Context& context) : context_(context) {}
    Result<media::FaceReader*> open();

  private:
    const cli::Context& context_;
    std::unique_ptr<media::FaceReader> reader_;
};

/// `faces` outlives the result.
stages::CriticOptions critic_options(cli::Context& context, Faces& faces);

/// smos-critic check FILE...
void check_files(cli::Context& context, const stages::CriticOptions& options);
/// smos-critic compare A B
void compare(cli::Context& context, Faces& faces);

} // namespace smos::tools
