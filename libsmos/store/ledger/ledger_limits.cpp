// SPDX-License-Identifier: Apache-2.0
// Limits, the breaker and the kill switch of a wallet and everything below it.
#include "libsmos/store/ledger/ledger_post.hpp"
#include "libsmos/store/ledger/provider_limits.hpp"

#include <fmt/format.h>

namespace smos::store {
namespace {

constexpr std::int64_t most_return_percent = 1'000'000;

Result<void> check_limit(const std::optional<Micros>& limit, const std::string& wallet) {
    if (!limit || *limit == LimitRequest::none_micros || (*limit >= 0 && *limit <= max_micros))
        return {};
    return Error{
        "bad_amount", fmt::format("a limit of {} is not between 0 and 2^53", *limit), wallet};
}

void set_limit(std::optional<Micros>& kept, const std::optional<Micros>& asked) {
    if (asked)
        kept = *asked == LimitRequest::none_micros ? std::nullopt : asked;
}

std::string words_of(const char* name, const std::optional<Micros>& limit) {
    return fmt::format("{}={}", name, limit ? std::to_string(*limit) : "none");
}

} // namespace

Result<WalletBalance> Ledger::limit(const LimitRequest& request) {
    SMOS_CHECK(check_wallet_name(request.wallet));
    SMOS_CHECK(check_limit(request.hour_cap_micros, request.wallet));
    SMOS_CHECK(check_limit(request.day_budget_micros, request.wallet));
    SMOS_CHECK(check_limit(request.month_budget_micros, request.wallet));
    for (const auto& [provider, cap] : request.provider_budgets_micros)
        SMOS_CHECK(check_limit(cap, request.wallet + " " + provider));
    if (request.least_return_percent &&
        (*request.least_return_percent < LimitRequest::none_micros ||
         *request.least_return_percent > most_return_percent))
        return Error{"bad_amount", "a return is between 0 and 1,000,000 percent", request.wallet};
    return post([&](Posting& posting) -> Result<WalletBalance> {
        const WalletPath* path = &posting.path(request.wallet);
        if (path->empty())
            path = &posting.create(request.wallet);
        WalletRow& wallet = *path->front();
        set_limit(wallet.hour_cap, request.hour_cap_micros);
        set_limit(wallet.day_cap, request.day_budget_micros);
        set_limit(wallet.month_cap, request.month_budget_micros);
        set_limit(wallet.least_return_percent, request.least_return_percent);
        wallet.changed = true;
        std::string providers;
        for (const auto& [provider, cap] : request.provider_budgets_micros) {
            set_provider_limit(posting, wallet, provider, cap);
            providers += fmt::format(" {}={}", provider, cap);
        }
        Entry entry;
        entry.kind = "limit";
        entry.debit = "state:limits:" + wallet.name;
        entry.credit = "state:policy";
        entry.idem = "limit:" + random_uuid();
        entry.actor = request.actor;
        entry.meta = fmt::format("{} {} {} {}{}",
                                 words_of("hour", wallet.hour_cap),
                                 words_of("day", wallet.day_cap),
                                 words_of("month", wallet.month_cap),
                                 words_of("roi", wallet.least_return_percent),
                                 providers);
        posting.append(std::move(entry), wallet);
        return balance_of(*path, policy_);
    });
}

namespace {

/// Whether a stopped wallet's breaker had tripped: the kill switch does not look into why.
bool was_tripped(Posting& posting, const WalletRow& wallet) {
    Statement row =
        posting.database().prepare("SELECT credit FROM entry WHERE chain_id = ?1 AND wallet_id = ?2"
                                   " AND kind = 'stop' ORDER BY seq DESC LIMIT 1");
    row.bind(1, wallet.chain_id).bind(2, wallet.wallet_id);
    return row.step() && row.text(0) == "state:tripped:" + wallet.name;
}

} // namespace

Result<WalletBalance> Ledger::switch_wallet(std::string_view name,
                                            WalletSwitch what,
                                            std::string_view actor,
                                            std::string_view reason) {
    return post([&](Posting& posting) -> Result<WalletBalance> {
        const std::string where{name};
        const WalletPath& path = posting.path(name);
        if (path.empty())
            return Error{"unknown_wallet", "no such wallet", where, "see: smos-cfo balance"};
        WalletRow& wallet = *path.front();
        if (what == WalletSwitch::reset && wallet.state != "tripped")
            return Error{"not_tripped", "the wallet's breaker has not tripped", where};
        if (what == WalletSwitch::start && wallet.state != "closed")
            return Error{"not_stopped", "the wallet was not stopped", where};
        const bool waits = what == WalletSwitch::start && was_tripped(posting, wallet);
        const char* state = what == WalletSwitch::stop ? "closed" : waits ? "tripped" : "open";
        if (wallet.state != state)
            posting.set_state(wallet, state, std::string{actor}, std::string{reason});
        return balance_of(path, policy_);
    });
}

} // namespace smos::store
