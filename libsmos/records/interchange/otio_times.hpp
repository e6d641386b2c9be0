// SPDX-License-Identifier: Apache-2.0
// Times and ranges of a foreign file, each by its own rate.
#pragma once

#include "libsmos/records/interchange/exact.hpp"
#include "libsmos/records/interchange/findings.hpp"
#include "libsmos/records/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smos::records::interchange {

struct OtioTime {
    Exact seconds{};
    Rate rate{};
};

struct OtioRange {
    OtioTime start{};
    OtioTime duration{};
};

class OtioTimes {
  public:
    explicit OtioTimes(Findings& findings) : findings_(findings) {}

    /// A rate that is meant where a node's double is exactly its quotient.
    void know(const Rate& rate) { known_.push_back(rate); }

    /// Refuses a rate that is not above 0, and values beyond 1e12.
    OtioTime time(const Json& json, const std::string& path);
    /// Refuses a negative duration.
    OtioRange range(const Json& json, const std::string& path);
    /// The member, when it is there.
    std::optional<OtioRange> range_in(const Json& node, const char* key, const std::string& path);

    Rate rate(double value, const std::string& path);

  private:
    Findings& findings_;
    std::vector<Rate> known_;
    std::map<double, Rate> seen_;
};

} // namespace smos::records::interchange
