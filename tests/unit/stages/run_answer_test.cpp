// SPDX-License-Identifier: Apache-2.0
// What the end of a stage's child means for its production.
#include "libsmos/stages/run/answer.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace smos;
using namespace smos::stages;

namespace {

const StageProgram program{"plan", {"/bin/smos-plan"}};
const std::string input = R"({"task_id":"a","state_version":3})";

StageAnswer answer_of(std::string output, int status = 0, int signal_number = 0) {
    return read_answer(program, input, {status, signal_number, std::move(output)});
}

} // namespace

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
