// SPDX-License-Identifier: Apache-2.0
// The money: funding, balances and chain heads.
#include "libsmos/store/ledger/ledger.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/store/ledger/ledger_post.hpp"
#include "libsmos/store/ledger/provider_limits.hpp"
#include "libsmos/store/ledger/reservation_book.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::store {
namespace {

bool wallet_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '@' || c == '+' || c == '-';
}

bool wallet_segment(std::string_view segment) {
    return !segment.empty() && segment.size() <= 64 && segment != "." && segment != ".." &&
           std::all_of(segment.begin(), segment.end(), wallet_letter);
}

struct StoredFunding {
    std::string wallet;
    Micros amount = 0;
};

std::optional<StoredFunding>
find_funding(Database& database, std::string_view chain, std::string_view idem) {
    Statement row = database.prepare(
        "SELECT w.name, e.amount FROM entry e JOIN wallet w ON w.wallet_id = e.wallet_id"
        " WHERE e.chain_id = (SELECT chain_id FROM chain WHERE name = ?1) AND e.idem = ?2");
    if (!row.bind(1, chain).bind(2, idem).step())
        return std::nullopt;
    return StoredFunding{row.text(0), row.integer(1)};
}

records::EntryRef book_funding(Posting& posting, WalletRow& wallet, const FundRequest& request) {
    Entry entry;
    entry.kind = "fund";
    entry.debit = wallet.purse();
    entry.credit = "equity:funding";
    entry.amount = request.amount_micros;
    entry.idem = "fund:" + request.key;
    entry.actor = request.actor;
    records::EntryRef booked = posting.append(entry, wallet);
    wallet.funded += request.amount_micros;
    wallet.changed = true;
    posting.repay(wallet, wallet, std::move(entry), "repay:" + request.key);
    return booked;
}

Result<void> check_funding(const FundRequest& request) {
    SMOS_CHECK(check_wallet_name(request.wallet));
    if (request.amount_micros <= 0 || request.amount_micros > max_micros) {
        return Error{"bad_amount",
                     fmt::format("a funding of {} micro-USD is not between 1 and 2^53",
                                 request.amount_micros),
                     request.wallet,
                     {}};
    }
    return {};
}

} // namespace

Result<void> check_wallet_name(std::string_view name) {
    int segments = 0;
    bool good = name.size() <= 128;
    for (std::string_view rest = name; good;) {
        const std::size_t slash = rest.find('/');
        good = wallet_segment(rest.substr(0, slash)) && ++segments <= 4;
        if (slash == std::string_view::npos)
            break;
        rest.remove_prefix(slash + 1);
    }
    if (good)
        return {};
    return Error{"bad_wallet_name",
                 "not a wallet name",
                 std::string{name.substr(0, 128)},
                 "use tenant/persona of letters, digits and ._@+-"};
}

Ledger::Ledger(Database& database, Policy policy, Clock clock)
    : database_(database),
      policy_(policy),
      clock_(std::move(clock)) {}

void Ledger::together(const std::function<void()>& work) {
    SMOS_EXPECT(posting_ == nullptr);
    database_.transaction(ledger_lock, [&] {
        Posting posting{database_, ledger_id_, policy_, clock_};
        posting_ = &posting;
        try {
            work();
            posting.flush();
        } catch (...) {
            posting_ = nullptr;
            throw;
        }
        posting_ = nullptr;
    });
}

Result<Funding> Ledger::fund(const FundRequest& asked) {
    SMOS_CHECK(check_funding(asked));
    FundRequest request = asked;
    if (request.key.empty())
        request.key = random_uuid();
    return post([&](Posting& posting) -> Result<Funding> {
        const auto stored =
            find_funding(database_, chain_of(request.wallet), "fund:" + request.key);
        if (stored && (stored->wallet != request.wallet || stored->amount != request.amount_micros))
            return Error{"key_reused",
                         fmt::format("the key {} already funded {} with {}",
                                     request.key,
                                     stored->wallet,
                                     format_usd(stored->amount)),
                         request.wallet,
                         "use another --key for another funding"};
        const WalletPath* path = &posting.path(request.wallet);
        const Micros before = path->empty() ? 0 : path->front()->funded;
        if (stored || (request.once && before > 0))
            return Funding{false, balance_of(*path, policy_)};
        if (before + request.amount_micros > max_micros)
            return Error{"bad_amount", "more than 2^53 micro-USD in one wallet", request.wallet};
        if (path->empty())
            path = &posting.create(request.wallet);
        Funding funding;
        funding.booked = true;
        funding.entry = book_funding(posting, *path->front(), request);
        funding.balance = balance_of(*path, policy_);
        return funding;
    });
}

std::vector<WalletBalance> Ledger::balances() {
    std::vector<std::string> names;
    {
        Statement rows = database_.prepare("SELECT name FROM wallet ORDER BY name");
        while (rows.step())
            names.push_back(rows.text(0));
    }
    std::vector<WalletBalance> found;
    for (const std::string& name : names)
        found.push_back(*balance(name));
    return found;
}

std::optional<WalletBalance> Ledger::balance(std::string_view name) {
    std::vector<WalletRow> rows = read_path(database_, name, now());
    if (rows.empty())
        return std::nullopt;
    WalletPath path;
    for (WalletRow& row : rows)
        path.push_back(&row);
    return balance_of(path, policy_);
}

std::optional<Reservation> Ledger::reservation(std::string_view reservation_id) {
    auto row = find_reservation(database_, reservation_id);
    return row ? std::optional<Reservation>{std::move(row->value)} : std::nullopt;
}

std::vector<records::SpendLine> Ledger::spends(std::string_view reservation_id) {
    Statement rows = database_.prepare(
        "SELECT spend_id, capability, provider, model, requested_model, actual, state FROM spend"
        " WHERE res_id = ?1 AND state <> 'open' ORDER BY number");
    rows.bind(1, reservation_id);
    std::vector<records::SpendLine> lines;
    while (rows.step()) {
        records::SpendLine line;
        line.spend_id = rows.text(0);
        line.capability = rows.text(1);
        line.provider = rows.text(2);
        line.model = rows.text(3);
        line.requested_model = rows.text(4);
        line.micros = rows.integer(5);
        line.outcome = rows.text(6);
        lines.push_back(std::move(line));
    }
    return lines;
}

Micros Ledger::committed_today(std::string_view tenant,
                               std::string_view capability,
                               std::string_view except_task) {
    Micros sum = 0;
    {
        Statement row =
            database_.prepare("SELECT coalesce(sum(coalesce(s.actual, s.ceiling)), 0) FROM spend s"
                              " JOIN reservation r ON r.res_id = s.res_id"
                              " WHERE s.capability = ?1 AND s.opened_us >= ?2 AND r.tenant = ?3");
        row.bind(1, capability).bind(2, utc_day(now()) * 86'400'000'000).bind(3, tenant);
        sum = row.step() ? row.integer(0) : 0;
    }
    Statement open = database_.prepare(
        "SELECT r.lines, (SELECT coalesce(sum(coalesce(s.actual, s.ceiling)), 0) FROM spend s"
        " WHERE s.res_id = r.res_id AND s.capability = ?1) FROM reservation r"
        " WHERE r.state = 'pending' AND r.tenant = ?2 AND r.task_id <> ?3");
    open.bind(1, capability).bind(2, tenant).bind(3, except_task);
    while (open.step()) {
        const auto lines = held_by("capability", open.bytes(0));
        const auto held = lines.find(std::string{capability});
        if (held == lines.end())
            continue;
        const auto more = add(sum, std::max<Micros>(held->second - open.integer(1), 0));
        sum = more ? *more : max_micros;
    }
    return sum;
}

std::vector<Anchor> Ledger::heads() {
    Statement rows = database_.prepare("SELECT name, head_seq, head_hash FROM chain ORDER BY name");
    std::vector<Anchor> found;
    while (rows.step())
        found.push_back({rows.text(0), rows.integer(1), hex_of_bytes(rows.bytes(2))});
    return found;
}

} // namespace smos::store
