// SPDX-License-Identifier: Apache-2.0
// The commit gate of a state file: one writer at a time, first come first served.
#include "libsmos/store/engine/gate.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/stat.h>

namespace smos::store {
namespace {

// Names the semaphore by the lock file, so every process of this host finds the same one. Two files
// with the same key would only share a queue: the file lock behind it is each one's own.
int key_of(int fd) {
    struct stat entry {};
    SMOS_EXPECT(::fstat(fd, &entry) == 0);
    const Digest digest = sha256(fmt::format("smos gate {} {}", entry.st_dev, entry.st_ino));
    const unsigned bits = (unsigned{digest[0]} << 24U) | (unsigned{digest[1]} << 16U) |
                          (unsigned{digest[2]} << 8U) | unsigned{digest[3]};
    return static_cast<int>((bits & 0x7fffffffU) | 1U);
}

timespec time_left(std::int64_t deadline_us) {
    const std::int64_t left_us = std::max<std::int64_t>(deadline_us - monotonic_us(), 0);
    return {left_us / 1'000'000, (left_us % 1'000'000) * 1'000};
}

// Open file description locks: they do not vanish when another descriptor of the file is closed.
bool presence_lock(int fd, short kind, bool wait) {
    struct flock lock {};
    lock.l_type = kind;
    lock.l_whence = SEEK_SET;
    lock.l_start = 0;
    lock.l_len = 1;
    while (::fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock) != 0) {
        if (errno != EINTR)
            return false;
    }
    return true;
}

// A new semaphore is born at 0, and its first operation, done under the file lock, makes it 1. A
// maker that died in between left one that nobody could ever take: the next to come finishes it.
bool has_begun(int semaphore) {
    struct semid_ds entry {};
    union { // semun, which the caller has to define
        int value;
        struct semid_ds* entry;
    } argument{};
    argument.entry = &entry;
    return ::semctl(semaphore, 0, IPC_STAT, argument) == 0 && entry.sem_otime != 0;
}

UniqueFd open_lock_file(const std::string& path) {
    UniqueFd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file) {
        throw Fatal(ExitStatus::cannot_create,
                    fmt::format("{}: cannot open the lock file: {}", path, std::strerror(errno)),
                    "choose another place with --state");
    }
    return file;
}

} // namespace

SolePresence::SolePresence(const std::string& database_path)
    : file_(open_lock_file(database_path + ".lock")) {
    if (!presence_lock(file_.get(), F_WRLCK, false)) {
        throw Fatal(ExitStatus::try_again,
                    database_path + ": another process has the state file open",
                    "stop the workers first; see who has it with: fuser -v " + database_path);
    }
}

CommitGate::CommitGate(const std::string& database_path) : path_(database_path + ".lock") {
    file_ = open_lock_file(path_);
    key_ = key_of(file_.get());
    // Every user of the gate holds this shared, so that the last one knows to remove the semaphore,
    // and a restore that somebody has the file open.
    if (!presence_lock(file_.get(), F_RDLCK, true)) {
        throw Fatal(ExitStatus::io_error,
                    fmt::format("{}: cannot lock: {}", path_, std::strerror(errno)),
                    "put the state file on a local disk with --state, then run again");
    }
    attach(monotonic_us() + default_wait_ms * 1000);
}

CommitGate::~CommitGate() {
    if (semaphore_ >= 0 && presence_lock(file_.get(), F_WRLCK, false))
        ::semctl(semaphore_, 0, IPC_RMID);
}

void CommitGate::attach(std::int64_t deadline_us) {
    semaphore_ = ::semget(key_, 1, 0600);
    if (semaphore_ >= 0 ? has_begun(semaphore_) : errno != ENOENT)
        return;
    if (!take_file_lock(deadline_us))
        busy();
    semaphore_ = ::semget(key_, 1, IPC_CREAT | 0600);
    struct sembuf first {};
    first.sem_op = 1;
    if (semaphore_ >= 0 && !has_begun(semaphore_) && ::semop(semaphore_, &first, 1) != 0)
        semaphore_ = -1;
    ::flock(file_.get(), LOCK_UN);
}

bool CommitGate::take_semaphore(std::int64_t deadline_us) {
    for (int attaches = 0; semaphore_ >= 0;) {
        struct sembuf take {};
        take.sem_op = -1;
        take.sem_flg = SEM_UNDO;
        const timespec left = time_left(deadline_us);
        if (::semtimedop(semaphore_, &take, 1, &left) == 0)
            return holds_semaphore_ = true;
        if (errno == EAGAIN)
            return false;
        if (errno == EINTR)
            continue;
        const bool removed = errno == EIDRM || errno == EINVAL;
        semaphore_ = -1;
        if (removed && attaches++ < 8)
            attach(deadline_us);
    }
    return true;
}

bool CommitGate::take_file_lock(std::int64_t deadline_us) {
    // Behind the semaphore this is free at once; only another container or a fallback is waited
    // for, and flock has no deadline of its own.
    for (long pause_ns = 100'000;; pause_ns = std::min(pause_ns * 2, 2'000'000L)) {
        if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR) {
            throw Fatal(ExitStatus::io_error,
                        fmt::format("{}: cannot lock: {}", path_, std::strerror(errno)),
                        "put the state file on a local disk with --state, then run again");
        }
        if (monotonic_us() >= deadline_us)
            return false;
        const timespec pause{0, pause_ns};
        ::nanosleep(&pause, nullptr);
    }
}

void CommitGate::lock(std::int64_t wait_ms) {
    const std::int64_t deadline_us = monotonic_us() + wait_ms * 1000;
    if (!take_semaphore(deadline_us))
        busy();
    try {
        if (!take_file_lock(deadline_us))
            busy();
    } catch (...) {
        unlock(); // or this process would wait for itself when it closes the file
        throw;
    }
}

void CommitGate::unlock() {
    ::flock(file_.get(), LOCK_UN);
    if (!std::exchange(holds_semaphore_, false))
        return;
    struct sembuf give {};
    give.sem_op = 1;
    give.sem_flg = SEM_UNDO;
    // Fails only when somebody removed the semaphore; the next lock() makes a new one.
    while (::semop(semaphore_, &give, 1) != 0 && errno == EINTR) {
    }
}

void CommitGate::busy() const {
    throw Fatal(ExitStatus::try_again,
                fmt::format("{}: another process keeps the state file busy", path_),
                "see who holds it with: fuser -v " + path_);
}

} // namespace smos::store
