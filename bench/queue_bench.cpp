// SPDX-License-Identifier: Apache-2.0
// The queue under load: fills a state with productions, and claims and completes them for a while.
#include "libsmos/core/fatal.hpp"
#include "libsmos/store/queue/queue.hpp"

#include <fmt/format.h>

#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace smos;

/// `count` productions with a record of `bytes`; what an earlier fill left is taken away.
int fill(const std::string& state, std::int64_t count, std::int64_t bytes) {
    store::Database database{state};
    const std::string record = fmt::format(
        R"({{"status":"scouted","payload":{{"prompt":"{}"}}}})",
        std::string(static_cast<std::size_t>(std::max<std::int64_t>(bytes - 50, 0)), 'x'));
    const std::int64_t now_us = database.now().micros;
    database.transaction("bench", [&] {
        database.prepare("DELETE FROM production").run();
        database
            .prepare("WITH RECURSIVE n(i) AS (SELECT CAST(1 AS INTEGER) UNION ALL SELECT i + 1"
                     " FROM n WHERE i < CAST(?1 AS INTEGER))"
                     " INSERT INTO production(tenant, task_id, queue, record, run_at_us,"
                     " max_attempts, max_crashes, actor, created_us, updated_us)"
                     " SELECT 'default', CAST(?2 AS TEXT) || '-' || i, 'default',"
                     " CAST(?3 AS TEXT), CAST(?4 AS INTEGER), 5, 3, 'bench',"
                     " CAST(?4 AS INTEGER), CAST(?4 AS INTEGER) FROM n")
            .bind(1, count)
            .bind(2, fmt::format("{}", now_us))
            .bind(3, bytes < 10 ? std::string{"{}"} : record)
            .bind(4, now_us)
            .run();
    });
    return 0;
}

/// Prints how many, after `seconds` or when nothing is left.
int work(const std::string& state, const std::string& name, int most, double seconds) {
    store::Database database{state};
    store::Queue queue{database};
    // The statements are prepared before the clock runs.
    static_cast<void>(queue.claim({"nothing", most, name}));
    std::cout << "ready" << std::endl;
    std::string go;
    std::getline(std::cin, go);
    std::size_t count = 0;
    const std::int64_t end_us = monotonic_us() + static_cast<std::int64_t>(seconds * 1e6);
    while (monotonic_us() < end_us) {
        std::vector<store::Completion> done;
        for (store::Production& one : queue.claim({"default", most, name}))
            done.push_back({{one.id, one.lease_token}, std::move(one.record)});
        if (done.empty())
            break;
        if (!queue.complete_many(done).empty())
            throw Fatal(ExitStatus::bug, "a lease was lost");
        count += done.size();
    }
    std::cout << count << std::endl;
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words{argv + 1, argv + argc};
    try {
        if (words.size() == 4 && words[0] == "fill")
            return fill(words[1], std::stoll(words[2]), std::stoll(words[3]));
        if (words.size() == 5 && words[0] == "work")
            return work(words[1], words[2], std::stoi(words[3]), std::stod(words[4]));
        if (words.size() == 2 && words[0] == "bare") { // a file's; psql does it on a server
            store::Database{words[1]}.execute(
                "DROP TRIGGER production_begins; DROP TRIGGER production_changes");
            return 0;
        }
        std::cerr
            << "queue_bench fill STATE COUNT BYTES | bare STATE | work STATE NAME MOST SECONDS\n";
        return 64;
    } catch (const Fatal& fatal) {
        std::cerr << fatal.what() << '\n';
        return static_cast<int>(fatal.status());
    }
}
