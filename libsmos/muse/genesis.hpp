// SPDX-License-Identifier: Apache-2.0
// A new muse from a few words or from nothing: offline, and the same for the same seed.
#pragma once

#include "libsmos/muse/muse.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace smos::muse {

/// What is known of her; everything else is drawn.
struct Wish {
    std::string name;  ///< empty: drawn
    std::string niche; ///< empty: drawn; any text, written with dashes
    std::string notes; ///< free text; see genesis()
    std::uint64_t seed = 0;
};

/// Draws what the wish leaves open from archetypes that fit the niche, so that look, voice, traits
/// and moral graph belong together. In the notes, lines such as "name:", "niche:", "age:",
/// "origin:", "mood:", "never say:" and "taboo:" are taken at their word; the other lines become
/// the bio, and words such as "calm", "luxury" or "street" move the moral graph.
Result<Muse> genesis(const Wish& wish);

} // namespace smos::muse
