// SPDX-License-Identifier: Apache-2.0
// A worker: leases productions and runs their stages as children, several at a time.
#include "libsmos/stages/run/worker.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <poll.h>
#include <sys/inotify.h>

namespace smos::stages {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t stop_patience_us = 10 * second_us;
constexpr Instant never{253'402'300'799 * second_us}; // the end of the year 9999

/// A commit of another process writes the log beside the file.
UniqueFd watch_of(const std::string& place) {
    if (store::is_server(place))
        return {};
    UniqueFd watch{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    if (watch)
        ::inotify_add_watch(watch.get(), (place + "-wal").c_str(), IN_MODIFY);
    return watch;
}

std::string hash_of_input(const std::string& record) { return sha256_hex(record); }

} // namespace

struct Worker::Job {
    store::Production production;
    store::Lease lease;
    std::string record;
    std::string stage; // in hand
    std::optional<StageChild> child{};
    std::int64_t next_extend_us = 0;
    bool closed = false;
};

Worker::Worker(store::Database& database, StageLine line, WorkOptions options, WorkerEars ears)
    : queue_(database),
      desk_(database),
      nodes_(database),
      schedules_(database),
      line_(std::move(line)),
      options_(std::move(options)),
      ears_(std::move(ears)),
      random_(options_.seed),
      wake_(watch_of(database.path())),
      started_us_(monotonic_us()) {}

Worker::~Worker() = default;

void Worker::run() {
    for (;;) {
        if (ears_.stopping() && stop_us_ == 0)
            stop_jobs();
        for (Job& job : jobs_) // before the reaping, which would take our own as well
            keep_lease(job);
        jobs_.remove_if([](const Job& job) { return job.closed; });
        tick();
        while (look_ && stop_us_ == 0 && jobs_.size() < options_.concurrency)
            look_ = take_more();
        if (jobs_.empty() && (stop_us_ != 0 || (options_.drain && !look_)))
            break;
        wait_a_while();
        for (Job& job : jobs_) {
            if (!job.child || job.closed)
                continue;
            if (const auto end = job.child->advance()) {
                const StageProgram& stage = *stage_of(line_, job.stage);
                job.child.reset();
                go_on(job, read_answer(stage, job.record, *end));
            }
        }
        jobs_.remove_if([](const Job& job) { return job.closed; });
    }
    nodes_.leave(options_.name);
}

void Worker::tick() {
    const std::int64_t now_us = monotonic_us();
    if (now_us < next_tick_us_)
        return;
    next_tick_us_ = now_us + second_us;
    look_ = true;
    const store::Reaped reaped = queue_.reap(options_.name);
    if (reaped.quarantined > 0)
        ears_.info(fmt::format("{} productions took too many workers down: quarantined",
                               reaped.quarantined));
    for (const store::Enqueued& fired : schedules_.fire(options_.name))
        ears_.info(fmt::format("{}: enqueued by its schedule", fired.task_id));
    decide_overdue();
    desk_.watch_backlog(options_.backlog_most);
    if (now_us >= next_beat_us_)
        beat();
}

void Worker::beat() {
    next_beat_us_ = monotonic_us() + store::Nodes::interval_us;
    const store::Depth depth = desk_.depth(options_.queue);
    const std::size_t free = options_.concurrency - std::min(options_.concurrency, jobs_.size());
    const records::Json record{
        {"node_id", options_.name},
        {"hostname", options_.hostname},
        {"version", options_.version},
        {"status", "online"},
        {"capacity", {{"workers", options_.concurrency}, {"available_slots", free}}},
        {"queue_depth",
         {{"ready", depth.ready}, {"waiting", depth.waiting}, {"leased", depth.leased}}},
        {"last_heartbeat", format_rfc3339(queue_.now().wall)},
        {"uptime_seconds", (monotonic_us() - started_us_) / second_us}};
    nodes_.beat(options_.name, options_.hostname, records::dump(record));
}

void Worker::decide_overdue() {
    for (const store::Production& late : desk_.overdue_reviews()) {
        const store::Edit edit{late.tenant, late.task_id, late.state_version, "review-timeout"};
        auto record = records::Record::parse(late.record);
        std::optional<std::string> decided;
        if (record) {
            record->set_text("status", options_.approve_overdue ? "approved" : "rejected");
            decided = record->str();
        }
        const auto result =
            options_.approve_overdue ? desk_.approve(edit, decided) : desk_.reject(edit, decided);
        if (!result)
            ears_.error(result.error());
    }
}

bool Worker::take_more() {
    auto claimed = queue_.claim({options_.queue, 1, options_.name, options_.ttl_us});
    if (claimed.empty())
        return false;
    Job& job = jobs_.emplace_back();
    job.production = std::move(claimed[0]);
    job.lease = {job.production.id, job.production.lease_token};
    job.record = job.production.record;
    job.stage = job.production.stage;
    job.next_extend_us = monotonic_us() + options_.ttl_us / 3;
    begin_stage(job);
    jobs_.remove_if([](const Job& one) { return one.closed; });
    return true;
}

void Worker::wait_a_while() {
    std::vector<pollfd> watched(1 + 2 * jobs_.size());
    watched[0] = {wake_.get(), POLLIN, 0};
    std::int64_t until_us = next_tick_us_;
    std::size_t at = 1;
    for (const Job& job : jobs_) {
        watched[at] = watched[at + 1] = {-1, 0, 0};
        if (job.child)
            job.child->watch(watched[at], watched[at + 1]);
        if (job.child && watched[at].fd < 0)
            until_us = 0; // it has said all and ends now
        at += 2;
        until_us = std::min(until_us, job.next_extend_us);
    }
    const std::int64_t wait_ms =
        std::clamp<std::int64_t>((until_us - monotonic_us()) / 1000 + 1, 1, 1000);
    ::poll(watched.data(), watched.size(), static_cast<int>(wait_ms));
    std::array<char, 4096> events{};
    while (wake_ && ::read(wake_.get(), events.data(), events.size()) > 0)
        look_ = true;
}

void Worker::begin_stage(Job& job) {
    const StageProgram* stage = stage_of(line_, job.stage);
    if (job.stage == "done") // a worker died between its last output and the completion
        return close(job, queue_.complete(job.lease, job.record));
    if (stage == nullptr) {
        StageAnswer answer;
        answer.kind = StageAnswer::Kind::failure;
        answer.error = {"no_such_stage", "this worker's line has no such stage", job.stage};
        return count_failure(job, answer);
    }
    job.stage = stage->name;
    if (job.stage == "publish" && queue_.is_paused("publish"))
        return close(job, queue_.release(job.lease));
    if (auto known = queue_.output_of(job.production.id, job.stage, hash_of_input(job.record)))
        return arrive(job, *known);
    auto child =
        StageChild::start(stage->arguments,
                          {{"SMOS_LEASE_PRODUCTION", fmt::format("{}", job.lease.production_id)},
                           {"SMOS_LEASE_TOKEN", fmt::format("{}", job.lease.token)}},
                          job.record + "\n");
    if (!child) {
        StageAnswer answer;
        answer.kind = StageAnswer::Kind::failure;
        answer.error = child.error();
        return count_failure(job, answer);
    }
    job.child.emplace(std::move(*child));
}

void Worker::go_on(Job& job, const StageAnswer& answer) {
    if (answer.kind == StageAnswer::Kind::line) {
        enqueue_children(job, answer.others);
        if (answer.record.empty())
            return close(job, queue_.complete(job.lease, job.record));
        return arrive(job, answer.record);
    }
    if (stop_us_ != 0) // it was told to end, and says so by its status
        return close(job, queue_.release(job.lease));
    count_failure(job, answer);
}

/// Before the parent goes on: a worker that dies in between asks the stage again, and the children
/// are the same.
void Worker::enqueue_children(const Job& job, const std::vector<std::string>& lines) {
    std::vector<store::NewProduction> children;
    for (const std::string& line : lines) {
        const auto record = records::Record::parse(line);
        auto made = record ? store::new_production(*record) : record.error();
        if (!made) {
            ears_.error(made.error());
            continue;
        }
        const NextStep next = next_step(line_, job.stage, line);
        made->stage = next.kind == NextStep::Kind::done ? "done" : next.stage;
        made->queue = job.production.queue;
        made->priority = job.production.priority;
        made->max_attempts = job.production.max_attempts;
        made->max_crashes = job.production.max_crashes;
        made->concurrency_key = job.production.concurrency_key;
        made->concurrency_max = job.production.concurrency_max;
        children.push_back(std::move(*made));
    }
    if (!children.empty())
        queue_.enqueue(children, options_.name);
}

void Worker::arrive(Job& job, const std::string& record) {
    const NextStep next = next_step(line_, job.stage, record);
    const store::StageOutput output{job.stage,
                                    hash_of_input(job.record),
                                    record,
                                    next.kind == NextStep::Kind::done ? "done" : next.stage};
    const auto stored = queue_.store_output(job.lease, output);
    if (!stored)
        return close(job, stored);
    job.record = record;
    if (next.kind == NextStep::Kind::done)
        return close(job, queue_.complete(job.lease, record));
    if (next.kind == NextStep::Kind::review) {
        const Instant until = options_.review_timeout_us == 0
                                  ? never
                                  : queue_.now().after(options_.review_timeout_us).wall;
        return close(job, queue_.enter_review(job.lease, record, next.stage, until));
    }
    job.stage = next.stage;
    if (stop_us_ != 0)
        return close(job, queue_.release(job.lease));
    begin_stage(job);
}

void Worker::keep_lease(Job& job) {
    const std::int64_t now_us = monotonic_us();
    if (job.closed)
        return;
    if (stop_us_ != 0 && job.child && now_us > stop_us_ + stop_patience_us)
        job.child->tell(SIGKILL);
    if (now_us < job.next_extend_us)
        return;
    job.next_extend_us = now_us + options_.ttl_us / 3;
    const auto kept = queue_.extend(job.lease, options_.ttl_us);
    if (!kept)
        close(job, kept);
}

void Worker::stop_jobs() {
    stop_us_ = monotonic_us();
    for (const Job& job : jobs_) {
        if (job.child)
            job.child->tell(SIGTERM);
    }
}

void Worker::close(Job& job, const Result<void>& written) {
    job.child.reset(); // kills it where it still runs: the lease is over
    job.closed = true;
    look_ = true;
    if (written)
        ++finished_;
    else
        ears_.error(written.error());
}

void Worker::count_failure(Job& job, const StageAnswer& answer) {
    const auto counted =
        answer.kind == StageAnswer::Kind::crash
            ? queue_.crash(job.lease, answer.error.text(), options_.backoff, random_)
            : queue_.fail(job.lease, answer.error, options_.backoff, random_);
    if (!counted)
        return close(job, counted.error());
    Error said = answer.error;
    said.where = job.production.task_id + " " + said.where;
    said.hint = fmt::format("it is {} now", name_of(counted->state));
    ears_.error(said);
    close(job, {});
}

} // namespace smos::stages
