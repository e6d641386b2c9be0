// SPDX-License-Identifier: Apache-2.0
// Putting a backup in place of the state file.
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/store/engine/gate.hpp"
#include "libsmos/store/engine/sqlite_engine.hpp"
#include "libsmos/store/upkeep/backup.hpp"
#include "libsmos/store/upkeep/spare_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace smos::store {
namespace {

/// By its first page: "SQLite format 3", and at byte 68 whose it is.
bool is_state_file(const std::string& path) {
    std::array<char, 100> head{};
    std::ifstream file{path, std::ios::binary};
    return file.read(head.data(), head.size()) &&
           std::memcmp(head.data(), "SQLite format 3", 16) == 0 &&
           std::memcmp(head.data() + 68, "SMOS", 4) == 0;
}

void copy_to_spare(const std::string& file, const SpareFile& spare) {
    spare.create();
    std::error_code failed;
    std::filesystem::copy_file(
        file, spare.path(), std::filesystem::copy_options::overwrite_existing, failed);
    if (failed)
        throw Fatal(ExitStatus::io_error,
                    fmt::format("{}: cannot copy: {}", file, failed.message()),
                    "free some disk space and run again; nothing was changed");
    ::chmod(spare.path().c_str(), 0600);
}

void read_heads(const std::string& place, std::vector<CopiedChain>& heads, RestoreReport& report) {
    try {
        Database old{place};
        heads = chain_heads_of(old);
    } catch (const Fatal& failure) {
        if (failure.status() == ExitStatus::try_again)
            throw;
        report.unreadable = failure.what();
    }
}

/// Earlier restores keep what they replaced.
std::string free_name_beside(const std::string& place) {
    const std::string first = place + ".before-restore";
    std::string name = first;
    for (int number = 2; path_exists(name) || path_exists(name + "-wal"); ++number)
        name = fmt::format("{}.{}", first, number);
    return name;
}

/// The old file and what belongs to it, by another name. Its log goes first into it, so that it can
/// never be taken for the log of the new file.
Result<void> keep(const std::string& place, const std::string& kept) {
    const bool folded = fold_log(place);
    if (::link(place.c_str(), kept.c_str()) != 0)
        return Error{
            "exists", "cannot keep what is there: " + std::string{std::strerror(errno)}, kept};
    if (!folded && path_exists(place + "-wal") &&
        ::rename((place + "-wal").c_str(), (kept + "-wal").c_str()) != 0)
        return Error{"cannot_create", "cannot keep the log that is there", kept + "-wal"};
    ::unlink((place + "-wal").c_str());
    ::unlink((place + "-shm").c_str());
    return {};
}

std::vector<CutChain> cut_of(const std::vector<CopiedChain>& had,
                             const std::vector<CopiedChain>& has) {
    std::vector<CutChain> cut;
    for (const CopiedChain& old : had) {
        const auto same = std::find_if(
            has.begin(), has.end(), [&](const CopiedChain& one) { return one.name == old.name; });
        const std::int64_t seq = same == has.end() ? 0 : same->head_seq;
        if (seq < old.head_seq)
            cut.push_back({old.name, old.head_seq, seq});
    }
    return cut;
}

Result<void> check_restore(const std::string& file, const std::string& place, bool force) {
    if (!path_exists(file))
        return Error{"no_input", "is not there", file};
    if (!is_state_file(file))
        return Error{"not_a_backup", "is no state file of SMOS", file};
    if (file_exists(file + "-wal"))
        return Error{"not_a_backup",
                     "has a log beside it: it is a state in use, not a backup",
                     file,
                     "make one of it with: smos-state backup"};
    if (path_exists(place) && !force)
        return Error{"exists",
                     "there is a state already",
                     place,
                     "--force replaces it and keeps it beside as .before-restore"};
    return {};
}

} // namespace

Result<RestoreReport> restore(const std::string& file, const std::string& place, bool force) {
    SMOS_CHECK(check_restore(file, place, force));
    RestoreReport report;
    const std::string folder = std::filesystem::path(place).parent_path().string();
    prepare_place(place, OpenMode::scratch_copy); // refuses what no state may lie on
    SMOS_CHECK(make_directories(folder.empty() ? "." : folder));
    std::vector<CopiedChain> had;
    { const SolePresence early{place}; }
    if (file_exists(place))
        read_heads(place, had, report);
    const SpareFile spare{place};
    copy_to_spare(file, spare);
    Result<BackupReport> checked = verified_file(spare.path(), file);
    if (!checked)
        return checked.error();
    report.restored = *checked;
    report.restored.bytes = spare.size();
    report.cut = cut_of(had, report.restored.chains);
    const SolePresence sole{place};
    if (path_exists(place)) {
        report.kept = free_name_beside(place);
        SMOS_CHECK(keep(place, report.kept));
    }
    SMOS_CHECK(move_into_place(spare.path(), place, false));
    return report;
}

} // namespace smos::store
