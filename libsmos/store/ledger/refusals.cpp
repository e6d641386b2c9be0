// SPDX-License-Identifier: Apache-2.0
// Why tasks got no money.
#include "libsmos/store/ledger/refusals.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/store/ledger/ledger_post.hpp"
#include "libsmos/store/ledger/reservation_book.hpp"

namespace smos::store {

std::vector<Refusal> refusals_of(Database& database, std::string_view task_id) {
    Statement rows = database.prepare("SELECT tenant, wallet, amount, gates, first_us, last_us,"
                                      " times FROM refusal WHERE task_id = ?1 ORDER BY tenant");
    rows.bind(1, task_id);
    std::vector<Refusal> found;
    while (rows.step()) {
        Refusal refusal;
        refusal.tenant = rows.text(0);
        refusal.task_id = task_id;
        refusal.wallet = rows.text(1);
        refusal.amount_micros = rows.integer(2);
        refusal.gates = or_fatal(records::gates_of_text(rows.bytes(3)), ExitStatus::io_error);
        refusal.first_at = Instant{rows.integer(4)};
        refusal.last_at = Instant{rows.integer(5)};
        refusal.times = rows.integer(6);
        found.push_back(std::move(refusal));
    }
    return found;
}

void Ledger::note_refusal(const Refusal& refusal) {
    // What the state cannot hold was never a task of it.
    if ((refusal.tenant + refusal.task_id + refusal.wallet).find('\0') != std::string::npos)
        return;
    post([&](Posting& posting) {
        database_
            .prepare("INSERT INTO refusal(task_id, tenant, wallet, amount, gates, first_us,"
                     " last_us, times) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6, 1)"
                     " ON CONFLICT(task_id, tenant) DO UPDATE SET wallet = excluded.wallet,"
                     " amount = excluded.amount, gates = excluded.gates,"
                     " last_us = excluded.last_us, times = refusal.times + 1")
            .bind(1, refusal.task_id)
            .bind(2, refusal.tenant)
            .bind(3, refusal.wallet)
            .bind(4, refusal.amount_micros)
            .bind(5, records::text_of_gates(refusal.gates))
            .bind(6, posting.now().micros)
            .run();
        return 0;
    });
}

} // namespace smos::store
