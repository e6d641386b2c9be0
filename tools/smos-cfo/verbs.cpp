// SPDX-License-Identifier: Apache-2.0
// One ledger, opened when it is needed, behind its verbs.
#include "tools/smos-cfo/verbs.hpp"

#include "tools/smos-cfo/bookings.hpp"
#include "tools/smos-cfo/books.hpp"
#include "tools/smos-cfo/limits.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/stages/cfo/cfo.hpp"

#include <optional>

namespace smos::tools {
namespace {

/// The state file, opened when the first line or verb needs it.
class Books {
  public:
    explicit Books(const cli::Context& context) : context_(context) {}

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
        }
        return *ledger_;
    }

  private:
    const cli::Context& context_;
    std::optional<store::Database> database_;
    std::optional<store::Ledger> ledger_;
};

stages::CfoOptions options_of(const cli::Context& context, Books& books) {
    stages::CfoOptions options;
    options.wallet = context.given("wallet") ? context.text("wallet") : std::string{};
    if (!options.wallet.empty())
        or_fatal(store::check_wallet_name(options.wallet), ExitStatus::usage);
    options.dry_run = context.dry_run();
    options.stamp = [&context] { return context.stamp(monotonic_us()); };
    options.ledger = [&books]() -> store::Ledger& { return books.ledger(); };
    return options;
}

} // namespace

void run_verb(cli::Context& context) {
    Books books{context};
    if (context.integer("expires") < 1)
        throw Fatal(ExitStatus::usage, "--expires takes 1 second or more");
    const std::string& verb = context.command();
    if (verb == "reserve") {
        stages::ReserveStage stage{
            options_of(context, books),
            or_fatal(providers::PriceTable::from_config(context.trusted_config()),
                     ExitStatus::config)};
        context.run_stage(stage);
    } else if (verb == "settle") {
        stages::SettleStage stage{options_of(context, books)};
        context.run_stage(stage);
    } else if (verb == "release") {
        stages::ReleaseStage stage{options_of(context, books)};
        context.run_stage(stage);
    } else if (verb == "fund") {
        fund(context, books.ledger());
    } else if (verb == "balance") {
        show_balance(context, books.ledger());
    } else if (const auto booking = booking_of(verb)) {
        book(context, books.ledger(), *booking);
    } else if (verb == "limits") {
        set_limits(context, books.ledger());
    } else if (verb == "stop") {
        switch_wallet(context, books.ledger(), store::WalletSwitch::stop);
    } else if (verb == "start") {
        switch_wallet(context, books.ledger(), store::WalletSwitch::start);
    } else if (verb == "reset") {
        switch_wallet(context, books.ledger(), store::WalletSwitch::reset);
    } else if (verb == "verify") {
        verify(context, books.ledger());
    } else {
        print_anchors(context, books.ledger());
    }
}

} // namespace smos::tools
