// SPDX-License-Identifier: Apache-2.0
// The state file: modes, transactions, foreign and newer files, copies for a dry run.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/engine/gate.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sys/wait.h>

using namespace smos;
using namespace smos::store;
using store::testing::on_server;
using store::testing::TemporaryFolder;

namespace {

unsigned mode_of(const std::string& path) {
    struct stat entry {};
    REQUIRE(::stat(path.c_str(), &entry) == 0);
    return entry.st_mode & 0777U;
}

ExitStatus status_of_opening(const std::string& path) {
    try {
        const Database database{path};
    } catch (const Fatal& fatal) {
        return fatal.status();
    }
    return ExitStatus::done;
}

std::int64_t count(Database& database) {
    Statement row = database.prepare("SELECT count(*) FROM meta");
    REQUIRE(row.step());
    return row.integer(0);
}

void insert(Database& database, std::string_view key) {
    database.prepare("INSERT INTO meta(key, value) VALUES(?1, '')").bind(1, key).run();
}

} // namespace

TEST_CASE("the file is private, in a private directory that is made" * doctest::skip(on_server())) {
    const TemporaryFolder folder;
    const std::string path = folder.path() + "/a/b/state.db";
    const Database database{path};
    CHECK(mode_of(path) == 0600);
    CHECK(mode_of(path + "-wal") == 0600);
    CHECK(mode_of(path + ".lock") == 0600);
    CHECK(mode_of(folder.path() + "/a/b") == 0700);
}

TEST_CASE("what is no state file of ours is refused and left alone" * doctest::skip(on_server())) {
    const TemporaryFolder folder;
    const std::string path = folder.file();
    SUBCASE("text") {
        REQUIRE(bool{write_file_atomically(path, std::string(4096, 'x'))});
        CHECK(status_of_opening(path) == ExitStatus::io_error);
        CHECK(*read_file(path, 8192) == std::string(4096, 'x'));
    }
    SUBCASE("newer") {
        { Database{path}.execute("PRAGMA user_version = 999"); }
        CHECK(status_of_opening(path) == ExitStatus::config);
    }
    SUBCASE("foreign") {
        {
            Database database{path};
            database.execute("PRAGMA application_id = 7");
        }
        CHECK(status_of_opening(path) == ExitStatus::config);
    }
    SUBCASE("a directory") { CHECK(status_of_opening(folder.path()) == ExitStatus::cannot_create); }
    SUBCASE("below a file") {
        REQUIRE(bool{write_file_atomically(path, "x")});
        CHECK(status_of_opening(path + "/state.db") == ExitStatus::cannot_create);
    }
}

TEST_CASE("a transaction that throws or fails leaves nothing") {
    const TemporaryFolder folder;
    Database database{folder.file()};
    CHECK_THROWS_AS(database.transaction("ledger",
                                         [&] {
                                             insert(database, "a");
                                             throw Fatal(ExitStatus::io_error, "x");
                                         }),
                    Fatal);
    const Result<void> failed = database.transaction("ledger", [&]() -> Result<void> {
        insert(database, "a");
        return Error{"no", "no"};
    });
    CHECK_FALSE(failed);
    CHECK(count(database) == 0);
    database.transaction("ledger", [&] { insert(database, "a"); });
    CHECK(count(database) == 1);
    CHECK(database.integrity_check() == "ok");
}

TEST_CASE("a dry run works on a copy and leaves the file, or its absence, as it is" *
          doctest::skip(on_server())) {
    const TemporaryFolder folder;
    {
        Database copy{folder.path() + "/none/state.db", OpenMode::scratch_copy};
        copy.transaction("ledger", [&] { insert(copy, "a"); });
        CHECK(count(copy) == 1);
    }
    CHECK_FALSE(std::filesystem::exists(folder.path() + "/none"));
    {
        Database database{folder.file()};
        database.transaction("ledger", [&] { insert(database, "a"); });
        Database copy{folder.file(), OpenMode::scratch_copy};
        copy.transaction("ledger", [&] { insert(copy, "b"); });
        CHECK(count(copy) == 2);
        CHECK(count(database) == 1);
    }
}

TEST_CASE("the gate passes on when its holder dies, and one deadline is kept" *
          doctest::skip(on_server())) {
    const TemporaryFolder folder;
    CommitGate gate{folder.file()};
    const pid_t holder = ::fork();
    if (holder == 0) {
        CommitGate own{folder.file()};
        own.lock();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(holder, &status, 0) == holder);
    gate.lock();
    CommitGate second{folder.file()};
    CHECK_THROWS_AS(second.lock(20), Fatal);
    gate.unlock();
    second.lock(20);
    second.unlock();
}
