// SPDX-License-Identifier: Apache-2.0
// The clock of leases: the wall, and beside it one that nobody sets.
#include "libsmos/store/queue/moment.hpp"

#include <ctime>
#include <fstream>

namespace smos::store {
namespace {

std::string boot_id_of_machine() {
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::string line;
    std::getline(file, line);
    return line;
}

std::int64_t boot_time_us() {
    timespec now{};
    SMOS_EXPECT(::clock_gettime(CLOCK_BOOTTIME, &now) == 0);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

} // namespace

MomentSource moments_of(Database& database) {
    if (is_server(database.path())) {
        return [&database] {
            const Instant now = database.now();
            return Moment{now, now.micros, std::string{server_boot}};
        };
    }
    return [&database, boot_id = boot_id_of_machine()] {
        return Moment{database.now(), boot_time_us(), boot_id};
    };
}

} // namespace smos::store
