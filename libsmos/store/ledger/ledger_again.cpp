// SPDX-License-Identifier: Apache-2.0
// Money of productions that die, and of those that go on after their reservation was closed.
#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/ledger/ledger_post.hpp"
#include "libsmos/store/ledger/reservation_book.hpp"

#include <algorithm>

namespace smos::store {
namespace {

std::optional<ReservationRow>
last_of(Database& database, std::string_view tenant, std::string_view task_id) {
    Statement rows = ask_latest_reservation(database, tenant, task_id);
    return next_reservation(rows);
}

std::string lines_of(Database& database, const std::string& res_id) {
    Statement row = database.prepare("SELECT lines FROM reservation WHERE res_id = ?1");
    return row.bind(1, res_id).step() ? row.text(0) : "[]";
}

/// What each line has left after what was paid to its provider for its capability.
std::string lines_left(const std::string& lines, const std::vector<records::SpendLine>& spends) {
    if (lines.empty())
        return {};
    auto left = or_fatal(records::parse_json(lines, "reservation.lines"), ExitStatus::io_error);
    if (!left.is_array())
        return "[]";
    for (const records::SpendLine& spend : spends) {
        Micros paid = spend.micros;
        for (records::Json& line : left) {
            if (line.value("capability", "") != spend.capability ||
                line.value("provider", "") != spend.provider)
                continue;
            const Micros held = line.value("micros", Micros{0});
            const Micros taken = std::min(held, paid);
            line["micros"] = held - taken;
            paid -= taken;
        }
    }
    return records::dump(left);
}

} // namespace

void Ledger::abandon(const CloseRequest& request) {
    SMOS_EXPECT(posting_ != nullptr);
    auto row = last_of(database_, request.tenant, request.task_id);
    if (!row || row->value.state != "pending")
        return;
    const bool paid = row->value.spent_micros > 0 || row->value.drawn_micros > 0;
    const bool ended = end_reservation(
        *posting_, *row, {paid ? "settled" : "released", request.outcome, request.actor, true});
    SMOS_EXPECT(ended);
}

Result<ReserveOutcome> Ledger::reserve_again(const ReserveAgain& request) {
    return post([&](Posting& posting) -> Result<ReserveOutcome> {
        const auto last = last_of(database_, request.tenant, request.task_id);
        if (!last)
            return ReserveOutcome{true, false, {}, {}};
        const Reservation& before = last->value;
        if (before.state == "pending")
            return ReserveOutcome{true, true, before.gates, before};
        ReserveRequest again;
        again.tenant = request.tenant;
        again.task_id = request.task_id;
        again.wallet = before.wallet;
        again.amount_micros =
            before.amount_micros - std::min(before.amount_micros, before.spent_micros);
        again.lines =
            lines_left(lines_of(database_, before.reservation_id), spends(before.reservation_id));
        again.actor = request.actor;
        again.expected_value_micros = request.expected_value_micros;
        return reserve_in(posting, again);
    });
}

} // namespace smos::store
