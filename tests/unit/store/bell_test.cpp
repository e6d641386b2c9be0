// SPDX-License-Identifier: Apache-2.0
// The bell: heard by those who listen, after a lost connection too, and rung seldom.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/store/queue/bell.hpp"
#include "libsmos/store/queue/queue.hpp"

#include <doctest/doctest.h>

#include <poll.h>

using namespace smos;
using namespace smos::store;
using store::testing::on_server;
using store::testing::TemporaryFolder;

namespace {

/// Waits as a worker does; false when nothing was to be heard for a minute.
bool hears(Database& database) {
    for (int i = 0; i < 100; ++i) {
        if (database.heard())
            return true;
        pollfd ear{database.ear(), POLLIN, 0};
        if (::poll(&ear, 1, 60'000) <= 0)
            return false;
    }
    return false;
}

void put(Queue& queue, const std::string& task) {
    NewProduction made;
    made.task_id = task;
    made.record = "{}";
    queue.enqueue({made}, "tester");
}

} // namespace

TEST_CASE("who listens hears that something was put in") {
    const TemporaryFolder folder;
    Database listener{folder.file()};
    Database other{folder.file()};
    Queue queue{other};
    listener.listen(bell_of("default"));
    static_cast<void>(listener.heard());
    CHECK_FALSE(listener.heard());
    put(queue, "a");
    CHECK(hears(listener));
    CHECK_FALSE(listener.heard());
    Queue taker{listener};
    CHECK(taker.claim({"default", 1, "w"}).size() == 1); // it is there to be seen
}

TEST_CASE("of a server only one's own topic is heard" * doctest::skip(!on_server())) {
    const TemporaryFolder folder;
    Database listener{folder.file()};
    Database other{folder.file()};
    listener.listen(bell_of("it's; a \"queue\""));
    other.ring(bell_of("default"));
    other.ring(bell_of("it's; a \"queue\""));
    CHECK(hears(listener));
    CHECK_FALSE(listener.heard()); // the first was not for it, and came before
}

TEST_CASE("a reader that was left halfway does not keep the ear busy" *
          doctest::skip(!on_server())) {
    const TemporaryFolder folder;
    Database listener{folder.file()};
    Database other{folder.file()};
    listener.listen("t");
    {
        Statement row = listener.prepare("SELECT 1 UNION ALL SELECT 2");
        CHECK(row.step());
    }
    CHECK_FALSE(listener.heard());
    pollfd ear{listener.ear(), POLLIN, 0};
    CHECK(::poll(&ear, 1, 0) == 0);
    other.ring("t");
    CHECK(hears(listener));
}

TEST_CASE("a lost connection is heard at once, and the next one listens again" *
          doctest::skip(!on_server())) {
    const TemporaryFolder folder;
    Database listener{folder.file()};
    Database other{folder.file()};
    listener.listen("t");
    CHECK_FALSE(listener.heard());
    other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                  " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    CHECK(hears(listener));
    CHECK(listener.ear() == -1); // nothing to spin on
    CHECK_FALSE(listener.heard());
    listener.transaction("x", [&] {}); // whoever looks makes it anew
    CHECK(listener.heard());           // what rang in between is not known
    CHECK_FALSE(listener.heard());
    other.ring("t");
    CHECK(hears(listener));
}

TEST_CASE("a bell that was just rung is owed for a while" * doctest::skip(!on_server())) {
    const TemporaryFolder folder;
    Database listener{folder.file()};
    Database database{folder.file()};
    listener.listen(bell_of("a"));
    Bell bell{database};
    CHECK_FALSE(bell.owed_us());
    bell.ring("a");
    CHECK_FALSE(bell.owed_us());
    CHECK(hears(listener));
    const std::int64_t begun_us = monotonic_us();
    for (int i = 0; i < 50; ++i)
        bell.ring("a");
    // On a slow machine the time may have passed meanwhile, and it was rung instead.
    CHECK((bell.owed_us() || monotonic_us() - begun_us >= Bell::interval_us));
    bell.ring_owed();
    CHECK_FALSE(bell.owed_us());
    CHECK(hears(listener));
    bell.ring("a");
    while (bell.owed_us()) {
        ::poll(nullptr, 0, 1);
        bell.ring_due();
    }
    CHECK(hears(listener));
}

TEST_CASE("in a file there is nothing to ring or to owe" * doctest::skip(on_server())) {
    const TemporaryFolder folder;
    Database database{folder.file()};
    Bell bell{database};
    bell.ring("a");
    bell.ring("a");
    CHECK_FALSE(bell.owed_us());
}
