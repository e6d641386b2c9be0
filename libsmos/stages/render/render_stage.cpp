// SPDX-License-Identifier: Apache-2.0
// What smos-render does with a record; the film itself is made elsewhere.
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/sections.hpp"
#include "libsmos/stages/render/render.hpp"

namespace smos::stages {
namespace {

using records::Record;
using records::Render;
using records::Status;
using records::Timeline;

constexpr const char* render_tool = "smos-render";

std::int64_t target_ms_of(const Record& record) {
    const auto payload = record.member("payload");
    if (payload && *payload && (*payload)->is_object()) {
        const auto length = (*payload)->find("length_seconds");
        if (length != (*payload)->end() && length->is_number()) {
            const double seconds = length->get<double>();
            if (seconds >= 1 && seconds <= 600)
                return static_cast<std::int64_t>(seconds * 1000);
        }
    }
    return 15'000;
}

} // namespace

bool RenderStage::concerns(const Record& record) const {
    return record.status() == Status::reserved;
}

Result<void> RenderStage::render_record(Record& record) {
    const std::int64_t started_us = monotonic_us();
    SMOS_TRY(const auto plan, record.section<records::Plan>());
    SMOS_TRY(const auto cfo, record.section<records::Cfo>());
    if (!plan || !plan->timeline) {
        return Error{"no_timeline",
                     "the plan has no timeline",
                     record.task_id(),
                     "send it through smos-plan first"};
    }
    if (!cfo || !cfo->reservation_id || cfo->state != "pending") {
        return Error{"no_reservation",
                     "it has no open reservation",
                     record.task_id(),
                     "send it through smos-cfo reserve first"};
    }
    SMOS_TRY(Timeline timeline, records::read_timeline(*plan->timeline));
    if (options_.dry_run) {
        Render section;
        static_cast<records::Stamp&>(section) = options_.stamp(started_us);
        section.device = kernels::name_of(options_.device);
        section.dry_run = true;
        if (options_.plan) {
            SMOS_TRY(section.plan, options_.plan(timeline, record.task_id(), target_ms_of(record)));
        }
        record.conclude(section, Status::rendered);
        return {};
    }
    RenderOptions options = options_;
    if (plan->script)
        options.film.title = one_line(plan->script->title);
    Result<Rendered> rendered = renderer_(
        options, std::move(timeline), record.task_id(), cfo->reservation_id, target_ms_of(record));
    auto witness = options_.witness ? options_.witness(*cfo->reservation_id) : std::nullopt;
    if (!rendered)
        return rendered.error();
    rendered->section.ledger = std::move(witness);
    static_cast<records::Stamp&>(rendered->section) = options_.stamp(started_us);
    record.conclude(rendered->section, Status::rendered);
    return {};
}

std::vector<Record> RenderStage::apply(Record record) {
    const Result<void> outcome = render_record(record);
    if (!outcome && outcome.error().code != "interrupted") {
        const Error& error = outcome.error();
        if (options_.dry_run)
            record.add_error({render_tool, error.code, error.text(), error.retryable});
        else
            record.fail(render_tool, error);
    }
    std::vector<Record> out;
    out.push_back(std::move(record));
    return out;
}

} // namespace smos::stages
