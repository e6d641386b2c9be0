// SPDX-License-Identifier: Apache-2.0
// One mix for every loudness that is asked for.
#include "libsmos/stages/render/film_masters.hpp"

#include <utility>

namespace smos::stages {

FilmMasters::Master& FilmMasters::of(const records::Timeline& timeline) {
    records::TimelineOutput loudness;
    loudness.lufs = timeline.outputs.front().lufs;
    loudness.true_peak = timeline.outputs.front().true_peak;
    const std::pair key{loudness.lufs.value, loudness.true_peak.value};
    if (const auto known = masters_.find(key); known != masters_.end())
        return known->second;
    records::Timeline heard = timeline;
    heard.outputs = {std::move(loudness)};
    heard.engine.reset();
    return masters_
        .emplace(std::piecewise_construct,
                 std::forward_as_tuple(key),
                 std::forward_as_tuple(std::move(heard), files_, directory_))
        .first->second;
}

} // namespace smos::stages
