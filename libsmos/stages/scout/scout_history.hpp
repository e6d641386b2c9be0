// SPDX-License-Identifier: Apache-2.0
// What scout remembers of an item from other runs: the state file, or nothing.
#pragma once

#include "libsmos/store/observations.hpp"

#include <memory>
#include <string>
#include <vector>

namespace smos::stages {

class History {
  public:
    History() = default;
    History(const History&) = delete;
    History& operator=(const History&) = delete;
    virtual ~History() = default;

    /// All observations of the item, in any order.
    virtual std::vector<store::Observation> known(const std::string& platform,
                                                  const std::string& native_id) = 0;
    /// Durable when it returns; an observation that is known already changes nothing.
    virtual void remember(const std::vector<store::Observation>& batch) = 0;
};

/// --stateless: knows nothing, remembers nothing.
class NoHistory : public History {
  public:
    std::vector<store::Observation> known(const std::string&, const std::string&) override {
        return {};
    }
    void remember(const std::vector<store::Observation>&) override {}
};

/// The state file, opened when it is first needed; a dry run works on a copy in memory.
class StoredHistory : public History {
  public:
    StoredHistory(std::string path, bool dry_run) : path_(std::move(path)), dry_run_(dry_run) {}

    std::vector<store::Observation> known(const std::string& platform,
                                          const std::string& native_id) override;
    void remember(const std::vector<store::Observation>& batch) override;

  private:
    store::Observations& observations();

    std::string path_;
    bool dry_run_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::Observations> observations_;
};

} // namespace smos::stages
