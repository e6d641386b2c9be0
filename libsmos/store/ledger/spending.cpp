// SPDX-License-Identifier: Apache-2.0
// What was spent, by day, wallet, provider and capability.
#include "libsmos/store/ledger/spending.hpp"

namespace smos::store {
namespace {

constexpr std::string_view expenses = "expenses:";

void add_to(Sums& sums, std::string_view name, Micros micros) {
    const auto found = sums.find(name);
    Sum& sum = found != sums.end() ? found->second : sums.emplace(name, Sum{}).first->second;
    sum.micros += micros;
    ++sum.entries;
}

std::string_view muse_of(std::string_view wallet) {
    const std::size_t tenant = wallet.find('/');
    if (tenant == std::string_view::npos)
        return wallet;
    return wallet.substr(0, wallet.find('/', tenant + 1));
}

/// Behind the first colon of an entry's key stands the call that it books.
std::string capability_of(Database& database, std::string_view idem) {
    const std::size_t colon = idem.find(':');
    if (colon == std::string_view::npos)
        return "other";
    Statement row = database.prepare("SELECT capability FROM spend WHERE spend_id = ?1");
    return row.bind(1, idem.substr(colon + 1)).step() ? row.text(0) : std::string{"other"};
}

} // namespace

Spending spending_of(Database& database, const SpendingRequest& request) {
    Spending spending;
    each_line(database, request.range, [&](const JournalLine& line) {
        const bool paid = line.debit.starts_with(expenses);
        if (!paid && !line.credit.starts_with(expenses))
            return;
        const Micros micros = paid ? line.amount : -line.amount;
        const std::string_view account = paid ? line.debit : line.credit;
        if (spending.entries++ == 0 || line.at < spending.first)
            spending.first = line.at;
        spending.total_micros += micros;
        add_to(spending.by_day, request.day_of(line.at), micros);
        add_to(spending.by_muse, muse_of(line.wallet), micros);
        add_to(spending.by_provider, account.substr(expenses.size()), micros);
        add_to(spending.by_capability, capability_of(database, line.idem), micros);
        if (request.recent_from <= line.at)
            spending.recent_by_wallet[std::string{line.wallet}] += micros;
    });
    return spending;
}

} // namespace smos::store
