// SPDX-License-Identifier: Apache-2.0
// A worker: its rounds, its leases, and the times when the state is away.
#include "libsmos/stages/run/worker.hpp"

#include "libsmos/stages/run/worker_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <poll.h>

namespace smos::stages {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t stop_patience_us = 10 * second_us;

/// Before a lease ends: long enough to have killed what runs under it.
std::int64_t margin_us(std::int64_t ttl_us) { return std::min(ttl_us / 10, 5 * second_us); }

} // namespace

Worker::Worker(store::Database& database,
               StageGraph graph,
               std::vector<StageProgram> programs,
               WorkOptions options,
               WorkerEars ears)
    : database_(database),
      queue_(database, options.policy),
      desk_(database, options.policy),
      nodes_(database),
      board_(database),
      moods_(database),
      schedules_(database),
      graph_(std::move(graph)),
      options_(std::move(options)),
      ears_(std::move(ears)),
      random_(options_.seed),
      started_us_(monotonic_us()) {
    for (StageProgram& program : programs) {
        const auto stage = graph_.find(program.name);
        SMOS_EXPECT(bool{stage});
        programs_.emplace(*stage, std::move(program));
    }
    database_.listen(store::bell_of(options_.queue)); // before the first look
}

Worker::~Worker() = default;

void Worker::run() {
    for (;;) {
        if (ears_.stopping() && stop_us_ == 0)
            stop_jobs();
        with_state([this] { serve(); });
        drop_lapsed();
        jobs_.remove_if([](const Job& job) { return job.closed; });
        if (has_ended())
            break;
        wait_a_while();
        collect_ends();
    }
    with_state([this] { nodes_.leave(options_.name); });
}

bool Worker::has_ended() const {
    if (stop_us_ != 0) // leases of a state that stays away lapse
        return jobs_.empty() || (outage_.lasts() && monotonic_us() > stop_us_ + stop_patience_us);
    return jobs_.empty() && options_.drain && !look_ && !outage_.lasts();
}

void Worker::with_state(const std::function<void()>& work) {
    if (outage_.waits(monotonic_us()))
        return;
    try {
        if (outage_.lasts()) {
            std::vector<store::Lease> known;
            for (const Job& job : jobs_)
                known.push_back(job.lease);
            queue_.release_unknown(options_.name, known);
            outage_.over();
            ears_.info("the state is back");
        }
        work();
    } catch (const Fatal& failure) {
        if (!passes_by_itself(failure))
            throw;
        if (!outage_.lasts())
            ears_.error(
                {"state_away", failure.what(), {}, "this worker goes on when it is back", true});
        outage_.failed(monotonic_us(), random_);
        look_ = true;
    }
}

void Worker::serve() {
    for (Job& job : jobs_) // before the reaping, which would take our own as well
        keep_lease(job);
    tick();
    for (Job& job : jobs_)
        step(job);
    jobs_.remove_if([](const Job& job) { return job.closed; });
    while (look_ && stop_us_ == 0 && in_use() < options_.concurrency)
        look_ = take_more();
    queue_.bell().ring_due();
}

std::size_t Worker::running_of(std::size_t stage) const {
    std::size_t count = 0;
    for (const Job& job : jobs_)
        count += static_cast<std::size_t>(
            std::count_if(job.running.begin(), job.running.end(), [stage](const Running& one) {
                return one.stage == stage;
            }));
    return count;
}

std::size_t Worker::in_use() const {
    std::size_t count = 0;
    for (const Job& job : jobs_)
        count += job.closed ? 0 : std::max<std::size_t>(1, job.running.size());
    return count;
}

bool Worker::has_room_for(std::size_t stage) const {
    if (programs_.count(stage) == 0)
        return false;
    const auto limit = options_.limits.find(graph_.name(stage));
    return limit == options_.limits.end() || running_of(stage) < limit->second;
}

std::vector<std::string> Worker::wanted_stages() const {
    std::vector<std::string> wanted{"done"}; // its last worker died before it was marked
    bool first = false;
    for (std::size_t stage = 0; stage < graph_.size(); ++stage) {
        if (!has_room_for(stage))
            continue;
        wanted.push_back(graph_.name(stage));
        first = first || graph_.needs(stage).empty();
    }
    if (first)
        wanted.emplace_back();
    return wanted;
}

bool Worker::take_more() {
    const std::int64_t asked_us = monotonic_us();
    auto claimed =
        queue_.claim({options_.queue, 1, options_.name, options_.ttl_us, wanted_stages()});
    if (claimed.empty())
        return false;
    Job& job = jobs_.emplace_back();
    job.production = std::move(claimed[0]);
    job.lease = {job.production.id, job.production.lease_token};
    job.next_extend_us = asked_us + options_.ttl_us / 3;
    job.lapses_us = asked_us + options_.ttl_us;
    const store::Production& row = job.production;
    if (row.stage == "done") {
        job.ending = [this, &job] { return queue_.complete(job.lease, job.production.record); };
    } else {
        auto walk =
            ProductionWalk::begin(graph_, row.record, row.since.empty() ? row.stage : row.since);
        if (walk)
            job.walk.emplace(*std::move(walk));
        else
            job.failure = StageAnswer{StageAnswer::Kind::failure, {}, {}, walk.error()};
    }
    step(job);
    return true;
}

void Worker::keep_lease(Job& job) {
    const std::int64_t now_us = monotonic_us();
    if (job.closed || now_us < job.next_extend_us)
        return;
    const auto kept = queue_.extend(job.lease, options_.ttl_us);
    if (!kept)
        return close(job, kept);
    job.next_extend_us = now_us + options_.ttl_us / 3;
    job.lapses_us = now_us + options_.ttl_us;
    guard(job);
}

/// What runs under its lease does not outlive it, whatever this thread waits for.
void Worker::guard(const Job& job) {
    for (const Running& one : job.running)
        guard_.watch(one.child.number(), job.lapses_us - margin_us(options_.ttl_us));
}

void Worker::drop_lapsed() {
    const std::int64_t late_us = monotonic_us() + margin_us(options_.ttl_us);
    for (Job& job : jobs_) {
        if (!job.closed && late_us >= job.lapses_us)
            close(job,
                  Error{"lost_lease",
                        "the state was away for so long that its lease may have lapsed",
                        job.production.task_id,
                        "what ran was ended; whoever gets it goes on with it"});
    }
}

void Worker::wait_a_while() {
    const bool rung = !outage_.lasts() && database_.heard(); // while something else was read
    std::vector<pollfd> watched{{database_.ear(), POLLIN, 0},
                                {stop_us_ == 0 ? ears_.stop_fd : -1, POLLIN, 0}};
    std::int64_t until_us = outage_.lasts() ? outage_.again_us() : next_tick_us_;
    if (!outage_.lasts())
        until_us = std::min(until_us, queue_.bell().owed_us().value_or(until_us));
    for (const Job& job : jobs_) {
        for (const Running& one : job.running) {
            pollfd output{};
            pollfd input{};
            one.child.watch(output, input);
            if (output.fd < 0)
                until_us = 0; // it has said all and ends now
            watched.push_back(output);
            watched.push_back(input);
        }
        until_us = std::min(until_us, job.lapses_us - margin_us(options_.ttl_us));
        if (!outage_.lasts())
            until_us = std::min(until_us, job.next_extend_us);
    }
    const std::int64_t wait_ms =
        std::clamp<std::int64_t>((until_us - monotonic_us()) / 1000 + 1, 1, 1000);
    ::poll(watched.data(), watched.size(), rung ? 0 : static_cast<int>(wait_ms));
    look_ = database_.heard() || rung || look_;
}

void Worker::collect_ends() {
    const bool no_patience = stop_us_ != 0 && monotonic_us() > stop_us_ + stop_patience_us;
    for (Job& job : jobs_) {
        for (auto one = job.running.begin(); one != job.running.end();) {
            if (no_patience)
                one->child.tell(SIGKILL);
            const pid_t number = one->child.number();
            const LapseGuard::Hold held = guard_.hold();
            const auto end = one->child.advance();
            if (!end) {
                ++one;
                continue;
            }
            guard_.forget(held, number);
            job.arrived.push_back(
                {one->stage, one->input, read_answer(programs_.at(one->stage), one->input, *end)});
            one = job.running.erase(one);
        }
    }
}

void Worker::stop_jobs() {
    stop_us_ = monotonic_us();
    for (const Job& job : jobs_) {
        for (const Running& one : job.running)
            one.child.tell(SIGTERM);
    }
}

} // namespace smos::stages
