// SPDX-License-Identifier: Apache-2.0
// The hosts that work: heartbeats, and who has fallen silent.
#include "libsmos/store/queue/nodes.hpp"

namespace smos::store {
namespace {

constexpr std::int64_t forgotten_after_us = 86'400'000'000;

} // namespace

void Nodes::beat(std::string_view node_id, std::string_view hostname, std::string_view record) {
    const std::int64_t now_us = clock_().micros;
    database_.transaction("queue nodes", [&] {
        database_
            .prepare("INSERT INTO node(node_id, hostname, record, started_us, beat_us, expires_us)"
                     " VALUES(?1, ?2, ?3, ?4, ?4, ?5) ON CONFLICT(node_id) DO UPDATE SET"
                     " hostname = excluded.hostname, record = excluded.record,"
                     " beat_us = excluded.beat_us, expires_us = excluded.expires_us"
                     " WHERE node.beat_us < excluded.beat_us")
            .bind(1, node_id)
            .bind(2, hostname)
            .bind(3, record)
            .bind(4, now_us)
            .bind(5, now_us + 2 * interval_us)
            .run();
        database_.prepare("DELETE FROM node WHERE expires_us < ?1")
            .bind(1, now_us - forgotten_after_us)
            .run();
    });
}

void Nodes::leave(std::string_view node_id) {
    database_.transaction("queue nodes", [&] {
        database_.prepare("DELETE FROM node WHERE node_id = ?1").bind(1, node_id).run();
    });
}

std::vector<Node> Nodes::list() {
    const Instant now = clock_();
    std::vector<Node> found;
    Statement row = database_.prepare("SELECT node_id, hostname, record, started_us, beat_us,"
                                      " expires_us FROM node ORDER BY hostname, node_id");
    while (row.step()) {
        const Instant expires_at{row.integer(5)};
        found.push_back({row.text(0),
                         row.text(1),
                         row.text(2),
                         Instant{row.integer(3)},
                         Instant{row.integer(4)},
                         expires_at,
                         now < expires_at});
    }
    return found;
}

} // namespace smos::store
