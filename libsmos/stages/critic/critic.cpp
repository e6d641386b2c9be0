// SPDX-License-Identifier: Apache-2.0
// Judging: what was rendered is decoded, measured and read, and is fit, doubtful or not fit.
#include "libsmos/stages/critic/critic.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/media/inspect/inspect.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/sections.hpp"
#include "libsmos/stages/critic/critic_checks.hpp"
#include "libsmos/stages/critic/critic_text.hpp"

#include <algorithm>

namespace smos::stages {
namespace {

using records::Critic;
using records::Record;
using records::Status;

constexpr const char* critic_tool = "smos-critic";
constexpr std::int64_t sample_every_ms = 333;
constexpr std::int64_t least_samples = 8;

/// Codes that say that the file is bad, and not that it could not be read.
bool is_verdict(const Error& error) {
    return error.code != "cannot_read" && error.code != "interrupted" &&
           error.code != "face_engine" && error.code != "too_slow";
}

const muse::Muse* muse_of(const CriticOptions& options, const std::string& persona_id) {
    const auto found =
        std::find_if(options.muses.begin(), options.muses.end(), [&](const muse::Muse& muse) {
            return muse.persona_id == persona_id;
        });
    return found == options.muses.end() ? nullptr : &*found;
}

/// Everything that the file itself tells, the face with it.
Result<std::vector<Finding>> file_findings(const CriticOptions& options,
                                           const std::string& path,
                                           const Expectation& wanted,
                                           IdentityWatch& identity) {
    media::InspectRequest request;
    request.interrupted = options.interrupted;
    const auto info = media::probe(path);
    if (info) {
        request.captions = fitted(wanted, *info);
        request.safe = wanted.safe;
        request.sample_every_ms =
            std::clamp<std::int64_t>(info->duration_ms / (least_samples + 1), 1, sample_every_ms);
    }
    if (identity.wants_frames()) {
        request.on_sample = [&](const media::TimedFrame& timed) { return identity.see(timed); };
    }
    const auto seen =
        info ? media::inspect(path, request) : Result<media::Inspection>{info.error()};
    if (seen)
        return technical_findings(*seen, wanted);
    if (!is_verdict(seen.error()))
        return seen.error();
    return undecodable_findings(seen.error());
}

void limit_duration(const CriticOptions& options, Expectation& wanted) {
    wanted.min_ms = options.min_duration_ms.value_or(wanted.min_ms);
    wanted.max_ms = options.max_duration_ms.value_or(wanted.max_ms);
}

void add_identity(const IdentityWatch& identity, std::vector<Finding>& findings, Critic& section) {
    auto [finding, judged] = identity.finish();
    findings.push_back(std::move(finding));
    section.identity = std::move(judged);
}

Status status_of(const Critic& section) {
    if (section.verdict == "approve")
        return Status::approved;
    return section.verdict == "review" ? Status::review : Status::rejected;
}

} // namespace

bool CriticStage::concerns(const Record& record) const {
    return record.status() == Status::rendered;
}

Result<void> CriticStage::judge_record(Record& record) {
    const std::int64_t started_us = monotonic_us();
    SMOS_TRY(const auto plan, record.section<records::Plan>());
    SMOS_TRY(const auto render, record.section<records::Render>());
    if (!plan || !plan->script || !plan->timeline || !render || render->outputs.empty()) {
        return Error{"incomplete_record",
                     "it has no script, no timeline or no render",
                     record.task_id(),
                     "send it through smos-plan and smos-render first"};
    }
    SMOS_TRY(const records::Timeline timeline, records::read_timeline(*plan->timeline));
    const records::RenderOutput& output = render->outputs.front();
    SMOS_TRY(const std::string path, assets_.path_of(output.video.uri));
    Expectation wanted = expectation_of(record, timeline, output);
    limit_duration(options_, wanted);

    const std::string persona = record.persona_id();
    const muse::Muse* muse = muse_of(options_, persona.empty() ? plan->muse.persona_id : persona);
    Critic section;
    IdentityWatch identity{muse, identity_scope(timeline, muse), options_.faces};
    SMOS_TRY(std::vector<Finding> findings, file_findings(options_, path, wanted, identity));
    findings.insert(findings.begin(), checksum_finding(path, wanted.declared_sha256));
    findings.push_back(text_policy_finding(*plan->script));
    findings.push_back(do_not_say_finding(*plan->script, muse));
    add_identity(identity, findings, section);
    conclude(section, findings);
    static_cast<records::Stamp&>(section) = options_.stamp(started_us);
    if (options_.dry_run) {
        section.dry_run = true;
        record.conclude(section, Status::rendered);
        return {};
    }
    record.set("confidence", records::Json(section.confidence));
    record.conclude(section, status_of(section));
    return {};
}

std::vector<Record> CriticStage::apply(Record record) {
    const Result<void> outcome = judge_record(record);
    if (!outcome && outcome.error().code != "interrupted") {
        const Error& error = outcome.error();
        if (options_.dry_run)
            record.add_error({critic_tool, error.code, error.text(), error.retryable});
        else
            record.fail(critic_tool, error);
    }
    std::vector<Record> out;
    out.push_back(std::move(record));
    return out;
}

Result<Critic> check_file(const CriticOptions& options, const std::string& path) {
    const std::int64_t started_us = monotonic_us();
    Expectation wanted;
    wanted.no_captions = "a file says nothing about its captions";
    limit_duration(options, wanted);
    const muse::Muse* muse = options.muses.empty() ? nullptr : &options.muses.front();
    IdentityScope scope;
    if (muse == nullptr)
        scope.skip = "no muse was given (--muse)";
    else if (muse->face_anchors.empty())
        scope.skip = "the muse has no face anchors";
    Critic section;
    IdentityWatch identity{muse, std::move(scope), options.faces};
    SMOS_TRY(std::vector<Finding> findings, file_findings(options, path, wanted, identity));
    add_identity(identity, findings, section);
    conclude(section, findings);
    static_cast<records::Stamp&>(section) = options.stamp(started_us);
    return section;
}

} // namespace smos::stages
