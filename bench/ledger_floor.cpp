// SPDX-License-Identifier: Apache-2.0
// The least that a reservation can cost in SQLite: the rows that ours writes, into the same schema,
// with nothing asked, checked or explained around them. Also as a program that does it once.
#include <openssl/sha.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

sqlite3* database = nullptr;

[[noreturn]] void fail(const char* doing) {
    std::fprintf(stderr, "%s: %s\n", doing, sqlite3_errmsg(database));
    std::exit(1);
}

class Row {
  public:
    explicit Row(const char* sql) {
        if (sqlite3_prepare_v2(database, sql, -1, &handle_, nullptr) != SQLITE_OK)
            fail(sql);
    }
    Row(const Row&) = delete;
    Row& operator=(const Row&) = delete;
    ~Row() { sqlite3_finalize(handle_); }
    Row& bind(int index, std::int64_t value) {
        sqlite3_bind_int64(handle_, index, value);
        return *this;
    }
    Row& bind(int index, const std::string& text) {
        sqlite3_bind_text(
            handle_, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
        return *this;
    }
    Row& blob(int index, const std::string& bytes) {
        sqlite3_bind_blob(
            handle_, index, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
        return *this;
    }
    bool step() {
        const int code = sqlite3_step(handle_);
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            fail("step");
        return code == SQLITE_ROW;
    }
    void run() {
        step();
        sqlite3_reset(handle_);
    }
    std::int64_t number(int column) { return sqlite3_column_int64(handle_, column); }
    std::string bytes(int column) {
        const auto* at = static_cast<const char*>(sqlite3_column_blob(handle_, column));
        return {at, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
    }

  private:
    sqlite3_stmt* handle_ = nullptr;
};

std::string sha(const std::string& bytes) {
    std::string digest(32, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()),
           bytes.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// A time and a hash, as the name of a reservation is.
std::string name_of(const std::string& task) {
    static constexpr const char* digits = "0123456789abcdef";
    const auto now = static_cast<std::uint64_t>(now_us()) / 1000;
    std::string name;
    for (int shift = 44; shift >= 0; shift -= 4)
        name += digits[(now >> static_cast<unsigned>(shift)) & 15U];
    for (const char byte : sha(task).substr(0, 12)) {
        name += digits[(byte >> 4) & 15];
        name += digits[byte & 15];
    }
    return name;
}

class Floor {
  public:
    Floor() {
        Row head{"SELECT head_seq, head_hash FROM chain WHERE chain_id = 1"};
        head.step();
        seq_ = head.number(0);
        hash_ = head.bytes(1);
    }

    void reserve(const std::string& task, const std::string& lines) {
        const std::string id = name_of(task), idem = "reserve:" + id, debit = "assets:reserved:w",
                          credit = "assets:wallet:w",
                          meta = "7:default" + task + "sha256:" + id + id, empty = "[]",
                          tenant = "default";
        begin_.run();
        for (std::int64_t wallet = 1; wallet <= 3; ++wallet)
            wallet_.bind(1, wallet).bind(2, 10).run();
        ++seq_;
        const std::string meta_hash = sha(meta);
        const std::string hash = sha(hash_ + id + debit + credit + meta_hash);
        entry_.bind(1, seq_).bind(2, id).bind(3, debit).bind(4, credit).bind(5, idem).bind(6, meta);
        entry_.blob(7, meta_hash).blob(8, hash_).blob(9, hash).run();
        reservation_.bind(1, id)
            .bind(2, tenant)
            .bind(3, task)
            .bind(4, empty)
            .bind(5, lines)
            .bind(6, seq_)
            .run();
        chain_.bind(1, seq_).blob(2, hash).run();
        commit_.run();
        hash_ = hash;
    }

  private:
    std::int64_t seq_ = 0;
    std::string hash_;
    Row begin_{"BEGIN IMMEDIATE"};
    Row commit_{"COMMIT"};
    Row wallet_{"UPDATE wallet SET pending = pending + CASE WHEN wallet_id = 3 THEN ?2 ELSE 0 END,"
                " tree_pending = tree_pending + ?2, version = version + 1 WHERE wallet_id = ?1"
                " AND state = 'open' AND (wallet_id < 3 OR spent + pending + ?2 <= funded)"};
    Row entry_{"INSERT INTO entry(chain_id, seq, ts_us, kind, wallet_id, res_id, debit, credit,"
               " amount, idem, actor, meta, meta_hash, prev_hash, hash)"
               " VALUES(1, ?1, 0, 'reserve', 3, ?2, ?3, ?4, 10, ?5, 'floor', ?6, ?7, ?8, ?9)"};
    Row reservation_{"INSERT INTO reservation(res_id, wallet_id, purse_id, tenant, task_id, round,"
                     " amount, gates, lines, created_us, expires_us, opened_seq)"
                     " VALUES(?1, 3, 3, ?2, ?3, 1, 10, ?4, ?5, 0, 9000000000000000, ?6)"};
    Row chain_{"UPDATE chain SET head_seq = ?1, head_hash = ?2 WHERE chain_id = 1"};
};

} // namespace

/// ledger_floor STATE NAME SECONDS (0: one reservation). Prints how many, p50, p99 and the longest
/// in microseconds.
int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "ledger_floor STATE NAME SECONDS\n");
        return 64;
    }
    if (sqlite3_open(argv[1], &database) != SQLITE_OK)
        fail("open");
    sqlite3_exec(database,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
                 nullptr,
                 nullptr,
                 nullptr);
    sqlite3_busy_timeout(database, 30'000);
    const std::string name = argv[2], lines(620, 'x');
    std::vector<std::int64_t> took_us;
    {
        Floor floor;
        const std::int64_t end_us = now_us() + static_cast<std::int64_t>(std::atof(argv[3]) * 1e6);
        for (std::int64_t began_us = now_us(); took_us.empty() || began_us < end_us;) {
            floor.reserve(name + "-" + std::to_string(took_us.size()), lines);
            took_us.push_back(now_us() - began_us);
            began_us += took_us.back();
        }
    }
    sqlite3_close(database);
    std::sort(took_us.begin(), took_us.end());
    std::printf("%zu %lld %lld %lld\n",
                took_us.size(),
                static_cast<long long>(took_us[took_us.size() / 2]),
                static_cast<long long>(took_us[took_us.size() * 99 / 100]),
                static_cast<long long>(took_us.back()));
    return 0;
}
