// SPDX-License-Identifier: Apache-2.0
// The verb export: the journal in the languages of plain-text accounting, as CSV and as JSON lines.
#include "tools/smos-cfo/days.hpp"
#include "tools/smos-cfo/journal.hpp"
#include "tools/smos-cfo/journal_form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace smos::tools {
namespace {

/// Text leaves in blocks: neither a write for each entry, nor the journal in memory.
class Journal {
  public:
    Journal(cli::Context& context, std::unique_ptr<Form> form, store::JournalRange range)
        : context_(context),
          form_(std::move(form)),
          range_(std::move(range)),
          text_(form_->head()) {}

    void run(store::Database& database) {
        store::each_line(
            database,
            range_,
            [this](const store::JournalLine& line) { write(line); },
            [this](const store::JournalLine& line) { count(line); });
        write_opening();
        if (first_)
            text_ += form_->closing(balances_, *first_, last_);
        flush();
    }

  private:
    /// Chains come one after another, so an opening belongs to the chain that begins.
    void write(const store::JournalLine& line) {
        if (line.chain != chain_) {
            chain_ = line.chain;
            write_opening();
        }
        count(line);
        first_ = first_ ? std::min(*first_, line.at) : line.at;
        last_ = std::max(last_, line.at);
        text_ += form_->entry(line);
        if (line.kind == "checkpoint")
            write_checkpoint(line);
        if (text_.size() >= block_bytes)
            flush();
    }

    /// Accounts that the journal does not name yet hold nothing.
    void write_checkpoint(const store::JournalLine& line) {
        const auto stated = store::read_checkpoint_details(line.meta);
        if (!stated || (range_.from && stated->to <= *range_.from))
            return;
        Balances held;
        for (const auto& [account, micros] :
             {std::pair{"assets:wallet:", stated->held.purse_micros},
              std::pair{"assets:reserved:", stated->held.reserved_micros},
              std::pair{"assets:drawn:", stated->held.drawn_micros},
              std::pair{"liabilities:payable:", -stated->held.owed_micros}}) {
            std::string name = fmt::format("{}{}", account, line.wallet);
            if (micros != 0 || balances_.find(name) != balances_.end())
                held.emplace(std::move(name), micros);
        }
        if (!held.empty())
            text_ += form_->checkpoint(held, {stated->period, {}, stated->to});
    }

    /// What came before the range, of this chain and of those that have nothing in it.
    void write_opening() {
        Balances opening;
        for (const auto& [account, micros] : uncounted_) {
            if (micros != 0)
                opening.emplace(account, micros);
        }
        uncounted_.clear();
        if (opening.empty())
            return;
        text_ += form_->opening(opening, *range_.from);
        first_ = first_ ? std::min(*first_, *range_.from) : *range_.from;
        last_ = std::max(last_, *range_.from);
    }

    void count(const store::JournalLine& line) {
        const bool early = range_.from && line.at < *range_.from;
        for (const auto& [account, micros] :
             {std::pair{line.debit, line.amount}, std::pair{line.credit, -line.amount}}) {
            balance(balances_, account) += micros;
            if (early)
                balance(uncounted_, account) += micros;
        }
    }

    static Micros& balance(Balances& balances, std::string_view account) {
        const auto found = balances.find(account);
        return found != balances.end() ? found->second : balances.emplace(account, 0).first->second;
    }

    void flush() {
        context_.write_text(text_);
        text_.clear();
    }

    static constexpr std::size_t block_bytes = std::size_t{1} << 16;

    cli::Context& context_;
    std::unique_ptr<Form> form_;
    store::JournalRange range_;
    std::string text_;
    std::string chain_;
    Balances balances_;  // of all that was seen
    Balances uncounted_; // of what came before the range and no opening says yet
    std::optional<Instant> first_{};
    Instant last_{};
};

} // namespace

void export_journal(cli::Context& context, store::Database& database) {
    Journal{context, form_of(context.text("format")), range_of(context, Days{""})}.run(database);
}

} // namespace smos::tools
