// SPDX-License-Identifier: Apache-2.0
// Money at both ends of the line: planned records are reserved or refused, finished ones settled.
#include "libsmos/stages/cfo/cfo.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/cfo/best_of.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::stages {
namespace {

using records::Cfo;
using records::Gate;
using records::Record;
using records::Status;

std::vector<Record> one(Record record) {
    std::vector<Record> records;
    records.push_back(std::move(record));
    return records;
}

Gate estimate_gate(bool passed, std::string reason) {
    Gate gate;
    gate.name = "estimate";
    gate.passed = passed;
    gate.reason = std::move(reason);
    return gate;
}

Gate price_gate(bool passed, std::string reason) {
    Gate gate = estimate_gate(passed, std::move(reason));
    gate.name = "price_known";
    return gate;
}

bool passed(const std::vector<Gate>& gates) {
    return std::all_of(gates.begin(), gates.end(), [](const Gate& gate) { return gate.passed; });
}

std::string name_of_line(const records::EstimateLine& line) {
    return one_line(first_code_points(
        fmt::format("{} {}/{}", line.capability, line.provider, line.model), 200));
}

Gate best_of_gate(const records::Estimate& one,
                  std::int64_t candidates,
                  const std::optional<double>& vvs) {
    Gate gate;
    gate.name = "best_of";
    gate.passed = true;
    gate.reason = vvs ? fmt::format("a velocity of {:.1f} is worth {} of {}",
                                    *vvs,
                                    candidates,
                                    format_usd(one.total_micros))
                      : "without a known velocity one candidate";
    return gate;
}

std::string lines_text(const records::Estimate& estimate) {
    records::Json lines = records::Json::array();
    for (const records::EstimateLine& line : estimate.lines)
        lines.push_back({{"capability", line.capability},
                         {"provider", line.provider},
                         {"model", line.model},
                         {"unit", line.unit},
                         {"quantity", line.quantity},
                         {"micros", line.micros}});
    return records::dump(lines);
}

/// Each as the stage makes it, in one commit of the ledger.
std::vector<std::vector<Record>>
in_one_commit(const CfoOptions& options, records::Stage& stage, std::vector<Record> records) {
    std::vector<std::vector<Record>> made;
    options.ledger().together([&] {
        for (Record& record : records)
            made.push_back(stage.apply(std::move(record)));
    });
    if (options.committed)
        options.committed();
    return made;
}

/// The entry of this line, and the last anchor before it.
void name_entry(const CfoOptions& options, Cfo& cfo, std::optional<records::EntryRef> entry) {
    cfo.entry = std::move(entry);
    if (cfo.entry && options.anchor)
        cfo.anchor = options.anchor(cfo.wallet, cfo.entry->seq);
}

Cfo stamped(const CfoOptions& options) {
    Cfo cfo;
    static_cast<records::Stamp&>(cfo) = options.stamp();
    if (options.dry_run)
        cfo.dry_run = true;
    return cfo;
}

/// The section when it names a reservation that is open.
Result<std::optional<Cfo>> pending_cfo(const Record& record) {
    SMOS_TRY(auto cfo, record.section<Cfo>());
    if (!cfo || cfo->state != "pending" || !cfo->reservation_id)
        return std::optional<Cfo>{};
    return cfo;
}

bool receipts_open(const Record& record) {
    const auto publish = record.section<records::Publish>();
    if (!publish || !*publish)
        return false;
    return std::any_of((*publish)->receipts.begin(),
                       (*publish)->receipts.end(),
                       [](const records::Receipt& receipt) {
                           return receipt.status == "unknown" || receipt.status == "held" ||
                                  receipt.status == "scheduled";
                       });
}

Result<store::Reservation>
close_reservation(const CfoOptions& options, const Record& record, const Cfo& cfo, bool release) {
    store::CloseRequest request;
    request.reservation_id = *cfo.reservation_id;
    request.tenant = record.tenant_id();
    request.task_id = record.task_id();
    request.release = release;
    const auto status = record.status();
    request.outcome = status ? std::string{records::name_of(*status)} : std::string{};
    request.actor = options.actor;
    return options.ledger().close(request);
}

/// The section after closing: amounts and calls as the ledger has them.
Cfo closed_section(const CfoOptions& options, const Cfo& before, const store::Reservation& closed) {
    Cfo cfo = stamped(options);
    cfo.wallet = closed.wallet;
    cfo.reservation_id = closed.reservation_id;
    cfo.state = closed.state;
    cfo.reserved_micros = closed.amount_micros;
    cfo.settled_micros = closed.spent_micros;
    cfo.gates = before.gates;
    cfo.spends = options.ledger().spends(closed.reservation_id);
    if (!options.dry_run) {
        // The entry's own time, so that a second settle says the same.
        cfo.at = format_rfc3339(closed.closed_at.value_or(closed.created_at));
        name_entry(options, cfo, closed.closed);
    }
    return cfo;
}

void complain(Record& record, const Error& error) {
    record.add_error({"smos-cfo", error.code, error.text(), error.retryable});
}

std::vector<Record> close_record(const CfoOptions& options, Record record, bool release) {
    const auto before = pending_cfo(record);
    if (!before) {
        complain(record, before.error());
        return one(std::move(record));
    }
    if (!*before)
        return one(std::move(record));
    const auto closed = close_reservation(options, record, **before, release);
    if (!closed) {
        complain(record, closed.error());
        return one(std::move(record));
    }
    Status status = *record.status();
    if (status == Status::published && !release)
        status = Status::settled;
    if (release && status != Status::rejected && status != Status::failed)
        status = Status::refused;
    record.conclude(closed_section(options, **before, *closed), status);
    return one(std::move(record));
}

} // namespace

std::string wallet_of(const Record& record) {
    const std::string persona = record.persona_id();
    return persona.empty() ? record.tenant_id() : record.tenant_id() + '/' + persona;
}

ReserveStage::ReserveStage(CfoOptions options, providers::PriceTable prices, GateChain rules)
    : options_(std::move(options)),
      prices_(std::move(prices)),
      rules_(std::move(rules)) {}

bool ReserveStage::concerns(const Record& record) const {
    return record.status() == Status::planned;
}

std::vector<std::vector<Record>> ReserveStage::apply_together(std::vector<Record> records) {
    return in_one_commit(options_, *this, std::move(records));
}

std::vector<Record> ReserveStage::apply(Record record) {
    if (const auto reserved = reserve(record); !reserved) {
        if (options_.dry_run)
            complain(record, reserved.error());
        else
            record.fail("smos-cfo", reserved.error());
    }
    return one(std::move(record));
}

std::vector<Gate> ReserveStage::estimate_gates(const records::Plan& plan) const {
    if (plan.decision != "produce")
        return {estimate_gate(false, "the plan does not say produce")};
    if (!plan.estimate)
        return {estimate_gate(false, "the plan has no estimate")};
    Micros total = 0;
    std::vector<Gate> gates;
    for (const records::EstimateLine& line : plan.estimate->lines) {
        const auto row = prices_.find(line.provider, line.model, line.unit, system_now());
        const auto least = row ? cost(row->price, line.quantity) : Result<Micros>{row.error()};
        if (!least)
            return {price_gate(false, one_line(least.error().text()))};
        if (line.micros < *least)
            return {estimate_gate(false,
                                  fmt::format("{} is estimated at {}, its price makes {}",
                                              name_of_line(line),
                                              format_usd(line.micros),
                                              format_usd(*least)))};
        const auto sum = add(total, line.micros);
        if (!sum)
            return {estimate_gate(false, "the lines of the estimate overflow")};
        total = *sum;
    }
    if (total != plan.estimate->total_micros)
        return {estimate_gate(false,
                              fmt::format("the lines make {}, the estimate says {} micro-USD",
                                          format_usd(total),
                                          plan.estimate->total_micros))};
    return {estimate_gate(true, fmt::format("{} lines add up", plan.estimate->lines.size())),
            price_gate(true, "every line has a price in force")};
}

std::vector<Gate> ReserveStage::rule_gates(const Record& record, const records::Plan& plan) const {
    if (rules_.empty())
        return {};
    const auto text = record.raw("payload");
    const auto payload =
        text ? records::parse_json(*text, "payload") : Result<records::Json>{records::Json{}};
    if (!payload)
        return {estimate_gate(false, "the payload cannot be read")};
    GateQuestion question{record.tenant_id(),
                          record.task_id(),
                          plan.estimate->total_micros,
                          {},
                          *payload,
                          [&](const std::string& capability) {
                              return options_.ledger().committed_today(
                                  record.tenant_id(), capability, record.task_id());
                          }};
    for (const records::EstimateLine& line : plan.estimate->lines)
        question.by_capability[line.capability] += line.micros;
    return rules_.ask(question, options_.ledger().now());
}

Result<void>
ReserveStage::allocate(const records::Record& record, records::Plan& plan, records::Cfo& cfo) {
    SMOS_TRY(const auto scout, record.section<records::Scout>());
    const auto vvs = scout ? scout->vvs : std::nullopt;
    cfo.best_of = best_of(vvs);
    cfo.gates.push_back(best_of_gate(*plan.estimate, *cfo.best_of, vvs));
    SMOS_TRY(plan.estimate, estimate_of(*plan.estimate, *cfo.best_of));
    return {};
}

store::ReserveRequest ReserveStage::request_of(const Record& record,
                                               const records::Plan& plan,
                                               const std::string& wallet) const {
    store::ReserveRequest request;
    request.tenant = record.tenant_id();
    request.task_id = record.task_id();
    request.wallet = wallet;
    if (plan.estimate) {
        request.amount_micros = plan.estimate->total_micros;
        request.lines = lines_text(*plan.estimate);
    }
    request.actor = options_.actor;
    request.expected_value_micros = plan.expected_value_micros;
    return request;
}

Result<void> ReserveStage::reserve(Record& record) const {
    SMOS_TRY(auto plan, record.section<records::Plan>());
    if (!plan)
        return Error{"no_plan", "a planned record without a plan", record.task_id(), {}};
    Cfo cfo = stamped(options_);
    cfo.wallet = options_.wallet.empty() ? wallet_of(record) : options_.wallet;
    cfo.gates = estimate_gates(*plan);
    if (options_.best_of && passed(cfo.gates))
        SMOS_CHECK(allocate(record, *plan, cfo));
    if (passed(cfo.gates))
        for (Gate& gate : rule_gates(record, *plan))
            cfo.gates.push_back(std::move(gate));
    cfo.state = "refused";
    const store::ReserveRequest request = request_of(record, *plan, cfo.wallet);
    // Rules and prices that changed since count for what is reserved from now on.
    if (!passed(cfo.gates) && plan->estimate && options_.ledger().stands(request))
        cfo.gates.clear();
    if (passed(cfo.gates)) {
        SMOS_TRY(const auto outcome, options_.ledger().reserve(request));
        cfo.gates.insert(cfo.gates.end(), outcome.gates.begin(), outcome.gates.end());
        if (outcome.admitted) {
            cfo.state = "pending";
            cfo.reserved_micros = outcome.reservation->amount_micros;
            if (!options_.dry_run) {
                cfo.at = format_rfc3339(outcome.reservation->created_at);
                cfo.reservation_id = outcome.reservation->reservation_id;
                name_entry(options_, cfo, outcome.reservation->opened);
            }
        }
    }
    if (cfo.state == "refused" && !options_.dry_run)
        options_.ledger().note_refusal({record.tenant_id(),
                                        record.task_id(),
                                        cfo.wallet,
                                        plan->estimate ? plan->estimate->total_micros : 0,
                                        cfo.gates});
    record.conclude(cfo, cfo.state == "pending" ? Status::reserved : Status::refused);
    return {};
}

SettleStage::SettleStage(CfoOptions options) : options_(std::move(options)) {}

bool SettleStage::concerns(const Record& record) const {
    const auto status = record.status();
    return record.has("cfo") &&
           (status == Status::published || status == Status::partial ||
            status == Status::rejected || status == Status::failed || status == Status::review);
}

std::vector<std::vector<Record>> SettleStage::apply_together(std::vector<Record> records) {
    return in_one_commit(options_, *this, std::move(records));
}

std::vector<Record> SettleStage::apply(Record record) {
    if (record.status() == Status::partial && receipts_open(record))
        return one(std::move(record));
    return close_record(options_, std::move(record), false);
}

ReleaseStage::ReleaseStage(CfoOptions options) : options_(std::move(options)) {}

bool ReleaseStage::concerns(const Record& record) const {
    const auto status = record.status();
    return record.has("cfo") && (status == Status::reserved || status == Status::rendered ||
                                 status == Status::approved || status == Status::review ||
                                 status == Status::rejected || status == Status::failed);
}

std::vector<std::vector<Record>> ReleaseStage::apply_together(std::vector<Record> records) {
    return in_one_commit(options_, *this, std::move(records));
}

std::vector<Record> ReleaseStage::apply(Record record) {
    return close_record(options_, std::move(record), true);
}

} // namespace smos::stages
