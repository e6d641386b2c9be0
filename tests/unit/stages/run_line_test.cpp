// SPDX-License-Identifier: Apache-2.0
// The line of stages: where a production goes, and what a stage's end means for it.
#include "libsmos/stages/run/line.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace smos;
using namespace smos::stages;

namespace {

const StageLine whole{{"plan", {"/bin/smos-plan"}},
                      {"reserve", {"/bin/smos-cfo", "reserve"}},
                      {"critic", {"/bin/smos-critic"}},
                      {"publish", {"/bin/smos-publish"}},
                      {"settle", {"/bin/smos-cfo", "settle"}}};
const std::string input = R"({"task_id":"a","state_version":3})";

StageAnswer answer_of(std::string output, int status = 0, int signal_number = 0) {
    return read_answer(whole[0], input, {status, signal_number, std::move(output)});
}

std::string step(std::string_view stage, const std::string& status, const StageLine& line = whole) {
    const NextStep next = next_step(line, stage, R"({"task_id":"a","status":")" + status + "\"}");
    switch (next.kind) {
    case NextStep::Kind::done:
        return "done";
    case NextStep::Kind::review:
        return "review, then " + next.stage;
    default:
        return next.stage;
    }
}

} // namespace

TEST_CASE("a production goes from stage to stage, and past a person where the critic says so") {
    CHECK(step("plan", "planned") == "reserve");
    CHECK(step("critic", "approved") == "publish");
    CHECK(step("critic", "rejected") == "publish"); // the filters let it pass
    CHECK(step("critic", "review") == "settle");
    CHECK(step("settle", "review") == "review, then publish");
    CHECK(step("settle", "settled") == "done");
    const StageLine unpublished{whole[0], whole[2]};
    CHECK(step("critic", "review", unpublished) == "review, then done");
    CHECK(step("critic", "approved", unpublished) == "done");
    CHECK(stage_of(whole, "")->name == "plan");
    CHECK(stage_of(whole, "render") == nullptr);
}

TEST_CASE("an answer is a line about our task that is not older") {
    const StageAnswer good = answer_of("{\"task_id\":\"a\",\"state_version\":4,\"x\":1e400}\n"
                                       "{\"task_id\":\"b\",\"parent_id\":\"a\"}\n");
    CHECK(good.kind == StageAnswer::Kind::line);
    CHECK(good.record == "{\"task_id\":\"a\",\"state_version\":4,\"x\":1e400}");
    CHECK(good.others == std::vector<std::string>{"{\"task_id\":\"b\",\"parent_id\":\"a\"}"});
    CHECK(answer_of("{\"task_id\":\"b\",\"parent_id\":\"a\"}").record.empty());
    for (const char* bad : {"", "\n", "{}", "{\"task_id\":\"b\"}", "no json", "[1]"}) {
        const StageAnswer answer = answer_of(bad);
        CHECK(answer.kind == StageAnswer::Kind::failure);
        CHECK(answer.error.code == "no_record");
        CHECK_FALSE(answer.error.retryable);
    }
    CHECK(answer_of(R"({"task_id":"a","state_version":2})").error.code == "old_record");
    CHECK(answer_of(R"({"task_id":"a"})").error.code == "old_record");
}

TEST_CASE("a failed record is tried again when its last error passes, else it goes on as it is") {
    const std::string begin = R"({"task_id":"a","state_version":4,"status":"failed","errors":[)";
    const StageAnswer passing =
        answer_of(begin + R"({"code":"x","retryable":false},{"code":"busy","retryable":true}]})");
    CHECK(passing.kind == StageAnswer::Kind::failure);
    CHECK(passing.error.code == "busy");
    CHECK(passing.error.retryable);
    for (const char* end : {R"({"code":"bad","retryable":false}]})", "]}", "7]}", "{}]}"})
        CHECK(answer_of(begin + end).kind == StageAnswer::Kind::line);
}

TEST_CASE("signals are crashes, statuses failures that pass or do not") {
    CHECK(answer_of("", 0, SIGKILL).kind == StageAnswer::Kind::crash);
    CHECK(answer_of("", 139).kind == StageAnswer::Kind::crash);
    for (const int passes : {69, 73, 74, 75, 76, 130, 143}) {
        const StageAnswer answer = answer_of("{\"task_id\":\"a\",\"state_version\":4}", passes);
        CHECK(answer.kind == StageAnswer::Kind::failure);
        CHECK(answer.error.retryable);
    }
    for (const int stays : {1, 2, 64, 65, 70, 77, 78, 127})
        CHECK_FALSE(answer_of("", stays).error.retryable);
}
