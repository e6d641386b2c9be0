// SPDX-License-Identifier: Apache-2.0
// Whether the face in the film is the muse's, over all of it and not on one lucky frame.
#include "libsmos/stages/critic/critic_identity.hpp"

#include "libsmos/media/picture/image.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::stages {
namespace {

using records::Json;

// Two anchors of one person are hardly ever further apart.
constexpr double least_anchor_cosine = 0.34;

Finding identity_finding(const records::Identity& identity, const std::string& why) {
    Finding finding;
    finding.check.name = "identity";
    finding.check.group = "identity";
    finding.check.value = identity.similarity;
    finding.check.limit = media::accept_similarity;
    finding.check.passed = identity.verdict == "accept";
    finding.hard = identity.verdict == "reject";
    finding.check.confidence = doubtful_certainty;
    if (identity.verdict == "accept") {
        const double margin = identity.median.value_or(0) - media::accept_similarity;
        finding.check.confidence = 0.92 + 0.07 * std::clamp(margin / 0.2, 0.0, 1.0);
    } else if (identity.verdict == "reject") {
        finding.check.confidence = 0.95;
    }
    finding.check.evidence = Json{{"verdict", identity.verdict}};
    if (!why.empty())
        (*finding.check.evidence)["why"] = why;
    return finding;
}

std::string most_common_flaw(const std::vector<IdentitySample>& samples) {
    std::string common = "no_face";
    std::ptrdiff_t most = 0;
    for (const IdentitySample& sample : samples) {
        const auto count = std::count_if(samples.begin(), samples.end(), [&](const auto& other) {
            return !other.kept && other.flaw == sample.flaw;
        });
        if (!sample.kept && count > most) {
            most = count;
            common = sample.flaw;
        }
    }
    return common;
}

} // namespace

IdentityScope identity_scope(const records::Timeline& timeline, const muse::Muse* muse) {
    IdentityScope scope;
    std::size_t expecting = 0;
    bool exact = timeline.rate.num > 0;
    const std::vector<records::TimelineItem>& shots = timeline.main_track().items;
    for (const records::TimelineItem& shot : shots) {
        if (!shot.expect || !shot.expect->is_object() || !shot.expect->contains("persona"))
            continue;
        ++expecting;
        const Json& persona = shot.expect->at("persona");
        if (muse != nullptr && (!persona.is_string() || persona != muse->persona_id))
            scope.unverifiable = "a shot expects another persona than the muse";
        exact = exact && shot.at.exact() && shot.dur.exact();
        if (exact) {
            const auto ms = [&](std::int64_t frames) {
                return frames * 1000 * timeline.rate.den / timeline.rate.num;
            };
            scope.ranges.push_back({ms(shot.at.value), ms(shot.at.value + shot.dur.value)});
        }
    }
    if (expecting == 0)
        scope.skip = "no shot expects the persona";
    else if (muse == nullptr)
        scope.unverifiable = "no muse of this persona was given (--muse)";
    else if (muse->face_anchors.empty() && scope.unverifiable.empty())
        scope.skip = "the muse has no face anchors";
    if (!exact) {
        // Where the shots ended up is not known: she has to be seen for their share of the film.
        scope.ranges.clear();
        scope.share = static_cast<double>(expecting) / static_cast<double>(shots.size());
    }
    return scope;
}

IdentityWatch::IdentityWatch(const muse::Muse* muse, IdentityScope scope, const FaceSource& faces)
    : scope_(std::move(scope)) {
    if (!scope_.skip.empty() || !scope_.unverifiable.empty())
        return;
    if (const auto enrolled = enrol(*muse, faces); !enrolled) {
        reader_ = nullptr;
        scope_.unverifiable = enrolled.error().text();
    }
}

Result<void> IdentityWatch::enrol(const muse::Muse& muse, const FaceSource& faces) {
    if (!faces)
        return Error{"no_model", "no face models are configured", {}, {}};
    SMOS_TRY(reader_, faces());
    std::vector<media::Embedding> anchors;
    for (const std::string& path : muse.anchor_paths()) {
        SMOS_TRY(const media::RgbImage image, media::load_image(path));
        SMOS_TRY(const media::Portraits portraits, media::portraits_of(*reader_, image, path));
        if (portraits.faces.size() != 1) {
            return Error{"several_faces",
                         "an anchor shows several faces",
                         path,
                         "crop it to the muse's face"};
        }
        const media::Embedding& embedding = portraits.embeddings.front();
        for (const media::Embedding& other : anchors) {
            if (media::cosine(other, embedding) < least_anchor_cosine) {
                return Error{"anchors_disagree",
                             "the anchors do not show one person",
                             path,
                             "remove the picture that shows somebody else"};
            }
        }
        anchors.push_back(embedding);
    }
    reference_ = media::mean_embedding(anchors);
    return {};
}

Result<void> IdentityWatch::see(const media::TimedFrame& timed) {
    const auto here = [&](const media::TimeRange& range) {
        return timed.pts_ms >= range.from_ms && timed.pts_ms < range.to_ms;
    };
    if (!scope_.ranges.empty() && std::none_of(scope_.ranges.begin(), scope_.ranges.end(), here))
        return {};
    IdentitySample sample;
    sample.at_ms = timed.pts_ms;
    const media::RgbImage image = media::to_rgb(timed.frame);
    SMOS_TRY(const std::vector<media::Face> faces, reader_->find(image));
    sample.faces = static_cast<std::int64_t>(faces.size());
    sample.flaw = faces.empty() ? "no_face" : faces.front().flaw;
    std::vector<media::Face> good;
    for (const media::Face& face : faces) {
        if (face.flaw.empty())
            good.push_back(face);
    }
    SMOS_TRY(const auto embeddings, reader_->embed(image, good));
    for (const media::Embedding& embedding : embeddings) {
        const double cosine = media::cosine(embedding, reference_);
        if (!sample.kept || cosine > sample.cosine) {
            sample.kept = true;
            sample.cosine = cosine;
            sample.embedding = embedding;
        }
    }
    samples_.push_back(std::move(sample));
    return {};
}

std::pair<Finding, std::optional<records::Identity>> IdentityWatch::finish() const {
    if (!scope_.skip.empty())
        return {skipped("identity", "identity", scope_.skip), std::nullopt};
    if (!scope_.unverifiable.empty()) {
        records::Identity identity;
        identity.verdict = "unverifiable";
        identity.ranges = {};
        return {identity_finding(identity, scope_.unverifiable), identity};
    }
    records::Identity identity = judge_identity(samples_, reference_, scope_.share);
    identity.backend = reader_->backend();
    identity.model_sha256 = reader_->model_sha256();
    const bool unseen = identity.verdict == "unverifiable";
    return {identity_finding(identity, unseen ? most_common_flaw(samples_) : std::string{}),
            identity};
}

} // namespace smos::stages
