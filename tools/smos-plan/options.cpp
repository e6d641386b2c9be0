// SPDX-License-Identifier: Apache-2.0
// Muses, thresholds and prices for the stage.
#include "tools/smos-plan/options.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/muse/muse.hpp"
#include "libsmos/providers/capabilities/bindings.hpp"
#include "libsmos/providers/capabilities/prices.hpp"
#include "libsmos/stages/plan/plan_moral.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::tools {
namespace {

std::vector<muse::Muse> muses_of(const cli::Context& context) {
    std::vector<muse::Muse> muses;
    for (const std::string& path : context.texts("muse")) {
        auto loaded = muse::load(path);
        if (!loaded)
            throw Fatal(loaded.error().code == "no_input" ? ExitStatus::no_input
                                                          : ExitStatus::bad_input,
                        Error{"", loaded.error().message, loaded.error().where}.text(),
                        loaded.error().hint);
        for (const muse::Muse& other : muses)
            if (other.persona_id == loaded->persona_id)
                throw Fatal(
                    ExitStatus::usage,
                    fmt::format("{}: a second muse with persona_id {}", path, other.persona_id),
                    "give every muse once");
        muses.push_back(*std::move(loaded));
    }
    return muses;
}

double fraction(const cli::Context& context, const char* name, double most) {
    const double value = context.number(name);
    if (!(value >= 0 && value <= most))
        throw Fatal(ExitStatus::usage,
                    fmt::format("--{} is out of range", name),
                    fmt::format("give a number from 0 to {}", most));
    return value;
}

std::vector<std::string> vetoes_of(const cli::Context& context) {
    const std::vector<std::string> allowed = context.texts("allow");
    std::vector<std::string> vetoes;
    for (const std::string& category : stages::veto_categories())
        if (std::find(allowed.begin(), allowed.end(), category) == allowed.end())
            vetoes.push_back(category);
    return vetoes;
}

/// The price of the first provider that is bound to the capability.
stages::Estimator estimator_of(const cli::Context& context) {
    auto bindings = or_fatal(providers::BindingTable::from_config(context.trusted_config()),
                             ExitStatus::config);
    auto prices =
        or_fatal(providers::PriceTable::from_config(context.trusted_config()), ExitStatus::config);
    return [bindings = std::move(bindings), prices = std::move(prices), now = context.now()](
               const stages::Need& need) -> Result<records::EstimateLine> {
        const auto& bound = bindings.of(need.capability);
        if (bound.empty())
            return Error{"unbound",
                         "no provider serves " + need.capability,
                         {},
                         "bind one in the configuration"};
        const providers::Binding& first = bound.front();
        const std::string unit = first.unit.empty() ? need.unit : first.unit;
        if (unit != need.unit && unit != "call")
            return Error{"unknown_unit",
                         fmt::format("{} is sold per {}, and a plan counts it per {}",
                                     need.capability,
                                     unit,
                                     need.unit),
                         {},
                         "bind it with that unit or per call"};
        const std::int64_t quantity = unit == need.unit ? need.quantity : need.calls;
        SMOS_TRY(const providers::PriceRow row,
                 prices.find(first.provider, first.model, unit, now));
        SMOS_TRY(const Micros micros, cost(row.price, quantity));
        return records::EstimateLine{need.capability,
                                     first.provider,
                                     first.model,
                                     unit,
                                     quantity,
                                     {row.price.micros, row.price.per_units},
                                     micros};
    };
}

} // namespace

stages::PlanSettings plan_settings(const cli::Context& context) {
    stages::PlanSettings settings;
    settings.muses = muses_of(context);
    settings.roi.min_roi = fraction(context, "min-roi", 1e9);
    settings.roi.peaking_passes = context.text("peaking-passes") == "yes";
    settings.min_moral = fraction(context, "min-moral", 1);
    settings.vetoes = vetoes_of(context);
    settings.seed = context.seed();
    settings.estimate = estimator_of(context);
    settings.stamp = [&context](std::int64_t started_us) { return context.stamp(started_us); };
    return settings;
}

} // namespace smos::tools
