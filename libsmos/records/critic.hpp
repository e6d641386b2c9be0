// SPDX-License-Identifier: Apache-2.0
// The critic section: whether it is fit.
#pragma once

#include "libsmos/records/sidecar.hpp"

namespace smos::records {

struct IdentityRange {
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;
    std::string why;
};

struct Identity {
    std::string verdict; // accept | repair | reject | unverifiable
    std::optional<double> similarity;
    std::optional<double> cosine;
    std::optional<double> median;
    std::optional<double> p10;
    std::optional<double> drift;
    std::optional<double> coverage;
    std::optional<std::int64_t> faces;
    std::optional<std::string> backend;
    std::optional<std::string> model_sha256;
    std::vector<IdentityRange> ranges;
};

struct Check {
    std::string name;
    std::string group; // identity | technical | safety | brand
    bool passed = false;
    double confidence = 0; // certainty of the verdict, 0..1
    std::optional<double> value;
    std::optional<double> limit;
    JsonBox evidence;
    std::optional<std::string> skipped; // the reason why nobody looked
};

struct SafetyCheck {
    std::string name;
    bool passed = false;
    double confidence = 0;
};

struct SafetyReport {
    bool passed = false;
    double score = 0;
    std::vector<std::string> issues;
    std::vector<SafetyCheck> checks;
    bool requires_human_review = false;
    double aggregate_confidence = 0;
};

struct Repair {
    std::int64_t attempt = 0;
    std::string region;
    std::optional<std::string> spend_id;
    std::optional<double> similarity_before;
    std::optional<double> similarity_after;
};

struct Critic : Stamp {
    std::string verdict; // approve | review | reject
    double confidence = 0;
    std::optional<Identity> identity;
    std::vector<Check> checks;
    SafetyReport safety_report;
    std::vector<Repair> repairs;
    std::optional<Sidecar> report;
};

template <>
struct Fields<IdentityRange> {
    static constexpr const char* name = "identity_range";
    static constexpr const char* doc = "A stretch where the face failed.";
    static constexpr auto list() {
        return std::make_tuple(required("from_ms", &IdentityRange::from_ms, "Its start."),
                               required("to_ms", &IdentityRange::to_ms, "Its end."),
                               required("why", &IdentityRange::why, "What failed."));
    }
};

template <>
struct Fields<Identity> {
    static constexpr const char* name = "identity";
    static constexpr const char* doc = "Whether it is the same face.";
    static constexpr auto list() {
        return std::make_tuple(
            required("verdict", &Identity::verdict, "accept, repair, reject or unverifiable."),
            field("similarity", &Identity::similarity, "Calibrated, 0..1."),
            field("cosine", &Identity::cosine, "Of the embeddings."),
            field("median", &Identity::median, "Of the frames' similarities."),
            field("p10", &Identity::p10, "Their 10th percentile."),
            field("drift", &Identity::drift, "First third less last third."),
            field("coverage",
                  &Identity::coverage,
                  "Frames with a usable face over frames looked at."),
            field("faces", &Identity::faces, "Most faces in one frame."),
            field("backend", &Identity::backend, "Detector and embedder."),
            field("model_sha256", &Identity::model_sha256, "Of the embedder."),
            field("ranges", &Identity::ranges, "Where it failed."));
    }
};

template <>
struct Fields<Check> {
    static constexpr const char* name = "check";
    static constexpr const char* doc = "One check.";
    static constexpr auto list() {
        return std::make_tuple(
            required("name", &Check::name, "Its name."),
            required("group", &Check::group, "identity, technical, safety or brand."),
            required("passed", &Check::passed, "The verdict."),
            required("confidence", &Check::confidence, "Certainty of the verdict, 0..1."),
            field("value", &Check::value, "What was measured."),
            field("limit", &Check::limit, "What it was held against."),
            field("evidence", &Check::evidence, "What a person would look at."),
            field("skipped", &Check::skipped, "The reason why nobody looked."));
    }
};

template <>
struct Fields<SafetyCheck> {
    static constexpr const char* name = "safety_check";
    static constexpr const char* doc = "One safety check.";
    static constexpr auto list() {
        return std::make_tuple(
            required("name", &SafetyCheck::name, "Its name."),
            required("passed", &SafetyCheck::passed, "The verdict."),
            required("confidence", &SafetyCheck::confidence, "Certainty of the verdict."));
    }
};

template <>
struct Fields<SafetyReport> {
    static constexpr const char* name = "safety_report";
    static constexpr const char* doc = "The checks of group safety.";
    static constexpr auto list() {
        return std::make_tuple(required("passed", &SafetyReport::passed, "All of them passed."),
                               required("score", &SafetyReport::score, "Their least confidence."),
                               field("issues", &SafetyReport::issues, "What failed."),
                               field("checks", &SafetyReport::checks, "One by one."),
                               required("requires_human_review",
                                        &SafetyReport::requires_human_review,
                                        "Whether a person has to look."),
                               required("aggregate_confidence",
                                        &SafetyReport::aggregate_confidence,
                                        "Least confidence over all checks that were not skipped."));
    }
};

template <>
struct Fields<Repair> {
    static constexpr const char* name = "repair";
    static constexpr const char* doc = "One attempt to mend the picture.";
    static constexpr auto list() {
        return std::make_tuple(required("attempt", &Repair::attempt, "From 1."),
                               required("region", &Repair::region, "What was mended."),
                               field("spend_id", &Repair::spend_id, "What paid for it."),
                               field("similarity_before", &Repair::similarity_before, "Before."),
                               field("similarity_after", &Repair::similarity_after, "After."));
    }
};

template <>
struct Fields<Critic> {
    static constexpr const char* name = "critic";
    static constexpr const char* doc = "Whether it is fit.";
    static constexpr auto list() {
        return std::tuple_cat(
            stamp_fields<Critic>(),
            std::make_tuple(
                required("verdict", &Critic::verdict, "approve, review or reject."),
                required("confidence",
                         &Critic::confidence,
                         "Least confidence over the checks that were not skipped."),
                field("identity", &Critic::identity, "Whether it is the same face."),
                required("checks", &Critic::checks, "Every check, the skipped ones too."),
                required("safety_report", &Critic::safety_report, "The safety checks."),
                field("repairs", &Critic::repairs, "Attempts to mend."),
                field("report", &Critic::report, "A longer report.")));
    }
};

} // namespace smos::records
