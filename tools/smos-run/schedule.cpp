// SPDX-License-Identifier: Apache-2.0
// smos-run schedule: productions that begin by the clock.
#include "tools/smos-run/verbs.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/limits.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/queue/schedules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::tools {
namespace {

using records::Json;

std::string line_of(const store::Schedule& schedule) {
    Json made{{"name", schedule.name},
              {"cron", schedule.cron},
              {"queue", schedule.queue},
              {"tenant_id", schedule.tenant},
              {"next_at", format_rfc3339(schedule.next_at)},
              {"last_at", nullptr},
              {"state_version", schedule.state_version}};
    if (schedule.last_at)
        made["last_at"] = format_rfc3339(*schedule.last_at);
    return records::dump(made);
}

std::int64_t version_of(store::Schedules& schedules, const std::string& name) {
    for (const store::Schedule& one : schedules.list()) {
        if (one.name == name)
            return one.state_version;
    }
    return 0;
}

template <typename T>
T or_refused_schedule(Result<T> result) {
    const bool stale = !result && result.error().code == "conflict";
    return or_fatal(std::move(result), stale ? ExitStatus::try_again : ExitStatus::bad_input);
}

void set(cli::Context& context,
         store::Schedules& schedules,
         const std::vector<std::string>& words) {
    store::Schedule schedule;
    schedule.name = words[1];
    schedule.cron = words[2];
    schedule.record =
        or_fatal(read_file(words[3], limits::record_line_bytes), ExitStatus::no_input);
    schedule.record.erase(std::remove(schedule.record.begin(), schedule.record.end(), '\n'),
                          schedule.record.end());
    schedule.queue = context.text("queue");
    schedule.tenant = context.text("tenant");
    schedule.state_version = context.given("if-version") ? context.integer("if-version")
                                                         : version_of(schedules, schedule.name);
    context.write_line(line_of(or_refused_schedule(schedules.set(schedule))));
}

} // namespace

void schedule(cli::Context& context, store::Database& database) {
    store::Schedules schedules{database};
    const std::vector<std::string>& words = context.positionals();
    if (words[0] == "list" && words.size() == 1) {
        for (const store::Schedule& one : schedules.list())
            context.write_line(line_of(one));
    } else if (words[0] == "set" && words.size() == 4) {
        set(context, schedules, words);
    } else if (words[0] == "remove" && words.size() == 2) {
        or_refused_schedule(schedules.remove(words[1],
                                             context.given("if-version")
                                                 ? context.integer("if-version")
                                                 : version_of(schedules, words[1])));
    } else {
        throw Fatal(ExitStatus::usage,
                    "schedule takes: list, set NAME CRON FILE, or remove NAME",
                    "CRON is one word, such as '*/15 8-18 * * mon-fri', in UTC");
    }
}

} // namespace smos::tools
