// SPDX-License-Identifier: Apache-2.0
// The languages that a journal is written in.
#pragma once

#include "libsmos/store/ledger/journal.hpp"
#include "libsmos/store/ledger/periods.hpp"

#include <map>
#include <memory>
#include <string>

namespace smos::tools {

using Balances = std::map<std::string, Micros, std::less<>>;

/// One language. All of them balance by themselves: what enters one account leaves another.
class Form {
  public:
    virtual ~Form() = default;
    virtual std::string head() const { return {}; }
    /// What the accounts held when the range begins.
    virtual std::string opening(const Balances& balances, Instant at) const = 0;
    virtual std::string entry(const store::JournalLine& line) const = 0;
    /// What the accounts of a wallet held when a period ended; behind the entry that says so.
    virtual std::string checkpoint(const Balances& balances, const store::Period& period) const = 0;
    /// What they hold behind the last entry.
    virtual std::string closing(const Balances& balances, Instant first, Instant last) const = 0;
};

/// hledger, ledger, beancount, csv or jsonl.
std::unique_ptr<Form> form_of(const std::string& name);

} // namespace smos::tools
