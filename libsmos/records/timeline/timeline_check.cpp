// SPDX-License-Identifier: Apache-2.0
// Holds the parts of a timeline against each other.
#include "libsmos/records/timeline/timeline_check.hpp"

#include "libsmos/core/nearest.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_anchors.hpp"
#include "libsmos/records/timeline/timeline_effects.hpp"
#include "libsmos/records/timeline/timeline_layout.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/records/timeline/timeline_read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace smos::records {
namespace {

class References {
  public:
    References(const Timeline& timeline, bool resolved, std::vector<TimelineProblem>& problems)
        : timeline_(timeline),
          resolved_(resolved),
          problems_(problems) {}

    void check() {
        bool pictures = false;
        for (std::size_t i = 0; i < timeline_.tracks.size(); ++i) {
            const TimelineTrack& track = timeline_.tracks[i];
            const std::string at = fmt::format("/tracks/{}", i);
            name(track.id, at);
            pictures = pictures || !track.items.empty();
            check_items(track, at);
            for (std::size_t k = 0; k < track.cues.size(); ++k) {
                name(track.cues[k].id, fmt::format("{}/items/{}", at, k));
                if (!track.cues[k].asset.empty())
                    asset(track.cues[k].asset, "audio", fmt::format("{}/items/{}/asset", at, k));
            }
            for (std::size_t k = 0; k < track.sounds.size(); ++k) {
                name(track.sounds[k].id, fmt::format("{}/items/{}", at, k));
                asset(
                    track.sounds[k].asset, "audio video", fmt::format("{}/items/{}/asset", at, k));
            }
        }
        if (!pictures)
            fail("/tracks", "empty_timeline", "there is no video item", "add one");
        for (const auto& [id, each] : timeline_.assets) {
            if (resolved_ && !each.uri)
                fail("/assets/" + id + "/uri", "missing_field", "a resolved asset is a file");
            else if (!each.licence && !each.receipt && each.uri)
                warn("/assets/" + id, "no_licence", "has neither license nor receipt");
        }
        check_outputs();
    }

  private:
    void add(bool fatal,
             const std::string& at,
             const char* code,
             std::string message,
             std::string hint) {
        problems_.push_back({fatal, code, at, std::move(message), std::move(hint), {}});
    }
    void fail(const std::string& at, const char* code, std::string message, std::string hint = {}) {
        add(true, at, code, std::move(message), std::move(hint));
    }
    void warn(const std::string& at, const char* code, std::string message) {
        add(false, at, code, std::move(message), {});
    }

    void name(const std::string& id, const std::string& at) {
        if (!names_.insert(id).second)
            fail(at + "/id", "duplicate_id", fmt::format("'{}' is there twice", id), "rename one");
    }

    void asset(const std::string& id, const std::string& kinds, const std::string& at) {
        const auto found = timeline_.assets.find(id);
        if (found != timeline_.assets.end() && kinds.find(found->second.kind) != kinds.npos)
            return;
        std::vector<std::string> known;
        for (const auto& [name, each] : timeline_.assets)
            if (kinds.find(each.kind) != kinds.npos)
                known.push_back(name);
        fail(at,
             "unknown_asset",
             fmt::format("there is no {} asset '{}'", kinds, id),
             known.empty() ? "add one to assets" : nearest_hint(id, known));
        const std::string near = nearest(id, known);
        if (!near.empty())
            problems_.back().fix =
                Json::array({Json{{"op", "replace"}, {"path", at}, {"value", near}}});
    }

    void preset(const std::string& name, const std::string& at, const char* what) {
        const OutputPreset* known_one = output_preset(name);
        const bool sized = known_one != nullptr && known_one->width_px > 0;
        if (sized || (known_one != nullptr && at != "/canvas/safe"))
            return;
        const std::vector<std::string>& known = output_preset_names();
        fail(at,
             "unknown_preset",
             fmt::format("there is no {} '{}'", what, name),
             nearest_hint(name, known));
        if (const std::string near = nearest(name, known); !near.empty())
            problems_.back().fix =
                Json::array({Json{{"op", "replace"}, {"path", at}, {"value", near}}});
    }

    void check_outputs() {
        preset(timeline_.canvas.safe_area, "/canvas/safe", "safe area");
        std::set<std::string> ids;
        for (std::size_t i = 0; i < timeline_.outputs.size(); ++i) {
            const TimelineOutput& output = timeline_.outputs[i];
            const std::string at = fmt::format("/outputs/{}", i);
            preset(output.preset, at + "/preset", "preset");
            if (!ids.insert(output.id).second)
                fail(at + "/id",
                     "duplicate_id",
                     fmt::format("'{}' is there twice", output.id),
                     "rename one");
            for (std::size_t k = 0; k < output.views.size(); ++k)
                view(output.views[k].item, fmt::format("{}/views/{}/item", at, k));
        }
    }

    void view(const std::string& item, const std::string& at) {
        std::vector<std::string> known;
        for (const TimelineTrack& track : timeline_.tracks)
            for (const TimelineItem& each : track.items)
                known.push_back(each.id);
        if (std::find(known.begin(), known.end(), item) == known.end())
            fail(at,
                 "unknown_item",
                 fmt::format("there is no video item '{}'", item),
                 nearest_hint(item, known));
    }

    void effect_assets(const std::vector<EffectKind>& kinds,
                       const TimelineEffect& effect,
                       const std::string& at) {
        const EffectKind* kind = effect_kind(kinds, effect.name);
        if (kind == nullptr)
            return; // said already
        for (const EffectParameter& parameter : kind->parameters) {
            if (parameter.kind != EffectParameter::Kind::asset)
                continue;
            const auto given = effect.texts.find(parameter.name);
            if (given == effect.texts.end())
                fail(at, "missing_field", fmt::format("needs '{}'", parameter.name));
            else
                asset(given->second, effect.name == "lut" ? "lut" : "image", at);
        }
    }

    void check_items(const TimelineTrack& track, const std::string& at) {
        for (std::size_t k = 0; k < track.items.size(); ++k) {
            const TimelineItem& item = track.items[k];
            const std::string here = item_pointer(track, at, k);
            name(item.id, here);
            if (item.asset.empty() == !item.gen.has_value())
                fail(here + "/asset", "missing_field", "an item needs either asset or gen");
            else if (!item.gen)
                asset(item.asset, "image video", here + "/asset");
            for (std::size_t n = 0; n < item.lines.size(); ++n)
                asset(item.lines[n], "audio", fmt::format("{}/lines/{}", here, n));
            for (std::size_t n = 0; n < item.fx.size(); ++n)
                effect_assets(filter_kinds(), item.fx[n], fmt::format("{}/fx/{}", here, n));
            const std::int64_t frozen = item.speed.num;
            if (frozen == 0 && item.in < 0)
                fail(here + "/in", "out_of_range", "a frozen frame has to be in the source");
        }
        for (std::size_t k = 0; k < track.transitions.size(); ++k) {
            const TimelineTransition& each = track.transitions[k];
            const std::string here = fmt::format("{}/items/{}", at, k + each.items_before);
            name(each.id, here);
            effect_assets(transition_kinds(), each.look, here);
        }
    }

    const Timeline& timeline_;
    bool resolved_;
    std::vector<TimelineProblem>& problems_;
    std::set<std::string> names_;
};

} // namespace

std::vector<TimelineProblem> check_timeline(const Json& json, Timeline* parsed) {
    std::vector<TimelineProblem> problems;
    Timeline timeline;
    timeline_fields::read_whole(json, timeline, problems);
    if (problems.empty()) {
        const bool resolved = timeline_fields::is_resolved(json);
        References{timeline, resolved, problems}.check();
        check_anchors(timeline, problems);
        if (const auto meta = json.find("meta"); meta != json.end() && meta->is_object())
            check_disclosure(timeline, meta->value("publish", Json()), "/meta/publish", problems);
        check_layout(timeline, resolved, problems);
    }
    const bool fine = std::none_of(problems.begin(),
                                   problems.end(),
                                   [](const TimelineProblem& problem) { return problem.fatal; });
    if (fine && timeline.outputs.empty())
        timeline.outputs.emplace_back().preset = preset_of_shape(timeline.canvas);
    if (parsed != nullptr)
        *parsed = std::move(timeline);
    return problems;
}

std::string dotted_path(const std::string& pointer) {
    std::string path = "timeline";
    for (std::size_t at = 0; at < pointer.size();) {
        const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
        std::string token = pointer.substr(at + 1, end - at - 1);
        for (std::size_t tilde = token.find('~'); tilde != token.npos;
             tilde = token.find('~', tilde + 1))
            token.replace(tilde, 2, token.compare(tilde, 2, "~1") == 0 ? "/" : "~");
        const bool index = !token.empty() && token.find_first_not_of("0123456789") == token.npos;
        path += index ? "[" : ".";
        path += token;
        if (index)
            path += "]";
        at = end;
    }
    return path;
}

} // namespace smos::records
