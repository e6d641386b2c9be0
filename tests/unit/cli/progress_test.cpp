// SPDX-License-Identifier: Apache-2.0
// What is left of a task, by its pace.
#include "libsmos/cli/progress.hpp"

#include <doctest/doctest.h>

using smos::cli::ProgressStep;
using smos::cli::RemainingTime;

TEST_CASE("the time left follows the pace of the stage") {
    RemainingTime remaining;
    remaining.add({"film", 0.0, "voices"}, 1'000'000);
    CHECK_FALSE(remaining.left_ms(2'000'000).has_value());
    // Ten seconds of voices say little about frames that come at a tenth of the task a second.
    remaining.add({"film", 0.1, "frames", 0, 100}, 11'000'000);
    remaining.add({"film", 0.3, "frames", 20, 100}, 13'000'000);
    CHECK(remaining.left_ms(13'000'000) == 7'000);
    CHECK(remaining.frames_per_second(13'000'000) == doctest::Approx(10));
    // Where nothing comes, it takes longer.
    CHECK(remaining.left_ms(15'000'000) == 14'000);
    CHECK(remaining.frames_per_second(15'000'000) == doctest::Approx(5));
    remaining.add({"film", 1.0, "done"}, 20'000'000);
    CHECK(remaining.left_ms(20'000'000) == 0);
}

TEST_CASE("another task begins anew") {
    RemainingTime remaining;
    remaining.add({"one", 0.0, "frames"}, 1'000'000);
    remaining.add({"one", 0.5, "frames"}, 3'000'000);
    CHECK(remaining.left_ms(3'000'000) == 2'000);
    remaining.add({"two", 0.0, "frames"}, 4'000'000);
    CHECK_FALSE(remaining.left_ms(5'000'000).has_value());
    remaining.add({"two", 0.5, "frames"}, 5'000'000);
    CHECK(remaining.left_ms(5'000'000) == 1'000);
}
