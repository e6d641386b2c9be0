// SPDX-License-Identifier: Apache-2.0
// Reserving: the gates in their order, and the entry when all of them pass.
#include "libsmos/core/hash.hpp"
#include "libsmos/store/ledger/ledger_post.hpp"
#include "libsmos/store/ledger/provider_limits.hpp"
#include "libsmos/store/ledger/reservation_book.hpp"
#include "libsmos/store/queue/fence.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::store {
namespace {

using records::Gate;

Gate gate(const char* name, bool passed, std::string reason) {
    Gate made;
    made.name = name;
    made.passed = passed;
    made.reason = std::move(reason);
    return made;
}

/// What each gate of a sum says before the sum.
std::string words_of(std::string_view name, const std::string& whose) {
    if (name == "balance")
        return whose.empty() ? "this takes" : fmt::format("this takes from {}", whose);
    const char* span = name == "hour_breaker" ? "in the last hour"
                       : name == "day_budget" ? "today (UTC)"
                                              : "this month (UTC)";
    return fmt::format("reserved and spent {}{} with this", span, whose);
}

Gate limit_gate(const char* name, Micros value, Micros limit, const std::string& whose) {
    Gate made = gate(name,
                     value <= limit,
                     fmt::format("{} {}, {} {}",
                                 words_of(name, whose),
                                 format_usd(value),
                                 value <= limit ? "within" : "over",
                                 format_usd(limit)));
    made.value_micros = value;
    made.limit_micros = limit;
    return made;
}

bool all_passed(const std::vector<Gate>& gates) {
    for (const Gate& each : gates) {
        if (!each.passed)
            return false;
    }
    return true;
}

// What stands is replayed; what was closed without being published may be reserved again.
bool still_stands(const Reservation& reservation) {
    return reservation.state == "pending" || reservation.outcome == "published";
}

bool same_request(const Reservation& stored, const ReserveRequest& request) {
    return stored.wallet == request.wallet && stored.amount_micros == request.amount_micros;
}

Gate amount_gate(const ReserveRequest& request) {
    const bool good = request.amount_micros >= 0 && request.amount_micros <= max_micros;
    return gate("amount",
                good,
                good
                    ? fmt::format("{} asked", format_usd(request.amount_micros))
                    : fmt::format("{} micro-USD is not between 0 and 2^53", request.amount_micros));
}

Gate unique_gate(const std::optional<ReservationRow>& latest) {
    if (!latest || !still_stands(latest->value))
        return gate("task_unique", true, "no other reservation of this task stands");
    return gate("task_unique",
                false,
                fmt::format("this task already reserved {} from {} ({}); settle or release that "
                            "first",
                            format_usd(latest->value.amount_micros),
                            latest->value.wallet,
                            latest->value.state));
}

Gate wallet_gate(const ReserveRequest& request, bool exists) {
    if (exists)
        return gate("wallet_exists", true, request.wallet);
    if (!check_wallet_name(request.wallet))
        return gate("wallet_exists", false, "the wallet has no valid name");
    return gate("wallet_exists",
                false,
                fmt::format("wallet {0} was never funded; fund it with: smos-cfo fund {0} USD",
                            request.wallet));
}

Gate use_gate(const char* name, const LimitUse& use, Micros amount, const WalletRow& wallet) {
    const std::string of = use.wallet == &wallet ? "" : " by " + use.wallet->name;
    return limit_gate(name, use.used + amount, use.cap, of);
}

/// What stops a wallet: its own state, or that of one above it.
Gate state_gate(const char* name, const WalletPath& path, const char* state, const char* way_out) {
    for (const WalletRow* wallet : path)
        if (wallet->state == state)
            return gate(
                name, false, fmt::format("{0} is {1}; {2} {0}", wallet->name, state, way_out));
    return gate(name, true, fmt::format("{} is not {}", path.front()->name, state));
}

/// The policy of the nearest wallet that has one. What nobody expects anything of is refused.
std::optional<Gate> return_gate(const WalletPath& path, const ReserveRequest& request) {
    const auto set = std::find_if(path.begin(), path.end(), [](const WalletRow* wallet) {
        return wallet->least_return_percent.has_value();
    });
    if (set == path.end())
        return std::nullopt;
    const std::int64_t percent = *(*set)->least_return_percent;
    if (!request.expected_value_micros)
        return gate(
            "roi",
            false,
            fmt::format("{} wants {} % back, and no value is expected", (*set)->name, percent));
    // Rounded up, in two steps that cannot overflow.
    const Micros amount = request.amount_micros;
    const Micros wanted = amount / 100 * percent + (amount % 100 * percent + 99) / 100;
    Gate made = gate("roi",
                     *request.expected_value_micros >= wanted,
                     fmt::format("{} is expected back, {} wants {} % or {}",
                                 format_usd(*request.expected_value_micros),
                                 (*set)->name,
                                 percent,
                                 format_usd(wanted)));
    made.value_micros = request.expected_value_micros;
    made.limit_micros = wanted;
    return made;
}

/// The tightest of those that the request's lines touch.
std::optional<Gate>
provider_gate(Posting& posting, const WalletPath& path, const ReserveRequest& request) {
    std::optional<Gate> tightest;
    const std::vector<ProviderUse> uses = provider_uses(posting, path);
    if (uses.empty())
        return std::nullopt;
    const std::map<std::string, Micros> asked = held_by("provider", request.lines);
    for (const ProviderUse& use : uses) {
        const auto line = asked.find(use.provider);
        if (line == asked.end())
            continue;
        Gate made = limit_gate("provider_budget",
                               use.used + line->second,
                               use.cap,
                               fmt::format(" with {} by {}", use.provider, use.wallet));
        if (!tightest || *made.limit_micros - *made.value_micros <
                             *tightest->limit_micros - *tightest->value_micros)
            tightest = std::move(made);
    }
    return tightest;
}

std::vector<Gate>
limit_gates(Posting& posting, const WalletPath& path, const ReserveRequest& request) {
    const Policy& policy = posting.policy();
    const Micros amount = request.amount_micros;
    const WalletRow& wallet = *path.front();
    const WalletRow& purse = purse_of(path);
    const LimitUses uses = limits_of(path, policy);
    std::vector<Gate> gates{
        state_gate("kill_switch", path, "closed", "open it again with: smos-cfo start"),
        state_gate("wallet_open", path, "tripped", "its breaker waits for: smos-cfo reset"),
        limit_gate("balance", amount, purse.available(), &purse == &wallet ? "" : purse.name),
        use_gate("hour_breaker", *uses.hour, amount, wallet),
        use_gate("day_budget", *uses.day, amount, wallet)};
    if (uses.month)
        gates.push_back(use_gate("month_budget", *uses.month, amount, wallet));
    if (auto provider = provider_gate(posting, path, request))
        gates.push_back(*std::move(provider));
    if (auto roi = return_gate(path, request))
        gates.push_back(*std::move(roi));
    return gates;
}

/// The reservation that ends first, whoever made it.
Statement ask_first_to_end(Database& database) {
    Statement row = database.prepare("SELECT expires_us FROM reservation WHERE state = 'pending'"
                                     " ORDER BY expires_us LIMIT 1");
    row.ask();
    return row;
}

constexpr std::size_t most_due = 100; // that one caller ends; the next one goes on

/// Up to `most_due` reservations past their time, behind one that was seen.
std::vector<std::pair<std::int64_t, std::string>>
due_after(Posting& posting, const std::pair<std::int64_t, std::string>& seen) {
    Statement rows = posting.database().prepare(
        "SELECT expires_us, res_id FROM reservation WHERE state = 'pending' AND expires_us <= ?1"
        " AND (expires_us, res_id) > (?2, ?3) ORDER BY expires_us, res_id LIMIT ?4");
    rows.bind(1, posting.now().micros).bind(2, seen.first).bind(3, seen.second);
    rows.bind(4, static_cast<std::int64_t>(most_due));
    std::vector<std::pair<std::int64_t, std::string>> due;
    while (rows.step())
        due.emplace_back(rows.integer(0), rows.text(1));
    return due;
}

/// Gives back what reservations past their time still hold. Those with a living call stay, and do
/// not stand before the others.
void expire_due(Posting& posting) {
    std::pair<std::int64_t, std::string> seen{0, {}};
    for (std::size_t ended = 0, read = most_due; ended < most_due && read == most_due;) {
        const auto due = due_after(posting, seen);
        for (const auto& [expires_us, res_id] : due) {
            ReservationRow row = *find_reservation(posting.database(), res_id);
            ended += end_reservation(posting, row, {"expired", "expired", "smos-cfo"}) ? 1 : 0;
        }
        read = due.size();
        if (read > 0)
            seen = due.back();
    }
}

/// What a reservation has to know, asked for in one journey.
std::optional<ReservationRow> read_ahead(Posting& posting, const ReserveRequest& request) {
    Database& database = posting.database();
    const auto latest = [&] {
        return ask_latest_reservation(database, request.tenant, request.task_id);
    };
    bool due = false;
    std::optional<ReservationRow> found;
    {
        Statement first = ask_first_to_end(database);
        Statement asked = latest();
        posting.ask_path(request.wallet);
        due = first.step() && first.integer(0) <= posting.now().micros;
        found = next_reservation(asked);
    }
    if (!due)
        return found;
    expire_due(posting);
    Statement again = latest();
    return next_reservation(again);
}

Reservation book_reservation(Posting& posting,
                             const WalletPath& path,
                             const ReserveRequest& request,
                             Reservation made) {
    const WalletRow& wallet = *path.front();
    WalletRow& purse = purse_of(path);
    made.reservation_id =
        dated_uuid(posting.now().micros,
                   {"reservation", request.tenant, request.task_id, std::to_string(made.round)});
    made.purse = purse.name;
    Entry entry;
    entry.kind = "reserve";
    entry.res_id = made.reservation_id;
    entry.debit = purse.reserved();
    entry.credit = purse.purse();
    entry.amount = request.amount_micros;
    entry.idem = "reserve:" + made.reservation_id;
    entry.actor = request.actor;
    entry.meta = opening_meta(request.tenant, request.task_id, sha256(request.lines));
    made.opened = posting.append(std::move(entry), wallet);
    Posting::hold(path, purse, request.amount_micros);
    posting.database()
        .prepare("INSERT INTO reservation(res_id, wallet_id, purse_id, tenant, task_id, round,"
                 " amount, gates, lines, created_us, expires_us, opened_seq)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
        .bind(1, made.reservation_id)
        .bind(2, wallet.wallet_id)
        .bind(3, purse.wallet_id)
        .bind(4, request.tenant)
        .bind(5, request.task_id)
        .bind(6, made.round)
        .bind(7, request.amount_micros)
        .bind(8, records::text_of_gates(made.gates))
        .bind(9, request.lines)
        .bind(10, made.created_at.micros)
        .bind(11, made.expires_at.micros)
        .bind(12, made.opened.seq)
        .run();
    if (limits_providers(path))
        hold_for_providers(posting.database(),
                           path,
                           {},
                           still_held(posting.database(), made.reservation_id, request.lines));
    return made;
}

ReserveOutcome try_reserve(Posting& posting, const ReserveRequest& request, Gate amount) {
    ReserveOutcome outcome;
    outcome.gates.push_back(std::move(amount));
    const auto latest = read_ahead(posting, request);
    if (latest && still_stands(latest->value) && same_request(latest->value, request))
        return {true, true, latest->value.gates, latest->value};
    const WalletPath& path = posting.path(request.wallet);
    outcome.gates.push_back(unique_gate(latest));
    outcome.gates.push_back(wallet_gate(request, !path.empty()));
    if (path.empty())
        return outcome;
    for (Gate& each : limit_gates(posting, path, request))
        outcome.gates.push_back(std::move(each));
    outcome.admitted = all_passed(outcome.gates);
    if (!outcome.admitted)
        return outcome;
    Reservation made;
    made.wallet = path.front()->name;
    made.tenant = request.tenant;
    made.task_id = request.task_id;
    made.round = latest ? latest->value.round + 1 : 1;
    made.state = "pending";
    made.amount_micros = request.amount_micros;
    made.created_at = posting.now();
    made.expires_at =
        Instant{posting.now().micros + posting.policy().reservation_seconds * 1'000'000};
    made.gates = outcome.gates;
    outcome.reservation = book_reservation(posting, path, request, std::move(made));
    return outcome;
}

} // namespace

Result<ReserveOutcome> reserve_in(Posting& posting, const ReserveRequest& request) {
    if (request.task_id.empty())
        return Error{"no_task", "a reservation needs a task_id", request.wallet, {}};
    if ((request.task_id + request.tenant + request.wallet).find('\0') != std::string::npos)
        return Error{"bad_text",
                     "task_id or tenant_id holds the character U+0000",
                     request.wallet,
                     "remove \\u0000 from the record"};
    Gate amount = amount_gate(request);
    if (!amount.passed) {
        ReserveOutcome refused;
        refused.gates.push_back(std::move(amount));
        return refused;
    }
    return try_reserve(posting, request, amount);
}

Result<ReserveOutcome> Ledger::reserve(const ReserveRequest& request) {
    return post([&](Posting& posting) -> Result<ReserveOutcome> {
        posting.need_true_clock();
        SMOS_CHECK(check_lease(database_, lease_, request.task_id));
        return reserve_in(posting, request);
    });
}

bool Ledger::stands(const ReserveRequest& request) {
    Statement rows = ask_latest_reservation(database_, request.tenant, request.task_id);
    const auto latest = next_reservation(rows);
    return latest && still_stands(latest->value) && same_request(latest->value, request);
}

Result<Reservation> Ledger::close(const CloseRequest& request) {
    return post([&](Posting& posting) -> Result<Reservation> {
        SMOS_CHECK(check_lease(database_, lease_, request.reservation_id));
        auto row = find_reservation(database_, request.reservation_id);
        if (!row)
            return Error{"unknown_reservation",
                         "the ledger has no such reservation",
                         request.reservation_id,
                         "was it made with another --state?"};
        Reservation& reservation = row->value;
        if (reservation.tenant != request.tenant || reservation.task_id != request.task_id)
            return Error{"other_task",
                         "the reservation belongs to another task",
                         request.reservation_id,
                         {}};
        const std::string wanted = request.release ? "released" : "settled";
        if (reservation.state != "pending") {
            if (reservation.state == wanted || reservation.state == "expired")
                return reservation;
            return Error{"closed_otherwise",
                         fmt::format("the reservation is already {}", reservation.state),
                         request.reservation_id,
                         {}};
        }
        if (!end_reservation(posting, *row, {wanted, request.outcome, request.actor})) {
            return Error{"in_flight",
                         "a paid call is still in flight",
                         request.reservation_id,
                         "run again when the process that makes it has ended",
                         true};
        }
        return reservation;
    });
}

} // namespace smos::store
