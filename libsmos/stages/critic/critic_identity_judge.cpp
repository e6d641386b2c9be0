// SPDX-License-Identifier: Apache-2.0
// From the faces of sampled frames to one verdict over the film.
#include "libsmos/stages/critic/critic_identity.hpp"

#include <algorithm>
#include <cmath>

namespace smos::stages {
namespace {

constexpr double most_drift = 0.10;
constexpr double least_neighbour_cosine = 0.5;
constexpr double least_coverage = 0.30;
constexpr double share_for_repair = 0.80;
constexpr std::int64_t longest_bad_run_ms = 500;

double four_decimals(double value) { return std::round(value * 10'000) / 10'000; }

/// The value that this share of the values lies below; 0 for none.
double percentile(std::vector<double> values, double share) {
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

double mean(const std::vector<double>& values, std::size_t first, std::size_t last) {
    double sum = 0;
    for (std::size_t i = first; i < last; ++i)
        sum += values[i];
    return last > first ? sum / static_cast<double>(last - first) : 0;
}

/// Runs of kept samples below the lower band, each up to the next good sample.
std::vector<records::IdentityRange> bad_runs(const std::vector<IdentitySample>& kept,
                                             const std::vector<double>& similarities) {
    std::vector<records::IdentityRange> runs;
    bool bad = false;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const bool now_bad = similarities[i] < media::repair_similarity;
        if (now_bad && !bad)
            runs.push_back({kept[i].at_ms, kept[i].at_ms, "another face"});
        if (bad || now_bad)
            runs.back().to_ms = kept[i].at_ms;
        bad = now_bad;
    }
    return runs;
}

/// How alike neighbouring samples are at their 5th percentile: a swapped face shows here.
double neighbour_likeness(const std::vector<IdentitySample>& kept) {
    std::vector<double> likeness;
    for (std::size_t i = 1; i < kept.size(); ++i)
        likeness.push_back(media::cosine(kept[i - 1].embedding, kept[i].embedding));
    return likeness.empty() ? 1.0 : percentile(std::move(likeness), 0.05);
}

std::string verdict_of(const records::Identity& identity,
                       const std::vector<double>& similarities,
                       double likeness) {
    if (*identity.median >= media::accept_similarity && *identity.p10 >= media::repair_similarity &&
        *identity.similarity >= media::accept_similarity && *identity.drift <= most_drift &&
        likeness >= least_neighbour_cosine) {
        return "accept";
    }
    const auto passable = std::count_if(similarities.begin(), similarities.end(), [](double s) {
        return s >= media::repair_similarity;
    });
    const bool mostly = static_cast<double>(passable) >=
                        share_for_repair * static_cast<double>(similarities.size());
    const bool brief = std::all_of(
        identity.ranges.begin(), identity.ranges.end(), [](const records::IdentityRange& range) {
            return range.to_ms - range.from_ms < longest_bad_run_ms;
        });
    return mostly && brief ? "repair" : "reject";
}

} // namespace

records::Identity judge_identity(const std::vector<IdentitySample>& samples,
                                 const media::Embedding& reference,
                                 double share) {
    records::Identity identity;
    identity.verdict = "unverifiable";
    std::vector<IdentitySample> kept;
    std::vector<double> similarities;
    std::vector<media::Embedding> embeddings;
    std::int64_t most_faces = 0;
    for (const IdentitySample& sample : samples) {
        most_faces = std::max(most_faces, sample.faces);
        if (!sample.kept)
            continue;
        kept.push_back(sample);
        similarities.push_back(media::calibrated_similarity(sample.cosine));
        embeddings.push_back(sample.embedding);
    }
    identity.faces = most_faces;
    const double coverage =
        samples.empty() ? 0.0
                        : static_cast<double>(kept.size()) / static_cast<double>(samples.size());
    identity.coverage = four_decimals(coverage);
    if (kept.empty())
        return identity;
    const double pooled = media::cosine(media::mean_embedding(embeddings), reference);
    const std::size_t third = std::max<std::size_t>(1, kept.size() / 3);
    identity.cosine = four_decimals(pooled);
    identity.similarity = four_decimals(media::calibrated_similarity(pooled));
    identity.median = four_decimals(percentile(similarities, 0.5));
    identity.p10 = four_decimals(percentile(similarities, 0.1));
    identity.drift =
        four_decimals(mean(similarities, 0, third) -
                      mean(similarities, similarities.size() - third, similarities.size()));
    identity.ranges = bad_runs(kept, similarities);
    if (coverage >= least_coverage * share)
        identity.verdict = verdict_of(identity, similarities, neighbour_likeness(kept));
    return identity;
}

} // namespace smos::stages
