// SPDX-License-Identifier: Apache-2.0
// The sound of a timeline's outputs: mixed once for all that want the same loudness.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/audio.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace smos::stages {

/// All outputs are added first; then any thread may take. Whoever comes first mixes, the others
/// wait.
class FilmMasters {
  public:
    /// `files` has a path for every asset that is heard, and outlives this.
    explicit FilmMasters(const std::map<std::string, std::string>& files) : files_(files) {}

    /// The name of the sound of the timeline's only output.
    std::string add(const records::Timeline& timeline);

    /// Hash of everything that the samples depend on.
    Digest digest(const std::string& name) const { return masters_.at(name).digest; }

    /// Once for each add() of the name: the last one gets the buffer, the others copies.
    Result<media::AudioBuffer> take(const std::string& name);

  private:
    struct Master {
        records::Timeline timeline;
        Digest digest{};
        int takers = 0;
        std::optional<Result<media::AudioBuffer>> audio;
        std::mutex mutex;
    };

    const std::map<std::string, std::string>& files_;
    std::map<std::string, Master> masters_;
};

} // namespace smos::stages
