// SPDX-License-Identifier: Apache-2.0
// The languages that a journal is written in.
#include "tools/smos-cfo/journal_form.hpp"

#include "tools/smos-cfo/journal_text.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

namespace smos::tools {
namespace {

std::string hash_text(const store::JournalLine& line) {
    return hex(reinterpret_cast<const std::uint8_t*>(line.hash.data()), line.hash.size());
}

std::string day_text(Instant at) { return format_rfc3339(at).substr(0, 10); }

/// What a call ended with or was for; the details of a reservation are in its own columns.
std::string_view note_of(const store::JournalLine& line) {
    return line.kind == "reserve" ? std::string_view{} : line.meta;
}

class PlainForm : public Form {
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

    /// hledger asserts by date, and within a day in the order of the file.
    std::string checkpoint(const Balances& balances, const store::Period& period) const override {
        std::string text =
            fmt::format("\n{} closing {}\n", day_text(Instant{period.to.micros - 1}), period.name);
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

/// ledger asserts in the order of the file, where entries of the next period stand before a
/// closing: it gets the balances as words.
class LedgerForm final : public PlainForm {
  public:
    std::string checkpoint(const Balances& balances, const store::Period& period) const override {
        std::string text =
            fmt::format("\n; closing {} {}\n", period.name, format_rfc3339(period.to));
        for (const auto& [account, micros] : balances)
            text +=
                fmt::format(";     {}    {} USD\n", plain_account(account), six_decimals(micros));
        return text;
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

    /// A balance holds at the beginning of its day.
    std::string checkpoint(const Balances& balances, const store::Period& period) const override {
        std::string text = fmt::format("\n; closing {}\n", period.name);
        for (const auto& [account, micros] : balances)
            text += fmt::format("{} balance {}  {} USD\n",
                                day_text(period.to),
                                beancount_account(account),
                                six_decimals(micros));
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

    std::string checkpoint(const Balances& balances, const store::Period& period) const override {
        return sums(balances, "closing", period.to);
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

    std::string checkpoint(const Balances& balances, const store::Period& period) const override {
        return sums(balances, "closing", period.to);
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

} // namespace

std::unique_ptr<Form> form_of(const std::string& name) {
    if (name == "beancount")
        return std::make_unique<BeancountForm>();
    if (name == "csv")
        return std::make_unique<CsvForm>();
    if (name == "jsonl")
        return std::make_unique<JsonForm>();
    if (name == "ledger")
        return std::make_unique<LedgerForm>();
    return std::make_unique<PlainForm>();
}

} // namespace smos::tools
