// SPDX-License-Identifier: Apache-2.0
// The verb reconcile: a provider's bill against what was booked.
#include "tools/smos-cfo/days.hpp"
#include "tools/smos-cfo/journal.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace smos::tools {
namespace {

constexpr std::size_t invoice_bytes = std::size_t{64} << 20;

using Fields = std::vector<std::string>;

/// RFC 4180: fields in quotes may hold commas, line feeds and doubled quotes.
class CsvReader {
  public:
    CsvReader(std::string text, std::string name) : text_(std::move(text)), name_(std::move(name)) {
        constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
        if (text_.starts_with(byte_order_mark))
            text_.erase(0, byte_order_mark.size());
    }

    bool next(Fields& fields) {
        fields.clear();
        if (at_ >= text_.size())
            return false;
        line_ = next_line_;
        do
            fields.push_back(field());
        while (at_ < text_.size() && text_[at_] == ',' && ++at_);
        if (at_ < text_.size() && text_[at_] == '\r')
            ++at_;
        if (at_ < text_.size() && text_[at_++] != '\n')
            refuse("text behind a closing quote");
        ++next_line_;
        return true;
    }

    [[noreturn]] void refuse(const std::string& why) const {
        throw Fatal(ExitStatus::bad_input, fmt::format("{}:{}: {}", name_, line_, why));
    }

  private:
    std::string field() {
        std::string value;
        if (at_ < text_.size() && text_[at_] == '"')
            return quoted();
        while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r')
            value += text_[at_++];
        return value;
    }

    std::string quoted() {
        std::string value;
        for (++at_;; ++at_) {
            if (at_ >= text_.size())
                refuse("a quote is never closed");
            if (text_[at_] == '"' && (at_ + 1 == text_.size() || text_[at_ + 1] != '"'))
                break;
            if (text_[at_] == '"')
                ++at_;
            next_line_ += text_[at_] == '\n' ? 1 : 0;
            value += text_[at_];
        }
        ++at_;
        return value;
    }

    std::string text_;
    std::string name_;
    std::size_t at_ = 0;
    std::int64_t line_ = 1;
    std::int64_t next_line_ = 1;
};

/// provider, model and period; the last two are empty where the bill has no such column.
using BillKey = std::tuple<std::string, std::string, std::string>;

struct Both {
    Micros billed = 0;
    Micros booked = 0;

    const char* verdict() const {
        if (billed == booked)
            return "matched";
        return booked == 0 ? "missing" : billed == 0 ? "not billed" : "different";
    }
};

struct Bill {
    std::map<BillKey, Both> lines;
    bool has_model = false;
    std::size_t period_size = 0; // 7: months, 10: days, 0: none
};

std::size_t column_of(const Fields& head, std::string_view name) {
    for (std::size_t i = 0; i < head.size(); ++i) {
        if (head[i] == name)
            return i;
    }
    return head.size();
}

/// A credit note is below zero.
Micros amount_of(const CsvReader& reader, std::string_view text) {
    const bool credit = text.starts_with('-');
    text.remove_prefix(credit ? 1 : 0);
    text.remove_prefix(text.starts_with('$') ? 1 : 0);
    const auto micros = parse_usd(text);
    if (!micros)
        reader.refuse(micros.error().text());
    return credit ? -*micros : *micros;
}

/// A month or a day of the calendar, as reports name them.
bool is_period(const std::string& when) {
    const auto day = when.size() == 7 ? when + "-01" : when;
    return day.size() == 10 && parse_rfc3339(day + "T00:00:00Z");
}

Bill read_bill(const std::string& path) {
    CsvReader reader{or_fatal(read_file(path, invoice_bytes), ExitStatus::no_input), path};
    Fields head;
    reader.next(head);
    const std::size_t provider = column_of(head, "provider");
    const std::size_t model = column_of(head, "model");
    const std::size_t period = column_of(head, "period");
    const std::size_t amount = column_of(head, "amount");
    for (const std::string& name : head)
        if (std::count(head.begin(), head.end(), name) > 1)
            reader.refuse(fmt::format("two columns are named {}", one_line(name)));
    if (provider == head.size() || amount == head.size())
        reader.refuse("the first line has to name the columns provider and amount");
    Bill bill;
    bill.has_model = model < head.size();
    Fields row;
    while (reader.next(row)) {
        if (row.size() == 1 && row[0].empty()) // an empty line, as at the end
            continue;
        if (row.size() != head.size())
            reader.refuse(fmt::format("{} fields, the first line has {}", row.size(), head.size()));
        const std::string when = period < head.size() ? row[period] : std::string{};
        if (bill.period_size != 0 && when.size() != bill.period_size)
            reader.refuse("all periods have to be months (2026-03) or all days (2026-03-29)");
        if (period < head.size() && !is_period(when))
            reader.refuse(fmt::format("{}: neither a month nor a day", one_line(when)));
        bill.period_size = when.size();
        Both& line = bill.lines[{row[provider], bill.has_model ? row[model] : "", when}];
        const auto sum = add(line.billed, amount_of(reader, row[amount]));
        if (!sum)
            reader.refuse("the amounts overflow");
        line.billed = *sum;
    }
    return bill;
}

std::string model_of(store::Database& database, std::string_view idem) {
    store::Statement row = database.prepare("SELECT model FROM spend WHERE spend_id = ?1");
    const std::size_t colon = idem.find(':');
    if (colon == std::string_view::npos || !row.bind(1, idem.substr(colon + 1)).step())
        return {};
    return row.text(0);
}

void add_booked(store::Database& database,
                const store::JournalRange& range,
                const Days& days,
                Bill& bill) {
    constexpr std::string_view expenses = "expenses:";
    store::each_line(database, range, [&](const store::JournalLine& line) {
        const bool paid = line.debit.starts_with(expenses);
        if (!paid && !line.credit.starts_with(expenses))
            return;
        const std::string_view account = paid ? line.debit : line.credit;
        bill.lines[{std::string{account.substr(expenses.size())},
                    bill.has_model ? model_of(database, line.idem) : std::string{},
                    days.day_of(line.at).substr(0, bill.period_size)}]
            .booked += paid ? line.amount : -line.amount;
    });
}

void print_line(cli::Context& context, const BillKey& key, const Both& both) {
    const auto& [provider, model, period] = key;
    if (context.flag("json")) {
        context.write_line(records::dump(records::Json{{"provider", provider},
                                                       {"model", model},
                                                       {"period", period},
                                                       {"billed_micros", both.billed},
                                                       {"booked_micros", both.booked},
                                                       {"verdict", both.verdict()}}));
        return;
    }
    context.write_line(fmt::format("{:<10} {:>14} {:>14}  {}",
                                   both.verdict(),
                                   format_usd(both.billed),
                                   format_usd(both.booked),
                                   one_line(fmt::format("{} {} {}", provider, model, period))));
}

} // namespace

void reconcile(cli::Context& context, store::Database& database) {
    const Days days{context.given("tz") ? context.text("tz") : std::string{}};
    Bill bill = read_bill(context.positionals().at(0));
    add_booked(database, range_of(context, days), days, bill);
    if (!context.flag("json"))
        context.write_line(fmt::format("{:<10} {:>14} {:>14}  {}", "", "BILLED", "BOOKED", "FOR"));
    bool agree = true;
    for (const auto& [key, both] : bill.lines) {
        print_line(context, key, both);
        agree = agree && both.billed == both.booked;
    }
    if (!agree && context.flag("fail"))
        context.set_status(ExitStatus::negative);
}

} // namespace smos::tools
