// SPDX-License-Identifier: Apache-2.0
// Statements and transactions, the same on both engines.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/core/fatal.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <sys/wait.h>

using namespace smos;
using namespace smos::store;
using store::testing::on_server;
using store::testing::TemporaryFolder;

namespace {

struct Sample {
    TemporaryFolder folder;
    Database database{folder.file()};
    Sample() {
        database.execute(
            on_server() ? "CREATE TABLE sample(id BIGINT PRIMARY KEY, words TEXT, data BYTEA)"
                        : "CREATE TABLE sample(id INTEGER PRIMARY KEY, words TEXT, data BLOB)");
    }
    void insert(std::int64_t id, const std::optional<std::string>& words = {}) {
        database.prepare("INSERT INTO sample(id, words) VALUES(?1, ?2)")
            .bind(1, id)
            .bind(2, words)
            .run();
    }
    std::int64_t count() {
        Statement row = database.prepare("SELECT count(*) FROM sample");
        REQUIRE(row.step());
        return row.integer(0);
    }
};

template <typename Work>
ExitStatus status_of(Work work) {
    try {
        work();
    } catch (const Fatal& fatal) {
        return fatal.status();
    }
    return ExitStatus::done;
}

/// At the same time, each in a process of its own.
template <typename Work>
void in_processes(int count, Work work) {
    std::vector<pid_t> children;
    for (int child = 0; child < count; ++child) {
        children.push_back(::fork());
        if (children.back() == 0)
            ::_exit(status_of(work) == ExitStatus::done ? 0 : 1);
    }
    for (const pid_t child : children) {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
}

} // namespace

TEST_CASE("values come back as they were bound") {
    Sample sample;
    std::string bytes;
    for (int i = 0; i < 256; ++i)
        bytes += static_cast<char>(i);
    const std::string words = "it's \"?1\" $1 \\x41 \\ \n \xF0\x9F\x98\x80 \xD7\xA9";
    Statement row = sample.database.prepare("INSERT INTO sample(id, words, data)"
                                            " VALUES(?1, ?2, ?3) RETURNING id, words, data, '?1'");
    for (const std::int64_t id :
         {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
        row.bind(1, id).bind(2, words).bind_blob(3, bytes.data(), bytes.size());
        REQUIRE(row.step());
        CHECK(row.integer(0) == id);
        CHECK(row.text(1) == words);
        CHECK(row.bytes(2) == bytes);
        CHECK(row.text(3) == "?1");
        CHECK_FALSE(row.step());
        row.reset();
    }
    row.bind(1, std::int64_t{1}).bind(2, "").bind_blob(3, "", 0);
    REQUIRE(row.step());
    CHECK_FALSE(row.is_null(1));
    CHECK(row.bytes(2).empty());
    row.reset();
    row.bind(1, std::int64_t{2}); // what is not bound is null, also after a use that bound it
    REQUIRE(row.step());
    CHECK(row.is_null(1));
    CHECK_FALSE(row.optional_text(2).has_value());
    row.reset();
    CHECK(sample.count() == 4);
}

TEST_CASE("text with U+0000 is refused, whatever the engine") {
    Sample sample;
    CHECK(status_of([&] { sample.insert(1, std::string{"a\0b", 3}); }) == ExitStatus::bad_input);
    CHECK(sample.count() == 0);
}

TEST_CASE("what was asked ahead is read in any order, and what is dropped unread is gone") {
    Sample sample;
    sample.database.transaction("x", [&] {
        Statement few = sample.database.prepare("SELECT id FROM sample WHERE id < ?1 ORDER BY id");
        Statement all = sample.database.prepare("SELECT id, words FROM sample ORDER BY id DESC");
        for (std::int64_t id = 0; id < 100; ++id)
            sample.insert(id, "w" + std::to_string(id)); // used again while it is still queued
        few.bind(1, std::int64_t{2}).ask();
        all.ask();
        REQUIRE(all.step());
        CHECK(all.integer(0) == 99);
        REQUIRE(few.step());
        CHECK(few.integer(0) == 0);
        REQUIRE(all.step());
        CHECK(all.text(1) == "w98");
        all.reset();
        REQUIRE(few.step());
        CHECK(few.integer(0) == 1);
        CHECK_FALSE(few.step());
        few.reset();
        few.bind(1, std::int64_t{1}).ask();
        few.reset();
        few.bind(1, std::int64_t{3}).ask();
        int rows = 0;
        while (few.step())
            ++rows;
        CHECK(rows == 3);
    });
    CHECK(sample.count() == 100);
}

TEST_CASE("a clause for a server's rows is a comment in a file") {
    Sample sample;
    sample.insert(1);
    sample.database.transaction({}, [&] {
        Statement row = sample.database.prepare("SELECT id, '/*for x*/' FROM sample"
                                                " LIMIT 1 /*for update skip locked*/ /* ?7 */");
        REQUIRE(row.step());
        CHECK(row.text(1) == "/*for x*/");
        if (!on_server())
            return;
        Database other{sample.folder.file()};
        other.transaction({}, [&] { // nobody waits for a lock without a name
            Statement free = other.prepare("SELECT id FROM sample LIMIT 1"
                                           " /*for update skip locked*/");
            CHECK_FALSE(free.step());
            CHECK(sample.database.now() < other.now());
        });
    });
}

TEST_CASE("changed rows are those of the last change") {
    Sample sample;
    sample.database.transaction("x", [&] {
        for (std::int64_t id = 0; id < 5; ++id)
            sample.insert(id);
        sample.database.prepare("UPDATE sample SET words = 'x' WHERE id < 3").run();
        CHECK(sample.database.changes() == 3);
        sample.database.prepare("DELETE FROM sample WHERE id = 77").run();
        CHECK(sample.database.changes() == 0);
    });
}

TEST_CASE("a refused statement undoes its transaction and spares the next") {
    Sample sample;
    const auto twice = [&] {
        sample.database.transaction("x", [&] {
            sample.insert(1);
            sample.insert(1);
            sample.insert(2);
        });
    };
    CHECK(status_of(twice) == ExitStatus::io_error);
    CHECK(sample.count() == 0);
    CHECK(status_of([&] { sample.database.prepare("SELECT 1 FROM nowhere"); }) ==
          (on_server() ? ExitStatus::done : ExitStatus::io_error)); // a server sees it later
    sample.database.transaction("x", [&] { sample.insert(1); });
    CHECK(status_of([&] { sample.insert(1); }) == ExitStatus::io_error);
    CHECK(status_of([&] { sample.database.execute("no SQL"); }) != ExitStatus::done);
    CHECK(sample.count() == 1);
}

TEST_CASE("sums are integers, and beyond 64 bits a failure") {
    Sample sample;
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    sample.insert(most - 1);
    sample.insert(1);
    const auto sum = [&] {
        Statement row = sample.database.prepare("SELECT coalesce(sum(id), 0) FROM sample");
        SMOS_EXPECT(row.step());
        return row.integer(0);
    };
    CHECK(sum() == most);
    sample.insert(2);
    CHECK(status_of([&] { sum(); }) == ExitStatus::io_error);
    CHECK(sample.count() == 3);
}

TEST_CASE("a snapshot stays as it was, and a change outside of transactions is there at once") {
    Sample sample;
    Database other{sample.folder.file()};
    sample.insert(1);
    other.snapshot([&] {
        const auto count = [&] {
            Statement row = other.prepare("SELECT count(*) FROM sample");
            REQUIRE(row.step());
            return row.integer(0);
        };
        CHECK(count() == 1);
        sample.insert(2);
        CHECK(count() == 1);
    });
    Statement row = other.prepare("SELECT count(*) FROM sample");
    REQUIRE(row.step());
    CHECK(row.integer(0) == 2);
}

TEST_CASE("many that open a new state at once make its tables once") {
    const TemporaryFolder folder;
    const std::string place = folder.file();
    in_processes(6, [&] { Database{place}.transaction("x", [] {}); });
    Database database{place};
    CHECK(database.integrity_check() == "ok");
}

TEST_CASE("what is checked under a lock holds until the commit") {
    Sample sample;
    sample.insert(0);
    in_processes(4, [&] {
        Database own{sample.folder.file()};
        for (int i = 0; i < 25; ++i) {
            own.transaction("counter", [&] {
                Statement row = own.prepare("SELECT id FROM sample");
                SMOS_EXPECT(row.step());
                own.prepare("UPDATE sample SET id = ?1").bind(1, row.integer(0) + 1).run();
            });
        }
    });
    Statement row = sample.database.prepare("SELECT id FROM sample");
    REQUIRE(row.step());
    CHECK(row.integer(0) == 100);
}
