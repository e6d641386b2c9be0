// SPDX-License-Identifier: Apache-2.0
// One record at a time: may she say it, what would she say, what does it cost, is it worth that.
#include "libsmos/stages/plan/plan.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/plan/plan_moral.hpp"
#include "libsmos/stages/plan/plan_storyboard.hpp"
#include "libsmos/stages/plan/plan_timeline.hpp"
#include "libsmos/stages/plan/plan_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::stages {
namespace {

using records::Record;

constexpr std::string_view plan_tool = "smos-plan";

/// Twenty trends do not sound alike because every task draws from its own seed.
std::uint64_t seed_of(const std::string& task_id, std::uint64_t seed) {
    Sha256 hash;
    hash.update_field(task_id);
    hash.update_field(std::to_string(seed));
    const Digest digest = hash.finish();
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i)
        value = value << 8U | digest[i];
    return value;
}

/// Sets who produces this and under which name.
void name_production(Record& record, const muse::Muse& muse, const Trend& trend, bool only_muse) {
    const std::string own_id = record.task_id();
    const std::string tenant = record.has("tenant_id") ? record.tenant_id() : muse.tenant;
    if (!record.has("tenant_id") && tenant != "default")
        record.set_text("tenant_id", tenant);
    const std::string persona = record.persona_id().empty() ? muse.persona_id : record.persona_id();
    const bool keeps_id =
        !own_id.empty() && (!record.persona_id().empty() || (!trend.from_scout && only_muse));
    if (record.persona_id().empty())
        record.set_text("persona_id", persona);
    if (!keeps_id) {
        const std::string& native = trend.from_scout || own_id.empty() ? trend.native_id : own_id;
        const std::string id = records::production_id(tenant, trend.platform, native, persona);
        record.set_text("task_id", id);
        if (!own_id.empty() && own_id != id)
            record.set_text("parent_id", own_id);
    }
    if (!record.has("trace"))
        record.set_text("trace", traceparent_for(record.task_id()));
}

std::vector<Need> needs_of(const Draft& draft, std::size_t scenes) {
    std::int64_t characters = 0;
    for (const records::ScriptLine& line : draft.script.lines)
        characters += static_cast<std::int64_t>(line.text.size());
    const auto images = static_cast<std::int64_t>(scenes);
    const auto lines = static_cast<std::int64_t>(draft.script.lines.size());
    const std::int64_t seconds = (draft.duration_ms + 999) / 1000;
    return {{"cap.image.generate", "image", images, images},
            {"cap.speech.tts", "character", characters, lines},
            // Of every line a second may be begun.
            {"cap.speech.stt", "second", seconds + lines, lines, true},
            {"cap.music.generate", "second", seconds, 1}};
}

/// Scenes can show the muse when she has anchors and the images do not come from the local painter.
bool persona_on_screen(const muse::Muse& muse, const records::EstimateLine& images) {
    return !muse.face_anchors.empty() && images.provider != "local";
}

bool speaks_english(const muse::Muse& muse) {
    return muse.language == "en" || muse.language.compare(0, 3, "en-") == 0;
}

} // namespace

PlanStage::PlanStage(PlanSettings settings) : settings_(std::move(settings)) {
    SMOS_EXPECT(!settings_.muses.empty());
    SMOS_EXPECT(settings_.estimate != nullptr);
    SMOS_EXPECT(settings_.stamp != nullptr);
}

bool PlanStage::concerns(const Record& record) const {
    return record.status() == records::Status::scouted;
}

std::vector<Record> PlanStage::apply(Record record) {
    std::vector<Record> out;
    const auto trend = read_trend(record);
    if (!trend) {
        refuse(record, trend.error());
        out.push_back(std::move(record));
        return out;
    }
    const std::string persona = record.persona_id();
    const bool only = settings_.muses.size() == 1;
    for (const muse::Muse& muse : settings_.muses)
        if (persona.empty() || persona == muse.persona_id || only)
            out.push_back(plan_one(record, muse, *trend));
    if (out.empty())
        out.push_back(skip_without_muse(std::move(record)));
    return out;
}

void PlanStage::refuse(Record& record, const Error& error) const {
    if (settings_.stamp(monotonic_us()).dry_run.value_or(false))
        record.add_error({std::string{plan_tool}, error.code, error.text(), error.retryable});
    else
        record.fail(plan_tool, error);
}

Record PlanStage::skip_without_muse(Record record) const {
    records::Plan plan;
    static_cast<records::Stamp&>(plan) = settings_.stamp(monotonic_us());
    plan.decision = "skip";
    plan.muse.persona_id = record.persona_id();
    plan.reasons.push_back(
        {"persona_unknown",
         fmt::format("No muse that was given has the persona_id \"{}\".", record.persona_id()),
         std::nullopt,
         std::nullopt});
    record.conclude(plan, records::Status::skipped);
    return record;
}

Record PlanStage::plan_one(Record record, const muse::Muse& muse, const Trend& trend) const {
    const std::int64_t started_us = monotonic_us();
    name_production(record, muse, trend, settings_.muses.size() == 1);
    records::Plan plan;
    plan.muse = {muse.persona_id, muse.version, muse::dna_sha256(muse)};
    const auto produce = decide(record.task_id(), muse, trend, plan);
    if (!produce) {
        refuse(record, produce.error());
        return record;
    }
    plan.decision = *produce ? "produce" : "skip";
    if (!*produce) {
        plan.script.reset();
        plan.storyboard.reset();
        plan.attention.reset();
        plan.timeline.reset();
        plan.candidates.clear();
    }
    static_cast<records::Stamp&>(plan) = settings_.stamp(started_us);
    record.conclude(plan, *produce ? records::Status::planned : records::Status::skipped);
    return record;
}

Result<bool> PlanStage::decide(const std::string& task_id,
                               const muse::Muse& muse,
                               const Trend& trend,
                               records::Plan& plan) const {
    MoralFit fit = moral_fit(muse, trend.text, settings_.min_moral, settings_.vetoes);
    plan.moral = fit.moral;
    plan.reasons = std::move(fit.reasons);
    if (plan.moral.veto || plan.moral.score < settings_.min_moral)
        return false;
    if (!speaks_english(muse)) {
        plan.reasons.push_back(
            {"language",
             fmt::format("The built-in writer speaks English, the muse \"{}\".", muse.language),
             std::nullopt,
             std::nullopt});
        return false;
    }
    auto draft = write_script(trend, muse, seed_of(task_id, settings_.seed));
    plan.writer = records::Writer{"cap.text.script", "local", "grammar-1", 0};
    if (!draft) {
        plan.reasons.push_back(
            {draft.error().code, draft.error().message, std::nullopt, std::nullopt});
        return false;
    }
    SMOS_TRY(const records::Estimate image, estimate_of({{"cap.image.generate", "image", 1, 1}}));
    const Board board = draw_board(*draft,
                                   trend,
                                   muse,
                                   persona_on_screen(muse, image.lines.front()),
                                   seed_of(task_id + "/board", settings_.seed));
    SMOS_TRY(plan.estimate, estimate_of(needs_of(*draft, board.storyboard.scenes.size())));
    plan.reasons.push_back(
        {"script",
         fmt::format("Told as {}, {} manner, angle {}; seconds written and seconds asked for.",
                     draft->structure,
                     draft->manner,
                     draft->angle),
         static_cast<double>(draft->duration_ms) / 1000.0,
         static_cast<double>(trend.length_ms) / 1000.0});
    plan.timeline = author_timeline(task_id, *draft, board, trend, muse, settings_.seed);
    plan.script = std::move(draft->script);
    plan.candidates = std::move(draft->candidates);
    plan.storyboard = board.storyboard;
    plan.attention = board.attention;

    RoiInput input;
    if (!muse.channels.empty())
        input.typical_views = muse.channels.front().typical_views;
    input.peak_probability = trend.peak_probability;
    input.peaking = trend.phase == "peaking";
    input.niche = muse.identity.niche;
    input.total_micros = plan.estimate->total_micros;
    RoiDecision worth = decide_roi(input, settings_.roi);
    plan.roi = worth.roi;
    plan.expected_value_micros = worth.expected_value;
    plan.reasons.insert(plan.reasons.end(), worth.reasons.begin(), worth.reasons.end());
    return worth.produce;
}

Result<records::Estimate> PlanStage::estimate_of(const std::vector<Need>& needs) const {
    records::Estimate estimate;
    bool local_voice = true;
    for (const Need& need : needs) {
        if (need.for_foreign_voice && (local_voice || !settings_.estimate(need)))
            continue; // smos-render does without it, and says so
        SMOS_TRY(records::EstimateLine line, settings_.estimate(need));
        if (need.capability == "cap.speech.tts")
            local_voice = line.provider == "local";
        SMOS_TRY(estimate.total_micros, add(estimate.total_micros, line.micros));
        estimate.lines.push_back(std::move(line));
    }
    return estimate;
}

} // namespace smos::stages
