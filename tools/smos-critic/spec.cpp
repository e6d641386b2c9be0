// SPDX-License-Identifier: Apache-2.0
// What smos-critic is.
#include "tools/smos-critic/spec.hpp"

namespace smos::tools {
namespace {

using cli::Kind;

const char* const description =
    "Reads production records and judges those whose status is rendered: the film is decoded once "
    "and held against its plan. Technical checks: checksum, decodable, duration, resolution, "
    "frame_rate, black_frames, frozen_frames, silence, clipping, loudness, true_peak, "
    "audio_video_length, index_first, caption_safe_area, caption_contrast, missing_glyphs. Safety: "
    "text_policy (slurs, links, addresses, phone numbers, coarse language) and disclosure (the "
    "file says that it was made with AI). Brand: do_not_say of the muse. Identity: the face "
    "against the muse's anchors.\n\n"
    "Each check carries the certainty of its verdict, and the least of them decides: above 0.9 "
    "approves, from 0.7 to 0.9 asks for a person, below rejects. A failed hard check rejects "
    "whatever the number. What was not looked at is listed as skipped with the reason.\n\n"
    "Identity is skipped when the muse has no face_anchors or no shot expects her. Otherwise it "
    "needs two models in the user's or system's configuration: models.face_detector (YuNet "
    "2022mar) and models.face_embedder (MobileFaceNet). Without them, without a face or with a "
    "poor one the verdict is unverifiable, which asks for a person and never passes.";

cli::Command check_command() {
    return {
        .name = "check",
        .summary = "run the technical checks on any media file",
        .description = "Prints one JSON object a line with file, verdict and checks, held against "
                       "the house's format: 1080x1920, 30 frames a second, 12 to 18 seconds, -14 "
                       "LUFS. With --muse also her face. A file that cannot be read is an error.",
        .positionals =
            {{.name = "FILE", .doc = "A video file.", .required = true, .repeatable = true}},
        .options = {{.name = "fail", .doc = "Exit with status 1 unless every file is approved."}},
        .filter = false,
    };
}

cli::Command compare_command() {
    return {
        .name = "compare",
        .summary = "say how alike the faces of two pictures are",
        .description = "The similarity is calibrated: of random impostors one in 100 reaches 0.60 "
                       "and one in 1000 reaches 0.75, which accepts. A picture without a face that "
                       "can be compared is unverifiable. Of several faces the most alike "
                       "count.",
        .positionals = {{.name = "A", .doc = "A picture.", .required = true},
                        {.name = "B", .doc = "Another picture.", .required = true}},
        .options = {{.name = "json", .doc = "Print one JSON object."},
                    {.name = "fail", .doc = "Exit with status 1 unless the faces are accepted."}},
        .filter = false,
    };
}

cli::ToolSpec make_spec() {
    cli::ToolSpec spec;
    spec.name = "smos-critic";
    spec.summary = "judge whether a film is fit to be published";
    spec.description = description;
    spec.reads = "rendered records";
    spec.writes = "approved, review or rejected records with a critic section";
    spec.commands = {{}, check_command(), compare_command()};
    spec.options = {{.name = "muse",
                     .kind = Kind::path,
                     .metavar = "FILE",
                     .doc = "A muse, for her face and what she does not say; one for each persona.",
                     .repeatable = true,
                     .project_may_set = true},
                    {.name = "min-duration",
                     .kind = Kind::number,
                     .metavar = "SECONDS",
                     .doc = "The shortest film; without it 12, or four fifths of "
                            "payload.length_seconds."},
                    {.name = "max-duration",
                     .kind = Kind::number,
                     .metavar = "SECONDS",
                     .doc = "The longest film; without it 18, or six fifths of "
                            "payload.length_seconds."}};
    spec.examples = {
        {"Judge what was rendered",
         "smos-critic --muse ava.yaml rendered.jsonl | jq -c '[.status, .confidence]'"},
        {"List what failed",
         "jq -c '.critic.checks[] | select(.passed == false and .skipped == null)' judged.jsonl"},
        {"Look at one file", "smos-critic check clip.mp4"},
        {"Compare two faces", "smos-critic compare ava.png frame.png --json"},
    };
    spec.see_also = {"smos-render(1)", "smos-publish(1)", "smos-muse(1)", "smos(1)"};
    spec.filter = true;
    return spec;
}

} // namespace

const cli::ToolSpec& critic_spec() {
    static const cli::ToolSpec spec = make_spec();
    return spec;
}

} // namespace smos::tools
