// SPDX-License-Identifier: Apache-2.0
// The exec dialect: a program that reads one JSON request and writes one JSON answer.
#include "libsmos/providers/capabilities/exec.hpp"

#include "libsmos/core/money.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/providers/capabilities/exec_process.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

namespace smos::providers {
namespace {

using records::Json;

struct ParsedAnswer {
    ExecAnswer answer;
    std::optional<std::string> refusal;
};

Error exec_error(const char* code, std::string message, const Binding& binding) {
    return {code,
            std::move(message),
            fmt::format("{} {}/{}", binding.capability, binding.provider, binding.model),
            {},
            false};
}

ProcessRequest process_of(const Binding& binding, const Json& request, const std::string& folder) {
    ProcessRequest process;
    process.command = binding.command;
    process.environment = {
        "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + folder, "TMPDIR=" + folder, "LANG=C.UTF-8"};
    for (const std::string& name : binding.environment) {
        if (const char* value = std::getenv(name.c_str()))
            process.environment.push_back(name + '=' + value);
    }
    process.directory = folder;
    process.input = records::dump(request) + '\n';
    process.timeout_ms = binding.timeout_ms;
    process.memory_mb = binding.memory_mb;
    process.network = binding.network;
    return process;
}

// Only a regular file inside the working directory: the answer must not name other files of ours.
Result<std::string>
answer_path(const std::string& named, const std::string& folder, const Binding& binding) {
    std::error_code failed;
    const std::filesystem::path path =
        std::filesystem::canonical(std::filesystem::path{folder} / named, failed);
    const std::string inside = folder + '/';
    if (failed || path.string().compare(0, inside.size(), inside) != 0 ||
        !std::filesystem::is_regular_file(path, failed))
        return exec_error("exec_bad_answer",
                          fmt::format("the answer names {}, which is no file in its directory",
                                      one_line(first_code_points(named, 200))),
                          binding);
    return path.string();
}

Result<std::optional<std::int64_t>> answer_micros(const Json& answer, const Binding& binding) {
    const auto micros = answer.find("micros");
    if (micros == answer.end() || micros->is_null())
        return std::optional<std::int64_t>{};
    // The parser keeps whole numbers from 0 up as unsigned.
    if (!micros->is_number_unsigned() ||
        micros->get<std::uint64_t>() > static_cast<std::uint64_t>(max_micros))
        return exec_error(
            "exec_bad_answer", "micros is not an integer between 0 and 2^53", binding);
    return std::optional<std::int64_t>{micros->get<std::int64_t>()};
}

Result<ParsedAnswer>
parse_answer(const std::string& text, const std::string& folder, const Binding& binding) {
    auto json = records::parse_json(text, "the answer");
    if (!json || !json->is_object())
        return exec_error("exec_bad_answer",
                          json ? "the answer is not an object" : json.error().message,
                          binding);
    ParsedAnswer parsed;
    SMOS_TRY(parsed.answer.micros, answer_micros(*json, binding));
    if (const auto error = json->find("error"); error != json->end() && !error->is_null()) {
        const std::string said =
            error->is_string() ? error->get<std::string>() : records::dump(*error);
        parsed.refusal = one_line(first_code_points(said, 500));
        return parsed;
    }
    const auto uri = json->find("uri");
    const auto path = json->find("path");
    std::optional<std::string> named;
    if (uri != json->end() && uri->is_string()) {
        SMOS_TRY(named, path_of_file_uri(uri->get<std::string>()));
    } else if (path != json->end() && path->is_string()) {
        named = path->get<std::string>();
    }
    if (named) {
        SMOS_TRY(parsed.answer.path, answer_path(*named, folder, binding));
    }
    if (const auto metadata = json->find("metadata"); metadata != json->end())
        parsed.answer.metadata = *metadata;
    if (const auto words = json->find("words"); words != json->end() && !words->is_null()) {
        auto heard = read_words(*words);
        if (!heard)
            return exec_error("exec_bad_answer", heard.error().message, binding);
        parsed.answer.words = *std::move(heard);
    }
    return parsed;
}

Error doubtful(const ProcessOutcome& outcome, const Binding& binding) {
    const std::string said = one_line(first_code_points(outcome.complaint, 500));
    const std::string tail = said.empty() ? "" : "; it said: " + said;
    if (outcome.timed_out)
        return exec_error("exec_timeout",
                          fmt::format("no answer within {} ms{}", binding.timeout_ms, tail),
                          binding);
    if (outcome.signal != 0)
        return exec_error(
            "exec_crashed", fmt::format("ended by signal {}{}", outcome.signal, tail), binding);
    return exec_error(
        "exec_crashed", fmt::format("exit status {}{}", outcome.exit_status, tail), binding);
}

} // namespace

Result<ExecAnswer> run_exec(const Binding& binding,
                            const Json& request,
                            store::Spend& spend,
                            const std::string& directory,
                            const KeepAnswer& keep) {
    SMOS_EXPECT(!spend.finished());
    std::error_code failed;
    const std::string folder = std::filesystem::canonical(directory, failed).string();
    auto ran = failed ? Result<ProcessOutcome>{exec_error(
                            "exec_not_started", directory + ": " + failed.message(), binding)}
                      : run_process(process_of(binding, request, folder));
    if (!ran) {
        SMOS_CHECK(spend.fail());
        return ran.error();
    }
    auto parsed = parse_answer(ran->output, folder, binding);
    // A program that says in so many words that it was refused is believed, whatever its status.
    if (parsed && parsed->refusal) {
        SMOS_CHECK(spend.fail(parsed->answer.micros.value_or(0)));
        return exec_error("exec_refused", *parsed->refusal, binding);
    }
    const bool ended_well = !ran->timed_out && ran->signal == 0 && ran->exit_status == 0;
    if (!ended_well || ran->output_too_long || !parsed) {
        SMOS_CHECK(spend.in_doubt());
        if (ran->output_too_long)
            return exec_error("exec_bad_answer", "the answer is over 1 MiB", binding);
        return ended_well ? parsed.error() : doubtful(*ran, binding);
    }
    ExecAnswer answer = std::move(parsed->answer);
    answer.network_isolated = ran->network_isolated;
    const Result<std::string> kept = keep(answer);
    SMOS_CHECK(
        spend.settle(answer.micros.value_or(spend.ceiling_micros()), kept ? *kept : std::string{}));
    if (!kept)
        return kept.error();
    return answer;
}

} // namespace smos::providers
