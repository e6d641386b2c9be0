// SPDX-License-Identifier: Apache-2.0
// A state file of its own for each test, and a clock that moves when told.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace smos::store::testing {

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "smos-XXXXXX").string();
        SMOS_EXPECT(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::string& path() const { return path_; }
    std::string file() const { return path_ + "/state.db"; }

  private:
    std::string path_;
};

struct Books {
    TemporaryFolder folder;
    Database database{folder.file()};
    Instant now = from_date(2026, 3, 1);
    Policy policy{};
    Ledger ledger{database, policy, [this] { return now; }};

    void advance(std::int64_t seconds) { now.micros += seconds * 1'000'000; }

    void fund(const std::string& wallet, Micros amount) {
        SMOS_EXPECT(bool{ledger.fund({wallet, amount, {}, false, "test"})});
    }
    ReserveOutcome
    reserve(const std::string& task, Micros amount, const std::string& wallet = "default/ava") {
        return *ledger.reserve({"default", task, wallet, amount, "[]", "test"});
    }
    Result<Reservation> close(const std::string& id,
                              const std::string& task,
                              const std::string& outcome = "published",
                              bool release = false) {
        return ledger.close({id, "default", task, release, outcome, "test"});
    }
    WalletBalance balance(const std::string& wallet = "default/ava") {
        return *ledger.balance(wallet);
    }
};

inline std::string failed_gate(const ReserveOutcome& outcome) {
    for (const records::Gate& gate : outcome.gates) {
        if (!gate.passed)
            return gate.name;
    }
    return "";
}

} // namespace smos::store::testing
