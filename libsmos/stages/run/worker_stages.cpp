// SPDX-License-Identifier: Apache-2.0
// A worker: one production's way through its stages. Every write may be made again after an outage.
#include "libsmos/core/hash.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/stages/run/handover.hpp"
#include "libsmos/stages/run/worker_job.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::stages {
namespace {

constexpr Instant never{253'402'300'799 * std::int64_t{1'000'000}}; // the end of the year 9999

std::string hash_of_input(const std::string& record) { return sha256_hex(record); }

/// Which run of its stages this is, from 1.
std::int64_t attempt_of(const store::Production& production) {
    return production.attempt + production.crashes + 1;
}

StageAnswer failure_of(Error error) {
    StageAnswer answer;
    answer.kind = StageAnswer::Kind::failure;
    answer.error = std::move(error);
    return answer;
}

} // namespace

void Worker::step(Job& job) {
    if (job.closed)
        return;
    if (!job.ending)
        store_arrivals(job);
    if (!job.ending && !job.closed)
        start_stages(job);
    if (!job.ending && !job.closed && job.running.empty() && job.arrived.empty())
        choose_end(job);
    if (job.ending && !job.closed)
        close(job, job.ending());
}

void Worker::store_arrivals(Job& job) {
    while (!job.arrived.empty() && !job.ending && !job.closed) {
        const Arrived& arrived = job.arrived.front();
        if (arrived.answer.kind == StageAnswer::Kind::line) {
            take_answer(job, arrived);
        } else {
            note_failure(job, arrived);
            if (!job.failure)
                job.failure = arrived.answer;
        }
        job.arrived.pop_front();
    }
}

/// For the next attempt and for people; a lease that was lost is said by the write behind it.
void Worker::note_failure(const Job& job, const Arrived& arrived) {
    const auto noted = board_.write_own(job.lease,
                                        {options_.name,
                                         graph_.name(arrived.stage),
                                         attempt_of(job.production),
                                         hash_of_input(arrived.input)},
                                        {note_of_failure(arrived.answer)});
    if (!noted && noted.error().code != "lost_lease")
        ears_.error(noted.error());
}

void Worker::remember_thoughts(const Arrived& arrived) {
    if (graph_.name(arrived.stage) != "plan")
        return;
    std::vector<std::string> lines = arrived.answer.others;
    lines.push_back(arrived.answer.record);
    for (const std::string& line : lines) {
        if (const auto thought = thought_of_plan(line, options_.name))
            static_cast<void>(moods_.change(*thought)); // made to fit
    }
}

void Worker::take_answer(Job& job, const Arrived& arrived) {
    const StageAnswer& answer = arrived.answer;
    if (!answer.others.empty() && !graph_.alone(arrived.stage)) {
        job.failure = failure_of({"no_fan_out",
                                  "it answered with other productions, which only a stage with "
                                  "nothing beside it may",
                                  graph_.name(arrived.stage)});
        return;
    }
    enqueue_children(job, arrived);
    remember_thoughts(arrived);
    if (!answer.record.empty())
        return take_output(job, arrived.stage, arrived.input, answer.record, false);
    job.ending = [this, &job] { return queue_.complete(job.lease, job.walk->line()); };
}

/// Before the parent goes on: a worker that dies in between asks the stage again, and the children
/// are the same.
void Worker::enqueue_children(const Job& job, const Arrived& arrived) {
    std::vector<store::NewProduction> children;
    for (const std::string& line : arrived.answer.others) {
        const auto record = records::Record::parse(line);
        auto made = record ? store::new_production(*record) : record.error();
        if (!made) {
            ears_.error(made.error());
            continue;
        }
        const NextStep next = next_step(graph_, arrived.stage, line);
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

void Worker::take_output(
    Job& job, std::size_t stage, const std::string& input, std::string output, bool known) {
    store::StageOutput stored{graph_.name(stage), hash_of_input(input), output, {}};
    if (!known)
        stored.notes = notes_of_output(graph_, stage, input, output);
    stored.attempt = attempt_of(job.production);
    ProductionWalk walk = *job.walk;
    walk.arrive(stage, {input, std::move(output)});
    const auto joined = walk.join();
    if (!joined) {
        job.failure = failure_of(joined.error());
        return;
    }
    if (*joined) {
        const NextStep& next = (*joined)->next;
        stored.joined = (*joined)->line;
        stored.next_stage = next.kind == NextStep::Kind::done ? "done" : next.stage;
    } else {
        const auto ready = walk.ready();
        if (!ready) {
            job.failure = failure_of(ready.error());
            return;
        }
        stored.since = walk.since();
        stored.next_stage = graph_.name(ready->front().stage);
    }
    if (const auto written = queue_.store_output(job.lease, stored); !written)
        return close(job, written);
    job.walk = std::move(walk);
    if (*joined)
        go_to(job, **joined);
}

void Worker::go_to(Job& job, const ProductionWalk::Joined& joined) {
    if (joined.next.kind == NextStep::Kind::done) {
        job.ending = [this, &job] { return queue_.complete(job.lease, job.walk->line()); };
    } else if (joined.next.kind == NextStep::Kind::review) {
        job.ending = [this, &job, next = joined.next.stage] {
            const Instant until = options_.review_timeout_us == 0
                                      ? never
                                      : queue_.now().after(options_.review_timeout_us).wall;
            return queue_.enter_review(job.lease, job.walk->line(), next, until);
        };
    }
}

void Worker::start_stages(Job& job) {
    for (bool again = true; again;) {
        again = false;
        if (job.failure || stop_us_ != 0 || job.ending || job.closed)
            return;
        const auto ready = job.walk->ready();
        if (!ready) {
            job.failure = failure_of(ready.error());
            return;
        }
        for (const ProductionWalk::Ready& one : *ready) {
            again = !start_ready(job, one);
            if (again || job.failure)
                break;
        }
    }
}

bool Worker::start_ready(Job& job, const ProductionWalk::Ready& ready) {
    const auto same = [&](const auto& one) { return one.stage == ready.stage; };
    if (std::any_of(job.running.begin(), job.running.end(), same))
        return true;
    const std::string& name = graph_.name(ready.stage);
    if (job.lease.token > 1) { // in an earlier lease it may have been made
        if (auto known = queue_.output_of(job.production.id, name, hash_of_input(ready.input))) {
            take_output(job, ready.stage, ready.input, *std::move(known), true);
            return false;
        }
    }
    if (!has_room_for(ready.stage) || (name == "publish" && queue_.is_paused("publish")))
        return true;
    if (job.running.empty() || in_use() < options_.concurrency)
        start_child(job, ready);
    return true;
}

void Worker::start_child(Job& job, const ProductionWalk::Ready& ready) {
    auto child =
        StageChild::start(programs_.at(ready.stage).arguments,
                          {{"SMOS_LEASE_PRODUCTION", fmt::format("{}", job.lease.production_id)},
                           {"SMOS_LEASE_TOKEN", fmt::format("{}", job.lease.token)},
                           {"SMOS_LEASE_STAGE", graph_.name(ready.stage)},
                           {"SMOS_LEASE_ATTEMPT", fmt::format("{}", attempt_of(job.production))},
                           {"SMOS_LEASE_INPUT", hash_of_input(ready.input)}},
                          ready.input + "\n");
    if (!child) {
        job.failure = failure_of(child.error());
        return;
    }
    job.running.push_back({ready.stage, ready.input, std::move(*child)});
    guard(job);
}

/// Nothing runs and nothing can be begun here.
void Worker::choose_end(Job& job) {
    if (stop_us_ != 0) { // children were told to end, and say so by their status
        job.ending = [this, &job] { return queue_.release(job.lease); };
    } else if (job.failure) {
        job.ending = [this, &job] { return count_failure(job, *job.failure); };
    } else {
        const auto ready = job.walk->ready();
        SMOS_EXPECT(ready && !ready->empty());
        job.ending = [this, &job, next = graph_.name(ready->front().stage)] {
            auto handed = queue_.hand_over(job.lease, next);
            if (handed)
                queue_.bell().ring(options_.queue); // for those who can do it
            return handed;
        };
    }
}

Result<void> Worker::count_failure(const Job& job, const StageAnswer& answer) {
    const auto counted =
        answer.kind == StageAnswer::Kind::crash
            ? queue_.crash(job.lease, answer.error.text(), options_.backoff, random_)
            : queue_.fail(job.lease, answer.error, options_.backoff, random_);
    if (!counted)
        return counted.error();
    Error said = answer.error;
    said.where = job.production.task_id + " " + said.where;
    said.hint = fmt::format("it is {} now", name_of(counted->state));
    ears_.error(said);
    return {};
}

void Worker::close(Job& job, const Result<void>& written) {
    const LapseGuard::Hold held = guard_.hold();
    for (const Running& one : job.running)
        guard_.forget(held, one.child.number());
    job.running.clear(); // kills what still runs: the lease is over
    job.closed = true;
    look_ = true;
    if (written)
        ++finished_;
    else
        ears_.error(written.error());
}

} // namespace smos::stages
