// SPDX-License-Identifier: Apache-2.0
// Money at both ends of the line: planned records are reserved or refused, finished ones settled.
#pragma once

#include "libsmos/providers/capabilities/prices.hpp"
#include "libsmos/records/sections.hpp"
#include "libsmos/records/stage.hpp"
#include "libsmos/stages/cfo/gate_chain.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

struct CfoOptions {
    std::string wallet; // empty: tenant/persona of the record
    bool dry_run = false;
    bool best_of = false; // reserve for as many candidates as the trend's velocity is worth
    std::string actor = "smos-cfo";
    std::function<records::Stamp()> stamp; // by the tool's clock
    /// Opens the ledger when the first record needs it; in a dry run a copy of it.
    std::function<store::Ledger&()> ledger;
    /// Told of every entry that a line got; gives the last anchor before it. Empty: no anchors.
    std::function<std::optional<records::AnchorRef>(const std::string& wallet, std::int64_t seq)>
        anchor{};
    /// Told after every commit.
    std::function<void()> committed{};
};

/// What shares a commit, when that much waits.
inline constexpr std::size_t one_commit_records = 256;

/// `planned` with decision produce → `reserved` or `refused`. The estimate is not believed: every
/// line needs a price in force, must not be below it, and the lines must add up to the total.
class ReserveStage : public records::Stage {
  public:
    ReserveStage(CfoOptions options, providers::PriceTable prices, GateChain rules = {});
    bool concerns(const records::Record& record) const override;
    std::vector<records::Record> apply(records::Record record) override;
    std::size_t most_together() const override { return one_commit_records; }
    std::vector<std::vector<records::Record>>
    apply_together(std::vector<records::Record> records) override;

  private:
    Result<void> reserve(records::Record& record) const;
    store::ReserveRequest request_of(const records::Record& record,
                                     const records::Plan& plan,
                                     const std::string& wallet) const;
    /// Makes the estimate that of all candidates.
    static Result<void>
    allocate(const records::Record& record, records::Plan& plan, records::Cfo& cfo);
    std::vector<records::Gate> estimate_gates(const records::Plan& plan) const;

    CfoOptions options_;
    std::vector<records::Gate> rule_gates(const records::Record& record,
                                          const records::Plan& plan) const;

    providers::PriceTable prices_;
    GateChain rules_;
};

/// `published partial rejected failed review` whose reservation is pending: books what the ledger
/// knows was spent (never what the line says), gives the rest back. `published` becomes `settled`;
/// a `partial` with an unknown, held or scheduled receipt stays open.
class SettleStage : public records::Stage {
  public:
    explicit SettleStage(CfoOptions options);
    bool concerns(const records::Record& record) const override;
    std::vector<records::Record> apply(records::Record record) override;
    std::size_t most_together() const override { return one_commit_records; }
    std::vector<std::vector<records::Record>>
    apply_together(std::vector<records::Record> records) override;

  private:
    CfoOptions options_;
};

/// Any record whose reservation is pending and that was not published: gives it back. What was
/// going to be made becomes `refused`; `rejected` and `failed` stay what they are.
class ReleaseStage : public records::Stage {
  public:
    explicit ReleaseStage(CfoOptions options);
    bool concerns(const records::Record& record) const override;
    std::vector<records::Record> apply(records::Record record) override;
    std::size_t most_together() const override { return one_commit_records; }
    std::vector<std::vector<records::Record>>
    apply_together(std::vector<records::Record> records) override;

  private:
    CfoOptions options_;
};

/// The wallet a record pays from when none is named: "tenant/persona", or the tenant alone.
std::string wallet_of(const records::Record& record);

} // namespace smos::stages
