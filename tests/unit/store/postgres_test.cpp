// SPDX-License-Identifier: Apache-2.0
// What only a server does: it hangs up, keeps others waiting, and has a clock of its own.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/core/fatal.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::store;
using store::testing::on_server;
using store::testing::TemporaryFolder;

namespace {

void insert(Database& database, std::string_view key) {
    database.prepare("INSERT INTO meta(key, value) VALUES(?1, '')").bind(1, key).run();
}

std::int64_t count(Database& database) {
    Statement row = database.prepare("SELECT count(*) FROM meta");
    SMOS_EXPECT(row.step());
    return row.integer(0);
}

void hang_up_on_others(Database& database) {
    database.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                     " WHERE datname = current_database() AND pid <> pg_backend_pid()");
}

} // namespace

TEST_CASE("an idle connection that was closed is made anew, one in use is a failure" *
          doctest::skip(!on_server())) {
    const TemporaryFolder folder;
    Database database{folder.file()};
    Database other{folder.file()};
    database.transaction("x", [&] { insert(database, "a"); });
    hang_up_on_others(other);
    database.transaction("x", [&] { insert(database, "b"); });
    const auto interrupted = [&] {
        database.transaction("x", [&] {
            insert(database, "c");
            static_cast<void>(count(database));
            hang_up_on_others(other);
            insert(database, "d");
        });
    };
    try {
        interrupted();
        FAIL("it was committed");
    } catch (const Fatal& fatal) {
        CHECK(fatal.status() == ExitStatus::unavailable);
    }
    CHECK(count(other) == 2);
    database.transaction("x", [&] { insert(database, "c"); });
    CHECK(count(database) == 3);
}

TEST_CASE("a connection is lost for everything that was asked of it" *
          doctest::skip(!on_server())) {
    const TemporaryFolder folder;
    Database database{folder.file()};
    Database other{folder.file()};
    const auto status_of = [](Statement& row) {
        try {
            static_cast<void>(row.step());
            return ExitStatus::done;
        } catch (const Fatal& fatal) {
            return fatal.status();
        }
    };
    database.listen("t");
    Statement first = database.prepare("SELECT pg_sleep(600)"); // until it is hung up on
    Statement second = database.prepare("SELECT count(*) FROM wallet");
    first.ask();
    second.ask();
    hang_up_on_others(other);
    SUBCASE("by whoever waits first") {
        CHECK(status_of(first) == ExitStatus::unavailable);
        CHECK(status_of(second) == ExitStatus::unavailable);
    }
    SUBCASE("by whoever only listens") {
        CHECK(database.heard());
        CHECK(status_of(second) == ExitStatus::unavailable);
    }
    CHECK(count(database) == 0); // on a new one
}

TEST_CASE("a lock that is held too long is busy, another name is free" *
          doctest::skip(!on_server())) {
    const TemporaryFolder folder;
    Database database{folder.file()};
    Database other{folder.file()};
    other.execute("SET lock_timeout = '50ms'");
    database.transaction("mine", [&] {
        static_cast<void>(database.now()); // the lock is held from here on
        other.transaction("yours", [&] { insert(other, "a"); });
        try {
            other.transaction("mine", [&] { insert(other, "b"); });
            FAIL("two held one lock");
        } catch (const Fatal& fatal) {
            CHECK(fatal.status() == ExitStatus::try_again);
        }
    });
    other.transaction("mine", [&] { insert(other, "b"); });
    CHECK(count(database) == 2);
}

TEST_CASE("a transaction has one time, and the next is not before it" *
          doctest::skip(!on_server())) {
    const TemporaryFolder folder;
    Database database{folder.file()};
    Instant first;
    database.transaction("x", [&] {
        first = database.now();
        insert(database, "a");
        CHECK(database.now() == first);
    });
    CHECK(first < database.now());
    database.transaction("x", [&] { CHECK(first < database.now()); });
}

TEST_CASE("a transaction in which a failure was swallowed is not committed" *
          doctest::skip(!on_server())) {
    const TemporaryFolder folder;
    Database database{folder.file()};
    CHECK_THROWS_AS(database.transaction("x",
                                         [&] {
                                             insert(database, "a");
                                             try {
                                                 insert(database, "a");
                                                 static_cast<void>(count(database));
                                             } catch (const Fatal&) {
                                                 insert(database, "b");
                                             }
                                         }),
                    Fatal);
    CHECK(count(database) == 0);
}

TEST_CASE("a look at the server's schema finds what was switched off" *
          doctest::skip(!on_server())) {
    const TemporaryFolder folder;
    Database database{folder.file()};
    CHECK(database.integrity_check() == "ok");
    database.execute("ALTER TABLE entry DISABLE TRIGGER entry_follows");
    CHECK(database.integrity_check().find("entry_follows is disabled") != std::string::npos);
    CHECK(examine_server(folder.file()).verdict != "ok");
    CHECK(examine_server(folder.file()).software.starts_with("PostgreSQL "));
}
