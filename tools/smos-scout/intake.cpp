// SPDX-License-Identifier: Apache-2.0
// Items to the stage, records through, everything else told.
#include "tools/smos-scout/intake.hpp"

#include "libsmos/cli/signals.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/providers/trends/trend_decode.hpp"
#include "libsmos/providers/trends/trend_reader.hpp"

#include <fmt/format.h>

namespace smos::tools {
namespace {

using providers::TrendPiece;

/// Lines of ours go on as they are; they count for --fail like in every filter.
void pass(cli::Context& context, const std::string& line) {
    context.write_line(line);
    if (!context.flag("fail"))
        return;
    const auto record = records::Record::parse(line);
    const auto status = record ? record->status() : std::nullopt;
    using records::Status;
    for (const Status negative :
         {Status::skipped, Status::refused, Status::rejected, Status::review, Status::failed})
        if (status == negative)
            context.set_status(ExitStatus::negative);
}

void take(cli::Context& context, stages::Scout& scout, const TrendPiece& piece) {
    providers::TrendSink sink;
    sink.item = [&](providers::TrendItem item) { scout.observe(std::move(item)); };
    sink.reject = [&](const Error& error, std::string_view bytes) {
        context.reject(piece.place, error, bytes.empty() ? std::string_view{piece.bytes} : bytes);
    };
    switch (piece.kind) {
    case TrendPiece::Kind::value:
        return decode_trends(*piece.value, context.now(), sink);
    case TrendPiece::Kind::feed:
        return decode_feed(piece.bytes, context.now(), sink);
    case TrendPiece::Kind::record:
        return pass(context, piece.bytes);
    case TrendPiece::Kind::malformed:
        return context.reject(piece.place, piece.error, piece.bytes);
    case TrendPiece::Kind::too_large:
        return context.reject(piece.place, piece.error);
    case TrendPiece::Kind::end:
        return;
    }
}

void read(cli::Context& context, stages::Scout& scout, const std::string& input) {
    providers::TrendReader reader(input, context.open_input(input));
    const auto keep = [&](std::string_view piece) { context.keep_rejected(piece); };
    const auto nothing_yet = scout.tally().observations;
    TrendPiece piece;
    bool any = false;
    while (!context.interrupted()) {
        if (context.flag("each") && reader.would_read())
            scout.settle();
        if (!reader.next(piece, keep))
            break;
        any = any || piece.kind != TrendPiece::Kind::value;
        take(context, scout, piece);
    }
    if (!any && scout.tally().observations == nothing_yet && input != "-")
        context.warn(fmt::format("{}: no item was read, the input is empty", input));
}

} // namespace

void scout_inputs(cli::Context& context, stages::Scout& scout) {
    for (const std::string& input : context.inputs()) {
        try {
            read(context, scout, input);
        } catch (const cli::Interrupted&) {
            break; // the input ends here: what was read is remembered and written
        } catch (const Fatal& fatal) {
            if (fatal.status() != ExitStatus::no_input)
                throw;
            context.error({"no_input", fatal.what(), {}, fatal.hint()});
            context.set_status(ExitStatus::no_input);
        }
    }
    scout.finish();
    const auto& tally = scout.tally();
    context.info(fmt::format("{} observations ({} repeated) of {} items, {} records",
                             tally.observations,
                             tally.repeated,
                             tally.items,
                             tally.records));
}

} // namespace smos::tools
