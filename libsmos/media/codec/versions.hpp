// SPDX-License-Identifier: Apache-2.0
// Which libraries the bytes of a film depend on.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace smos::media {

/// Name and version of libavcodec, libavformat, libass and espeak-ng as linked.
std::vector<std::pair<std::string, std::string>> library_versions();

} // namespace smos::media
