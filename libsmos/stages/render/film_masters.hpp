// SPDX-License-Identifier: Apache-2.0
// The sound of a timeline's outputs: mixed and encoded once for all that want the same loudness.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/stages/render/film_sound.hpp"

#include <map>
#include <memory>
#include <string>

namespace smos::stages {

/// One thread asks for masters; what it gets any thread may use.
class FilmMasters {
  public:
    struct Master {
        records::Timeline timeline; // with nothing of the output but its loudness
        Digest digest{};            // of everything that the samples depend on
        FilmSound sound;
        std::shared_ptr<media::SharedSound> packets = media::share_sound();

        Master(records::Timeline heard,
               const std::map<std::string, std::string>& files,
               const std::string& directory)
            : timeline(std::move(heard)),
              digest(sound_key(timeline)),
              sound(timeline, files, directory) {}
    };

    /// `files` has a path for every asset that is heard, and outlives this; sources are unpacked in
    /// `directory`.
    FilmMasters(const std::map<std::string, std::string>& files, std::string directory)
        : files_(files),
          directory_(std::move(directory)) {}

    /// The sound of the timeline's only output.
    Master& of(const records::Timeline& timeline);

  private:
    const std::map<std::string, std::string>& files_;
    const std::string directory_;
    std::map<std::pair<std::int64_t, std::int64_t>, Master> masters_; // by loudness and ceiling
};

} // namespace smos::stages
