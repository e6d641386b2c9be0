// SPDX-License-Identifier: Apache-2.0
// What PostgreSQL's SQLSTATEs mean for a tool.
#include "libsmos/store/engine/postgres/errors.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <array>

namespace smos::store {
namespace {

struct Meaning {
    std::string_view prefix; // of SQLSTATE; the first that fits counts
    ExitStatus status;
    const char* hint;
};

constexpr const char* busy_hint = "others use the same rows; run again, the same input is safe";
constexpr const char* our_fault = "report it: a statement of SMOS is wrong";
constexpr const char* gone_hint = "see that the server runs and is reached, then run again";

constexpr std::array<Meaning, 19> meanings{{
    {"40001", ExitStatus::try_again, busy_hint}, // serialization_failure
    {"40P01", ExitStatus::try_again, busy_hint}, // deadlock_detected
    {"55P03", ExitStatus::try_again, busy_hint}, // lock_not_available: the lock's timeout
    {"57014", ExitStatus::try_again, busy_hint}, // query_canceled: the statement's timeout
    {"53100",
     ExitStatus::io_error,
     "free some disk space on the server and run again; nothing half-written remains"},
    {"53300", ExitStatus::unavailable, "the server has no free connection; run again later"},
    {"53", ExitStatus::io_error, "the server is short of resources; see its log"},
    {"57P", ExitStatus::unavailable, gone_hint}, // shut down, crashed, starting
    {"08", ExitStatus::unavailable, gone_hint},
    {"25006", ExitStatus::config, "name the primary server, or let it accept writes"},
    {"23",
     ExitStatus::io_error, // as in the file
     "a constraint of the ledger refused it; look with: smos-cfo verify"},
    {"P0001",
     ExitStatus::io_error,
     "a constraint of the ledger refused it; look with: smos-cfo verify"},
    {"22021", ExitStatus::bad_input, "the text holds what no UTF-8 text may hold; correct it"},
    {"22P05", ExitStatus::bad_input, "the text holds what no UTF-8 text may hold; correct it"},
    {"42501",
     ExitStatus::not_permitted,
     "let the owner of the database grant CREATE on it, or use a role that owns schema smos"},
    {"3F000", ExitStatus::config, "the schema smos is gone; restore a backup"},
    {"42P01", ExitStatus::config, "a table of schema smos is gone; restore a backup"},
    {"42", ExitStatus::bug, our_fault},
    {"XX00", ExitStatus::io_error, "the server's files are damaged; restore a backup"},
}};

const Meaning* meaning_of(std::string_view sqlstate) {
    for (const Meaning& meaning : meanings) {
        if (sqlstate.starts_with(meaning.prefix))
            return &meaning;
    }
    return nullptr;
}

} // namespace

bool ends_connection(const PostgresProblem& problem) {
    return problem.sqlstate.empty() || problem.sqlstate.starts_with("57P") ||
           problem.sqlstate == "25P03" || // too long idle in a transaction
           problem.sqlstate.starts_with("08");
}

void fail_with(const std::string& place, const PostgresProblem& problem) {
    const Meaning* meaning = meaning_of(problem.sqlstate);
    throw Fatal(meaning == nullptr ? ExitStatus::io_error : meaning->status,
                fmt::format("{}: the state server refused: {} ({})",
                            place,
                            one_line(problem.message),
                            problem.sqlstate),
                meaning == nullptr ? "see the server's log" : meaning->hint);
}

void fail_as_lost(const std::string& place, const std::string& message, bool committing) {
    if (committing) {
        throw Fatal(ExitStatus::unavailable,
                    fmt::format("{}: the connection was lost during a commit, whose outcome is "
                                "unknown: {}",
                                place,
                                one_line(message)),
                    "run again with the same input and the same keys: what was booked is "
                    "recognised and not booked twice");
    }
    throw Fatal(ExitStatus::unavailable,
                fmt::format("{}: the connection was lost, nothing was booked: {}",
                            place,
                            one_line(message)),
                gone_hint);
}

void fail_to_connect(const std::string& place, std::string_view message) {
    const std::string line = one_line(message);
    std::string hint = "see that the server runs and that --state names it";
    if (line.find("password") != std::string::npos)
        hint = "keep the password in ~/.pgpass (or PGPASSFILE), not in the URL";
    else if (line.find("does not exist") != std::string::npos)
        hint = "make it first: createdb --encoding=UTF8 --template=template0 NAME";
    else if (line.find("read-only") != std::string::npos ||
             line.find("standby") != std::string::npos)
        hint = "name the primary server: budgets are never read from a standby";
    throw Fatal(ExitStatus::unavailable, fmt::format("{}: cannot connect: {}", place, line), hint);
}

} // namespace smos::store
