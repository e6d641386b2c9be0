// SPDX-License-Identifier: Apache-2.0
// What one transaction does to the books.
#include "libsmos/store/ledger/posting.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/store/ledger/ledger_clock.hpp"

#include <algorithm>
#include <array>

namespace smos::store {
namespace {

constexpr std::int64_t hour_seconds = 3600;

constexpr std::string_view add_held =
    "UPDATE wallet SET tree_pending = tree_pending + ?1,"
    " pending = pending + CASE WHEN wallet_id = ?2 THEN CAST(?3 AS INTEGER) ELSE 0 END,"
    " version = version + 1 WHERE wallet_id = ?4";
constexpr std::string_view add_held_to_path =
    "UPDATE wallet SET tree_pending = tree_pending + ?1,"
    " pending = pending + CASE WHEN wallet_id = ?2 THEN CAST(?3 AS INTEGER) ELSE 0 END,"
    " version = version + 1 WHERE wallet_id IN (?4, ?5, ?6, ?7)";

} // namespace

Posting::Posting(Database& database,
                 std::string& ledger_id,
                 const Policy& policy,
                 const Clock& clock)
    : database_(database),
      known_ledger_id_(ledger_id),
      policy_(policy),
      clock_(clock) {}

Instant Posting::now() {
    if (!now_) {
        const LedgerTime time = clock_ ? LedgerTime{clock_()} : ledger_time(database_);
        now_ = time.at;
        clock_jump_us_ = time.jump_us;
    }
    return *now_;
}

void Posting::need_true_clock() {
    if (is_server(database_.path()))
        return; // its clock would cost a journey of its own
    now();
    if (clock_jump_us_ > 0)
        refuse_jumped_clock(clock_jump_us_);
}

void Posting::ask_path(std::string_view wallet) {
    if (paths_.find(wallet) != paths_.end() || asked_)
        return;
    Statement rows = select_path(database_, wallet);
    rows.ask();
    asked_.emplace(std::string{wallet}, std::move(rows));
}

WalletRow& Posting::keep(const Statement& row) {
    const auto [place, fresh] = rows_.try_emplace(row.integer(0));
    WalletRow& wallet = place->second;
    if (!fresh)
        return wallet;
    wallet = read_wallet(row);
    if (heads_.find(wallet.chain_id) == heads_.end())
        heads_[wallet.chain_id] = {row.integer(wallet_columns), row.text(wallet_columns + 1)};
    return wallet;
}

const WalletPath& Posting::path(std::string_view wallet) {
    if (const auto known = paths_.find(wallet); known != paths_.end())
        return known->second;
    WalletPath found;
    if (asked_ && asked_->first != wallet)
        asked_.reset();
    if (!asked_)
        ask_path(wallet);
    while (asked_->second.step())
        found.push_back(&keep(asked_->second));
    asked_.reset();
    std::sort(found.begin(), found.end(), [](const WalletRow* one, const WalletRow* other) {
        return is_deeper(*one, *other);
    });
    if (!found.empty() && found.front()->name != wallet)
        found.clear();
    for (WalletRow* row : found)
        roll(*row);
    return paths_[std::string{wallet}] = std::move(found);
}

const WalletPath& Posting::path_of_id(std::int64_t wallet_id) {
    if (const auto known = rows_.find(wallet_id); known != rows_.end())
        return path(known->second.name);
    Statement row = database_.prepare("SELECT name FROM wallet WHERE wallet_id = ?1");
    SMOS_EXPECT(row.bind(1, wallet_id).step());
    return path(row.text(0));
}

void Posting::roll(WalletRow& wallet) {
    const std::int64_t before = wallet.last_sec;
    roll_days(wallet, now());
    wallet.changed = wallet.changed || wallet.last_sec != before;
    // The second at the edge still counts: the window is never shorter than an hour.
    const std::int64_t from = wallet.last_sec - hour_seconds;
    if (from <= wallet.hour_from)
        return;
    Statement gone =
        database_.prepare("DELETE FROM usage WHERE wallet_id = ?1 AND sec < ?2 RETURNING amount");
    gone.bind(1, wallet.wallet_id).bind(2, from);
    while (gone.step())
        wallet.hour_total -= gone.integer(0);
    wallet.hour_from = from;
}

const std::string& Posting::ledger_id() {
    if (!known_ledger_id_.empty())
        return known_ledger_id_;
    if (made_ledger_id_.empty())
        known_ledger_id_ = ledger_id_of(database_);
    if (!known_ledger_id_.empty())
        return known_ledger_id_;
    // Nobody may go on with it before it is committed.
    if (made_ledger_id_.empty()) {
        made_ledger_id_ = random_uuid();
        database_.prepare("INSERT INTO meta(key, value) VALUES('ledger_id', ?1)")
            .bind(1, made_ledger_id_)
            .run();
    }
    return made_ledger_id_;
}

std::int64_t Posting::begin_chain(std::string_view chain) {
    const Digest first = genesis(ledger_id(), chain);
    Statement made =
        database_.prepare("INSERT INTO chain(name, head_hash) VALUES(?1, ?2) RETURNING chain_id");
    made.bind(1, chain).bind_blob(2, first.data(), first.size());
    SMOS_EXPECT(made.step());
    return made.integer(0);
}

const WalletPath& Posting::create(std::string_view wallet) {
    std::vector<std::string_view> names = names_up(wallet);
    std::optional<std::int64_t> parent;
    std::int64_t chain_id = 0;
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
        if (const WalletPath& known = path(*name); !known.empty()) {
            parent = known.front()->wallet_id;
            chain_id = known.front()->chain_id;
            continue;
        }
        if (!parent)
            chain_id = begin_chain(*name);
        Statement made = database_.prepare(
            "INSERT INTO wallet(chain_id, parent_id, name) VALUES(?1, ?2, ?3) RETURNING wallet_id");
        SMOS_EXPECT(made.bind(1, chain_id).bind(2, parent).bind(3, *name).step());
        parent = made.integer(0);
        paths_.erase(paths_.find(*name));
    }
    return path(wallet);
}

records::EntryRef Posting::append(Entry entry, const WalletRow& wallet) {
    SMOS_EXPECT(entry.amount >= 0 && entry.debit != entry.credit);
    Head& head = heads_.at(wallet.chain_id);
    if (entry.at.micros == 0)
        entry.at = now();
    entry.wallet = wallet.name;
    entry.seq = head.seq + 1;
    const Digest meta_hash = sha256(entry.meta);
    const Digest hash = hash_of(ledger_id(), head.hash, entry, meta_hash);
    database_
        .prepare("INSERT INTO entry(chain_id, seq, ts_us, kind, wallet_id, res_id, debit, credit,"
                 " amount, idem, actor, meta, meta_hash, prev_hash, hash)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, nullif(?6, ''), ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
                 " ?15)")
        .bind(1, wallet.chain_id)
        .bind(2, entry.seq)
        .bind(3, entry.at.micros)
        .bind(4, entry.kind)
        .bind(5, wallet.wallet_id)
        .bind(6, entry.res_id)
        .bind(7, entry.debit)
        .bind(8, entry.credit)
        .bind(9, entry.amount)
        .bind(10, entry.idem)
        .bind(11, entry.actor)
        .bind(12, entry.meta)
        .bind_blob(13, meta_hash.data(), meta_hash.size())
        .bind_blob(14, head.hash.data(), head.hash.size())
        .bind_blob(15, hash.data(), hash.size())
        .run();
    head.seq = entry.seq;
    head.hash = bytes_of(hash);
    head.changed = true;
    return {entry.seq, hex(hash)};
}

void Posting::hold(const WalletPath& path, WalletRow& purse, Micros amount) {
    purse.pending += amount;
    purse.more_pending += amount;
    purse.held = true;
    for (WalletRow* wallet : path) {
        wallet->tree_pending += amount;
        wallet->more_tree_pending += amount;
        wallet->held = true;
    }
}

void Posting::post(const WalletPath& path,
                   WalletRow& purse,
                   const std::string& provider,
                   Micros amount) {
    purse.spent += amount;
    purse.changed = true;
    if (amount == 0)
        return;
    for (WalletRow* wallet : path) {
        wallet->hour_total += amount;
        wallet->day_total += amount;
        wallet->month_total += amount;
        wallet->posted += amount;
        wallet->changed = true;
        with_providers_[{wallet->wallet_id, provider}] += amount;
    }
    trip_where_reached(path);
}

void Posting::repay(WalletRow& purse, const WalletRow& wallet, Entry booked, std::string key) {
    const Micros repaid = std::min(purse.owed, booked.amount);
    if (repaid <= 0)
        return;
    booked.kind = "repay";
    booked.debit = purse.payable();
    booked.credit = purse.purse();
    booked.amount = repaid;
    booked.idem = std::move(key);
    append(std::move(booked), wallet);
    purse.owed -= repaid;
    purse.changed = true;
}

Micros Posting::posted_with(const WalletRow& wallet, const std::string& provider) const {
    const auto found = with_providers_.find({wallet.wallet_id, provider});
    return found == with_providers_.end() ? 0 : found->second;
}

void Posting::trip_where_reached(const WalletPath& path) {
    // What was really spent may pass a limit. Nothing is reserved there any more until somebody
    // has looked.
    for (WalletRow* wallet : path) {
        const bool root = wallet == path.back();
        if (wallet->state != "open" || (!wallet->hour_cap && !root))
            continue;
        const Micros cap = wallet->hour_cap.value_or(policy_.hour_cap_micros);
        if (wallet->hour_total >= cap)
            set_state(*wallet,
                      "tripped",
                      "smos-cfo",
                      "spent in the last hour: " + format_usd(wallet->hour_total) + " of " +
                          format_usd(cap));
    }
}

records::EntryRef Posting::set_state(WalletRow& wallet,
                                     const std::string& state,
                                     const std::string& actor,
                                     const std::string& reason) {
    Entry entry;
    entry.kind = state == "closed"          ? "stop"
                 : wallet.state == "closed" ? "start"
                 : state == "tripped"       ? "trip"
                                            : "start";
    entry.debit = "state:" + state + ':' + wallet.name;
    entry.credit = "state:" + wallet.state + ':' + wallet.name;
    entry.idem = entry.kind + ':' + random_uuid();
    entry.actor = actor;
    entry.meta = reason;
    wallet.state = state;
    wallet.changed = true;
    return append(std::move(entry), wallet);
}

void Posting::write(WalletRow& wallet) {
    database_
        .prepare("UPDATE wallet SET funded = ?2, spent = ?3, pending = ?4, owed = ?5,"
                 " hour_cap = ?6, day_cap = ?7, month_cap = ?8, state = ?9, last_sec = ?10,"
                 " hour_from = ?11, hour_total = ?12, day = ?13, day_total = ?14, month = ?15,"
                 " month_total = ?16, tree_pending = ?17, least_return = ?18, version = version + 1"
                 " WHERE wallet_id = ?1")
        .bind(1, wallet.wallet_id)
        .bind(2, wallet.funded)
        .bind(3, wallet.spent)
        .bind(4, wallet.pending)
        .bind(5, wallet.owed)
        .bind(6, wallet.hour_cap)
        .bind(7, wallet.day_cap)
        .bind(8, wallet.month_cap)
        .bind(9, wallet.state)
        .bind(10, wallet.last_sec)
        .bind(11, wallet.hour_from)
        .bind(12, wallet.hour_total)
        .bind(13, wallet.day)
        .bind(14, wallet.day_total)
        .bind(15, wallet.month)
        .bind(16, wallet.month_total)
        .bind(17, wallet.tree_pending)
        .bind(18, wallet.least_return_percent)
        .run();
    if (wallet.posted > 0)
        database_
            .prepare("INSERT INTO usage(wallet_id, sec, amount) VALUES(?1, ?2, ?3)"
                     " ON CONFLICT(wallet_id, sec)"
                     " DO UPDATE SET amount = usage.amount + excluded.amount")
            .bind(1, wallet.wallet_id)
            .bind(2, wallet.last_sec)
            .bind(3, wallet.posted)
            .run();
    wallet.posted = wallet.more_pending = wallet.more_tree_pending = 0;
    wallet.changed = wallet.held = false;
}

// Usually one path, and the same amount on all of it. A server takes that as one statement, since
// each costs it its checks anew; a file takes one for each, since a list would be a table to it.
void Posting::write_held(const WalletPath& wallets) {
    const bool server = is_server(database_.path());
    std::size_t at = 0;
    while (at < wallets.size()) {
        const WalletRow* purse = nullptr;
        const Micros amount = wallets[at]->more_tree_pending;
        Statement update = database_.prepare(server ? add_held_to_path : add_held);
        for (int place = 4; place < (server ? 8 : 5) && at < wallets.size(); ++place, ++at) {
            const WalletRow& wallet = *wallets[at];
            if (wallet.more_tree_pending != amount ||
                (purse != nullptr && wallet.more_pending != 0))
                break;
            if (wallet.more_pending != 0)
                purse = &wallet;
            update.bind(place, wallet.wallet_id);
        }
        update.bind(1, amount)
            .bind(2, purse == nullptr ? 0 : purse->wallet_id)
            .bind(3, purse == nullptr ? 0 : purse->more_pending)
            .run();
    }
    for (WalletRow* wallet : wallets) {
        wallet->more_pending = wallet->more_tree_pending = 0;
        wallet->held = false;
    }
}

void Posting::flush() {
    WalletPath held;
    for (auto& [wallet_id, wallet] : rows_) {
        if (wallet.changed)
            write(wallet);
        else if (wallet.held)
            held.push_back(&wallet);
    }
    write_held(held);
    for (const auto& [key, amount] : with_providers_)
        database_
            .prepare("INSERT INTO provider_month(wallet_id, provider, month, amount)"
                     " VALUES(?1, ?2, ?3, ?4) ON CONFLICT(wallet_id, provider, month)"
                     " DO UPDATE SET amount = provider_month.amount + excluded.amount")
            .bind(1, key.first)
            .bind(2, key.second)
            .bind(3, rows_.at(key.first).month)
            .bind(4, amount)
            .run();
    with_providers_.clear();
    for (auto& [chain_id, head] : heads_) {
        if (!head.changed)
            continue;
        database_.prepare("UPDATE chain SET head_seq = ?2, head_hash = ?3 WHERE chain_id = ?1")
            .bind(1, chain_id)
            .bind(2, head.seq)
            .bind_blob(3, head.hash.data(), head.hash.size())
            .run();
        head.changed = false;
    }
}

} // namespace smos::store
