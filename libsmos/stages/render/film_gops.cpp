// SPDX-License-Identifier: Apache-2.0
// Cuts, caption starts, and the hash of each group's pictures.
#include "libsmos/stages/render/film_gops.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/media/codec/gop_plan.hpp"
#include "libsmos/stages/render/film_captions.hpp"

#include <memory>

namespace smos::stages {
namespace {

// Changes whenever the same plan would be drawn otherwise.
constexpr const char* drawing_version = "smos-render/3";

std::vector<int> lengths_of(const records::Timeline& timeline) {
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

} // namespace

Result<std::vector<media::Gop>> gops_of(const records::Timeline& timeline,
                                        media::Composer& composer,
                                        media::CaptionRenderer* captions) {
    std::vector<media::Gop> gops;
    std::shared_ptr<const media::CaptionFrame> shown;
    Digest shown_digest{};
    std::int64_t frame = 0;
    for (const int frames : lengths_of(timeline)) {
        Sha256 hash;
        hash.update_field(drawing_version);
        for (const std::int64_t end = frame + frames; frame < end; ++frame) {
            SMOS_TRY(const std::string words, composer.words(frame));
            hash.update_field(words);
            if (captions == nullptr)
                continue;
            auto now = captions->render(ms_of_frame(timeline, frame));
            if (now != shown) {
                shown_digest = digest_of(*now);
                shown = std::move(now);
            }
            hash.update_field(hex(shown_digest));
        }
        gops.push_back({frames, hash.finish()});
    }
    return gops;
}

} // namespace smos::stages
