// SPDX-License-Identifier: Apache-2.0
// The only way to pay: a call drawn from an open reservation.
#include "libsmos/store/ledger/spend.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/store/ledger/ledger_post.hpp"
#include "libsmos/store/ledger/provider_limits.hpp"
#include "libsmos/store/ledger/reservation_book.hpp"
#include "libsmos/store/owner.hpp"
#include "libsmos/store/queue/fence.hpp"

#include <fmt/format.h>

namespace smos::store {
namespace {

// What becomes of a draw that finds the same key drawn before.
enum class Earlier { finished, draw_again, refuse };

struct Standing {
    Earlier earlier = Earlier::draw_again;
    std::optional<Error> error{};
};

Error spend_error(const char* code, std::string message, const SpendRequest& request) {
    return {code,
            std::move(message),
            fmt::format("{} {}", request.reservation_id, request.spend_key),
            {},
            false};
}

Result<void> check_draw(const SpendRequest& request, const ReservationRow& row, Instant now) {
    const Reservation& held = row.value;
    if (held.state != "pending")
        return spend_error(
            "reservation_closed", fmt::format("the reservation is {}", held.state), request);
    if (held.expires_at <= now)
        return spend_error("reservation_expired", "the reservation has expired", request);
    const Micros left =
        held.amount_micros + held.overrun_micros - held.spent_micros - held.drawn_micros;
    if (request.ceiling_micros > left)
        return spend_error("above_reservation",
                           fmt::format("the call may cost {} and {} of the reservation are left",
                                       format_usd(request.ceiling_micros),
                                       format_usd(left)),
                           request);
    return {};
}

bool other_call(const SpendRow& known, const SpendRequest& request) {
    return known.provider != request.provider || known.model != request.model ||
           known.ceiling != request.ceiling_micros;
}

// An earlier process died between asking and knowing: booked at its ceiling, never asked again.
// A free call cannot be paid twice, so it is only closed.
Standing
judge_open(Posting& posting, SpendRow& known, ReservationRow& row, const SpendRequest& request) {
    if (known.owner != this_process() &&
        may_be_alive(known.owner, known.opened_at, posting.now())) {
        Error error = spend_error("in_flight", "another process is making this call", request);
        error.retryable = true;
        return {Earlier::refuse, error};
    }
    known.state = known.ceiling == 0 ? "failed" : "in_doubt";
    known.actual = known.ceiling;
    book_spend(posting, known, row);
    return {known.ceiling == 0 ? Earlier::draw_again : Earlier::refuse, {}};
}

Standing
judge(Posting& posting, SpendRow& known, ReservationRow& row, const SpendRequest& request) {
    if (known.state == "done" && !other_call(known, request))
        return {Earlier::finished, {}};
    if (known.state == "done" || (known.state == "in_doubt" && other_call(known, request)))
        return {Earlier::refuse,
                spend_error("differs", "this key was drawn for another call", request)};
    if (known.state == "open") {
        Standing standing = judge_open(posting, known, row, request);
        if (standing.error || standing.earlier == Earlier::draw_again)
            return standing;
    }
    if (known.state == "in_doubt" && known.ceiling > 0) {
        Error error = spend_error(
            "in_doubt", "an earlier run died in this call and nobody knows its outcome", request);
        error.hint = "it is booked in full; settle the task and look at the provider's bill";
        return {Earlier::refuse, error};
    }
    return {Earlier::draw_again, {}};
}

void insert_spend(Database& database,
                  const SpendRequest& request,
                  const std::string& spend_id,
                  std::int64_t attempt,
                  Instant now) {
    database
        .prepare("INSERT INTO spend(spend_id, res_id, number, spend_key, capability, provider,"
                 " model, requested_model, ceiling, state, owner, opened_us, attempt)"
                 " VALUES(?1, ?2, (SELECT count(*) + 1 FROM spend WHERE res_id = ?2), ?3, ?4, ?5,"
                 " ?6, ?7, ?8, 'open', ?9, ?10, ?11)")
        .bind(1, spend_id)
        .bind(2, request.reservation_id)
        .bind(3, request.spend_key)
        .bind(4, request.capability)
        .bind(5, request.provider)
        .bind(6, request.model)
        .bind(7, request.requested_model.empty() ? request.model : request.requested_model)
        .bind(8, request.ceiling_micros)
        .bind(9, this_process())
        .bind(10, now.micros)
        .bind(11, attempt)
        .run();
}

void book_draw(Posting& posting,
               const SpendRequest& request,
               const std::string& spend_id,
               const ReservationRow& row) {
    const WalletRow& purse = *posting.path_of_id(row.purse_id).front();
    Entry entry;
    entry.kind = "draw";
    entry.res_id = request.reservation_id;
    entry.debit = purse.drawn();
    entry.credit = purse.reserved();
    entry.amount = request.ceiling_micros;
    entry.idem = "draw:" + spend_id;
    entry.actor = this_process();
    entry.meta = fmt::format(
        "{} {} {} {}", request.capability, request.provider, request.model, request.spend_key);
    posting.append(std::move(entry), *posting.path_of_id(row.wallet_id).front());
    posting.database()
        .prepare("UPDATE reservation SET drawn = drawn + ?2 WHERE res_id = ?1")
        .bind(1, request.reservation_id)
        .bind(2, request.ceiling_micros)
        .run();
}

/// The kill switch holds back what was reserved before it, too.
std::optional<Error>
stopped(Posting& posting, const ReservationRow& row, const SpendRequest& request) {
    for (const WalletRow* wallet : posting.path_of_id(row.wallet_id)) {
        if (wallet->state != "closed")
            continue;
        Error error =
            spend_error("stopped", fmt::format("the wallet {} is closed", wallet->name), request);
        error.hint = "open it again with: smos-cfo start " + wallet->name;
        return error;
    }
    return std::nullopt;
}

/// What calls that have no answer yet may still cost, for a wallet and all below it.
Micros
open_calls_below(Database& database, const std::string& wallet, const std::string& provider) {
    Statement row = database.prepare(
        "SELECT coalesce(sum(s.ceiling), 0) FROM spend s"
        " JOIN reservation r ON r.res_id = s.res_id JOIN wallet w ON w.wallet_id = r.wallet_id"
        " WHERE r.state = 'pending' AND s.state = 'open' AND s.provider = ?2"
        " AND (w.name = ?1 OR substr(w.name, 1, length(?1) + 1) = ?1 || '/')");
    return row.bind(1, wallet).bind(2, provider).step() ? row.integer(0) : 0;
}

/// A call to a provider whose month is used up; what reservations hold for it is not asked here.
std::optional<Error>
over_provider_budget(Posting& posting, const ReservationRow& row, const SpendRequest& request) {
    for (const ProviderUse& use : provider_uses(posting, posting.path_of_id(row.wallet_id))) {
        if (use.provider != request.provider)
            continue;
        const Micros asked = open_calls_below(posting.database(), use.wallet, use.provider);
        if (use.spent + asked + request.ceiling_micros <= use.cap)
            continue;
        return spend_error(
            "provider_budget",
            fmt::format("{} lets {} have {} this month; {} are spent, and {} are being asked",
                        use.wallet,
                        use.provider,
                        format_usd(use.cap),
                        format_usd(use.spent),
                        format_usd(asked)),
            request);
    }
    return std::nullopt;
}

std::string spend_id_of(const SpendRequest& request, std::int64_t attempt) {
    return name_uuid({"spend", request.reservation_id, request.spend_key, std::to_string(attempt)});
}

} // namespace

Result<Spend> Spend::draw(Ledger& ledger, const SpendRequest& request) {
    if (request.ceiling_micros < 0 || request.ceiling_micros > max_micros)
        return spend_error("bad_amount", "the ceiling is not between 0 and 2^53", request);
    Database& database = ledger.database_;
    Spend spend{ledger, spend_id_of(request, 1)};
    // Outside the transaction's result, so that booking an in-doubt call commits with the refusal.
    std::optional<Error> refused;
    bool drawn = false;
    const auto book = [&](Posting& posting) {
        refused.reset();
        if (request.ceiling_micros > 0)
            posting.need_true_clock();
        if (auto held = check_lease(database, ledger.lease_, request.reservation_id); !held) {
            refused = held.error();
            return 0;
        }
        auto row = find_reservation(database, request.reservation_id);
        if (!row) {
            refused = spend_error("unknown_reservation", "no such reservation", request);
            return 0;
        }
        std::int64_t attempt = 1;
        if (auto known = latest_spend(database, request.reservation_id, request.spend_key)) {
            const Standing standing = judge(posting, *known, *row, request);
            refused = standing.error;
            spend.finished_ = standing.earlier == Earlier::finished;
            spend.id_ = known->spend_id;
            spend.answer_ = known->answer;
            if (refused || spend.finished_)
                return 0;
            attempt = known->attempt + 1;
        }
        if (auto drawable = check_draw(request, *row, posting.now()); !drawable)
            refused = drawable.error();
        else if (request.ceiling_micros > 0)
            refused = stopped(posting, *row, request);
        if (!refused && request.ceiling_micros > 0)
            refused = over_provider_budget(posting, *row, request);
        if (refused)
            return 0;
        spend.id_ = spend_id_of(request, attempt);
        spend.answer_.clear();
        insert_spend(database, request, spend.id_, attempt, posting.now());
        book_draw(posting, request, spend.id_, *row);
        drawn = true;
        return 0;
    };
    try {
        ledger.post(book);
    } catch (const Fatal&) {
        // Whether it was drawn or not, nobody has called.
        spend.open_ = drawn;
        spend.give_up();
        throw;
    }
    spend.open_ = drawn;
    if (refused)
        return *refused;
    spend.ceiling_micros_ = request.ceiling_micros;
    return spend;
}

Spend::Spend(Spend&& other) noexcept
    : ledger_(other.ledger_),
      id_(std::move(other.id_)),
      ceiling_micros_(other.ceiling_micros_),
      open_(std::exchange(other.open_, false)),
      finished_(other.finished_),
      answer_(std::move(other.answer_)) {}

Spend::~Spend() {
    if (!open_)
        return;
    try {
        // A failure leaves the row open, and whoever settles the reservation books it in full.
        static_cast<void>(in_doubt());
    } catch (const Fatal&) {
        open_ = false;
    }
}

void Spend::give_up() noexcept {
    if (!open_)
        return;
    try {
        static_cast<void>(fail());
    } catch (const Fatal&) {
        open_ = false; // the row is booked in full by whoever settles the reservation
    }
}

Result<void> Spend::settle(Micros actual_micros, std::string_view answer) {
    return end("done", actual_micros, answer);
}

Result<void> Spend::fail(Micros actual_micros) { return end("failed", actual_micros, {}); }

Result<void> Spend::in_doubt() { return end("in_doubt", ceiling_micros_, {}); }

Result<void> Spend::end(const char* state, Micros actual_micros, std::string_view answer) {
    SMOS_EXPECT(open_);
    if (actual_micros < 0 || actual_micros > max_micros)
        return Error{"bad_amount", "the price is not between 0 and 2^53", id_, {}};
    Database& database = ledger_->database_;
    Result<void> ended = ledger_->post([&](Posting& posting) -> Result<void> {
        auto spend = find_spend(database, id_);
        const bool ours = spend && spend->owner == this_process();
        // The answer to the same before was lost.
        if (ours && spend->state == state && spend->actual == actual_micros &&
            spend->answer == answer)
            return {};
        if (!ours || spend->state != "open")
            return Error{"not_open", "this call was closed by another process", id_, {}};
        auto row = find_reservation(database, spend->res_id);
        spend->state = state;
        spend->actual = actual_micros;
        spend->answer = answer;
        book_spend(posting, *spend, *row);
        return {};
    });
    open_ = false;
    return ended;
}

} // namespace smos::store
