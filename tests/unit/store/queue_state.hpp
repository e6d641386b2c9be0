// SPDX-License-Identifier: Apache-2.0
// A queue of its own for each test, on clocks that move when told.
#pragma once

#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/store/queue/desk.hpp"
#include "libsmos/store/queue/queue.hpp"

#include <string>
#include <vector>

namespace smos::store::testing {

constexpr std::int64_t second_us = 1'000'000;

struct QueueState {
    TemporaryFolder folder;
    Database database{folder.file()};
    Moment moment{from_date(2026, 3, 1), 5'000 * second_us, "first boot"};
    Queue queue{database, [this] { return moment; }};
    QueueDesk desk{database, [this] { return moment; }};
    Random random{7};
    Backoff backoff{};

    void advance(std::int64_t seconds) { moment = moment.after(seconds * second_us); }

    Enqueued put(NewProduction production) {
        if (production.record.empty())
            production.record = "{\"task_id\":\"" + production.task_id + "\"}";
        return queue.enqueue({production}, "tester").at(0);
    }
    Enqueued put(const std::string& task) {
        NewProduction production;
        production.task_id = task;
        return put(production);
    }
    std::vector<Production> claim(int most, const std::string& worker = "worker-1") {
        return queue.claim({"default", most, worker, 60 * second_us});
    }
    /// The lease of the one production that is claimed.
    Lease take(const std::string& worker = "worker-1") {
        const std::vector<Production> got = claim(1, worker);
        SMOS_EXPECT(got.size() == 1);
        return {got[0].id, got[0].lease_token};
    }
    Production show(const std::string& task) {
        const auto found = desk.show("default", task);
        SMOS_EXPECT(bool{found});
        return *found;
    }
    ProductionState state(const std::string& task) { return show(task).state; }
    Edit edit(const std::string& task) {
        return {"default", task, show(task).state_version, "ann"};
    }
    std::vector<std::string> actions(const std::string& task) {
        std::vector<std::string> found;
        for (const AuditRow& row : desk.audit_of("default", task))
            found.push_back(row.action + ":" + row.state_before + ">" + row.state_after);
        return found;
    }
};

inline std::vector<std::string> tasks_of(const std::vector<Production>& productions) {
    std::vector<std::string> found;
    for (const Production& one : productions)
        found.push_back(one.task_id);
    return found;
}

template <typename T>
std::string code_of(const Result<T>& result) {
    return result ? "" : result.error().code;
}

} // namespace smos::store::testing
