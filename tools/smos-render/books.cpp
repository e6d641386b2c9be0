// SPDX-License-Identifier: Apache-2.0
// The ledger of a render, opened with the first paid call, and the anchors of what it booked.
#include "tools/smos-render/books.hpp"

#include "libsmos/store/queue/fence.hpp"

namespace smos::tools {
namespace {

stages::AnchorPlaces places_of(cli::Context& context) {
    stages::AnchorPlaces places;
    places.key_path = context.given("anchor-key")
                          ? context.text("anchor-key")
                          : stages::default_anchor_key(context.state_path());
    if (context.given("anchor-file"))
        places.sinks.file = context.text("anchor-file");
    if (context.given("anchor-command"))
        places.sinks.command = context.text("anchor-command");
    places.told = [&context](const std::string& what) { context.info(what); };
    places.failed = [&context](const Error& failure) {
        context.error(failure);
        context.set_status(failure.code == "anchor_file_failed" ? ExitStatus::io_error
                                                                : ExitStatus::unavailable);
    };
    return places;
}

} // namespace

store::Ledger& Books::ledger() {
    if (!ledger_) {
        database_.emplace(context_.state_path());
        ledger_.emplace(*database_);
        ledger_->work_under(store::lease_of_environment());
    }
    return *ledger_;
}

std::optional<records::Witness> Books::witness(const std::string& reservation_id) {
    if (!ledger_)
        return std::nullopt;
    if (!anchors_)
        anchors_.emplace(*database_, places_of(context_));
    return anchors_->note_calls(reservation_id);
}

void Books::finish() {
    if (anchors_)
        anchors_->finish();
}

} // namespace smos::tools
