// SPDX-License-Identifier: Apache-2.0
// The render section: what was made.
#pragma once

#include "libsmos/records/cfo.hpp"
#include "libsmos/records/sidecar.hpp"

namespace smos::records {

struct RenderOutput {
    std::string id;
    std::string preset;
    Sidecar video;
    Sidecar poster;
    std::vector<Sidecar> captions;
};

struct RenderAsset {
    std::string id;
    Sidecar sidecar;
    bool generated = false;
    std::optional<std::string> provider;
    std::optional<std::string> model;
    std::optional<std::string> licence;
    std::optional<std::string> spend_id;
};

struct Downgrade {
    std::string asked;
    std::string delivered;
    std::string why;
};

struct SyncCut {
    std::string id;
    std::string state; // verified | unverifiable
    std::optional<std::int64_t> error_samples;
};

struct Sync {
    std::optional<double> max_error_ms;
    std::vector<SyncCut> cuts;
};

struct Render : Stamp {
    std::string timeline_sha256;
    std::string device; // cpu | cuda
    bool cached = false;
    std::vector<RenderOutput> outputs;
    std::vector<RenderAsset> assets;
    std::vector<Downgrade> downgrades;
    std::optional<Sync> sync;
    JsonBox plan;                  // of a dry run
    std::optional<Witness> ledger; // where paid calls were made
};

template <>
struct Fields<RenderOutput> {
    static constexpr const char* name = "render_output";
    static constexpr const char* doc = "One deliverable.";
    static constexpr auto list() {
        return std::make_tuple(required("id", &RenderOutput::id, "The timeline's output id."),
                               required("preset", &RenderOutput::preset, "Its preset."),
                               required("video",
                                        &RenderOutput::video,
                                        "metadata: width, height, rate, duration_ms, frames, "
                                        "video_codec, audio_codec, lufs, true_peak_dbtp."),
                               required("poster", &RenderOutput::poster, "A still."),
                               field("captions",
                                     &RenderOutput::captions,
                                     "SRT and VTT; metadata: cue boxes per frame range."));
    }
};

template <>
struct Fields<RenderAsset> {
    static constexpr const char* name = "render_asset";
    static constexpr const char* doc = "One file that the picture or the sound was made of.";
    static constexpr auto list() {
        return std::make_tuple(
            required("id", &RenderAsset::id, "The timeline's asset id."),
            required("sidecar", &RenderAsset::sidecar, "The file."),
            required("generated", &RenderAsset::generated, "Whether a capability made it."),
            field("provider", &RenderAsset::provider, "Which."),
            field("model", &RenderAsset::model, "With which model."),
            field("licence", &RenderAsset::licence, "Under which licence."),
            field("spend_id", &RenderAsset::spend_id, "What paid for it."));
    }
};

template <>
struct Fields<Downgrade> {
    static constexpr const char* name = "downgrade";
    static constexpr const char* doc =
        "Something that was delivered differently from what was asked.";
    static constexpr auto list() {
        return std::make_tuple(required("asked", &Downgrade::asked, "What was asked."),
                               required("delivered", &Downgrade::delivered, "What was delivered."),
                               required("why", &Downgrade::why, "The reason."));
    }
};

template <>
struct Fields<SyncCut> {
    static constexpr const char* name = "sync_cut";
    static constexpr const char* doc = "One sound of the timeline, looked for in the film.";
    static constexpr auto list() {
        return std::make_tuple(
            required("id", &SyncCut::id, "The timeline's item id."),
            required("state",
                     &SyncCut::state,
                     "verified, or unverifiable: silent, masked or the same all over."),
            field("error_samples",
                  &SyncCut::error_samples,
                  "How late it comes, at 48 kHz; negative is early. Only when verified."));
    }
};

template <>
struct Fields<Sync> {
    static constexpr const char* name = "sync";
    static constexpr const char* doc =
        "How well picture and sound agree, measured on the decoded film.";
    static constexpr auto list() {
        return std::make_tuple(
            field("max_error_ms", &Sync::max_error_ms, "The largest error of those verified."),
            field("cuts", &Sync::cuts, "Every sound of the timeline."));
    }
};

template <>
struct Fields<Render> {
    static constexpr const char* name = "render";
    static constexpr const char* doc = "What was made.";
    static constexpr auto list() {
        return std::tuple_cat(
            stamp_fields<Render>(),
            std::make_tuple(
                required(
                    "timeline_sha256", &Render::timeline_sha256, "Name of the resolved timeline."),
                required("device", &Render::device, "cpu or cuda."),
                required("cached",
                         &Render::cached,
                         "True when the same timeline had been rendered before."),
                required("outputs", &Render::outputs, "The deliverables."),
                field("assets", &Render::assets, "What they were made of."),
                field("downgrades", &Render::downgrades, "Never silent."),
                field("sync", &Render::sync, "Picture against sound."),
                field("ledger", &Render::ledger, "Where the ledger stood behind its paid calls."),
                field("plan",
                      &Render::plan,
                      "Of a dry run: frames, assets and the most they cost, disk, memory.")));
    }
};

} // namespace smos::records
