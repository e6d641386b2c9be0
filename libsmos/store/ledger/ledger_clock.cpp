// SPDX-License-Identifier: Apache-2.0
// The time that the books go by where the state is a file.
#include "libsmos/store/ledger/ledger_clock.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/store/ledger/ledger_post.hpp"

#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <fstream>
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace smos::store {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t mark_age_us = 10 * second_us;

std::string read_boot_id() {
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::string id;
    std::getline(file, id);
    return id;
}

/// Asked of the kernel itself: a library that lies about the time lies about the wall clock only.
std::int64_t since_boot_us() {
#ifdef __linux__
    timespec time{};
    if (::syscall(SYS_clock_gettime, CLOCK_BOOTTIME, &time) == 0)
        return std::int64_t{time.tv_sec} * second_us + time.tv_nsec / 1000;
#endif
    return monotonic_us();
}

bool take(std::string_view& text, std::int64_t& number) {
    if (!text.starts_with(' '))
        return false;
    text.remove_prefix(1);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return read.ec == std::errc{};
}

std::string span_text(std::int64_t span_us) {
    const std::int64_t seconds = (span_us + second_us / 2) / second_us;
    if (seconds < 120)
        return fmt::format("{} s", seconds);
    if (seconds < 7200)
        return fmt::format("{} min", seconds / 60);
    return seconds < 172'800 ? fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60)
                             : fmt::format("{} d {} h", seconds / 86'400, seconds / 3600 % 24);
}

} // namespace

ClockReading read_clock(Instant wall) {
    static const std::string boot_id = read_boot_id();
    return {boot_id, since_boot_us(), wall.micros};
}

ClockReading read_clock(Database& database) {
    const Instant wall = database.now();
    if (const auto boot = database.boot_time())
        return {boot->boot_id, boot->us, wall.micros};
    return read_clock(wall);
}

std::string clock_mark(const ClockReading& reading) {
    return fmt::format("{} {} {}", reading.boot_id, reading.boot_us, reading.wall_us);
}

std::optional<ClockReading> read_clock_mark(std::string_view text) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos)
        return std::nullopt;
    ClockReading mark;
    mark.boot_id = text.substr(0, space);
    text.remove_prefix(space);
    const bool good = take(text, mark.boot_us) && take(text, mark.wall_us) && text.empty();
    return good ? std::optional{mark} : std::nullopt;
}

std::int64_t clock_jump_us(const ClockReading& mark, const ClockReading& now) {
    if (mark.boot_id.empty() || mark.boot_id != now.boot_id)
        return 0;
    const std::int64_t ahead = (now.wall_us - mark.wall_us) - (now.boot_us - mark.boot_us);
    return ahead > clock_tolerance_us ? ahead : 0;
}

bool clock_mark_is_due(const ClockReading& mark, const ClockReading& now) {
    if (now.boot_id.empty() || now.wall_us < mark.wall_us)
        return false;
    return mark.boot_id != now.boot_id || now.boot_us - mark.boot_us >= mark_age_us;
}

std::optional<ClockReading> kept_clock_mark(Database& database) {
    Statement row = database.prepare("SELECT value FROM meta WHERE key = 'clock'");
    return row.step() ? read_clock_mark(row.bytes(0)) : std::nullopt;
}

void keep_clock_mark(Database& database, const ClockReading& reading) {
    database
        .prepare("INSERT INTO meta(key, value) VALUES('clock', ?1)"
                 " ON CONFLICT(key) DO UPDATE SET value = excluded.value")
        .bind(1, clock_mark(reading))
        .run();
}

LedgerTime ledger_time(Database& database) {
    if (is_server(database.path()))
        return {database.now(), 0};
    const ClockReading now = read_clock(database);
    const auto mark = kept_clock_mark(database);
    const std::int64_t jump_us = mark ? clock_jump_us(*mark, now) : 0;
    if (jump_us == 0 && (!mark || clock_mark_is_due(*mark, now)))
        keep_clock_mark(database, now);
    return {Instant{now.wall_us - jump_us}, jump_us};
}

void refuse_jumped_clock(std::int64_t jump_us) {
    throw Fatal(ExitStatus::try_again,
                fmt::format("the wall clock jumped {} ahead of the time since boot: nothing is "
                            "reserved or paid, since every window would open",
                            span_text(jump_us)),
                "set the clock right; if it is right now: smos-cfo clock-rebase --reason TEXT");
}

Result<ClockRebase> Ledger::rebase_clock(std::string_view actor, std::string_view reason) {
    if (is_server(database_.path()))
        return Error{"server_clock",
                     "this ledger goes by the clock of its server, which is not watched",
                     database_.path()};
    return post([&](Posting& posting) -> Result<ClockRebase> {
        const ClockReading now = read_clock(database_);
        const auto mark = kept_clock_mark(database_);
        ClockRebase rebase{mark ? clock_jump_us(*mark, now) : 0, Instant{now.wall_us}};
        if (rebase.jump_us == 0)
            return Error{"not_jumped", "the clock has not jumped", database_.path()};
        keep_clock_mark(database_, now);
        for (const Anchor& head : heads()) {
            const WalletPath& root = posting.path(head.chain);
            if (root.empty())
                continue;
            Entry entry;
            entry.kind = "clock";
            entry.debit = "state:clock:" + head.chain;
            entry.credit = "state:books";
            entry.idem = "clock:" + random_uuid();
            entry.actor = actor;
            entry.meta = fmt::format("jump_us={} {}", rebase.jump_us, reason);
            posting.append(std::move(entry), *root.front());
            rebase.chains.push_back(head.chain);
        }
        return rebase;
    });
}

} // namespace smos::store
