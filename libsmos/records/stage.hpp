// SPDX-License-Identifier: Apache-2.0
// What a filter is to the run loop: which lines concern it, and what it makes of one.
#pragma once

#include "libsmos/records/record.hpp"

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
};

} // namespace smos::records
