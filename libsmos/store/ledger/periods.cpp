// SPDX-License-Identifier: Apache-2.0
// Periods of the books: their names, and closing them with what every wallet held.
#include "libsmos/store/ledger/periods.hpp"

#include "libsmos/store/ledger/ledger_post.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace smos::store {
namespace {

std::optional<int> digits(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return text.empty() ? std::nullopt : std::optional{value};
}

struct Months {
    unsigned first = 1;
    unsigned count = 12;
};

std::optional<Months> months_of(std::string_view rest) {
    if (rest.empty())
        return Months{};
    if (rest.size() == 3 && rest.starts_with("-Q") && rest[2] >= '1' && rest[2] <= '4')
        return Months{static_cast<unsigned>(rest[2] - '1') * 3 + 1, 3};
    const auto month =
        rest.size() == 3 && rest[0] == '-' ? digits(rest.substr(1)) : std::optional<int>{};
    if (!month || *month < 1 || *month > 12)
        return std::nullopt;
    return Months{static_cast<unsigned>(*month), 1};
}

/// Whose account it is, and which of its sums.
struct Account {
    std::string_view begin;
    Micros Holdings::*sum;
    Micros sign;
};
constexpr std::array<Account, 4> accounts{{{"assets:wallet:", &Holdings::purse_micros, 1},
                                           {"assets:reserved:", &Holdings::reserved_micros, 1},
                                           {"assets:drawn:", &Holdings::drawn_micros, 1},
                                           {"liabilities:payable:", &Holdings::owed_micros, -1}}};

/// A tampered amount must not be a bug of ours: sums wrap around.
Micros wrapped(Micros sum, Micros amount, Micros sign) {
    const auto a = static_cast<std::uint64_t>(sum);
    const auto b = static_cast<std::uint64_t>(amount);
    return static_cast<Micros>(sign > 0 ? a + b : a - b);
}

template <typename Number>
bool take_number(std::string_view& text, std::string_view name, Number& number) {
    if (!text.starts_with(name))
        return false;
    text.remove_prefix(name.size());
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return read.ec == std::errc{};
}

std::string idem_of(const Period& period, std::string_view wallet) {
    return fmt::format("checkpoint:{}:{}", period.name, wallet);
}

/// What was held when the period ended. It is closed: nothing before its end is added any more, so
/// nobody has to wait for this.
HoldingSums holdings_at(Database& database, Instant to) {
    return database.snapshot([&] {
        HoldingSums sums;
        for (const auto& [sql, sign] :
             {std::pair{"SELECT debit, coalesce(sum(amount), 0) FROM entry WHERE ts_us < ?1"
                        " GROUP BY debit ORDER BY debit",
                        Micros{1}},
              std::pair{"SELECT credit, coalesce(sum(amount), 0) FROM entry WHERE ts_us < ?1"
                        " GROUP BY credit ORDER BY credit",
                        Micros{-1}}}) {
            Statement rows = database.prepare(sql);
            rows.bind(1, to.micros);
            while (rows.step())
                sums.add(rows.bytes(0), sign * rows.integer(1));
        }
        return sums;
    });
}

std::vector<OpenReservation> open_before(Database& database, Instant to) {
    Statement rows = database.prepare(
        "SELECT r.res_id, r.tenant, r.task_id, w.name, r.amount, r.created_us FROM reservation r"
        " JOIN wallet w ON w.wallet_id = r.wallet_id"
        " WHERE r.state = 'pending' AND r.created_us < ?1 ORDER BY r.created_us, r.res_id");
    rows.bind(1, to.micros);
    std::vector<OpenReservation> open;
    while (rows.step())
        open.push_back({rows.text(0),
                        rows.text(1),
                        rows.text(2),
                        rows.text(3),
                        rows.integer(4),
                        Instant{rows.integer(5)}});
    return open;
}

bool is_there(Database& database, std::int64_t chain_id, const std::string& idem) {
    Statement row = database.prepare("SELECT seq FROM entry WHERE chain_id = ?1 AND idem = ?2");
    return row.bind(1, chain_id).bind(2, idem).step();
}

void book_checkpoint(Posting& posting, const Checkpoint& checkpoint, Entry entry) {
    const WalletPath& path = posting.path(checkpoint.wallet);
    if (path.empty() || is_there(posting.database(), path.front()->chain_id, entry.idem))
        return;
    entry.kind = "checkpoint";
    entry.debit = "state:checkpoint:" + checkpoint.wallet;
    entry.credit = "state:books";
    entry.meta = checkpoint_details(checkpoint);
    posting.append(std::move(entry), *path.front());
}

} // namespace

Result<Period> parse_period(std::string_view name) {
    const auto year = name.size() >= 4 ? digits(name.substr(0, 4)) : std::optional<int>{};
    const auto months = year ? months_of(name.substr(4)) : std::optional<Months>{};
    if (!months || *year < 1970 || *year > 9998)
        return Error{"bad_period",
                     "not a month, quarter or year",
                     std::string{name.substr(0, 40)},
                     "such as 2026-10, 2026-Q3 or 2026"};
    const unsigned next = months->first + months->count;
    return Period{std::string{name},
                  from_date(*year, months->first, 1),
                  next > 12 ? from_date(*year + 1, 1, 1) : from_date(*year, next, 1)};
}

std::string checkpoint_details(const Checkpoint& checkpoint) {
    return fmt::format("{} {} purse={} reserved={} drawn={} owed={}",
                       checkpoint.period,
                       checkpoint.to.micros,
                       checkpoint.held.purse_micros,
                       checkpoint.held.reserved_micros,
                       checkpoint.held.drawn_micros,
                       checkpoint.held.owed_micros);
}

std::optional<Checkpoint> read_checkpoint_details(std::string_view details) {
    Checkpoint read;
    const std::size_t space = details.find(' ');
    if (space == std::string_view::npos)
        return std::nullopt;
    read.period = details.substr(0, space);
    details.remove_prefix(space);
    const bool good = take_number(details, " ", read.to.micros) &&
                      take_number(details, " purse=", read.held.purse_micros) &&
                      take_number(details, " reserved=", read.held.reserved_micros) &&
                      take_number(details, " drawn=", read.held.drawn_micros) &&
                      take_number(details, " owed=", read.held.owed_micros) && details.empty();
    return good ? std::optional{read} : std::nullopt;
}

void HoldingSums::add(std::string_view account, Micros amount) {
    for (const Account& known : accounts) {
        if (!account.starts_with(known.begin))
            continue;
        const std::string_view wallet = account.substr(known.begin.size());
        const auto found = sums_.find(wallet);
        Holdings& held = found != sums_.end()
                             ? found->second
                             : sums_.emplace(std::string{wallet}, Holdings{}).first->second;
        held.*known.sum = wrapped(held.*known.sum, amount, known.sign);
        return;
    }
}

void HoldingSums::move(std::string_view debit, std::string_view credit, Micros amount) {
    add(debit, amount);
    add(credit, wrapped(0, amount, -1));
}

void HoldingSums::add(const HoldingSums& other) {
    for (const auto& [wallet, held] : other.sums_) {
        Holdings& sum = sums_[wallet];
        for (const Account& known : accounts)
            sum.*known.sum = wrapped(sum.*known.sum, held.*known.sum, 1);
    }
}

std::vector<Checkpoint> checkpoints(Database& database) {
    Statement rows = database.prepare(
        "SELECT c.name, e.seq, w.name, e.meta FROM entry e JOIN chain c ON c.chain_id = e.chain_id"
        " JOIN wallet w ON w.wallet_id = e.wallet_id WHERE e.kind = 'checkpoint'");
    std::vector<Checkpoint> found;
    while (rows.step()) {
        Checkpoint made = read_checkpoint_details(rows.bytes(3)).value_or(Checkpoint{});
        made.chain = rows.text(0);
        made.seq = rows.integer(1);
        made.wallet = rows.text(2);
        found.push_back(std::move(made));
    }
    std::sort(found.begin(), found.end(), [](const Checkpoint& a, const Checkpoint& b) {
        return std::tie(a.to.micros, a.period, a.wallet) <
               std::tie(b.to.micros, b.period, b.wallet);
    });
    return found;
}

std::optional<std::string> closed_period_at(Database& database, Instant at) {
    Statement row = database.prepare("SELECT name FROM period WHERE to_us > ?1"
                                     " ORDER BY to_us, from_us DESC LIMIT 1");
    if (!row.bind(1, at.micros).step())
        return std::nullopt;
    return row.text(0);
}

Result<Closing> Ledger::close_period(const Period& period, std::string_view actor) {
    Closing closing;
    closing.period = period;
    const auto shut = post([&](Posting& posting) -> Result<bool> {
        if (posting.now() < period.to)
            return Error{"period_not_over",
                         fmt::format("the period ends at {}", format_rfc3339(period.to)),
                         period.name,
                         "close it when it is over",
                         true};
        database_
            .prepare("INSERT INTO period(name, from_us, to_us, closed_us, actor)"
                     " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(name) DO NOTHING")
            .bind(1, period.name)
            .bind(2, period.from.micros)
            .bind(3, period.to.micros)
            .bind(4, posting.now().micros)
            .bind(5, actor)
            .run();
        return database_.changes() > 0;
    });
    if (!shut)
        return shut.error();
    closing.booked = *shut;
    const HoldingSums sums = holdings_at(database_, period.to);
    post([&](Posting& posting) {
        for (const auto& [wallet, held] : sums.by_wallet()) {
            Entry entry;
            entry.idem = idem_of(period, wallet);
            entry.actor = actor;
            book_checkpoint(posting, {period.name, period.to, wallet, held}, std::move(entry));
        }
        return 0;
    });
    for (Checkpoint& each : checkpoints(database_))
        if (each.period == period.name)
            closing.wallets.push_back(std::move(each));
    closing.open = open_before(database_, period.to);
    return closing;
}

} // namespace smos::store
