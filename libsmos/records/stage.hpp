// SPDX-License-Identifier: Apache-2.0
// What a filter is to the run loop: which lines concern it, and what it makes of one.
#pragma once

#include "libsmos/records/record.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace smos::records {

/// A stage acts on one record at a time. It never drops one: what became of it is in its status.
class Stage {
  public:
    Stage() = default;
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    virtual ~Stage() = default;

    /// Cheap, from the envelope alone; false sends the line on untouched.
    virtual bool concerns(const Record& record) const = 0;
    /// One record in, at least one out (smos-plan fans out). A problem of this record is written
    /// into it; a problem of the process is Fatal.
    virtual std::vector<Record> apply(Record record) = 0;

    /// How many records may be finished in one go while more of them are at hand: a stage whose
    /// work ends in a commit shares it. None of them leaves before all are done.
    virtual std::size_t most_together() const { return 1; }
    /// What apply() makes of each, in their order.
    virtual std::vector<std::vector<Record>> apply_together(std::vector<Record> records) {
        std::vector<std::vector<Record>> made;
        for (Record& record : records)
            made.push_back(apply(std::move(record)));
        return made;
    }
};

} // namespace smos::records
