// SPDX-License-Identifier: Apache-2.0
// The technical checks: what was measured against what is wanted, each with its certainty.
#include "libsmos/stages/critic/critic_checks.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/records/disclosure.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::stages {
namespace {

using media::Inspection;
using media::TimeRange;
using records::Json;

constexpr std::int64_t longest_black_ms = 100;
constexpr std::int64_t longest_freeze_ms = 1000;
constexpr std::int64_t longest_silence_ms = 1500;
constexpr double loudness_tolerance = 0.5;
constexpr double most_pile_up = 2.0;
constexpr std::int64_t most_sound_gap_ms = 50; // one AAC frame and one video frame
constexpr double least_contrast = 4.5;         // WCAG 2 AA
constexpr std::size_t most_listed = 8;         // entries in one evidence list

Finding exact(const char* name, bool passed, Json evidence) {
    Finding finding;
    finding.check.name = name;
    finding.check.group = "technical";
    finding.check.passed = passed;
    finding.check.confidence = exact_certainty;
    if (!evidence.empty())
        finding.check.evidence = std::move(evidence);
    return finding;
}

Finding exact(const char* name, double value, double limit, bool passed, Json evidence) {
    Finding finding = exact(name, passed, std::move(evidence));
    finding.check.value = value;
    finding.check.limit = limit;
    return finding;
}

Finding
measured(const char* name, double value, double limit, double spread, bool passed, Json evidence) {
    Finding finding = exact(name, value, limit, passed, std::move(evidence));
    finding.check.confidence = measured_certainty(value, limit, spread);
    return finding;
}

template <typename Ranges>
Json range_list(const Ranges& ranges, std::int64_t least_ms) {
    Json list = Json::array();
    for (const TimeRange& range : ranges) {
        if (range.length_ms() >= least_ms && list.size() < most_listed)
            list.push_back(Json{{"from_ms", range.from_ms}, {"to_ms", range.to_ms}});
    }
    return list;
}

std::int64_t longest(const std::vector<TimeRange>& ranges) {
    std::int64_t most = 0;
    for (const TimeRange& range : ranges)
        most = std::max(most, range.length_ms());
    return most;
}

double as_double(std::int64_t value) { return static_cast<double>(value); }
double two_places(double value) { return std::round(value * 100) / 100; }

Finding duration_finding(const Inspection& seen, const Expectation& wanted) {
    const std::int64_t frame_ms =
        1000 * wanted.rate_den / std::max<std::int64_t>(1, wanted.rate_num);
    const bool fits = seen.video_ms >= wanted.min_ms && seen.video_ms <= wanted.max_ms;
    const bool as_declared =
        !wanted.declared_ms || std::abs(seen.video_ms - *wanted.declared_ms) <= frame_ms + 1;
    Json evidence{{"min_ms", wanted.min_ms}, {"max_ms", wanted.max_ms}};
    if (wanted.declared_ms)
        evidence["declared_ms"] = *wanted.declared_ms;
    const std::int64_t limit = seen.video_ms < wanted.min_ms ? wanted.min_ms : wanted.max_ms;
    return exact("duration",
                 as_double(seen.video_ms),
                 as_double(limit),
                 fits && as_declared,
                 std::move(evidence));
}

Finding resolution_finding(const Inspection& seen, const Expectation& wanted) {
    return exact("resolution",
                 seen.info.width_px == wanted.width_px && seen.info.height_px == wanted.height_px,
                 Json{{"width", seen.info.width_px},
                      {"height", seen.info.height_px},
                      {"wanted_width", wanted.width_px},
                      {"wanted_height", wanted.height_px}});
}

Finding rate_finding(const Inspection& seen, const Expectation& wanted) {
    const bool same = seen.info.rate_den > 0 &&
                      seen.info.rate_num * wanted.rate_den == wanted.rate_num * seen.info.rate_den;
    return exact("frame_rate",
                 two_places(as_double(seen.info.rate_num) / std::max(1, seen.info.rate_den)),
                 two_places(as_double(wanted.rate_num) / as_double(wanted.rate_den)),
                 same,
                 Json{{"frames", seen.frames}});
}

Finding black_finding(const Inspection& seen) {
    const std::int64_t most = longest(seen.black);
    return measured("black_frames",
                    as_double(most),
                    as_double(longest_black_ms),
                    250,
                    most < longest_black_ms,
                    Json{{"ranges", range_list(seen.black, 1)}});
}

/// A black stretch is still too, but it is one fault and not two.
std::vector<TimeRange> without_black(const Inspection& seen) {
    std::vector<TimeRange> rest;
    for (const TimeRange& frozen : seen.frozen) {
        std::int64_t black_ms = 0;
        for (const TimeRange& black : seen.black) {
            black_ms += std::max<std::int64_t>(
                0, std::min(frozen.to_ms, black.to_ms) - std::max(frozen.from_ms, black.from_ms));
        }
        if (black_ms * 2 < frozen.length_ms())
            rest.push_back(frozen);
    }
    return rest;
}

Finding frozen_finding(const Inspection& seen) {
    const std::vector<TimeRange> frozen = without_black(seen);
    const std::int64_t most = longest(frozen);
    return measured("frozen_frames",
                    as_double(most),
                    as_double(longest_freeze_ms),
                    1000,
                    most < longest_freeze_ms,
                    Json{{"ranges", range_list(frozen, 1)}});
}

Finding silence_finding(const Inspection& seen) {
    std::vector<TimeRange> silent;
    for (const media::SilentSpan& span : seen.silent)
        silent.push_back({span.start_ms, span.end_ms});
    const std::int64_t most = seen.has_sound ? longest(silent) : seen.video_ms;
    Json evidence{{"ranges", range_list(silent, 1)}};
    if (!seen.has_sound)
        evidence["no_sound"] = true;
    return measured("silence",
                    as_double(most),
                    as_double(longest_silence_ms),
                    1000,
                    seen.has_sound && most < longest_silence_ms,
                    std::move(evidence));
}

void add_sound(const Inspection& seen, const Expectation& wanted, std::vector<Finding>& findings) {
    findings.push_back(silence_finding(seen));
    if (!seen.has_sound) {
        for (const char* name : {"clipping", "loudness", "true_peak", "audio_video_length"})
            findings.push_back(skipped(name, "technical", "it has no sound"));
        return;
    }
    findings.push_back(measured("clipping",
                                two_places(seen.pile_up),
                                most_pile_up,
                                2.0,
                                seen.pile_up <= most_pile_up && seen.full_scale_runs == 0,
                                Json{{"full_scale_runs", seen.full_scale_runs}}));
    const double lufs = two_places(seen.loudness.integrated_lufs);
    findings.push_back(exact("loudness",
                             lufs,
                             wanted.lufs,
                             std::abs(lufs - wanted.lufs) <= loudness_tolerance,
                             Json{{"tolerance", loudness_tolerance}}));
    const double peak = two_places(seen.loudness.true_peak_dbtp);
    findings.push_back(exact(
        "true_peak", peak, wanted.true_peak_dbtp, peak < wanted.true_peak_dbtp, Json::object()));
    const std::int64_t gap = std::abs(seen.sound_ms - seen.video_ms);
    findings.push_back(exact("audio_video_length",
                             as_double(gap),
                             as_double(most_sound_gap_ms),
                             gap <= most_sound_gap_ms,
                             Json{{"video_ms", seen.video_ms}, {"sound_ms", seen.sound_ms}}));
}

Finding safe_area_finding(const Inspection& seen,
                          const std::vector<media::CaptionBox>& boxes,
                          const Expectation& wanted) {
    Json outside = Json::array(), strays = Json::array();
    for (const media::CaptionBox& box : boxes) {
        if (!media::inside_safe_area(box, wanted.safe, seen.info.width_px, seen.info.height_px) &&
            outside.size() < most_listed) {
            outside.push_back(Json{{"start_ms", box.start_ms},
                                   {"x", box.x},
                                   {"y", box.y},
                                   {"w", box.width},
                                   {"h", box.height}});
        }
    }
    for (const media::Stray& stray : seen.strays) {
        if (strays.size() < most_listed) {
            strays.push_back(Json{{"start_ms", boxes[stray.box].start_ms},
                                  {"x", stray.left_px},
                                  {"y", stray.top_px},
                                  {"w", stray.right_px - stray.left_px},
                                  {"h", stray.bottom_px - stray.top_px}});
        }
    }
    const double count = static_cast<double>(outside.size() + strays.size());
    return exact("caption_safe_area",
                 count,
                 0,
                 count < 1,
                 Json{{"boxes", boxes.size()},
                      {"safe_area", wanted.safe_name},
                      {"outside", outside},
                      {"seen_outside", strays}});
}

/// Captions cannot be judged where the picture is black or stands still, and another check says so.
bool in_other_fault(const Inspection& seen, std::int64_t at_ms) {
    const auto here = [&](const TimeRange& range) {
        return at_ms >= range.from_ms && at_ms < range.to_ms;
    };
    return std::any_of(seen.black.begin(), seen.black.end(), here) ||
           std::any_of(seen.frozen.begin(), seen.frozen.end(), [&](const TimeRange& range) {
               return here(range) && range.length_ms() >= longest_freeze_ms;
           });
}

Finding contrast_finding(const Inspection& seen, const std::vector<media::CaptionBox>& boxes) {
    double least = 21.0;
    Json weak = Json::array();
    std::size_t looked = 0;
    for (const media::CaptionLook& look : seen.captions) {
        if (in_other_fault(seen, look.at_ms))
            continue;
        ++looked;
        least = std::min(least, look.contrast);
        if (look.contrast < least_contrast && weak.size() < most_listed) {
            weak.push_back(Json{{"at_ms", look.at_ms},
                                {"contrast", two_places(look.contrast)},
                                {"text", boxes[look.box].text}});
        }
    }
    if (looked == 0)
        return skipped("caption_contrast", "technical", "no caption is shown long enough");
    return measured("caption_contrast",
                    two_places(least),
                    least_contrast,
                    2.0,
                    least >= least_contrast,
                    Json{{"captions", looked}, {"weak", weak}});
}

void add_captions(const Inspection& seen,
                  const Expectation& wanted,
                  std::vector<Finding>& findings) {
    if (!wanted.no_captions.empty()) {
        for (const char* name : {"caption_safe_area", "caption_contrast", "missing_glyphs"})
            findings.push_back(skipped(name, "technical", wanted.no_captions));
        return;
    }
    const auto boxes = fitted(wanted, seen.info);
    findings.push_back(safe_area_finding(seen, boxes, wanted));
    findings.push_back(contrast_finding(seen, boxes));
    const std::size_t missing = wanted.missing_glyphs.size();
    Json evidence = Json::object();
    if (missing > 0)
        evidence["missing"] = wanted.missing_glyphs;
    findings.push_back(exact(
        "missing_glyphs", static_cast<double>(missing), 0, missing == 0, std::move(evidence)));
}

Finding disclosure_finding(const Inspection& seen) {
    const bool said = seen.info.comment.find(records::disclosure_mark) != std::string::npos;
    Finding finding = exact("disclosure", said, Json{{"comment", seen.info.comment}});
    finding.check.group = "safety";
    return finding;
}

} // namespace

std::vector<Finding> technical_findings(const Inspection& seen, const Expectation& wanted) {
    std::vector<Finding> findings;
    findings.push_back(exact("decodable",
                             true,
                             Json{{"frames", seen.frames},
                                  {"video_codec", seen.info.video_codec},
                                  {"audio_codec", seen.info.audio_codec}}));
    findings.push_back(duration_finding(seen, wanted));
    findings.push_back(resolution_finding(seen, wanted));
    findings.push_back(rate_finding(seen, wanted));
    findings.push_back(black_finding(seen));
    findings.push_back(frozen_finding(seen));
    add_sound(seen, wanted, findings);
    findings.push_back(
        exact("index_first", seen.info.faststart, Json{{"container", seen.info.container}}));
    add_captions(seen, wanted, findings);
    findings.push_back(disclosure_finding(seen));
    return findings;
}

std::vector<Finding> undecodable_findings(const Error& error) {
    std::vector<Finding> findings;
    findings.push_back(
        exact("decodable", false, Json{{"code", error.code}, {"message", error.message}}));
    for (const char* name : {"duration",
                             "resolution",
                             "frame_rate",
                             "black_frames",
                             "frozen_frames",
                             "silence",
                             "clipping",
                             "loudness",
                             "true_peak",
                             "audio_video_length",
                             "index_first",
                             "caption_safe_area",
                             "caption_contrast",
                             "missing_glyphs"}) {
        findings.push_back(skipped(name, "technical", "the file cannot be decoded"));
    }
    findings.push_back(skipped("disclosure", "safety", "the file cannot be decoded"));
    return findings;
}

Finding checksum_finding(const std::string& path, const std::string& declared_sha256) {
    if (declared_sha256.empty())
        return skipped("checksum", "technical", "no checksum is declared");
    const auto digest = sha256_of_file(path);
    const std::string found = digest ? "sha256:" + hex(*digest) : digest.error().message;
    return exact("checksum",
                 found == declared_sha256,
                 Json{{"found", found}, {"declared", declared_sha256}});
}

} // namespace smos::stages
