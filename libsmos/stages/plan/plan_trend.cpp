// SPDX-License-Identifier: Apache-2.0
// From a record to a trend: a scouted item, a prompt, or a task message of either generation.
#include "libsmos/stages/plan/plan_trend.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/plan/plan_angle.hpp"
#include "libsmos/stages/plan/plan_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace smos::stages {
namespace {

std::string text_of(const records::Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Requests start with what to make; the subject is what stands behind "about".
std::string without_order(std::string prompt) {
    const std::string low = lower(prompt);
    for (const char* marker : {" about ", " on the topic of ", " explaining ", " covering "}) {
        const std::size_t at = low.find(marker);
        if (at == std::string::npos || at > 60)
            continue;
        const std::string order = low.substr(0, at);
        for (const char* thing : {"skit",
                                  "video",
                                  "short",
                                  "clip",
                                  "reel",
                                  "piece",
                                  "post",
                                  "story",
                                  "something",
                                  "explainer",
                                  "talk",
                                  "speak",
                                  "tell",
                                  "script"})
            if (contains_phrase(order, thing))
                return prompt.substr(at + std::string(marker).size());
    }
    static constexpr std::array<const char*, 8> orders = {"explain ",
                                                          "discuss ",
                                                          "talk about ",
                                                          "describe ",
                                                          "review ",
                                                          "cover ",
                                                          "show ",
                                                          "introduce "};
    for (const std::string_view order : orders)
        if (low.compare(0, order.size(), order) == 0)
            return prompt.substr(order.size());
    return prompt;
}

void read_payload(Trend& trend, const records::Json& payload) {
    if (!payload.is_object())
        return;
    trend.style = text_of(payload, "style");
    const auto length = payload.find("length_seconds");
    if (length != payload.end() && length->is_number()) {
        const double seconds = std::clamp(length->get<double>(), 6.0, 60.0);
        trend.length_ms = static_cast<std::int64_t>(std::llround(seconds * 1000));
        trend.length_given = true;
    }
}

void read_scout(Trend& trend, const records::Scout& scout) {
    trend.from_scout = true;
    trend.platform = scout.platform;
    trend.native_id = scout.native_id;
    trend.title = scout.title;
    trend.text = scout.title + "\n" + scout.text.value_or("");
    for (const std::string& tag : scout.tags)
        trend.text += "\n" + tag;
    trend.phase = scout.phase;
    trend.peak_probability = scout.peak_probability;
}

} // namespace

Result<Trend> read_trend(const records::Record& record) {
    Trend trend;
    SMOS_TRY(const records::JsonBox payload, record.member("payload"));
    SMOS_TRY(const std::optional<records::Scout> scout, record.section<records::Scout>());
    if (payload)
        read_payload(trend, *payload);
    const std::string prompt = payload && payload->is_object() ? text_of(*payload, "prompt") : "";
    std::string topic_hint;
    if (scout) {
        read_scout(trend, *scout);
        topic_hint = scout->topic.value_or("") + " " + scout->source;
    }
    if (!scout || (trend.title.empty() && !prompt.empty())) {
        if (prompt.empty())
            return Error{"nothing_to_plan",
                         "has neither a scout section nor payload.prompt",
                         record.task_id(),
                         "run smos-scout before, or add payload.prompt"};
        trend.platform = scout ? scout->platform : "intent";
        trend.title = prompt;
        trend.text = prompt;
        if (!scout)
            trend.native_id = sha256_hex(prompt);
    }
    const bool intent = trend.platform == "intent";
    trend.headline = speakable(intent ? without_order(trend.title) : trend.title);
    trend.angle = angle_of(trend.headline, trend.text, topic_hint);
    read_headline(trend);
    if (intent && trend.kind == HeadlineKind::statement && split_words(trend.headline).size() < 6)
        trend.kind = HeadlineKind::label;
    if (scout)
        read_metrics(trend, *scout);
    return trend;
}

} // namespace smos::stages
