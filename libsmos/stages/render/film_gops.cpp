// SPDX-License-Identifier: Apache-2.0
// Cuts, caption starts, and the hash of each group's pictures.
#include "libsmos/stages/render/film_gops.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/media/codec/gop_plan.hpp"
#include "libsmos/media/codec/versions.hpp"
#include "libsmos/stages/render/film_captions.hpp"

#include <fmt/format.h>

namespace smos::stages {
std::vector<int> gop_lengths(const records::Timeline& timeline) {
    std::vector<std::int64_t> cuts, captions;
    for (const records::TimelineTrack& track : timeline.tracks) {
        for (const records::TimelineItem& item : track.items) {
            std::int64_t first = item.at.value;
            for (const records::TimelineTransition& transition : track.transitions)
                if (transition.at.value == item.at.value)
                    first -= transition.in_off;
            if (&track == &timeline.main_track())
                cuts.push_back(first);
        }
        for (const records::TimelineCue& cue : track.cues)
            captions.push_back(cue.at.value);
    }
    return media::plan_gops(cuts, captions, timeline.duration_frames());
}

std::string drawing_engine() {
    std::string engine = std::string{"smos-render/"} + drawing_version;
    for (const auto& [library, version] : media::library_versions())
        engine += fmt::format(" {} {}", library, version);
    return engine;
}

Result<std::vector<media::Gop>> gops_of(const records::Timeline& timeline,
                                        media::Composer& composer,
                                        media::CaptionRenderer* captions) {
    const std::string engine = drawing_engine();
    std::vector<media::Gop> gops;
    std::int64_t frame = 0;
    for (const std::int64_t length : timeline.outputs.front().encoding->gops) {
        const auto frames = static_cast<int>(length);
        Sha256 hash;
        hash.update_field(engine);
        for (const std::int64_t end = frame + frames; frame < end; ++frame) {
            SMOS_TRY(const std::string words, composer.words(frame));
            hash.update_field(words);
            if (captions != nullptr)
                hash.update_field(captions->key(ms_of_frame(timeline, frame)));
        }
        gops.push_back({frames, hash.finish()});
    }
    return gops;
}

} // namespace smos::stages
