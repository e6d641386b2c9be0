// SPDX-License-Identifier: Apache-2.0
// Every checkpoint against the entries before the end of its period.
#include "libsmos/store/ledger/periods.hpp"
#include "libsmos/store/ledger/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::store {
namespace {

/// What lies between the ends of two periods, and where their checkpoints begin in each chain.
struct Span {
    Instant to{};
    std::string name; // of the period, the shortest where several end together
    HoldingSums moved{};
    std::map<std::string, std::int64_t> first_checkpoint{};
};

class PeriodCheck {
  public:
    PeriodCheck(Database& database, Audit& audit)
        : database_(database),
          audit_(audit),
          checkpoints_(checkpoints(database)) {}

    void run() {
        find_spans();
        if (spans_.empty())
            return;
        find_first_checkpoints();
        Statement chains = database_.prepare("SELECT chain_id, name FROM chain ORDER BY chain_id");
        while (chains.step())
            read_chain(chains.integer(0), chains.text(1));
        compare();
    }

  private:
    void find_spans() {
        std::map<std::string, std::int64_t> known;
        Statement rows = database_.prepare("SELECT name, to_us FROM period ORDER BY to_us");
        while (rows.step()) {
            known[rows.text(0)] = rows.integer(1);
            if (spans_.empty() || spans_.back().to.micros != rows.integer(1))
                spans_.push_back({Instant{rows.integer(1)}, rows.text(0)});
            periods_.push_back({rows.text(0), {}, Instant{rows.integer(1)}});
        }
        for (const Checkpoint& each : checkpoints_) {
            const auto period = known.find(each.period);
            if (period == known.end() || period->second != each.to.micros)
                found("wrong_checkpoint",
                      each,
                      fmt::format("no period {} of this end was closed", each.period));
        }
    }

    void find_first_checkpoints() {
        for (const Checkpoint& each : checkpoints_) {
            Span* const span = span_of(each.to);
            if (span == nullptr)
                continue;
            const auto [place, fresh] = span->first_checkpoint.try_emplace(each.chain, each.seq);
            if (!fresh)
                place->second = std::min(place->second, each.seq);
        }
    }

    Span* span_of(Instant to) {
        for (Span& span : spans_)
            if (span.to == to)
                return &span;
        return nullptr;
    }

    void read_chain(std::int64_t chain_id, const std::string& chain) {
        std::int64_t seq = 0;
        for (std::int64_t before = -1; before != seq;) {
            before = seq;
            Statement rows = database_.prepare("SELECT seq, ts_us, debit, credit, amount FROM entry"
                                               " WHERE chain_id = ?1 AND seq > ?2 AND ts_us < ?3"
                                               " ORDER BY seq LIMIT 100000");
            rows.bind(1, chain_id).bind(2, seq).bind(3, spans_.back().to.micros);
            while (rows.step()) {
                seq = rows.integer(0);
                count(rows, chain);
            }
        }
    }

    void count(const Statement& row, const std::string& chain) {
        const Instant at{row.integer(1)};
        const auto span = std::upper_bound(
            spans_.begin(), spans_.end(), at, [](Instant a, const Span& b) { return a < b.to; });
        span->moved.move(row.bytes(2), row.bytes(3), row.integer(4));
        const auto first = span->first_checkpoint.find(chain);
        if (first == span->first_checkpoint.end() || row.integer(0) < first->second)
            return;
        audit_.found("late_entry",
                     chain,
                     row.integer(0),
                     fmt::format("booked into {} after it was closed", span->name));
    }

    void compare() {
        HoldingSums held;
        for (Span& span : spans_) {
            held.add(span.moved);
            for (const Period& period : periods_)
                if (period.to == span.to)
                    compare(period, held);
        }
    }

    void compare(const Period& period, const HoldingSums& held) {
        std::map<std::string_view, const Checkpoint*> stated;
        for (const Checkpoint& each : checkpoints_)
            if (each.period == period.name)
                stated.emplace(each.wallet, &each);
        for (const auto& [wallet, sums] : held.by_wallet()) {
            const auto place = stated.find(wallet);
            if (place == stated.end()) {
                audit_.found("missing_checkpoint",
                             wallet,
                             0,
                             fmt::format("{0} was not closed here; finish with: smos-cfo close {0}",
                                         period.name));
                continue;
            }
            if (!(place->second->held == sums))
                found("wrong_checkpoint",
                      *place->second,
                      fmt::format("the entries before the end of {} come to something else",
                                  period.name));
            stated.erase(place);
        }
        for (const auto& [wallet, checkpoint] : stated)
            found("wrong_checkpoint",
                  *checkpoint,
                  fmt::format("no entry before the end of {} touches this wallet", period.name));
    }

    void found(std::string_view kind, const Checkpoint& checkpoint, std::string what) {
        audit_.found(kind, checkpoint.wallet, checkpoint.seq, std::move(what));
    }

    Database& database_;
    Audit& audit_;
    std::vector<Checkpoint> checkpoints_;
    std::vector<Period> periods_;
    std::vector<Span> spans_; // by their ends
};

} // namespace

void audit_periods(Database& database, Audit& audit) { PeriodCheck{database, audit}.run(); }

} // namespace smos::store
