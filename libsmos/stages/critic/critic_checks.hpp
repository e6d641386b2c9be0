// SPDX-License-Identifier: Apache-2.0
// What a film is held against, and the technical checks that hold it.
#pragma once

#include "libsmos/media/inspect/inspect.hpp"
#include "libsmos/records/plan.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/records/render.hpp"
#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/stages/critic/critic_judgement.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

/// The house's format, unless the record asks for something else.
struct Expectation {
    std::int64_t width_px = 1080;
    std::int64_t height_px = 1920;
    std::int64_t rate_num = 30;
    std::int64_t rate_den = 1;
    std::int64_t min_ms = 12'000;
    std::int64_t max_ms = 18'000;
    std::optional<std::int64_t> declared_ms; ///< what smos-render says
    std::string declared_sha256;             ///< "sha256:<hex>", empty when nothing is declared
    double lufs = -14.0;
    double true_peak_dbtp = -1.0;
    std::vector<media::CaptionBox> boxes;
    media::SafeArea safe;             ///< of the output's preset, else of the timeline's canvas
    std::string safe_name = "shorts"; ///< whose it is
    std::vector<std::string> missing_glyphs;
    std::string no_captions; ///< why captions cannot be looked at; empty when they can
};

/// `timeline` as planned; payload.length_seconds sets the duration to +-20 %.
Expectation expectation_of(const records::Record& record,
                           const records::Timeline& timeline,
                           const records::RenderOutput& output);

/// The checks of group technical, in a fixed order, and the disclosure. The file could be decoded.
std::vector<Finding> technical_findings(const media::Inspection& seen, const Expectation& wanted);

/// decodable has failed with this error; everything else is skipped for it.
std::vector<Finding> undecodable_findings(const Error& error);

/// The file's bytes against its sidecar.
Finding checksum_finding(const std::string& path, const std::string& declared_sha256);

/// Caption boxes are in pixels of the planned picture; here in those of the file.
std::vector<media::CaptionBox> fitted(const Expectation& wanted, const media::MediaInfo& info);

} // namespace smos::stages
