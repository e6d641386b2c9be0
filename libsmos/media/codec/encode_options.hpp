// SPDX-License-Identifier: Apache-2.0
// What an encoder can be asked for.
#pragma once

#include "libsmos/media/codec/encode.hpp"

#include <string>

namespace smos::media {

/// Error invalid_options, which names the option.
Result<void> check_options(const EncodeOptions& options, const std::string& path);

/// The same without the film: what a probe needs.
Result<void> check_picture_options(const EncodeOptions& options, const std::string& path);

} // namespace smos::media
