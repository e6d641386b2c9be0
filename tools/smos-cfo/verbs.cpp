// SPDX-License-Identifier: Apache-2.0
// One ledger, opened when it is needed, behind its verbs.
#include "tools/smos-cfo/verbs.hpp"

#include "tools/smos-cfo/anchors.hpp"
#include "tools/smos-cfo/bookings.hpp"
#include "tools/smos-cfo/books.hpp"
#include "tools/smos-cfo/clock.hpp"
#include "tools/smos-cfo/journal.hpp"
#include "tools/smos-cfo/limits.hpp"
#include "tools/smos-cfo/periods.hpp"
#include "tools/smos-cfo/units.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/stages/cfo/cfo.hpp"
#include "libsmos/store/ledger/chain.hpp"
#include "libsmos/store/queue/fence.hpp"

#include <fmt/format.h>

#include <optional>

namespace smos::tools {
namespace {

/// The state file, opened when the first line or verb needs it.
class Books {
  public:
    explicit Books(cli::Context& context) : context_(context) {}

    store::Ledger& ledger() {
        if (!ledger_) {
            store::Policy policy;
            policy.hour_cap_micros = context_.usd("hour-cap");
            policy.day_budget_micros = context_.usd("day-budget");
            policy.reservation_seconds = context_.integer("expires");
            database_.emplace(context_.state_path(),
                              context_.dry_run() ? store::OpenMode::scratch_copy
                                                 : store::OpenMode::read_write);
            ledger_.emplace(*database_, policy);
            ledger_->work_under(store::lease_of_environment());
        }
        return *ledger_;
    }

    store::Database& database() {
        ledger();
        return *database_;
    }

    /// Nothing in a dry run, which signs and sends nothing.
    stages::AnchorRun* anchors() {
        if (!anchors_ && !context_.dry_run())
            anchors_.emplace(database(), anchor_places(context_));
        return anchors_ ? &*anchors_ : nullptr;
    }

    /// Something of this wallet was booked.
    void anchor_wallet(const std::string& wallet) {
        if (anchors() == nullptr)
            return;
        for (const store::Anchor& head : ledger().heads())
            if (head.chain == store::chain_of(wallet))
                anchors()->note(wallet, head.seq);
    }

    /// Anchors what this run booked.
    void finish() {
        if (anchors_)
            anchors_->finish();
    }

  private:
    cli::Context& context_;
    std::optional<store::Database> database_;
    std::optional<store::Ledger> ledger_;
    std::optional<stages::AnchorRun> anchors_;
};

stages::CfoOptions options_of(const cli::Context& context, Books& books) {
    stages::CfoOptions options;
    options.wallet = context.given("wallet") ? context.text("wallet") : std::string{};
    if (!options.wallet.empty())
        or_fatal(store::check_wallet_name(options.wallet), ExitStatus::usage);
    options.dry_run = context.dry_run();
    options.best_of = context.command() == "reserve" && context.flag("best-of");
    options.stamp = [&context] { return context.stamp(monotonic_us()); };
    options.ledger = [&books]() -> store::Ledger& { return books.ledger(); };
    if (!options.dry_run) {
        options.anchor = [&books](const std::string& wallet, std::int64_t seq) {
            return books.anchors()->note(wallet, seq);
        };
        options.committed = [&books] { books.anchors()->write_due(); };
    }
    return options;
}

void run_in(cli::Context& context, Books& books) {
    constexpr std::int64_t year_seconds = 366 * 86'400;
    if (context.integer("expires") < 1 || context.integer("expires") > year_seconds)
        throw Fatal(ExitStatus::usage,
                    fmt::format("--expires takes 1 to {} seconds (a year)", year_seconds));
    const std::string& verb = context.command();
    if (verb == "reserve") {
        stages::ReserveStage stage{
            options_of(context, books),
            or_fatal(providers::PriceTable::from_config(context.trusted_config()),
                     ExitStatus::config),
            or_fatal(stages::GateChain::from_config(context.trusted_config()), ExitStatus::config)};
        context.run_stage(stage);
    } else if (verb == "settle") {
        stages::SettleStage stage{options_of(context, books)};
        context.run_stage(stage);
    } else if (verb == "release") {
        stages::ReleaseStage stage{options_of(context, books)};
        context.run_stage(stage);
    } else if (verb == "fund") {
        if (fund(context, books.ledger()))
            books.anchor_wallet(context.positionals().at(0));
    } else if (verb == "balance") {
        show_balance(context, books.ledger());
    } else if (const auto booking = booking_of(verb)) {
        book(context, books.ledger(), *booking);
        books.anchor_wallet(context.positionals().at(0));
    } else if (verb == "close") {
        for (const std::string& chain : close_period(context, books.ledger()))
            books.anchor_wallet(chain);
    } else if (verb == "clock-rebase") {
        for (const std::string& chain : rebase_clock(context, books.ledger()))
            books.anchor_wallet(chain);
    } else if (verb == "units") {
        move_units(context, books.database());
    } else if (verb == "limits") {
        if (set_limits(context, books.ledger()))
            books.anchor_wallet(context.positionals().at(0));
    } else if (const auto turned = switch_of(verb)) {
        switch_wallet(context, books.ledger(), *turned);
        books.anchor_wallet(context.positionals().at(0));
    } else {
        run_journal_verb(context, books.database(), books.ledger());
    }
}

} // namespace

void run_verb(cli::Context& context) {
    Books books{context};
    try {
        run_in(context, books);
    } catch (...) {
        try {
            books.finish(); // what was booked before the failure is anchored all the same
        } catch (const Fatal& failure) {
            context.warn(failure.what());
        }
        throw;
    }
    books.finish();
}

} // namespace smos::tools
