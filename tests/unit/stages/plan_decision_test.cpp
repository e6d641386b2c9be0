// SPDX-License-Identifier: Apache-2.0
// Moral fit, return, and the decision that follows.
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/plan/plan.hpp"
#include "libsmos/stages/plan/plan_moral.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::stages;

namespace {

muse::Muse ava() {
    muse::Muse muse;
    muse.persona_id = "ava";
    muse.name = "Ava";
    muse.identity.niche = "tech-hardware";
    muse.moral.technophilia = 1;
    muse.channels = {{"site", "ava", 1000}};
    muse.taboo = {"election"};
    return muse;
}

PlanSettings settings(std::int64_t image_micros) {
    PlanSettings out;
    out.muses = {ava()};
    out.vetoes = veto_categories();
    out.stamp = [](std::int64_t) {
        records::Stamp stamp;
        stamp.tool = "smos-plan";
        stamp.version = "0";
        stamp.at = "2026-11-20T12:00:00Z";
        return stamp;
    };
    out.estimate = [image_micros](const Need& need) -> Result<records::EstimateLine> {
        const std::int64_t micros = need.unit == "image" ? image_micros * need.quantity : 0;
        return records::EstimateLine{
            need.capability, "test", "m", need.unit, need.quantity, {image_micros, 1}, micros};
    };
    return out;
}

records::Record scouted(const std::string& title, const std::string& more = "") {
    auto record = records::Record::parse(
        R"({"status":"scouted","task_id":"t",)"
        R"("scout":{"tool":"s","version":"0","at":"2026-11-20T12:00:00Z",)"
        R"("platform":"reddit","native_id":"n","observed_at":"2026-11-20T12:00:00Z","title":")" +
        title + "\"" + more + "}}");
    REQUIRE(record);
    return *std::move(record);
}

records::Plan planned(const PlanSettings& with, records::Record record) {
    PlanStage stage(with);
    auto out = stage.apply(std::move(record));
    REQUIRE(out.size() == 1);
    auto plan = out[0].section<records::Plan>();
    REQUIRE(plan);
    REQUIRE(plan->has_value());
    return **plan;
}

} // namespace

TEST_CASE("the return is expected value over estimate") {
    RoiInput input;
    input.typical_views = 1000;
    input.peak_probability = 0.5;
    input.niche = "tech-hardware";
    input.total_micros = 32'000'000;
    const RoiDecision decision = decide_roi(input, {});
    CHECK(decision.expected_value == 96'000'000); // 1000 x (0.5 x 5 + 0.5) x 32 / 1000 dollars
    CHECK(decision.roi == doctest::Approx(3.0));
    CHECK(decision.produce);
}

TEST_CASE("a return at the limit does not pass, peaking does") {
    RoiInput input;
    input.typical_views = 1000;
    input.niche = "other";
    input.total_micros = 8'333'334;
    RoiRules rules;
    CHECK_FALSE(decide_roi(input, rules).produce); // 10 / 8.333334 is not above 1.2
    input.total_micros = 8'000'000;
    CHECK(decide_roi(input, rules).produce);
    input.total_micros = 80'000'000;
    input.peaking = true;
    CHECK(decide_roi(input, rules).produce);
    rules.peaking_passes = false;
    CHECK_FALSE(decide_roi(input, rules).produce);
}

TEST_CASE("what is free passes when something is expected from it") {
    RoiInput input;
    CHECK_FALSE(decide_roi(input, {}).produce);
    CHECK_FALSE(decide_roi(input, {}).expected_value.has_value());
    input.typical_views = 0;
    CHECK_FALSE(decide_roi(input, {}).produce);
    input.typical_views = 1;
    const RoiDecision decision = decide_roi(input, {});
    CHECK(decision.produce);
    CHECK_FALSE(decision.roi.has_value());
}

TEST_CASE("moral fit follows the formula") {
    // "ai" and "robot": h = 2, l = 0, p = 3/4, w = 2/3, a = 1 - |3/4 - 1| = 3/4.
    const MoralFit fit = moral_fit(ava(), "ai robot", 0.5, {});
    CHECK(fit.moral.dimensions.at("technophilia") == doctest::Approx(0.75));
    CHECK(fit.moral.score ==
          doctest::Approx((0.7 + 2.0 / 3 * 0.75) / (1 + 2.0 / 3)).epsilon(0.001));
    CHECK(fit.moral.dimensions.at("ego") == doctest::Approx(0.7));
    CHECK_FALSE(fit.moral.veto);
}

TEST_CASE("taboos and categories veto") {
    CHECK(moral_fit(ava(), "The Election is near", 0, {}).moral.veto);
    CHECK(moral_fit(ava(), "guaranteed returns for all", 0, veto_categories()).moral.veto);
    CHECK_FALSE(moral_fit(ava(), "guaranteed returns for all", 0, {}).moral.veto);
    CHECK_FALSE(moral_fit(ava(), "selection", 0, veto_categories()).moral.veto);
}

TEST_CASE("a stage decides, and says why with numbers") {
    const records::Plan dear =
        planned(settings(1'000'000'000), scouted("Linux drops old processors"));
    CHECK(dear.decision == "skip");
    CHECK_FALSE(dear.script.has_value());
    CHECK(dear.estimate.has_value());
    CHECK(dear.roi.has_value());
    const records::Plan free = planned(settings(0), scouted("Linux drops old processors"));
    CHECK(free.decision == "produce");
    CHECK_FALSE(free.roi.has_value());
    CHECK(free.expected_value_micros == 32'000'000);
    const records::Plan vetoed = planned(settings(0), scouted("Election night robots"));
    CHECK(vetoed.decision == "skip");
    CHECK(vetoed.moral.veto);
}

TEST_CASE("a price that is not known fails the record, not the process") {
    PlanSettings with = settings(0);
    with.estimate = [](const Need&) -> Result<records::EstimateLine> {
        return Error{"unknown_price", "no price", "", ""};
    };
    PlanStage stage(with);
    const auto out = stage.apply(scouted("Linux drops old processors"));
    REQUIRE(out.size() == 1);
    CHECK(out[0].status() == records::Status::failed);
}

TEST_CASE("the persona is expected only where a picture can show her") {
    PlanSettings with = settings(0);
    const std::string plain = planned(with, scouted("Linux drops old processors")).timeline->dump();
    CHECK(plain.find("expect") == std::string::npos);
    with.muses[0].face_anchors = {"ava.png"};
    const std::string shown = planned(with, scouted("Linux drops old processors")).timeline->dump();
    CHECK(shown.find(R"("expect":{"persona":"ava"})") != std::string::npos);
}

TEST_CASE("words the muse does not say never come up") {
    PlanSettings with = settings(0);
    with.muses[0].do_not_say = {"linux", "processors"};
    const records::Plan plan = planned(with, scouted("Linux drops old processors"));
    CHECK(plan.decision == "skip");
    CHECK(plan.reasons.back().code == "do_not_say");
}
