// SPDX-License-Identifier: Apache-2.0
// The entries as they pass: all or a part of them, in the order of their chains.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace smos::store {

/// Which entries. A wallet includes those below it.
struct JournalRange {
    std::optional<Instant> from{}; // this instant and later
    std::optional<Instant> to{};   // earlier than this
    std::string wallet{};          // empty: all
};

/// One entry with the task it was for, where it lies: valid during the call only.
struct JournalLine {
    std::string_view chain;
    std::int64_t seq = 0;
    Instant at{};
    std::string_view kind;
    std::string_view wallet;
    std::string_view res_id; // these three are empty where there is none
    std::string_view tenant;
    std::string_view task_id;
    std::string_view debit;
    std::string_view credit;
    Micros amount = 0;
    std::string_view idem;
    std::string_view actor;
    std::string_view meta;
    std::string_view hash; // 32 bytes
};

/// Whether an entry of this wallet at this time belongs to the range.
bool is_in(const JournalRange& range, std::string_view wallet, Instant at);

/// Reads a page at a time, in the order of chain and seq; all of it in one unchanging view. With
/// `from`, `before` gets what came earlier.
void each_line(Database& database,
               const JournalRange& range,
               const std::function<void(const JournalLine&)>& on_line,
               const std::function<void(const JournalLine&)>& before = {});

/// The lines of one chain after `seq`, at most 100; for following. The last seq that was read.
std::int64_t lines_after(Database& database,
                         std::string_view chain,
                         std::int64_t seq,
                         const std::function<void(const JournalLine&)>& on_line);

} // namespace smos::store
