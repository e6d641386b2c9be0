// SPDX-License-Identifier: Apache-2.0
// A state of its own for each test, and a clock that moves when told. With SMOS_TEST_STATE set to
// the URL of a server's database, states are databases beside that one.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace smos::store::testing {

inline const char* test_server() { return std::getenv("SMOS_TEST_STATE"); }
/// For tests about what only a file has; they are skipped on a server.
inline bool on_server() { return test_server() != nullptr; }

/// The database that the server's others are made from.
inline Database& test_administration() {
    static Database database{test_server()};
    return database;
}

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
        try {
            if (!database_.empty() && ::getpid() == maker_)
                test_administration().execute(
                    ("DROP DATABASE " + database_ + " WITH (FORCE)").c_str());
        } catch (const Fatal&) { // the whole server goes after the tests
        }
    }
    const std::string& path() const { return path_; }
    /// The same state at each call.
    std::string file() const {
        if (!on_server())
            return path_ + "/state.db";
        if (database_.empty()) {
            static int made = 0;
            database_ = "t" + std::to_string(maker_) + "_" + std::to_string(++made);
            test_administration().execute(("CREATE DATABASE " + database_).c_str());
        }
        std::string url = test_server();
        const std::size_t end = url.find('?');
        const std::size_t slash = url.rfind('/', end);
        return url.replace(slash + 1, end - slash - 1, database_);
    }

  private:
    std::string path_;
    mutable std::string database_;
    pid_t maker_ = ::getpid();
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
