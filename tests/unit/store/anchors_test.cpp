// SPDX-License-Identifier: Apache-2.0
// Anchors: what is signed, when they are written, and where they go.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/store/ledger/anchors.hpp"
#include "libsmos/store/ledger/chain.hpp"
#include "libsmos/store/ledger/verify.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::store;
using store::testing::Books;

namespace {

SignedAnchor some_anchor() {
    SignedAnchor anchor;
    anchor.ledger_id = "id";
    anchor.chain = "default";
    anchor.seq = 7;
    anchor.hash = sha256("x");
    anchor.at = Instant{1'700'000'000'000'001};
    return anchor;
}

} // namespace

TEST_CASE("a line of an anchor reads back to the same anchor") {
    const SigningKey key = SigningKey::generate();
    const SignedAnchor made = sign_anchor(some_anchor(), key);
    const std::string line = anchor_line(made);
    const auto read = read_anchor_line(line, "here");
    REQUIRE(bool{read});
    REQUIRE(read->size() == 1);
    CHECK(anchor_line(read->front()) == line);
    CHECK(signature_holds(read->front(), key.public_key()));
}

TEST_CASE("every member of an anchor is signed") {
    const SigningKey key = SigningKey::generate();
    const SignedAnchor made = sign_anchor(some_anchor(), key);
    SignedAnchor other = made;
    SUBCASE("ledger") { other.ledger_id = "ie"; }
    SUBCASE("chain") { other.chain = "defaul"; }
    SUBCASE("seq") { other.seq = 8; }
    SUBCASE("hash") { other.hash[31] ^= 1U; }
    SUBCASE("time") { other.at.micros += 1; }
    SUBCASE("key") { other.key_print[0] = other.key_print[0] == 'a' ? 'b' : 'a'; }
    CHECK_FALSE(signature_holds(other, key.public_key()));
    CHECK(signature_holds(made, key.public_key()));
}

TEST_CASE("anchors follow the entries: each 256, at the end, and none twice") {
    Books books;
    books.policy.hour_cap_micros = books.policy.day_budget_micros = max_micros;
    const std::string sink = books.folder.path() + "/sink";
    AnchorWriter writer{books.database, SigningKey::generate(), {sink, {}}};
    writer.finish();
    CHECK(kept_anchors(books.database).empty());
    for (std::int64_t seq = 1; seq <= 300; ++seq) {
        books.fund("default/ava", 1);
        writer.note("default", seq);
    }
    REQUIRE(kept_anchors(books.database).size() == 1);
    CHECK(kept_anchors(books.database)[0].seq == 256);
    writer.finish();
    writer.finish();
    writer.note("default", 12); // a result that was stored before
    writer.finish();
    REQUIRE(kept_anchors(books.database).size() == 2);
    CHECK(last_anchor(books.database, "default")->seq == 300);
    CHECK(anchor_before(books.database, "default", 300)->seq == 256);
    CHECK_FALSE(anchor_before(books.database, "default", 256));
    CHECK_FALSE(last_anchor(books.database, "other"));
    const auto lines = read_file(sink, 4096);
    REQUIRE(bool{lines});
    CHECK(std::count(lines->begin(), lines->end(), '\n') == 2);
    CHECK(audit_ledger(books.database).findings.empty());
    CHECK_THROWS(books.database.execute("DELETE FROM anchor"));
}

TEST_CASE("a sink that fails is named, and does not keep the other from its line") {
    Books books;
    const std::string got = books.folder.path() + "/got";
    const auto failures = send_anchor({"/nowhere/file", "cat > " + got, 10'000}, "line");
    REQUIRE(failures.size() == 1);
    CHECK(failures[0].code == "anchor_file_failed");
    CHECK(*read_file(got, 100) == "line\n");
    CHECK(send_anchor({got, "exit 7", 10'000}, "more")[0].message == "ended with status 7");
    CHECK(*read_file(got, 100) == "line\nmore\n");
}

TEST_CASE("a command that does not end is killed with what it started") {
    const auto told = tell_command("trap '' TERM INT; sleep 1000 & wait; sleep 1000", "line", 50);
    REQUIRE_FALSE(bool{told});
    CHECK(told.error().message == "did not end within 50 ms and was killed");
}

TEST_CASE("the reused hasher makes the same hashes") {
    Entry entry;
    entry.seq = 3;
    entry.kind = "fund";
    entry.wallet = "default/ava";
    entry.debit = "a";
    entry.credit = std::string(5000, 'b');
    const Digest meta = sha256("");
    EntryHasher hasher{"id"};
    EntryView view;
    view.seq = 3;
    view.kind = entry.kind;
    view.wallet = entry.wallet;
    view.debit = "a";
    view.credit = "short";
    view.meta_hash = bytes_of(meta);
    const Digest before = hasher("p", view);
    view.credit = entry.credit;
    CHECK(hasher("p", view) == hash_of("id", "p", entry, meta));
    view.credit = "short";
    CHECK(hasher("p", view) == before);
}
