// SPDX-License-Identifier: Apache-2.0
// What stages leave for each other in one run: a whiteboard for all, a blackboard for each edge of
// their graph.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/queue/lease.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

struct BoardNote {
    std::string to_stage{}; // the end of the edge; empty: the whiteboard
    std::string name;       // 1 to 64 of a-z 0-9 . _ -; see also is_workers_own()
    std::string value;      // one JSON value, at most Board::most_value_bytes
};

/// Provenance, kept with every note.
struct BoardWriter {
    std::string actor;        // a worker, or who decides
    std::string stage{};      // empty: a person, who writes on the whiteboard only
    std::int64_t attempt = 0; // from 1; 0 of a person
    std::string input_hash{}; // SHA-256 of the line that the stage read
};

struct BoardEntry {
    BoardNote note;
    BoardWriter writer;
    std::int64_t lease_token = 0; // 0 of a person
    Instant at{};
};

/// A note belongs to its writer: the same stage writing the same name again replaces its own, in
/// this attempt or a later one, and no other's. Notes live as long as their production, through
/// retries and resumption. Failures to read are Fatal, never an empty board.
class Board {
  public:
    static constexpr std::size_t most_value_bytes = 16 * 1024;
    static constexpr std::int64_t most_notes = 32; // of one stage, or of people, in a production

    explicit Board(Database& database) : database_(database) {}

    /// All or none. Errors: bad_note, board_full, and lost_lease when the writer sleeps no more
    /// but another has its production.
    Result<void>
    write(const Lease& lease, const BoardWriter& writer, const std::vector<BoardNote>& notes);
    /// By a person. Errors: bad_note, board_full, no_such_production.
    Result<void> write(std::int64_t production_id, const std::string& actor, const BoardNote& note);
    /// For workers, whose own notes do not count: "outcome" and "handover". Error: lost_lease.
    Result<void>
    write_own(const Lease& lease, const BoardWriter& writer, const std::vector<BoardNote>& notes);

    /// By edge (the whiteboard first), name and writer.
    std::vector<BoardEntry> read(std::int64_t production_id);

  private:
    Result<void> put_within_bounds(const Lease& lease,
                                   const BoardWriter& writer,
                                   const std::vector<BoardNote>& notes);

    Database& database_;
};

/// "outcome" and "handover": what a worker notes about its stages, which nobody else may.
bool is_workers_own(std::string_view name);

/// For rooms with a transaction of their own, which have checked the lease.
void put_notes(Database& database,
               const Lease& lease,
               const BoardWriter& writer,
               const std::vector<BoardNote>& notes,
               Instant now);

} // namespace smos::store
