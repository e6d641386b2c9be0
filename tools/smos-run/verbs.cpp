// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-run: from the command line to the queue, and decisions.
#include "tools/smos-run/verbs.hpp"

#include "tools/smos-run/line.hpp"

#include "libsmos/cli/state.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/queue/queue.hpp"

#include <fmt/format.h>

#include <array>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace smos::tools {
namespace {

using records::Json;
using Verb = void (*)(cli::Context&, store::Database&);

constexpr std::array<std::pair<std::string_view, Verb>, 16> verbs{{{"enqueue", enqueue},
                                                                   {"work", work},
                                                                   {"status", show_status},
                                                                   {"depth", show_depth},
                                                                   {"list", list_productions},
                                                                   {"show", show_production},
                                                                   {"nodes", list_nodes},
                                                                   {"board", show_board},
                                                                   {"note", write_note},
                                                                   {"retry", edit_production},
                                                                   {"cancel", edit_production},
                                                                   {"pause", pause_or_resume},
                                                                   {"resume", pause_or_resume},
                                                                   {"review", review},
                                                                   {"schedule", schedule},
                                                                   {"purge", purge}}};

/// A stale version is worth another try (75); the other refusals are of the request.
template <typename T>
T or_refused(Result<T> result) {
    const bool stale = !result && result.error().code == "conflict";
    return or_fatal(std::move(result), stale ? ExitStatus::try_again : ExitStatus::bad_input);
}

store::Production wanted(cli::Context& context, store::QueueDesk& desk, const std::string& task) {
    const auto found = desk.show(context.text("tenant"), task);
    if (!found)
        throw Fatal(ExitStatus::no_input,
                    fmt::format("{}: no such production", task),
                    "smos-run list shows them; another tenant's needs --tenant");
    return *found;
}

store::Edit edit_of(cli::Context& context, const store::Production& seen) {
    return {seen.tenant,
            seen.task_id,
            context.given("if-version") ? context.integer("if-version") : seen.state_version,
            actor_of(context)};
}

store::NewProduction ordered(const cli::Context& context, store::NewProduction made) {
    made.queue = context.text("queue");
    made.priority = context.integer("priority");
    made.run_at = context.time("not-before");
    made.max_attempts = context.integer("attempts");
    made.concurrency_max = context.integer("key-limit");
    if (context.given("key"))
        made.concurrency_key = context.text("key");
    if (context.given("from"))
        made.stage = context.text("from");
    return made;
}

/// Lines on their way into the queue. What comes together goes in together, and a group ends where
/// the input would be waited for; each line is answered behind its commit.
class Arrivals {
  public:
    Arrivals(cli::Context& context, store::Database& database)
        : context_(context),
          queue_(database),
          actor_(actor_of(context)),
          standard_input_(context.positionals().empty()) {
        context_.state().before_wait = [this] { rest(); };
    }
    Arrivals(const Arrivals&) = delete;
    Arrivals& operator=(const Arrivals&) = delete;
    ~Arrivals() { context_.state().before_wait = nullptr; }

    void add(store::NewProduction made) {
        waiting_.push_back(std::move(made));
        if (waiting_.size() >= most_together)
            flush();
    }
    /// No more will come.
    void finish() {
        flush();
        if (wait_for_bell(false))
            queue_.bell().ring_owed();
    }

  private:
    static constexpr std::size_t most_together = 100;

    void flush() {
        if (waiting_.empty())
            return;
        const auto group = std::exchange(waiting_, {});
        try {
            answer(queue_.enqueue(group, actor_));
        } catch (const Fatal& failure) {
            if (failure.status() != ExitStatus::bad_input || group.size() == 1)
                throw;
            for (const store::NewProduction& one : group) // those before it are none the worse
                answer(queue_.enqueue({one}, actor_));
        }
    }
    void answer(const std::vector<store::Enqueued>& all) {
        for (const store::Enqueued& one : all)
            context_.write_line(records::dump(Json{{"task_id", one.task_id},
                                                   {"created", one.created},
                                                   {"state", name_of(one.state)}}));
    }
    void rest() {
        flush();
        if (wait_for_bell(standard_input_))
            queue_.bell().ring_owed();
    }
    /// Until what is owed may be rung: true; or until more comes, which will be rung for as well.
    bool wait_for_bell(bool for_more) {
        const auto owed_us = queue_.bell().owed_us();
        if (!owed_us)
            return false;
        context_.flush();
        pollfd input{for_more ? STDIN_FILENO : -1, POLLIN, 0};
        const std::int64_t left_ms = (*owed_us - monotonic_us()) / 1000 + 1;
        return left_ms <= 0 || ::poll(&input, 1, static_cast<int>(left_ms)) <= 0;
    }

    cli::Context& context_;
    store::Queue queue_;
    std::string actor_;
    bool standard_input_;
    std::vector<store::NewProduction> waiting_{};
};

/// A production that a decision made ready does not wait for the next look.
store::Production wake_for(store::Database& database, store::Production production) {
    if (production.state == store::ProductionState::queued)
        store::Bell{database}.ring(production.queue);
    return production;
}

void decide(cli::Context& context,
            store::Database& database,
            store::QueueDesk& desk,
            bool approve,
            const std::string& task) {
    const store::Production seen = wanted(context, desk, task);
    auto record = or_fatal(records::Record::parse(seen.record), ExitStatus::io_error);
    record.set_text("status", approve ? "approved" : "rejected");
    const store::Edit edit = edit_of(context, seen);
    context.write_line(line_of(wake_for(
        database,
        or_refused(approve ? desk.approve(edit, record.str()) : desk.reject(edit, record.str())))));
}

} // namespace

std::string actor_of(const cli::Context& context) {
    return context.given("actor") ? context.text("actor") : fmt::format("uid {}", ::getuid());
}

store::Scope scope_of(const cli::Context& context) {
    const auto where_given = [&](const char* option) {
        return context.given(option) ? std::optional<std::string>{context.text(option)}
                                     : std::nullopt;
    };
    return {where_given("queue"), where_given("tenant")};
}

void run_queue_verb(cli::Context& context) {
    store::Database database{context.state_path(),
                             context.dry_run() ? store::OpenMode::scratch_copy
                                               : store::OpenMode::read_write};
    for (const auto& [name, verb] : verbs) {
        if (context.command() == name)
            return verb(context, database);
    }
    SMOS_EXPECT(false);
}

void enqueue(cli::Context& context, store::Database& database) {
    if (context.integer("attempts") < 1 || context.integer("key-limit") < 1)
        throw Fatal(ExitStatus::usage, "--attempts and --key-limit are at least 1");
    if (context.given("from") && !configured_line(context).graph.find(context.text("from")))
        throw Fatal(ExitStatus::usage,
                    fmt::format("--from: {}: the line has no such stage", context.text("from")));
    Arrivals arrivals{context, database};
    context.each_record([&](const records::Record& record) {
        auto made = store::new_production(record);
        if (made) {
            arrivals.add(ordered(context, std::move(*made)));
        } else {
            context.error(made.error());
            context.set_status(ExitStatus::bad_input);
        }
    });
    arrivals.finish();
}

void edit_production(cli::Context& context, store::Database& database) {
    store::QueueDesk desk{database, configured_policy(context)};
    const bool retry = context.command() == "retry";
    const auto doubts =
        retry && context.flag("in-doubt") ? store::Doubts::asked_again : store::Doubts::refused;
    if (context.positionals().empty()) {
        const std::string actor = actor_of(context);
        const store::Scope scope = scope_of(context);
        store::Requeued all;
        for (const auto state :
             {store::ProductionState::dead, store::ProductionState::quarantined}) {
            const store::Requeued some = desk.requeue(state, actor, scope, doubts);
            all.retried += some.retried;
            all.in_doubt += some.in_doubt;
        }
        if (all.in_doubt > 0)
            context.warn(fmt::format("{} were left: nobody knows the outcome of a call of theirs;"
                                     " retry each by name, or all with --in-doubt",
                                     all.in_doubt));
        return context.write_line(
            records::dump(Json{{"retried", all.retried}, {"in_doubt", all.in_doubt}}));
    }
    const store::Production seen = wanted(context, desk, context.positionals().front());
    const store::Edit edit = edit_of(context, seen);
    context.write_line(line_of(
        wake_for(database, or_refused(retry ? desk.retry(edit, doubts) : desk.cancel(edit)))));
}

void pause_or_resume(cli::Context& context, store::Database& database) {
    store::QueueDesk desk{database, configured_policy(context)};
    const bool pause = context.command() == "pause";
    const bool publish = context.flag("publish");
    if (publish && (context.given("queue") || !context.positionals().empty()))
        throw Fatal(ExitStatus::usage,
                    "--publish is for all productions of all queues: it goes without TASK and"
                    " --queue");
    if (context.positionals().empty()) {
        const std::string name = publish                  ? "publish"
                                 : context.given("queue") ? "queue:" + context.text("queue")
                                                          : "queue";
        desk.set_switch(name, pause, actor_of(context), "");
        return context.write_line(records::dump(Json{{"switch", name}, {"paused", pause}}));
    }
    const store::Production seen = wanted(context, desk, context.positionals().front());
    const store::Edit edit = edit_of(context, seen);
    context.write_line(
        line_of(wake_for(database, or_refused(pause ? desk.pause(edit) : desk.resume(edit)))));
}

void review(cli::Context& context, store::Database& database) {
    store::QueueDesk desk{database, configured_policy(context)};
    const std::vector<std::string>& words = context.positionals();
    if (words[0] == "list" && words.size() == 1) {
        store::ListFilter filter;
        filter.scope = scope_of(context);
        filter.state = store::ProductionState::review;
        for (auto page = desk.list(filter); !page.empty(); page = desk.list(filter)) {
            for (const store::Production& one : page)
                context.write_line(line_of(one));
            filter.after_id = page.back().id;
        }
        return;
    }
    if ((words[0] != "approve" && words[0] != "reject") || words.size() != 2)
        throw Fatal(ExitStatus::usage,
                    "review takes: list, approve TASK, or reject TASK",
                    "smos-run review list shows what waits");
    decide(context, database, desk, words[0] == "approve", words[1]);
}

void purge(cli::Context& context, store::Database& database) {
    store::QueueDesk desk{database, configured_policy(context)};
    const auto state = store::production_state_of(context.positionals().front());
    if (!state || *state < store::ProductionState::done)
        throw Fatal(ExitStatus::usage,
                    "only done, dead, quarantined and cancelled productions are purged");
    constexpr std::int64_t day_us = 86'400'000'000;
    constexpr std::int64_t most_days = 36500;
    if (context.integer("older-than") < 0 || context.integer("older-than") > most_days)
        throw Fatal(ExitStatus::usage, "--older-than takes 0 to 36500 days");
    const Instant before{database.now().micros - context.integer("older-than") * day_us};
    const std::int64_t count = desk.purge(*state, before, actor_of(context), scope_of(context));
    context.write_line(records::dump(Json{{"purged", count}}));
}

} // namespace smos::tools
