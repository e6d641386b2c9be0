// SPDX-License-Identifier: Apache-2.0
// The plan section: what the muse will say about it, or why not.
#pragma once

#include "libsmos/records/sidecar.hpp"

#include <map>

namespace smos::records {

/// One reason behind a decision, with the number and the limit it was held against.
struct Reason {
    std::string code;
    std::string text;
    std::optional<double> value;
    std::optional<double> limit;
};

struct MuseRef {
    std::string persona_id;
    std::string version;
    std::string dna_sha256;
};

struct Moral {
    double score = 0; // 0..1
    bool veto = false;
    std::map<std::string, double> dimensions; // ego … technophilia, 0..1
};

struct UnitPrice {
    std::int64_t micros = 0;
    std::int64_t per_units = 1;
};

struct EstimateLine {
    std::string capability;
    std::string provider;
    std::string model;
    std::string unit;
    std::int64_t quantity = 0;
    UnitPrice price;
    std::int64_t micros = 0;
};

struct Estimate {
    std::int64_t total_micros = 0;
    std::vector<EstimateLine> lines;
};

struct ScriptLine {
    std::string id;
    std::string text;
};

struct Script {
    std::string title;
    std::string hook;
    std::vector<ScriptLine> lines;
    std::string caption;
    std::vector<std::string> hashtags;
};

struct Scene {
    std::string scene_id;
    std::int64_t duration_ms = 0;
    std::string visual;
    std::string shot_type;
    std::string camera_movement;
    std::vector<std::string> line_ids;
    bool pattern_interrupt = false;
};

struct Storyboard {
    std::vector<Scene> scenes;
};

struct Attention {
    double hook_intensity = 0; // 0..1
    std::vector<std::int64_t> interrupts_ms;
    std::vector<double> tempo_curve;
};

struct Candidate {
    double score = 0;
    std::string why;
};

struct Writer {
    std::string capability;
    std::string provider;
    std::string model;
    std::int64_t spend_micros = 0;
};

struct Plan : Stamp {
    std::string decision; // produce | skip
    std::vector<Reason> reasons;
    MuseRef muse;
    Moral moral;
    std::optional<double> roi; // null when the total is 0 ("free")
    std::optional<std::int64_t> expected_value_micros;
    std::optional<Estimate> estimate;
    std::optional<Script> script;
    std::optional<Storyboard> storyboard;
    std::optional<Attention> attention;
    JsonBox timeline; // smos.timeline/1, authored
    std::vector<Candidate> candidates;
    std::optional<Writer> writer;
};

template <>
struct Fields<Reason> {
    static constexpr const char* name = "reason";
    static constexpr const char* doc =
        "One reason behind a decision, with the number and the limit it was held against.";
    static constexpr auto list() {
        return std::make_tuple(required("code", &Reason::code, "A stable word for programs."),
                               required("text", &Reason::text, "The reason for people."),
                               field("value", &Reason::value, "The number that decided."),
                               field("limit", &Reason::limit, "What it was held against."));
    }
};

template <>
struct Fields<MuseRef> {
    static constexpr const char* name = "muse_ref";
    static constexpr const char* doc = "Which version of which muse decided.";
    static constexpr auto list() {
        return std::make_tuple(
            required("persona_id", &MuseRef::persona_id, "The muse."),
            field("version", &MuseRef::version, "Version of its file."),
            required("dna_sha256", &MuseRef::dna_sha256, "SHA-256 of its canonical form."));
    }
};

template <>
struct Fields<Moral> {
    static constexpr const char* name = "moral";
    static constexpr const char* doc = "How the trend fits the muse.";
    static constexpr auto list() {
        return std::make_tuple(
            required("score", &Moral::score, "0..1, 1 is a perfect fit."),
            required("veto", &Moral::veto, "True when a rule of the muse forbids it."),
            field(
                "dimensions",
                &Moral::dimensions,
                "Fit per dimension: ego, empathy, chaos, autonomy, sophistication, technophilia."));
    }
};

template <>
struct Fields<UnitPrice> {
    static constexpr const char* name = "unit_price";
    static constexpr const char* doc = "A price for so many units.";
    static constexpr auto list() {
        return std::make_tuple(
            required("micros", &UnitPrice::micros, "Micro-USD."),
            required("per_units", &UnitPrice::per_units, "For this many units."));
    }
};

template <>
struct Fields<EstimateLine> {
    static constexpr const char* name = "estimate_line";
    static constexpr const char* doc = "What one capability is expected to cost.";
    static constexpr auto list() {
        return std::make_tuple(
            required("capability", &EstimateLine::capability, "cap.*"),
            required("provider", &EstimateLine::provider, "Who would serve it."),
            required("model", &EstimateLine::model, "With which model."),
            required("unit", &EstimateLine::unit, "What is counted."),
            required("quantity", &EstimateLine::quantity, "How many."),
            required("price", &EstimateLine::price, "The dated price row that was used."),
            required("micros", &EstimateLine::micros, "Price times quantity, rounded up once."));
    }
};

template <>
struct Fields<Estimate> {
    static constexpr const char* name = "estimate";
    static constexpr const char* doc = "What the production is expected to cost.";
    static constexpr auto list() {
        return std::make_tuple(
            required("total_micros", &Estimate::total_micros, "Sum of the lines."),
            required("lines", &Estimate::lines, "One line per capability."));
    }
};

template <>
struct Fields<ScriptLine> {
    static constexpr const char* name = "script_line";
    static constexpr const char* doc = "One spoken line.";
    static constexpr auto list() {
        return std::make_tuple(required("id", &ScriptLine::id, "Referred to by scenes."),
                               required("text", &ScriptLine::text, "What is said."));
    }
};

template <>
struct Fields<Script> {
    static constexpr const char* name = "script";
    static constexpr const char* doc = "What the muse says.";
    static constexpr auto list() {
        return std::make_tuple(required("title", &Script::title, "Title of the video."),
                               required("hook", &Script::hook, "Its first words."),
                               required("lines", &Script::lines, "The spoken lines in order."),
                               required("caption", &Script::caption, "Text of the post."),
                               field("hashtags", &Script::hashtags, "Without the # sign."));
    }
};

template <>
struct Fields<Scene> {
    static constexpr const char* name = "scene";
    static constexpr const char* doc = "One shot.";
    static constexpr auto list() {
        return std::make_tuple(
            required("scene_id", &Scene::scene_id, "Its name."),
            required("duration_ms", &Scene::duration_ms, "Planned length."),
            required("visual", &Scene::visual, "What is to be seen."),
            required("shot_type",
                     &Scene::shot_type,
                     "extreme_wide_shot wide_shot medium_shot close_up extreme_close_up"),
            required("camera_movement",
                     &Scene::camera_movement,
                     "static pan tilt zoom_in zoom_out dolly tracking"),
            field("line_ids", &Scene::line_ids, "The lines spoken over it."),
            required("pattern_interrupt",
                     &Scene::pattern_interrupt,
                     "Whether an interrupt falls into it."));
    }
};

template <>
struct Fields<Storyboard> {
    static constexpr const char* name = "storyboard";
    static constexpr const char* doc = "The shots in order.";
    static constexpr auto list() {
        return std::make_tuple(required("scenes", &Storyboard::scenes, "One after the other."));
    }
};

template <>
struct Fields<Attention> {
    static constexpr const char* name = "attention";
    static constexpr const char* doc = "What is done to keep people watching.";
    static constexpr auto list() {
        return std::make_tuple(
            required(
                "hook_intensity", &Attention::hook_intensity, "0..1 of the first three seconds."),
            field("interrupts_ms", &Attention::interrupts_ms, "When something breaks the pattern."),
            field("tempo_curve", &Attention::tempo_curve, "Words per second, scene by scene."));
    }
};

template <>
struct Fields<Candidate> {
    static constexpr const char* name = "candidate";
    static constexpr const char* doc = "One script that was considered.";
    static constexpr auto list() {
        return std::make_tuple(required("score", &Candidate::score, "Higher is better."),
                               required("why", &Candidate::why, "What the score rests on."));
    }
};

template <>
struct Fields<Writer> {
    static constexpr const char* name = "writer";
    static constexpr const char* doc = "Who wrote the script.";
    static constexpr auto list() {
        return std::make_tuple(required("capability", &Writer::capability, "cap.text.script"),
                               required("provider", &Writer::provider, "Who served it."),
                               required("model", &Writer::model, "With which model."),
                               field("spend_micros", &Writer::spend_micros, "What it cost."));
    }
};

template <>
struct Fields<Plan> {
    static constexpr const char* name = "plan";
    static constexpr const char* doc = "What the muse will say about it, or why not.";
    static constexpr auto list() {
        return std::tuple_cat(
            stamp_fields<Plan>(),
            std::make_tuple(
                required("decision", &Plan::decision, "produce or skip."),
                required("reasons", &Plan::reasons, "Every gate with its number and limit."),
                required("muse", &Plan::muse, "The muse that decided."),
                required("moral", &Plan::moral, "Its moral fit."),
                field("roi",
                      &Plan::roi,
                      "Expected value / estimated total; absent when the total is 0."),
                field("expected_value_micros",
                      &Plan::expected_value_micros,
                      "Expected views times CPM."),
                field("estimate", &Plan::estimate, "Costs by line."),
                field("script", &Plan::script, "What is said."),
                field("storyboard", &Plan::storyboard, "What is seen."),
                field("attention", &Plan::attention, "How attention is kept."),
                field("timeline", &Plan::timeline, "smos.timeline/1 in its authored form."),
                field("candidates", &Plan::candidates, "Scripts that were considered."),
                field("writer", &Plan::writer, "Who wrote it.")));
    }
};

} // namespace smos::records
