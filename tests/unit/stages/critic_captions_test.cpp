// SPDX-License-Identifier: Apache-2.0
// Captions are held against the safe area of the platform that the film is for.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/stages/critic/critic_checks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace smos;
using namespace smos::stages;
using records::Json;

namespace {

records::Timeline timeline_of(const std::string& preset) {
    records::Timeline timeline;
    timeline.canvas.safe_area = "shorts";
    records::TimelineOutput output;
    output.id = "first";
    output.preset = "shorts";
    output.burn = false;
    timeline.outputs.push_back(output);
    output.id = "second";
    output.preset = preset;
    output.burn = true;
    timeline.outputs.push_back(output);
    return timeline;
}

/// What the check says of a caption whose lower edge is at so many thousandths of the height.
records::Check judged(const std::string& preset, int lower_permille) {
    records::RenderOutput output;
    output.id = "second";
    output.preset = preset;
    const records::Timeline timeline = timeline_of(preset);
    const auto canvas = records::canvas_of_output(timeline.canvas, timeline.outputs.back());
    records::Sidecar captions;
    captions.metadata =
        Json{{"boxes",
              Json::array({Json{{"start_ms", 0},
                                {"end_ms", 500},
                                {"x", 400},
                                {"y", canvas.height_px * lower_permille / 1000 - 100},
                                {"w", 200},
                                {"h", 100},
                                {"text", "words"}}})},
             {"missing", Json::array()}};
    output.captions.push_back(captions);
    const auto record = records::Record::parse(R"({"task_id":"t"})");
    REQUIRE(record);
    const Expectation wanted = expectation_of(*record, timeline, output);
    media::Inspection seen;
    seen.info.width_px = static_cast<int>(canvas.width_px);
    seen.info.height_px = static_cast<int>(canvas.height_px);
    seen.info.rate_num = 30;
    seen.info.rate_den = 1;
    for (const Finding& finding : technical_findings(seen, wanted)) {
        if (finding.check.name == "caption_safe_area")
            return finding.check;
    }
    return {};
}

} // namespace

TEST_CASE("the preset of the output says where captions may stand") {
    CHECK(judged("shorts", 740).passed);
    CHECK_FALSE(judged("shorts", 770).passed);
    CHECK(judged("tiktok", 765).passed);
    CHECK_FALSE(judged("reels", 740).passed);
    CHECK(judged("reels", 640).passed);
    CHECK(judged("youtube", 890).passed);
    CHECK(judged("reels", 740).evidence.or_object()["safe_area"] == "reels");
}

TEST_CASE("an output without a platform is held against its canvas") {
    CHECK(judged("canvas", 740).passed);
    CHECK_FALSE(judged("canvas", 770).passed);
    CHECK(judged("canvas", 740).evidence.or_object()["safe_area"] == "shorts");
}
