// SPDX-License-Identifier: Apache-2.0
// smos-scout: items in, one record per item out, scored against everything seen of it before.
#pragma once

#include "libsmos/providers/trends/trend_item.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/stages/scout/scout_history.hpp"
#include "libsmos/stages/scout/scout_score.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace smos::stages {

struct ScoutChoice {
    std::string tenant = "default";
    std::optional<std::size_t> top; // best first by vvs; without a vvs last
    std::optional<double> min_vvs;  // an item without a vvs is below every bound
    bool each = false;              // every observation is a record at once; not with top
};

struct ScoutTally {
    std::size_t observations = 0;
    std::size_t repeated = 0; // seen before in this input: same item, same instant
    std::size_t items = 0;
    std::size_t records = 0;
};

/// An observation is (platform, native_id, observed_at); the first of equal ones in the input
/// counts. The last observation of an item is that with the latest observed_at, and its record does
/// not depend on the order of the input. Records come in the order in which their items first
/// appeared, at finish(), because until then a later observation may come.
///
/// With `each`, every observation is scored against what came before it and leaves at settle().
/// Whatever leaves has been remembered first.
class Scout {
  public:
    /// `stamp` gives tool, version, at, elapsed_ms and dry_run; `emit` gets lines.
    Scout(ScoutChoice choice,
          History& history,
          std::function<records::Stamp()> stamp,
          std::function<void(std::string_view line)> emit);

    void observe(providers::TrendItem item);
    /// Remembers what was observed; lets lines go that wait for that only.
    void settle();
    /// The end of the input.
    void finish();
    const ScoutTally& tally() const { return tally_; }

  private:
    /// One item: its sightings in ascending order, and its last observation in the input.
    struct Trail {
        std::vector<Sighting> sightings;
        std::vector<Instant> of_input;
        std::optional<providers::TrendItem> last;
    };

    Trail& trail_of(const providers::TrendItem& item);
    records::Scout section(const providers::TrendItem& item, const Trail& trail) const;
    bool wanted(const records::Scout& section) const;
    std::string line_of(const records::Scout& section) const;
    void emit_best(std::vector<records::Scout> sections);

    ScoutChoice choice_;
    History& history_;
    std::function<records::Stamp()> stamp_;
    std::function<void(std::string_view)> emit_;
    std::unordered_map<std::string, std::size_t> places_; // platform, NUL, native id
    std::vector<Trail> trails_;                           // in order of first appearance
    std::vector<store::Observation> unsaved_;
    std::vector<std::string> waiting_;
    ScoutTally tally_;
};

/// Equal for equal titles and links: case, punctuation, spaces, fragments, tracking parameters and
/// a leading www. do not count. 32 hexadecimal digits of a SHA-256.
std::string fingerprint_of(const providers::TrendItem& item);

} // namespace smos::stages
