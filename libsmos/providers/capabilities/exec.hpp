// SPDX-License-Identifier: Apache-2.0
// The exec dialect: a program that reads one JSON request and writes one JSON answer.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/providers/capabilities/bindings.hpp"
#include "libsmos/providers/capabilities/heard_words.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/store/ledger/spend.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smos::providers {

/// What the program answered: {"uri":"file:…"} or {"path":"…"} for the file it made in its working
/// directory, "micros" for what the call cost (else the ceiling), "metadata", and of speech
/// "words" (heard_words.hpp).
struct ExecAnswer {
    std::optional<std::string> path{}; // absolute, inside the directory
    std::optional<std::int64_t> micros{};
    records::JsonBox metadata;
    std::vector<media::HeardWord> words{};
    bool network_isolated = false; // false when asked for, or when the system does not permit it
};

/// Brings the file of an answer to safety before the call is settled, and says what a later run
/// gets instead of a second call (Spend::answer).
using KeepAnswer = std::function<Result<std::string>(const ExecAnswer& answer)>;

/// Runs `binding.command` (never a shell) in `directory`, which is private to this call: request on
/// stdin, answer on stdout, only the variables named by the binding besides PATH, HOME, TMPDIR and
/// LANG, its own process group, limits on time, memory and file size, and no network unless the
/// binding keeps it.
///
/// The call is paid from `spend`, which this ends: an answer settles it at its `micros`; an answer
/// {"error":"…", "micros":N} and a program that could not be started fail it (at N, or 0); a
/// timeout, a crash, or an answer that cannot be understood leaves it in doubt, at its ceiling.
/// Errors: exec_not_started, exec_refused (the program's own word), exec_timeout, exec_crashed,
/// exec_bad_answer, and those of `keep`, after which the call is paid but has no answer; none is
/// retried here. A spend that was finished by an earlier run must not come here.
Result<ExecAnswer> run_exec(const Binding& binding,
                            const records::Json& request,
                            store::Spend& spend,
                            const std::string& directory,
                            const KeepAnswer& keep);

} // namespace smos::providers
