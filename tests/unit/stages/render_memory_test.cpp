// SPDX-License-Identifier: Apache-2.0
// How many workers fit into how much memory.
#include "libsmos/stages/render/render_memory.hpp"

#include <doctest/doctest.h>

using namespace smos;

TEST_CASE("fewer workers in less memory, and an error where none fits") {
    const records::Timeline timeline; // 1080x1920
    stages::MemoryWish wish;
    wish.workers = 4;
    wish.limit_bytes = std::int64_t{8} << 30U;
    auto plan = stages::plan_memory(timeline, {}, wish);
    REQUIRE(plan);
    CHECK(plan->workers == 4);
    const std::int64_t all = plan->total_bytes();
    int before = 4;
    for (std::int64_t limit = all; limit > all / 3; limit -= std::int64_t{40} << 20U) {
        wish.limit_bytes = limit;
        plan = stages::plan_memory(timeline, {}, wish);
        REQUIRE(plan);
        CHECK(plan->total_bytes() <= limit);
        CHECK(plan->workers <= before);
        before = plan->workers;
    }
    CHECK(before < 3);
    wish.limit_bytes = std::int64_t{150} << 20U;
    plan = stages::plan_memory(timeline, {}, wish);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == "too_little_memory");
    CHECK(plan.error().message.find("150 MB") != std::string::npos);
}

TEST_CASE("slower presets and larger pictures need more") {
    records::Timeline timeline;
    const auto worker_bytes = [&](const char* preset) {
        return stages::plan_memory(timeline, {}, {preset, 1, 0})->worker_bytes;
    };
    CHECK(worker_bytes("ultrafast") < worker_bytes("veryfast"));
    CHECK(worker_bytes("veryfast") < worker_bytes("slower"));
    CHECK(worker_bytes("veryfast") < std::int64_t{200} << 20U);
    const std::int64_t portrait = worker_bytes("veryfast");
    timeline.canvas.width_px = 2160;
    timeline.canvas.height_px = 3840;
    CHECK(worker_bytes("veryfast") > 3 * portrait);
}

TEST_CASE("outputs share the workers") {
    records::Timeline timeline;
    timeline.outputs.resize(3);
    timeline.outputs[1].preset = "square";
    timeline.outputs[2].preset = "youtube";
    const auto three = stages::plan_memory(timeline, {}, {"veryfast", 6, 0});
    REQUIRE(three);
    CHECK(three->workers <= 2);
    timeline.outputs.resize(1);
    const auto one = stages::plan_memory(timeline, {}, {"veryfast", 6, 0});
    REQUIRE(one);
    CHECK(three->worker_bytes > 2 * one->worker_bytes);
}
