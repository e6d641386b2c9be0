// SPDX-License-Identifier: Apache-2.0
// The chain from an intruder's side: every kind of tampering is found.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/ledger/chain.hpp"
#include "libsmos/store/ledger/spend.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace smos;
using namespace smos::store;
using store::testing::Books;
using store::testing::on_server;

namespace {

struct Written : Books {
    Written() {
        fund("default/ava", 4'000'000);
        fund("other/bea", 4'000'000);
        for (int i = 0; i < 8; ++i) {
            const std::string task = "t" + std::to_string(i);
            const std::string id = reserve(task, 100'000).reservation->reservation_id;
            auto spend = Spend::draw(ledger, {id, "cap", "acme", "m", "", 60'000, "k"});
            SMOS_EXPECT(spend && spend->settle(50'000));
            SMOS_EXPECT(bool{close(id, task)});
        }
    }
    // Past the triggers, as somebody with the file in hands would do it.
    void tamper(const char* sql) {
        database.execute(on_server()
                             ? "ALTER TABLE entry DISABLE TRIGGER USER"
                             : "DROP TRIGGER entry_never_changes; DROP TRIGGER entry_never_goes;");
        database.execute(sql);
    }
    std::size_t findings(const std::vector<Anchor>& anchors = {}) {
        return ledger.verify(anchors).findings.size();
    }
};

} // namespace

TEST_CASE("an untouched ledger verifies, with one chain per tenant") {
    Written books;
    const auto heads = books.ledger.heads();
    REQUIRE(heads.size() == 2);
    CHECK(heads[0].chain == "default");
    const VerifyReport report = books.ledger.verify(heads);
    CHECK(report.findings.empty());
    CHECK(report.entries == heads[0].seq + heads[1].seq);
    CHECK(report.anchors == 2);
}

TEST_CASE("entries cannot be changed or removed through the schema") {
    Written books;
    CHECK_THROWS(books.database.execute("UPDATE entry SET amount = 1"));
    CHECK_THROWS(books.database.execute("DELETE FROM entry WHERE seq = 3"));
    CHECK_THROWS(books.database.execute("UPDATE wallet SET spent = funded + 1"));
    CHECK(books.findings() == 0);
}

TEST_CASE("edits, deletions, swaps and cut tails are found") {
    Written books;
    SUBCASE("edited amount") { books.tamper("UPDATE entry SET amount = 1 WHERE seq = 5"); }
    SUBCASE("edited details") { books.tamper("UPDATE entry SET meta = 'x' WHERE seq = 5"); }
    SUBCASE("edited time") { books.tamper("UPDATE entry SET ts_us = 1 WHERE seq = 5"); }
    SUBCASE("deleted entry") { books.tamper("DELETE FROM entry WHERE seq = 5 AND chain_id = 1"); }
    SUBCASE("deleted tail") { books.tamper("DELETE FROM entry WHERE seq > 30 AND chain_id = 1"); }
    SUBCASE("swapped entries") {
        books.tamper("UPDATE entry SET seq = 1000 WHERE seq = 5 AND chain_id = 1;"
                     "UPDATE entry SET seq = 5 WHERE seq = 6 AND chain_id = 1;"
                     "UPDATE entry SET seq = 6 WHERE seq = 1000 AND chain_id = 1");
    }
    SUBCASE("wallet balance") { books.tamper("UPDATE wallet SET spent = 0"); }
    SUBCASE("more funds") { books.tamper("UPDATE wallet SET funded = funded + 1"); }
    SUBCASE("reservation") { books.tamper("UPDATE reservation SET amount = 200000"); }
    SUBCASE("reservation of another task") {
        books.tamper("UPDATE reservation SET task_id = 'x' WHERE task_id = 't1'");
    }
    SUBCASE("call") { books.tamper("UPDATE spend SET actual = 1 WHERE number = 1"); }
    SUBCASE("chain head") { books.tamper("UPDATE chain SET head_seq = head_seq + 1"); }
    CHECK(books.findings() > 0);
}

TEST_CASE("a file that was put back is found by its anchor alone" * doctest::skip(on_server())) {
    Written books;
    const std::string copy = books.folder.path() + "/copy.db";
    books.database.checkpoint();
    std::filesystem::copy_file(books.folder.file(), copy);
    REQUIRE(books.reserve("later", 1).admitted);
    const auto anchors = books.ledger.heads();
    CHECK(books.findings(anchors) == 0);
    Database old{copy};
    Ledger ledger{old, {}, [&] { return books.now; }};
    CHECK(ledger.verify().findings.empty());
    CHECK(ledger.verify(anchors).findings.size() == 1);
    REQUIRE(bool{ledger.reserve({"default", "forged", "default/ava", 2, "[]", "x"})});
    CHECK(ledger.verify().findings.empty());
    CHECK(ledger.verify(anchors).findings.size() == 1);
}

TEST_CASE("fields cannot be shifted into each other") {
    Entry left;
    left.debit = "ab";
    left.credit = "c";
    Entry right = left;
    right.debit = "a";
    right.credit = "bc";
    const Digest none = sha256("");
    CHECK(hash_of("id", "p", left, none) != hash_of("id", "p", right, none));
    CHECK(hash_of("id", "p", left, none) != hash_of("ie", "p", left, none));
    CHECK(genesis("id", "a") != genesis("id", "b"));
}
