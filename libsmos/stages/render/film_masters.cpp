// SPDX-License-Identifier: Apache-2.0
// One mix for every loudness that is asked for.
#include "libsmos/stages/render/film_masters.hpp"

#include "libsmos/stages/render/film_sound.hpp"

#include <utility>

namespace smos::stages {

std::string FilmMasters::add(const records::Timeline& timeline) {
    records::Timeline heard = timeline;
    // The sound of an output depends on nothing else that it says.
    records::TimelineOutput loudness;
    loudness.lufs = timeline.outputs.front().lufs;
    loudness.true_peak = timeline.outputs.front().true_peak;
    heard.outputs = {loudness};
    heard.engine.reset();
    const Digest digest = sound_key(heard);
    const std::string name = hex(digest);
    Master& master = masters_[name];
    if (master.takers++ == 0) {
        master.timeline = std::move(heard);
        master.digest = digest;
    }
    return name;
}

Result<media::AudioBuffer> FilmMasters::take(const std::string& name) {
    Master& master = masters_.at(name);
    const std::lock_guard lock{master.mutex};
    if (!master.audio) {
        auto mixed = mix_sound(master.timeline, files_);
        master.audio = mixed ? Result<media::AudioBuffer>{std::move(mixed->audio)}
                             : Result<media::AudioBuffer>{mixed.error()};
    }
    if (--master.takers > 0)
        return *master.audio;
    return *std::exchange(master.audio, std::nullopt);
}

} // namespace smos::stages
