// SPDX-License-Identifier: Apache-2.0
// The end of `smos produce`: where the video is, what it cost, and what was said about it.
#include "produce.hpp"

#include "libsmos/cli/state.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/cfo.hpp"
#include "libsmos/records/critic.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/plan.hpp"
#include "libsmos/records/publish.hpp"
#include "libsmos/records/render.hpp"
#include "libsmos/records/sections.hpp"
#include "libsmos/store/assets.hpp"

#include <fmt/format.h>

namespace smos::dispatch {
namespace {

struct Outcome {
    std::string status;
    std::optional<records::Plan> plan;
    std::optional<records::Cfo> cfo;
    std::optional<records::Render> render;
    std::optional<records::Critic> critic;
    std::optional<records::Publish> publish;
    std::string video; // path
};

template <typename Section>
std::optional<Section> section_of(const records::Record& record) {
    return or_fatal(record.section<Section>(), ExitStatus::protocol);
}

Outcome read_outcome(const cli::Context& context, const records::Record& record) {
    Outcome outcome;
    if (const auto status = record.status())
        outcome.status = records::name_of(*status);
    outcome.plan = section_of<records::Plan>(record);
    outcome.cfo = section_of<records::Cfo>(record);
    outcome.render = section_of<records::Render>(record);
    outcome.critic = section_of<records::Critic>(record);
    outcome.publish = section_of<records::Publish>(record);
    if (outcome.render && !outcome.render->outputs.empty()) {
        const store::Assets assets(context.assets_path());
        const auto path = assets.path_of(outcome.render->outputs.front().video.uri);
        if (path)
            outcome.video = *path;
    }
    return outcome;
}

/// Settled money where the books are closed, else what the spends so far add up to.
Micros cost_of(const Outcome& outcome) {
    if (!outcome.cfo)
        return 0;
    if (outcome.cfo->settled_micros)
        return *outcome.cfo->settled_micros;
    Micros sum = 0;
    for (const records::SpendLine& spend : outcome.cfo->spends)
        sum = or_fatal(add(sum, spend.micros), ExitStatus::protocol);
    return sum;
}

std::string copied_video(const std::string& directory,
                         const std::string& title,
                         const std::string& task_id,
                         const std::string& video) {
    or_fatal(make_directories(directory), ExitStatus::cannot_create);
    std::string path = fmt::format("{}/{}-{}.mp4", directory, slug(title), slug(task_id));
    auto copied = copy_atomically(video, path);
    if (!copied) {
        Error error = copied.error();
        error.hint += error.hint.empty() ? "" : "; ";
        error.hint += "the video itself stays in the asset store";
        or_fatal(Result<void>{error}, ExitStatus::io_error);
    }
    return path;
}

records::Json outcome_line(const records::Record& record, const Outcome& outcome) {
    const Micros cost = cost_of(outcome);
    records::Json line{{"task_id", record.task_id()},
                       {"persona_id", record.persona_id()},
                       {"status", outcome.status},
                       {"verdict", nullptr},
                       {"confidence", nullptr},
                       {"cost_micros", cost},
                       {"cost_usd", format_usd(cost)},
                       {"video", nullptr}};
    if (outcome.critic) {
        line["verdict"] = outcome.critic->verdict;
        line["confidence"] = outcome.critic->confidence;
    }
    if (!outcome.video.empty())
        line["video"] = outcome.video;
    if (outcome.publish) {
        records::Json urls = records::Json::array();
        for (const records::Receipt& receipt : outcome.publish->receipts)
            if (receipt.url)
                urls.push_back(*receipt.url);
        line["urls"] = std::move(urls);
    }
    return line;
}

void tell(cli::Context& context, const std::string& text) {
    const auto& log = context.state().log;
    if (!log.json() && log.shows(cli::Level::warn)) // --quiet leaves errors only
        context.state().log.raw_line("smos: " + cli::visible(text));
}

void tell_refusal(cli::Context& context, const Outcome& outcome) {
    bool funding_said = false; // by the gate itself
    for (const records::Gate& gate : outcome.cfo->gates)
        if (!gate.passed) {
            tell(context, fmt::format("refused by {}: {}", gate.name, gate.reason));
            funding_said = funding_said || gate.reason.find("smos-cfo fund") != std::string::npos;
        }
    const std::string& wallet = outcome.cfo->wallet;
    if (!funding_said && !wallet.empty())
        tell(context, fmt::format("to add money: smos-cfo fund {} 5", wallet));
}

void tell_errors(cli::Context& context, const records::Record& record) {
    const auto errors = record.member("errors");
    if (!errors || !errors->has_value() || !(*errors)->is_array())
        return;
    for (const auto& item : **errors)
        if (item.is_object())
            tell(context,
                 fmt::format("{}: {}", item.value("tool", "?"), item.value("message", "?")));
}

void tell_outcome(cli::Context& context, const records::Record& record, const Outcome& outcome) {
    tell(context, fmt::format("{}, cost {}", outcome.status, format_usd(cost_of(outcome))));
    if (outcome.status == "skipped" && outcome.plan)
        for (const records::Reason& reason : outcome.plan->reasons)
            tell(context, fmt::format("{}: {}", reason.code, reason.text));
    if (outcome.status == "refused" && outcome.cfo)
        tell_refusal(context, outcome);
    if (outcome.critic && outcome.critic->verdict != "approve")
        for (const records::Check& check : outcome.critic->checks)
            if (!check.passed && !check.skipped)
                tell(context, fmt::format("check {} did not pass", check.name));
    tell_errors(context, record);
    if (!outcome.video.empty())
        tell(context, outcome.video);
}

} // namespace

void conclude_production(cli::Context& context, const records::Record& record) {
    Outcome outcome = read_outcome(context, record);
    const std::string directory = context.text("out");
    if (!directory.empty() && !outcome.video.empty() && !context.dry_run()) {
        const std::string title = outcome.plan && outcome.plan->script ? outcome.plan->script->title
                                                                       : context.text("intent");
        outcome.video = copied_video(directory, title, record.task_id(), outcome.video);
    }
    tell_outcome(context, record, outcome);
    context.write_line(records::dump(outcome_line(record, outcome)));
    const bool good = outcome.status == "approved" || outcome.status == "published" ||
                      outcome.status == "settled" || context.dry_run();
    if (!good)
        context.set_status(ExitStatus::negative);
}

} // namespace smos::dispatch
