// SPDX-License-Identifier: Apache-2.0
// The whole state from one place to another, engine to engine, with proof that it arrived.
#pragma once

#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/engine/tables.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace smos::store {

/// The same on both sides, or copy_state() had failed.
struct CopiedTable {
    std::string name;
    std::int64_t rows = 0;
    std::string content; // SHA-256 of all its rows in the order of its key, hexadecimal
};

struct CopiedChain {
    std::string name;
    std::int64_t head_seq = 0;
    std::string head_hash; // hexadecimal
};

struct CopyReport {
    std::vector<CopiedTable> tables{};
    std::vector<CopiedChain> chains{};
    std::int64_t entries = 0; // audited on the other side
};

/// How far it is: table by table.
using CopyProgress = std::function<void(const CopiedTable&)>;

/// Copies one view of `source` while others go on writing there, into `target`, which has to be
/// empty, in bounded transactions. Until the proof (content of every table, every chain's head, a
/// clean audit) the target is marked unfinished and refused by every tool; it stays so when this
/// fails. Errors: not_empty, copy_differs.
Result<CopyReport>
copy_state(Database& source, Database& target, const CopyProgress& progress = {});

/// The heads of all chains, by name.
std::vector<CopiedChain> chain_heads_of(Database& database);

} // namespace smos::store
