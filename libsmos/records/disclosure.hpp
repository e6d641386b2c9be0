// SPDX-License-Identifier: Apache-2.0
// What a production has to say about the machines that made it.
#pragma once

#include "libsmos/records/render.hpp"

#include <string>

namespace smos::records {

/// The IPTC digital source type of a render (cv.iptc.org/newscodes/digitalsourcetype): formulas
/// without training data are algorithmicMedia, anything from a trained model
/// trainedAlgorithmicMedia.
std::string digital_source_type(const std::vector<RenderAsset>& assets);

/// The sentence that goes into the file's metadata; publishing refuses a file without it.
std::string disclosure_comment(const std::string& source_type);
/// What disclosure_comment always contains.
inline constexpr const char* disclosure_mark = "cv.iptc.org/newscodes/digitalsourcetype/";

} // namespace smos::records
