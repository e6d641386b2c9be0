// SPDX-License-Identifier: Apache-2.0
// How the ledger's calls become transactions; for the ledger's own files only.
#pragma once

#include "libsmos/store/ledger/posting.hpp"

namespace smos::store {

inline constexpr std::string_view ledger_lock = "ledger";

/// Every gate, then the entry; inside a transaction, after the lease was looked at.
Result<ReserveOutcome> reserve_in(Posting& posting, const ReserveRequest& request);

template <typename Work>
auto Ledger::post(Work&& work) -> std::invoke_result_t<Work, Posting&> {
    if (posting_ != nullptr)
        return work(*posting_);
    return database_.transaction(ledger_lock, [&] {
        Posting posting{database_, ledger_id_, policy_, clock_};
        auto outcome = work(posting);
        posting.flush();
        return outcome;
    });
}

} // namespace smos::store
