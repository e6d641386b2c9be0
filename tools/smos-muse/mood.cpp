// SPDX-License-Identifier: Apache-2.0
// smos-muse mood: how a muse feels, kept in the state.
#include "tools/smos-muse/verbs.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/muse/muse.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/memory/moods.hpp"

#include <fmt/format.h>

#include <cmath>
#include <unistd.h>

namespace smos::tools {
namespace {

using records::Json;

std::string line_of(const store::MoodOf& one) {
    const store::Mood& mood = one.mood;
    const auto whole = [](std::int64_t milli) { return static_cast<double>(milli) / 1000.0; };
    Json made{{"tenant_id", one.tenant},
              {"persona_id", one.persona_id},
              {"valence", whole(mood.valence_milli)},
              {"arousal", whole(mood.arousal_milli)},
              {"dominance", whole(mood.dominance_milli)},
              {"current_thought", nullptr},
              {"last_updated", nullptr},
              {"state_version", mood.state_version}};
    if (mood.thought)
        made["current_thought"] = *mood.thought;
    if (mood.updated_at) {
        made["last_updated"] = format_rfc3339(*mood.updated_at);
        made["modified_by"] = mood.actor;
    }
    if (mood.task_id)
        made["task_id"] = *mood.task_id;
    return records::dump(made);
}

/// Far beyond every range stays so, without overflow.
std::optional<std::int64_t> milli_of(const cli::Context& context, const char* name) {
    if (!context.given(name))
        return std::nullopt;
    const double number = context.number(name);
    if (!(std::abs(number) <= 1.0))
        return 2000;
    return static_cast<std::int64_t>(std::lround(number * 1000.0));
}

store::MoodChange change_of(const cli::Context& context, const muse::Muse& muse) {
    store::MoodChange change;
    change.tenant = muse.tenant;
    change.persona_id = muse.persona_id;
    change.valence_milli = milli_of(context, "valence");
    change.arousal_milli = milli_of(context, "arousal");
    change.dominance_milli = milli_of(context, "dominance");
    if (context.given("thought"))
        change.thought = context.text("thought");
    if (context.given("if-version"))
        change.if_version = context.integer("if-version");
    change.actor =
        context.given("actor") ? context.text("actor") : fmt::format("uid {}", ::getuid());
    return change;
}

} // namespace

void mood(cli::Context& context) {
    const bool changes = context.given("valence") || context.given("arousal") ||
                         context.given("dominance") || context.given("thought");
    if (changes && context.positionals().empty())
        throw Fatal(ExitStatus::usage, "whose mood?", "name the muse's FILE");
    std::optional<muse::Muse> muse;
    if (!context.positionals().empty()) {
        auto loaded = muse::load(context.positionals().front());
        const bool missing = !loaded && loaded.error().code == "no_input";
        muse = or_fatal(std::move(loaded), missing ? ExitStatus::no_input : ExitStatus::bad_input);
    }
    store::Database database{context.state_path(),
                             context.dry_run() ? store::OpenMode::scratch_copy
                                               : store::OpenMode::read_write};
    store::Moods moods{database};
    if (changes) {
        auto changed = moods.change(change_of(context, *muse));
        const bool stale = !changed && changed.error().code == "conflict";
        or_fatal(std::move(changed), stale ? ExitStatus::try_again : ExitStatus::bad_input);
    }
    if (muse)
        return context.write_line(
            line_of({muse->tenant, muse->persona_id, moods.of(muse->tenant, muse->persona_id)}));
    for (const store::MoodOf& one : moods.all())
        context.write_line(line_of(one));
}

} // namespace smos::tools
