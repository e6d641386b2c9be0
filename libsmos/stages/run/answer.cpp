// SPDX-License-Identifier: Apache-2.0
// What the end of a stage's child means for its production.
#include "libsmos/stages/run/answer.hpp"

#include "libsmos/core/exit_status.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/record.hpp"

#include <fmt/format.h>

namespace smos::stages {
namespace {

std::vector<std::string> lines_of(const std::string& output) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < output.size();) {
        const std::size_t end = std::min(output.find('\n', begin), output.size());
        if (end > begin)
            lines.push_back(output.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

bool passes(int status) {
    switch (static_cast<ExitStatus>(status)) {
    case ExitStatus::unavailable:
    case ExitStatus::cannot_create:
    case ExitStatus::io_error:
    case ExitStatus::try_again:
    case ExitStatus::protocol:
    case ExitStatus::interrupted:
    case ExitStatus::terminated:
        return true;
    default:
        return false;
    }
}

std::int64_t version_of(const records::Record& record) {
    const auto member = record.member("state_version");
    return member && *member && (*member)->is_number_integer() ? (*member)->get<std::int64_t>() : 0;
}

/// The last error of a failed record, when trying again may help.
std::optional<Error> passing_error(const records::Record& record) {
    if (record.status() != records::Status::failed)
        return std::nullopt;
    const auto errors = record.member("errors");
    if (!errors || !*errors || !(*errors)->is_array() || (*errors)->empty())
        return std::nullopt;
    const records::Json& last = (*errors)->back();
    if (!last.is_object() || !last.value("retryable", false))
        return std::nullopt;
    return Error{last.value("code", "failed"), last.value("message", ""), {}, {}, true};
}

StageAnswer failure(Error error) {
    StageAnswer answer;
    answer.kind = StageAnswer::Kind::failure;
    answer.error = std::move(error);
    return answer;
}

StageAnswer crash(const StageProgram& stage, std::string what) {
    StageAnswer answer;
    answer.kind = StageAnswer::Kind::crash;
    answer.error = Error{"crashed", std::move(what), stage.name};
    return answer;
}

/// The answer is ours when it names our task and is no older than what went in.
StageAnswer
read_lines(const StageProgram& stage, const records::Record& asked, const std::string& output) {
    StageAnswer answer;
    for (std::string& text : lines_of(output)) {
        auto line = records::Record::parse(std::move(text));
        if (!line)
            return failure({"no_record", line.error().text(), stage.name});
        if (line->task_id() != asked.task_id()) {
            if (line->text("parent_id") != asked.task_id() || line->task_id().empty())
                return failure({"no_record", "it answered about another production", stage.name});
            answer.others.push_back(line->line());
            continue;
        }
        if (version_of(*line) < version_of(asked))
            return failure({"old_record",
                            fmt::format("it answered with version {} of version {}",
                                        version_of(*line),
                                        version_of(asked)),
                            stage.name});
        if (auto error = passing_error(*line))
            return failure(*error);
        answer.record = line->line();
    }
    // A planner answers with one production for each muse, named after the one that was asked.
    if (answer.record.empty() && answer.others.empty())
        return failure({"no_record", "it answered nothing about the production", stage.name});
    return answer;
}

} // namespace

StageAnswer read_answer(const StageProgram& stage, std::string_view input, const ChildEnd& end) {
    const std::string& program = stage.arguments.front();
    if (end.signal_number != 0)
        return crash(stage, fmt::format("{} was ended by signal {}", program, end.signal_number));
    if (end.status >= 128 && !passes(end.status))
        return crash(stage, fmt::format("{} ended with status {}", program, end.status));
    if (end.status != 0)
        return failure({"stage_failed",
                        fmt::format("{} ended with status {}", program, end.status),
                        stage.name,
                        "its own message is in the worker's log",
                        passes(end.status)});
    const auto asked = records::Record::parse(std::string{input});
    if (!asked)
        return failure({"no_record", asked.error().text(), stage.name});
    return read_lines(stage, *asked, end.output);
}

} // namespace smos::stages
