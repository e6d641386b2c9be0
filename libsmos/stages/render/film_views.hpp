// SPDX-License-Identifier: Apache-2.0
// `crop: face`: what of every item an output shows, so that its faces stay in sight.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/faces/faces.hpp"
#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/stages/render/film_encoding.hpp"
#include "libsmos/store/assets.hpp"

#include <map>
#include <string>
#include <vector>

namespace smos::stages {

/// The outputs that ask for faces and do not know yet where they are: authored ones, and resolved
/// ones that somebody changed.
std::vector<std::size_t> outputs_with_faces(const records::Timeline& timeline);

/// Fills `views` of these outputs, for stills and videos that cover their canvas
/// and are cut by it. The times are exact; `files` has a path for every asset. What was found is
/// noted in the store, when `keeps`, and not sought again. An item without a face keeps its middle,
/// and is a downgrade; an output without any view becomes `crop: centre`.
Result<void> follow_faces(records::Timeline& timeline,
                          const std::vector<std::size_t>& outputs,
                          const std::map<std::string, std::string>& files,
                          media::FaceReader& reader,
                          store::Assets& store,
                          bool keeps,
                          EncodingNotes& notes);

} // namespace smos::stages
