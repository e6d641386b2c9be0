// SPDX-License-Identifier: Apache-2.0
// Whether the face in the film is the muse's.
#pragma once

#include "libsmos/core/result.hpp"

#include <functional>

namespace smos::stages {

/// Faces are opened on first use.
using FaceSource = std::function<int()>;

} // namespace smos::stages
