// SPDX-License-Identifier: Apache-2.0
// Values or reasons, and which exit status wins.
#include "libsmos/core/exit_status.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/random.hpp"
#include "libsmos/core/result.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <memory>

using namespace smos;

namespace {

Result<int> half(int value) {
    if (value % 2 != 0)
        return Error{"odd", "is odd", "here", "take an even one"};
    return value / 2;
}

Result<int> quarter(int value) {
    SMOS_TRY(const int once, half(value));
    SMOS_TRY(const int twice, half(once));
    return twice;
}

} // namespace

TEST_CASE("errors travel up, values move out") {
    CHECK(*quarter(8) == 2);
    REQUIRE_FALSE(quarter(6));
    CHECK(quarter(6).error().text() == "here: is odd; take an even one");
    CHECK(Error{"x", "only this"}.text() == "only this");
    Result<std::unique_ptr<int>> owner{std::make_unique<int>(7)};
    CHECK(*std::move(owner).value() == 7);
}

TEST_CASE("a fatal error keeps status, words and hint apart") {
    try {
        or_fatal(half(3), ExitStatus::config);
        FAIL("nothing was thrown");
    } catch (const Fatal& fatal) {
        CHECK(fatal.status() == ExitStatus::config);
        CHECK(std::string{fatal.what()} == "here: is odd");
        CHECK(fatal.hint() == "take an even one");
    }
}

TEST_CASE("of several statuses the worst one is reported: 70 74 73 69 65 1") {
    const ExitStatus order[] = {ExitStatus::bug,
                                ExitStatus::io_error,
                                ExitStatus::cannot_create,
                                ExitStatus::unavailable,
                                ExitStatus::bad_input,
                                ExitStatus::negative,
                                ExitStatus::done};
    for (std::size_t i = 0; i + 1 < std::size(order); ++i) {
        CHECK(worse_of(order[i], order[i + 1]) == order[i]);
        CHECK(worse_of(order[i + 1], order[i]) == order[i]);
    }
}

TEST_CASE("the generator draws the numbers of the published algorithm") {
    Random random{1234567};
    CHECK(random.next() == 6457827717110365317ULL); // Steele, Lea, Flood: reference output
    CHECK(random.next() == 3203168211198807973ULL);
    CHECK(random.next() == 9817491932198370423ULL);
    Random bounded{7};
    for (int i = 0; i < 1000; ++i) {
        CHECK(bounded.below(3) < 3);
        const double unit = bounded.unit();
        CHECK((unit >= 0 && unit < 1));
    }
}

TEST_CASE("what the system refuses says what to do about it") {
    for (const int reason : {ENOSPC, EDQUOT, EACCES, EPERM, EROFS, EMFILE, ENFILE, ENOMEM, EIO})
        CHECK(!system_error("cannot_open", "cannot open", "file", reason).hint.empty());
    CHECK(system_error("cannot_open", "cannot open", "file", ENOSPC).retryable);
    CHECK(!system_error("cannot_open", "cannot open", "file", EACCES).retryable);
}
