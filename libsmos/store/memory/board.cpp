// SPDX-License-Identifier: Apache-2.0
// What stages leave for each other in one run.
#include "libsmos/store/memory/board.hpp"

#include "libsmos/records/json_value.hpp"
#include "libsmos/store/queue/fence.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::store {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

Result<void> check_note(const BoardNote& note) {
    if (!is_name(note.name))
        return Error{"bad_note",
                     "a note's name is 1 to 64 of a-z, 0-9, dot, underscore and dash",
                     note.name.substr(0, 64)};
    if (!note.to_stage.empty() && !is_name(note.to_stage))
        return Error{"bad_note", "the edge leads to no stage", note.name};
    if (is_workers_own(note.name))
        return Error{
            "bad_note", "notes of that name are the worker's own", note.name, "choose another"};
    if (note.value.size() > Board::most_value_bytes)
        return Error{"bad_note",
                     fmt::format("the note has {} bytes, more than {}",
                                 note.value.size(),
                                 Board::most_value_bytes),
                     note.name,
                     "put what is large into a file and note its uri and checksum"};
    const auto value = records::parse_json(note.value, note.name);
    if (!value)
        return Error{"bad_note", value.error().message, note.name, value.error().hint};
    return {};
}

std::string lock_of(std::int64_t production_id) { return fmt::format("board {}", production_id); }

} // namespace

bool is_workers_own(std::string_view name) { return name == "outcome" || name == "handover"; }

void put_notes(Database& database,
               const Lease& lease,
               const BoardWriter& writer,
               const std::vector<BoardNote>& notes,
               Instant now) {
    for (const BoardNote& note : notes) {
        database
            .prepare("INSERT INTO board(production_id, to_stage, name, stage, value, actor,"
                     " attempt, input_hash, lease_token, at_us)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                     " ON CONFLICT(production_id, to_stage, name, stage) DO UPDATE SET"
                     " value = excluded.value, actor = excluded.actor, attempt = excluded.attempt,"
                     " input_hash = excluded.input_hash, lease_token = excluded.lease_token,"
                     " at_us = excluded.at_us")
            .bind(1, lease.production_id)
            .bind(2, note.to_stage)
            .bind(3, note.name)
            .bind(4, writer.stage)
            .bind(5, note.value)
            .bind(6, writer.actor)
            .bind(7, writer.attempt)
            .bind(8, writer.input_hash)
            .bind(9, lease.token)
            .bind(10, now.micros)
            .run();
    }
}

Result<void> Board::put_within_bounds(const Lease& lease,
                                      const BoardWriter& writer,
                                      const std::vector<BoardNote>& notes) {
    put_notes(database_, lease, writer, notes, database_.now());
    Statement row =
        database_.prepare("SELECT count(*) FROM board WHERE production_id = ?1 AND stage = ?2"
                          " AND name NOT IN ('outcome', 'handover')");
    row.bind(1, lease.production_id).bind(2, writer.stage);
    if (row.step() && row.integer(0) > most_notes)
        return Error{"board_full",
                     fmt::format("{} would have more than {} notes",
                                 writer.stage.empty() ? "a person" : writer.stage,
                                 most_notes),
                     fmt::format("production {}", lease.production_id),
                     "write one of its notes again instead"};
    return {};
}

Result<void>
Board::write(const Lease& lease, const BoardWriter& writer, const std::vector<BoardNote>& notes) {
    for (const BoardNote& note : notes)
        SMOS_CHECK(check_note(note));
    if (!is_name(writer.stage))
        return Error{"bad_note", "the writer is no stage", writer.stage.substr(0, 64)};
    return database_.transaction(lock_of(lease.production_id), [&]() -> Result<void> {
        SMOS_CHECK(
            check_lease(database_, lease, fmt::format("production {}", lease.production_id)));
        return put_within_bounds(lease, writer, notes);
    });
}

Result<void>
Board::write(std::int64_t production_id, const std::string& actor, const BoardNote& note) {
    SMOS_CHECK(check_note(note));
    if (!note.to_stage.empty())
        return Error{"bad_note",
                     "an edge begins at a stage, and a person is none",
                     note.name,
                     "write on the whiteboard, which all stages read"};
    return database_.transaction(lock_of(production_id), [&]() -> Result<void> {
        {
            Statement row =
                database_.prepare("SELECT 1 FROM production WHERE id = ?1 /*for share*/");
            if (!row.bind(1, production_id).step())
                return Error{"no_such_production",
                             "it is gone",
                             fmt::format("production {}", production_id)};
        }
        return put_within_bounds({production_id, 0}, {actor}, {note});
    });
}

Result<void> Board::write_own(const Lease& lease,
                              const BoardWriter& writer,
                              const std::vector<BoardNote>& notes) {
    return database_.transaction(own_rows, [&]() -> Result<void> {
        SMOS_CHECK(
            check_lease(database_, lease, fmt::format("production {}", lease.production_id)));
        put_notes(database_, lease, writer, notes, database_.now());
        return {};
    });
}

std::vector<BoardEntry> Board::read(std::int64_t production_id) {
    Statement rows = database_.prepare(
        "SELECT to_stage, name, stage, value, actor, attempt, input_hash, lease_token, at_us"
        " FROM board WHERE production_id = ?1 ORDER BY to_stage, name, stage");
    rows.bind(1, production_id);
    std::vector<BoardEntry> entries;
    while (rows.step()) {
        BoardEntry& entry = entries.emplace_back();
        entry.note.to_stage = rows.text(0);
        entry.note.name = rows.text(1);
        entry.writer.stage = rows.text(2);
        entry.note.value = rows.text(3);
        entry.writer.actor = rows.text(4);
        entry.writer.attempt = rows.integer(5);
        entry.writer.input_hash = rows.text(6);
        entry.lease_token = rows.integer(7);
        entry.at = Instant{rows.integer(8)};
    }
    return entries;
}

} // namespace smos::store
