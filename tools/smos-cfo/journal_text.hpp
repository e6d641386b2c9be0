// SPDX-License-Identifier: Apache-2.0
// Words of the journal made safe for the languages of plain-text accounting.
#pragma once

#include "libsmos/core/money.hpp"

#include <string>
#include <string_view>

namespace smos::tools {

/// "-0.040000": always six decimals.
std::string six_decimals(Micros micros);

/// One line that ends no tag, starts no date and turns no text around: control characters,
/// bidirectional overrides, %, comma, semicolon, bar and brackets become %XX; other Unicode stays.
std::string plain_value(std::string_view text);

/// An account of hledger and ledger: letters, digits and ._@+-/ stay, other bytes become %XX.
std::string plain_account(std::string_view account);

/// An account of Beancount, where every part begins with a capital or a digit and has only letters,
/// digits and dashes: "assets:wallet:default/ava" → "Assets:Wallet:Default:Ava". Different accounts
/// stay different: a part that does not begin with a small letter or 1 to 9 gets "0-" before it,
/// a dash is doubled, other bytes become -xx, and / begins a new part.
std::string beancount_account(std::string_view account);

/// A string of Beancount with its quotes.
std::string beancount_string(std::string_view text);

/// A field of CSV (RFC 4180).
std::string csv_field(std::string_view text);

} // namespace smos::tools
