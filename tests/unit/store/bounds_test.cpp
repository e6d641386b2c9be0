// SPDX-License-Identifier: Apache-2.0
// What no row may say, whoever writes it: refused by both engines.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/queue/queue.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smos;
using namespace smos::store;
using store::testing::Books;

namespace {

bool refused(Database& database, const std::string& sql) {
    try {
        database.execute(sql.c_str());
    } catch (const Fatal&) {
        return true;
    }
    return false;
}

std::int64_t count(Database& database, const char* sql) {
    Statement row = database.prepare(sql);
    REQUIRE(row.step());
    return row.integer(0);
}

} // namespace

TEST_CASE("wallets out of bounds") {
    Books books;
    books.fund("default/ava", 100);
    for (const char* change : {"funded = -1",
                               "funded = 9007199254740993",
                               "spent = -1",
                               "spent = 101",
                               "pending = -1",
                               "pending = 101",
                               "owed = -1",
                               "hour_cap = -1",
                               "day_cap = -1",
                               "month_cap = -1",
                               "least_return = -1",
                               "hour_total = -1",
                               "day_total = -1",
                               "month_total = -1",
                               "tree_pending = -1",
                               "state = 'ajar'",
                               "state = NULL"}) {
        CAPTURE(change);
        CHECK(refused(books.database,
                      std::string{"UPDATE wallet SET "} + change + " WHERE name = 'default/ava'"));
    }
    CHECK(refused(books.database,
                  "INSERT INTO wallet(chain_id, name, funded) VALUES(1, 'default/bea', -1)"));
    CHECK_FALSE(refused(books.database, "UPDATE wallet SET hour_cap = NULL, day_cap = 0"));
}

TEST_CASE("reservations out of bounds") {
    Books books;
    books.fund("default/ava", 100);
    REQUIRE(books.reserve("a", 60).admitted);
    for (const char* change : {"round = 0",
                               "amount = -1",
                               "drawn = -1",
                               "drawn = 61",
                               "spent = -1",
                               "spent = 61",
                               "overrun = -1",
                               "state = 'lost'",
                               "state = 'settled'",
                               "resolved_us = 1",
                               "closed_seq = 1",
                               "lines = NULL"}) {
        CAPTURE(change);
        CHECK(refused(books.database, std::string{"UPDATE reservation SET "} + change));
    }
    CHECK_FALSE(
        refused(books.database,
                "UPDATE reservation SET state = 'settled', resolved_us = 1, closed_seq = 1"));
}

TEST_CASE("entries out of bounds") {
    Books books;
    books.fund("default/ava", 100);
    const auto copied = [](const std::string& changed) {
        std::string sql = "INSERT INTO entry(chain_id, seq, ts_us, kind, wallet_id, debit, credit,"
                          " amount, idem, actor, meta, meta_hash, prev_hash, hash) SELECT chain_id,"
                          " seq + 1, ts_us, kind, wallet_id, debit, credit, amount, 'next', actor,"
                          " meta, meta_hash, hash, meta_hash FROM entry";
        const std::size_t arrow = changed.find(" > ");
        const std::string from = changed.substr(0, arrow);
        const std::size_t at = sql.rfind(from);
        REQUIRE(at != std::string::npos);
        return sql.replace(at, from.size(), changed.substr(arrow + 3));
    };
    for (const char* change :
         {" amount, 'next' > -1, 'next'",
          "debit, credit, amount, 'next' > credit, credit, amount, 'next'",
          "meta_hash, hash, meta_hash > debit, hash, meta_hash",
          "meta_hash, hash, meta_hash > meta_hash, hash, debit",
          "meta_hash, hash, meta_hash > meta_hash, meta_hash, meta_hash",
          "seq + 1 > seq + 2",
          "seq + 1 > seq",
          "'next' > idem",
          "wallet_id, debit, credit, amount, 'next' > 99, debit, credit, 1, 'next'",
          "chain_id, seq + 1 > 99, seq + 1"}) {
        CAPTURE(change);
        CHECK(refused(books.database, copied(change)));
    }
    CHECK(count(books.database, "SELECT count(*) FROM entry") == 1);
    CHECK_FALSE(refused(books.database, copied("'next' > 'next'")));
}

TEST_CASE("productions out of bounds") {
    Books books;
    Queue queue{books.database};
    NewProduction made;
    made.task_id = "a";
    made.record = "{}";
    queue.enqueue({made}, "test");
    REQUIRE(queue.claim({"default", 1, "w"}).size() == 1);
    for (const char* change : {"state = 'lost'",
                               "state = 'queued'",
                               "state = 'review'",
                               "worker = NULL",
                               "lease_until_us = NULL",
                               "lease_boot = NULL",
                               "lease_boot_until_us = NULL",
                               "review_until_us = 1",
                               "verdict = 'perhaps'",
                               "attempt = -1",
                               "crashes = -1",
                               "max_attempts = 0",
                               "max_crashes = 0",
                               "concurrency_max = 0",
                               "parked = 2",
                               "task_id = ''",
                               "lease_token = 0",
                               "state_version = 0"}) {
        CAPTURE(change);
        CHECK(refused(books.database, std::string{"UPDATE production SET "} + change));
    }
    CHECK(refused(books.database,
                  "INSERT INTO production(tenant, task_id, queue, record, run_at_us, max_attempts,"
                  " max_crashes, actor, created_us, updated_us)"
                  " VALUES('default', 'b', 'default', '{}', 0, 0, 1, 'test', 0, 0)"));
    CHECK(count(books.database, "SELECT count(*) FROM production") == 1);
}
