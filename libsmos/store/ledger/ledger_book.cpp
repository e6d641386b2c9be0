// SPDX-License-Identifier: Apache-2.0
// Money that moves without a reservation: openings, credits, refunds and bills.
#include "libsmos/store/ledger/ledger_post.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::store {
namespace {

const char* kind_of(Booking kind) {
    switch (kind) {
    case Booking::opening:
        return "opening";
    case Booking::credit:
        return "credit";
    case Booking::refund:
        return "refund";
    case Booking::cost:
        return "cost";
    }
    return "";
}

bool of_provider(Booking kind) { return kind == Booking::refund || kind == Booking::cost; }

Result<void> check(const BookRequest& request) {
    SMOS_CHECK(check_wallet_name(request.wallet));
    if (request.amount_micros <= 0 || request.amount_micros > max_micros)
        return Error{"bad_amount",
                     fmt::format("{} micro-USD is not between 1 and 2^53", request.amount_micros),
                     request.wallet};
    const bool named = !request.provider.empty();
    const bool plain = std::all_of(request.provider.begin(), request.provider.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
    if (named != of_provider(request.kind) || !plain)
        return Error{"bad_provider",
                     named ? "not the name of a provider here" : "no provider is named",
                     request.provider,
                     "lower-case letters, digits and -_., such as acme"};
    return {};
}

/// The key of what a bill took beyond the purse.
std::string debt_of(const std::string& idem) { return "debt:" + idem; }

struct Stored {
    std::string wallet;
    std::string meta;
    Micros amount = 0;
    Instant at{};
};

std::optional<Stored>
find_booking(Database& database, const BookRequest& request, const std::string& idem) {
    Statement row = database.prepare(
        "SELECT w.name, e.meta, e.amount + coalesce((SELECT d.amount FROM entry d"
        " WHERE d.chain_id = e.chain_id AND d.idem = ?3), 0), e.ts_us"
        " FROM entry e JOIN wallet w ON w.wallet_id = e.wallet_id"
        " WHERE e.chain_id = (SELECT chain_id FROM chain WHERE name = ?1) AND e.idem = ?2");
    if (!row.bind(1, chain_of(request.wallet)).bind(2, idem).bind(3, debt_of(idem)).step())
        return std::nullopt;
    return Stored{row.text(0), row.text(1), row.integer(2), Instant{row.integer(3)}};
}

Result<void> check_date(Posting& posting, Instant at) {
    const std::string when = format_rfc3339(at);
    if (posting.now() < at || at.micros <= 0)
        return Error{"bad_date", "not a time before now", when};
    if (const auto period = closed_period_at(posting.database(), at))
        return Error{"period_closed",
                     fmt::format("{} is closed: nothing is booked into it any more", *period),
                     when,
                     "book it today, without a date"};
    return {};
}

/// By all calls and costs of a purse, in all months.
Micros paid_to(Database& database, const WalletRow& purse, const std::string& provider) {
    Statement row = database.prepare("SELECT coalesce(sum(amount), 0) FROM provider_month"
                                     " WHERE wallet_id = ?1 AND provider = ?2");
    return row.bind(1, purse.wallet_id).bind(2, provider).step() ? row.integer(0) : 0;
}

/// The purse after the booking, and the accounts it goes between.
Result<void>
move(Posting& posting, const WalletPath& path, const BookRequest& request, Entry& entry) {
    const bool own = request.kind == Booking::opening || request.kind == Booking::credit;
    WalletRow& purse = own ? *path.front() : purse_of(path);
    const Micros amount = request.amount_micros;
    const std::string expenses = "expenses:" + request.provider;
    purse.changed = true;
    switch (request.kind) {
    case Booking::opening:
    case Booking::credit:
        if (purse.funded + amount > max_micros)
            return Error{"bad_amount", "more than 2^53 micro-USD in one wallet", purse.name};
        entry.debit = purse.purse();
        entry.credit = request.kind == Booking::opening ? "equity:opening" : "income:credits";
        purse.funded += amount;
        return {};
    case Booking::refund:
        if (const Micros paid = paid_to(posting.database(), purse, request.provider); amount > paid)
            return Error{"bad_amount",
                         fmt::format("a refund of {} is above the {} that {} was paid",
                                     format_usd(amount),
                                     format_usd(paid),
                                     request.provider),
                         purse.name,
                         "for money of another origin there is: smos-cfo credit"};
        if (amount > purse.spent)
            return Error{"bad_amount",
                         fmt::format("a refund of {} is above the {} that were spent",
                                     format_usd(amount),
                                     format_usd(purse.spent)),
                         purse.name};
        entry.debit = purse.purse();
        entry.credit = expenses;
        purse.spent -= amount;
        return {};
    case Booking::cost:
        entry.debit = expenses;
        entry.credit = purse.purse();
        entry.amount = std::min(amount, purse.available());
        return {};
    }
    return {};
}

/// What a bill takes beyond the purse is owed; both count as spent.
void post_cost(Posting& posting, const WalletPath& path, const BookRequest& request, Entry entry) {
    WalletRow& purse = purse_of(path);
    const Micros owed = request.amount_micros - entry.amount;
    if (owed > 0) {
        entry.kind = "overrun";
        entry.credit = purse.payable();
        entry.amount = owed;
        entry.idem = debt_of(entry.idem);
        posting.append(std::move(entry), *path.front());
        purse.owed += owed;
    }
    posting.post(path, purse, request.provider, request.amount_micros);
}

} // namespace

Result<Funding> Ledger::book(const BookRequest& asked) {
    SMOS_CHECK(check(asked));
    BookRequest request = asked;
    if (request.key.empty())
        request.key = random_uuid();
    const std::string idem = fmt::format("{}:{}", kind_of(request.kind), request.key);
    const std::string meta =
        fmt::format("{}:{}{}", request.provider.size(), request.provider, request.reason);
    return post([&](Posting& posting) -> Result<Funding> {
        const auto stored = find_booking(database_, request, idem);
        const WalletPath* path = &posting.path(request.wallet);
        if (stored && stored->wallet == request.wallet && stored->meta == meta &&
            (!request.at || *request.at == stored->at) && stored->amount == request.amount_micros)
            return Funding{false, balance_of(*path, policy_)};
        if (stored)
            return Error{"key_reused",
                         fmt::format("the key {} already booked {} for {}",
                                     request.key,
                                     format_usd(stored->amount),
                                     stored->wallet),
                         request.wallet,
                         "use another --key for another booking"};
        if (request.at)
            SMOS_CHECK(check_date(posting, *request.at));
        if (path->empty() && request.kind == Booking::opening)
            path = &posting.create(request.wallet);
        if (path->empty())
            return Error{"unknown_wallet",
                         "no such wallet",
                         request.wallet,
                         fmt::format("fund it with: smos-cfo fund {} USD", request.wallet)};
        Entry entry;
        entry.kind = kind_of(request.kind);
        entry.amount = request.amount_micros;
        entry.idem = idem;
        entry.actor = request.actor;
        entry.meta = meta;
        entry.at = request.at.value_or(Instant{});
        SMOS_CHECK(move(posting, *path, request, entry));
        Funding funding;
        funding.booked = true;
        funding.entry = posting.append(entry, *path->front());
        if (request.kind == Booking::cost)
            post_cost(posting, *path, request, std::move(entry));
        else
            posting.repay(request.kind == Booking::refund ? purse_of(*path) : *path->front(),
                          *path->front(),
                          std::move(entry),
                          "repaid:" + idem); // a funding's key may look like ours
        funding.balance = balance_of(*path, policy_);
        return funding;
    });
}

} // namespace smos::store
