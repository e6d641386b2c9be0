// SPDX-License-Identifier: Apache-2.0
// The verb export: the journal in the languages of plain-text accounting, as CSV and as JSON lines.
#include "tools/smos-cfo/days.hpp"
#include "tools/smos-cfo/journal.hpp"
#include "tools/smos-cfo/journal_text.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

namespace smos::tools {
namespace {

using Balances = std::map<std::string, Micros, std::less<>>;

std::string hash_text(const store::JournalLine& line) {
    return hex(reinterpret_cast<const std::uint8_t*>(line.hash.data()), line.hash.size());
}

std::string day_text(Instant at) { return format_rfc3339(at).substr(0, 10); }

/// What a call ended with or was for; the details of a reservation are in its own columns.
std::string_view note_of(const store::JournalLine& line) {
    return line.kind == "reserve" ? std::string_view{} : line.meta;
}

/// One language. All of them balance by themselves: what enters one account leaves another.
class Form {
  public:
    virtual ~Form() = default;
    virtual std::string head() const { return {}; }
    /// What the accounts held when the range begins.
    virtual std::string opening(const Balances& balances, Instant at) const = 0;
    virtual std::string entry(const store::JournalLine& line) const = 0;
    /// What they hold behind the last entry.
    virtual std::string closing(const Balances& balances, Instant first, Instant last) const = 0;
};

class PlainForm final : public Form {
  public:
    std::string head() const override { return "commodity USD\n    format 1000.000000 USD\n"; }

    std::string opening(const Balances& balances, Instant at) const override {
        std::string text = fmt::format("\n{} opening balances\n", day_text(at));
        for (const auto& [account, micros] : balances)
            text += fmt::format("    {}    {} USD\n", plain_account(account), six_decimals(micros));
        return text;
    }

    std::string entry(const store::JournalLine& line) const override {
        std::string text = fmt::format("\n{} ({}/{}) {} {}\n",
                                       day_text(line.at),
                                       plain_value(line.chain),
                                       line.seq,
                                       plain_value(line.kind),
                                       plain_value(line.wallet));
        text += fmt::format("    ; seq: {}\n    ; hash: {}\n", line.seq, hash_text(line));
        append_tag(text, "time", format_rfc3339(line.at));
        append_tag(text, "key", line.idem);
        append_tag(text, "reservation", line.res_id);
        append_tag(text, "tenant", line.tenant);
        append_tag(text, "task", line.task_id);
        append_tag(text, "actor", line.actor);
        append_tag(text, "note", note_of(line));
        const std::string amount = six_decimals(line.amount);
        text += fmt::format("    {}    {} USD\n", plain_account(line.debit), amount);
        text += fmt::format(
            "    {}    {} USD\n", plain_account(line.credit), six_decimals(-line.amount));
        return text;
    }

    std::string closing(const Balances& balances, Instant, Instant last) const override {
        std::string text = fmt::format("\n{} balances\n", day_text(last));
        for (const auto& [account, micros] : balances)
            text += fmt::format(
                "    {}    0.000000 USD = {} USD\n", plain_account(account), six_decimals(micros));
        return text;
    }

  private:
    static void append_tag(std::string& text, const char* name, std::string_view value) {
        if (!value.empty())
            text += fmt::format("    ; {}: {}\n", name, plain_value(value));
    }
};

class BeancountForm final : public Form {
  public:
    std::string head() const override { return "option \"operating_currency\" \"USD\"\n"; }

    std::string opening(const Balances& balances, Instant at) const override {
        std::string text = fmt::format("\n{} * \"opening balances\"\n", day_text(at));
        for (const auto& [account, micros] : balances)
            text += fmt::format("  {}  {} USD\n", beancount_account(account), six_decimals(micros));
        return text;
    }

    std::string entry(const store::JournalLine& line) const override {
        std::string text = fmt::format("\n{} * {} {}\n",
                                       day_text(line.at),
                                       beancount_string(line.wallet),
                                       beancount_string(line.kind));
        append_member(text, "code", fmt::format("{}/{}", line.chain, line.seq));
        text += fmt::format("  seq: {}\n", line.seq);
        append_member(text, "hash", hash_text(line));
        append_member(text, "time", format_rfc3339(line.at));
        append_member(text, "key", line.idem);
        append_member(text, "reservation", line.res_id);
        append_member(text, "tenant", line.tenant);
        append_member(text, "task", line.task_id);
        append_member(text, "actor", line.actor);
        append_member(text, "note", note_of(line));
        text +=
            fmt::format("  {}  {} USD\n", beancount_account(line.debit), six_decimals(line.amount));
        text += fmt::format(
            "  {}  {} USD\n", beancount_account(line.credit), six_decimals(-line.amount));
        return text;
    }

    /// Beancount sorts by date, so that accounts may be opened behind their use.
    std::string closing(const Balances& balances, Instant first, Instant last) const override {
        std::string text = "\n";
        const std::string opened = day_text(first);
        const std::string next_day = day_text(Instant{last.micros + 86'400'000'000});
        for (const auto& [account, micros] : balances) {
            const std::string name = beancount_account(account);
            text += fmt::format("{} open {} USD\n", opened, name);
            text += fmt::format("{} balance {}  {} USD\n", next_day, name, six_decimals(micros));
        }
        return text;
    }

  private:
    static void append_member(std::string& text, const char* name, std::string_view value) {
        if (!value.empty())
            text += fmt::format("  {}: {}\n", name, beancount_string(value));
    }
};

class CsvForm final : public Form {
  public:
    std::string head() const override {
        return "chain,seq,time,kind,wallet,reservation,tenant,task,debit,credit,amount_micros,"
               "amount_usd,key,actor,note,hash\n";
    }

    std::string opening(const Balances& balances, Instant at) const override {
        return sums(balances, "opening", at);
    }

    std::string entry(const store::JournalLine& line) const override {
        return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                           csv_field(line.chain),
                           line.seq,
                           format_rfc3339(line.at),
                           csv_field(line.kind),
                           csv_field(line.wallet),
                           csv_field(line.res_id),
                           csv_field(line.tenant),
                           csv_field(line.task_id),
                           csv_field(line.debit),
                           csv_field(line.credit),
                           line.amount,
                           six_decimals(line.amount),
                           csv_field(line.idem),
                           csv_field(line.actor),
                           csv_field(note_of(line)),
                           hash_text(line));
    }

    std::string closing(const Balances& balances, Instant, Instant last) const override {
        return sums(balances, "balance", last);
    }

  private:
    static std::string sums(const Balances& balances, const char* kind, Instant at) {
        std::string text;
        for (const auto& [account, micros] : balances)
            text += fmt::format(",,{},{},,,,,{},,{},{},,,,\n",
                                format_rfc3339(at),
                                kind,
                                csv_field(account),
                                micros,
                                six_decimals(micros));
        return text;
    }
};

class JsonForm final : public Form {
  public:
    std::string opening(const Balances& balances, Instant at) const override {
        return sums(balances, "opening", at);
    }

    std::string entry(const store::JournalLine& line) const override {
        records::Json object{{"type", "entry"},
                             {"chain", line.chain},
                             {"seq", line.seq},
                             {"time", format_rfc3339(line.at)},
                             {"kind", line.kind},
                             {"wallet", line.wallet}};
        const auto set = [&object](const char* name, std::string_view value) {
            if (!value.empty())
                object[name] = value;
        };
        set("reservation", line.res_id);
        set("tenant", line.tenant);
        set("task", line.task_id);
        object["debit"] = line.debit;
        object["credit"] = line.credit;
        object["amount_micros"] = line.amount;
        object["key"] = line.idem;
        object["actor"] = line.actor;
        set("note", note_of(line));
        object["hash"] = hash_text(line);
        return records::dump(object) + '\n';
    }

    std::string closing(const Balances& balances, Instant, Instant last) const override {
        return sums(balances, "balance", last);
    }

  private:
    static std::string sums(const Balances& balances, const char* type, Instant at) {
        std::string text;
        for (const auto& [account, micros] : balances)
            text += records::dump(records::Json{{"type", type},
                                                {"time", format_rfc3339(at)},
                                                {"account", account},
                                                {"amount_micros", micros}}) +
                    '\n';
        return text;
    }
};

std::unique_ptr<Form> form_of(const std::string& name) {
    if (name == "beancount")
        return std::make_unique<BeancountForm>();
    if (name == "csv")
        return std::make_unique<CsvForm>();
    if (name == "jsonl")
        return std::make_unique<JsonForm>();
    return std::make_unique<PlainForm>(); // hledger and ledger read the same
}

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
        if (text_.size() >= block_bytes)
            flush();
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
