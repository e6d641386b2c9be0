// SPDX-License-Identifier: Apache-2.0
// Whether the face in the film is the muse's, over all of it and not on one lucky frame.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/faces/faces.hpp"
#include "libsmos/media/inspect/inspect.hpp"
#include "libsmos/muse/muse.hpp"
#include "libsmos/records/critic.hpp"
#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/stages/critic/critic_judgement.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

/// Opened when the first face has to be looked at; the reader belongs to the caller.
using FaceSource = std::function<Result<media::FaceReader*>()>;

/// Where the muse has to be seen.
struct IdentityScope {
    std::string skip;                     ///< why nobody has to look; empty: look
    std::string unverifiable;             ///< why nobody can look; empty: look
    std::vector<media::TimeRange> ranges; ///< empty: somewhere in the film
    double share = 1.0;                   ///< of the shots that expect her
};

/// From the planned timeline; `muse` is null when none of this persona was given.
IdentityScope identity_scope(const records::Timeline& timeline, const muse::Muse* muse);

/// What was seen in one sampled frame.
struct IdentitySample {
    std::int64_t at_ms = 0;
    std::int64_t faces = 0;
    bool kept = false; ///< a face good enough to be compared
    std::string flaw;  ///< else why not
    double cosine = 0; ///< of the most similar face with the muse
    media::Embedding embedding{};
};

/// The verdict over a film's samples: accept when the median and the pooled face are at least 0.75,
/// the 10th percentile 0.60, the drift at most 0.10 and neighbours agree; repair when four fifths
/// are at least 0.60 and no bad run lasts half a second; else reject. Less than 30 % usable
/// samples, or none, is unverifiable.
records::Identity judge_identity(const std::vector<IdentitySample>& samples,
                                 const media::Embedding& reference,
                                 double share);

/// One film. Errors of single pictures are samples without a face; errors of the models end it as
/// unverifiable.
class IdentityWatch {
  public:
    IdentityWatch(const muse::Muse* muse, IdentityScope scope, const FaceSource& faces);

    bool wants_frames() const { return reader_ != nullptr; }
    Result<void> see(const media::TimedFrame& timed);
    /// The check, and the section when somebody looked.
    std::pair<Finding, std::optional<records::Identity>> finish() const;

  private:
    Result<void> enrol(const muse::Muse& muse, const FaceSource& faces);

    IdentityScope scope_;
    media::FaceReader* reader_ = nullptr;
    media::Embedding reference_;
    std::vector<IdentitySample> samples_;
};

} // namespace smos::stages
