// SPDX-License-Identifier: Apache-2.0
// Paying: draws, ceilings, replays, and what a dead process leaves behind.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/ledger/spend.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

using namespace smos;
using namespace smos::store;
using store::testing::Books;
using store::testing::failed_gate;

namespace {

struct Funded : Books {
    std::string id;
    explicit Funded(Micros amount = 1'000'000) {
        fund("default/ava", 4'000'000);
        id = reserve("t", amount).reservation->reservation_id;
    }
    Result<Spend> draw(const std::string& key, Micros ceiling) {
        return Spend::draw(ledger,
                           {id, "cap.image.generate", "acme", "painter-2", "", ceiling, key});
    }
    Reservation held() { return *ledger.reservation(id); }
};

// Runs `work` in a child that dies without unwinding, as kill -9 would have it.
template <typename Work>
void in_dying_process(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
}

} // namespace

TEST_CASE("a call is drawn, settled and copied from the ledger") {
    Funded books;
    {
        auto spend = books.draw("image-1", 400'000);
        REQUIRE(spend);
        CHECK(books.held().drawn_micros == 400'000);
        CHECK(bool{spend->settle(250'000, "cas:1")});
    }
    CHECK(books.held().spent_micros == 250'000);
    CHECK(books.held().drawn_micros == 0);
    CHECK(books.balance().reserved_micros == 750'000);
    CHECK(books.balance().hour_used_micros == 1'000'000);
    const auto replay = books.draw("image-1", 400'000);
    CHECK(replay->finished());
    CHECK(replay->answer() == "cas:1");
    CHECK(books.draw("image-1", 1).error().code == "differs");
    const auto closed = books.close(books.id, "t");
    CHECK(closed->spent_micros == 250'000);
    const auto lines = books.ledger.spends(books.id);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].micros == 250'000);
    CHECK(lines[0].outcome == "done");
    CHECK(lines[0].requested_model == "painter-2");
    CHECK(books.balance().available_micros == 3'750'000);
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("draws never go beyond the reservation") {
    Funded books;
    CHECK(books.draw("a", 1'000'001).error().code == "above_reservation");
    CHECK(books.draw("a", -1).error().code == "bad_amount");
    auto whole = books.draw("a", 1'000'000);
    REQUIRE(whole);
    CHECK(books.draw("b", 1).error().code == "above_reservation");
    CHECK(bool{whole->settle(999'999)});
    CHECK(bool{books.draw("b", 1)->settle(1)});
    CHECK(books.draw("c", 1).error().code == "above_reservation");
}

TEST_CASE("what is dropped is in doubt and costs its ceiling; a failure costs nothing") {
    Funded books;
    {
        auto dropped = books.draw("a", 300'000);
        REQUIRE(dropped);
    }
    CHECK(books.held().spent_micros == 300'000);
    CHECK(books.draw("a", 300'000).error().code == "in_doubt");
    CHECK(bool{books.draw("b", 300'000)->fail()});
    CHECK(books.held().spent_micros == 300'000);
    CHECK(bool{books.draw("b", 300'000)->settle(100'000)});
    const auto lines = books.ledger.spends(books.id);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].outcome == "in_doubt");
    CHECK(lines[1].outcome == "failed");
    CHECK(lines[2].outcome == "done");
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("a charge above the ceiling is booked in full") {
    Funded books;
    CHECK(bool{books.draw("a", 100'000)->settle(600'000)}); // covered by the reservation
    CHECK(books.held().overrun_micros == 0);
    CHECK(bool{books.draw("b", 100'000)->settle(2'000'000)}); // and from the wallet
    CHECK(books.held().overrun_micros == 1'600'000);
    CHECK(books.balance().available_micros == 1'400'000);
    CHECK(bool{books.draw("c", 0)->settle(2'000'000)}); // beyond the funds: a debt
    CHECK(books.balance().available_micros == 0);
    CHECK(books.balance().owed_micros == 600'000);
    CHECK(books.ledger.verify().findings.empty());
    CHECK(failed_gate(books.reserve("next", 1)) == "balance");
    books.fund("default/ava", 1'000'000);
    CHECK(books.balance().owed_micros == 0);
    CHECK(books.balance().available_micros == 400'000);
    CHECK(bool{books.close(books.id, "t")});
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("posted money leaves the hour after an hour and the day at midnight") {
    Funded books;
    books.now = Instant{from_date(2026, 3, 2).micros - 60'000'000};
    CHECK(bool{books.draw("a", 1'000'000)->settle(1'000'000)});
    CHECK(bool{books.close(books.id, "t")});
    CHECK(books.balance().hour_used_micros == 1'000'000);
    CHECK(books.balance().day_used_micros == 1'000'000);
    books.advance(60);
    CHECK(books.balance().day_used_micros == 0);
    books.advance(3540);
    CHECK(books.balance().hour_used_micros == 1'000'000); // the edge still counts
    books.advance(1);
    CHECK(books.balance().hour_used_micros == 0);
    CHECK(books.reserve("u", 0).admitted);
    CHECK(books.balance().hour_used_micros == 0);
}

TEST_CASE("a process that died in a call leaves it in doubt, booked in full, never repeated") {
    Funded books;
    in_dying_process([&] {
        Database own{books.folder.file()};
        Ledger ledger{own, {}, [&] { return books.now; }};
        auto spend = Spend::draw(
            ledger, {books.id, "cap.image.generate", "acme", "painter-2", "", 400'000, "a"});
        ::_exit(spend ? 0 : 1);
    });
    CHECK(books.held().drawn_micros == 400'000);
    CHECK(books.draw("a", 400'000).error().code == "in_doubt");
    CHECK(books.held().spent_micros == 400'000);
    CHECK(books.draw("a", 400'000).error().code == "in_doubt");
    CHECK(books.close(books.id, "t", "failed")->spent_micros == 400'000);
    CHECK(books.ledger.spends(books.id).at(0).outcome == "in_doubt");
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("reservations past their time whose calls live do not keep others from expiring") {
    Books books;
    books.fund("default/ava", 1'000'000);
    std::vector<Result<Spend>> living;
    for (int i = 0; i < 100; ++i) {
        const auto made = books.reserve("busy-" + std::to_string(i), 1);
        living.push_back(Spend::draw(
            books.ledger, {made.reservation->reservation_id, "cap", "acme", "m", "", 1, "k"}));
        REQUIRE(bool{living.back()});
    }
    books.advance(1);
    const std::string id = books.reserve("idle", 1'000).reservation->reservation_id;
    books.advance(86'400);
    CHECK(books.reserve("next", 1).admitted);
    CHECK(books.ledger.reservation(id)->state == "expired");
    for (Result<Spend>& spend : living)
        CHECK(bool{spend->settle(1)});
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("closing books what a dead process left open, and waits for a living one") {
    Funded books;
    auto living = books.draw("b", 1);
    CHECK(books.close(books.id, "t", "failed").error().code == "in_flight");
    CHECK(books.close(books.id, "t", "failed").error().retryable);
    CHECK(bool{living->settle(1)});
    in_dying_process([&] {
        Database own{books.folder.file()};
        Ledger ledger{own, {}, [&] { return books.now; }};
        auto spend = Spend::draw(ledger, {books.id, "cap", "acme", "m", "", 500'000, "a"});
        ::_exit(spend ? 0 : 1);
    });
    CHECK(books.close(books.id, "t", "failed")->spent_micros == 500'001);
    CHECK(books.draw("z", 0).error().code == "reservation_closed");
    CHECK(books.ledger.verify().findings.empty());
}

TEST_CASE("free calls are drawn again after a death") {
    Funded books{0};
    in_dying_process([&] {
        Database own{books.folder.file()};
        Ledger ledger{own, {}, [&] { return books.now; }};
        auto spend = Spend::draw(ledger, {books.id, "cap", "local", "m", "", 0, "a"});
        ::_exit(spend ? 0 : 1);
    });
    auto again = Spend::draw(books.ledger, {books.id, "cap", "local", "m", "", 0, "a"});
    REQUIRE(again);
    CHECK_FALSE(again->finished());
    CHECK(bool{again->settle(0)});
    CHECK(books.ledger.verify().findings.empty());
}
