// SPDX-License-Identifier: Apache-2.0
// What smos-render is.
#include "tools/smos-render/spec.hpp"

#include "tools/smos-render/options.hpp"

namespace smos::tools {

namespace {

cli::Option preview_option() {
    cli::Option preview{"preview",
                        0,
                        cli::Kind::flag,
                        "",
                        "Look at the timeline given as argument: with --output as a film of half "
                        "the width and height, quickly encoded, else as frames in the terminal."};
    preview.command_line_only = true;
    return preview;
}

/// What is done with a timeline given as argument.
std::vector<cli::Option> timeline_options() {
    cli::Option output{"output",
                       'o',
                       cli::Kind::path,
                       "FILE",
                       "Render the timeline given as argument to this MP4. Its further outputs are "
                       "written beside it, with their ids behind its name: out-square.mp4. "
                       "QuickTime gets the ending .mov."};
    output.command_line_only = true;
    cli::Option resolve{"resolve",
                        0,
                        cli::Kind::flag,
                        "",
                        "Make the assets of the timeline given as argument and print its "
                        "resolved form: integers only, canonical, without a line end, so that its "
                        "SHA-256 is the render's timeline_sha256."};
    resolve.command_line_only = true;
    cli::Option check{"check",
                      0,
                      cli::Kind::flag,
                      "",
                      "Print everything that is wrong with the timelines given as arguments, "
                      "one JSON object a problem, with repairs as JSON Patch."};
    check.command_line_only = true;
    cli::Option sheet{"contact-sheet",
                      0,
                      cli::Kind::path,
                      "FILE",
                      "Write a grid of frames of the timeline given as argument to this JPEG, one "
                      "of each shot."};
    sheet.command_line_only = true;
    cli::Option poster{"poster",
                       0,
                       cli::Kind::path,
                       "FILE",
                       "Write the frame that stands for the film to this JPEG: a sharp one, not "
                       "within a transition."};
    poster.command_line_only = true;
    cli::Option moments{"moments",
                        0,
                        cli::Kind::integer,
                        "N",
                        "Show so many frames, evenly over the film, in --contact-sheet and "
                        "--preview; 0 is one of each shot.",
                        "0"};
    moments.command_line_only = true;
    return {output, resolve, check, preview_option(), sheet, poster, moments};
}

std::vector<cli::Option> work_options() {
    cli::Option device{"device",
                       0,
                       cli::Kind::choice,
                       "DEVICE",
                       "Where frames are composed; cuda fails when there is none.",
                       "auto",
                       {"auto", "cpu", "cuda"}};
    cli::Option preset{
        "preset",
        0,
        cli::Kind::choice,
        "PRESET",
        "Preset of x264 and x265.",
        "veryfast",
        {"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower"}};
    preset.project_may_set = true;
    cli::Option crf{"crf",
                    0,
                    cli::Kind::integer,
                    "N",
                    "Constant quality on the scale of x264, 0 to 51; ProRes has none.",
                    "20"};
    crf.project_may_set = true;
    cli::Option workers{"workers",
                        0,
                        cli::Kind::integer,
                        "N",
                        "Encoders at once; 0 is one per processor. The bytes do not depend on it.",
                        "0"};
    cli::Option accent{
        "accent",
        0,
        cli::Kind::text,
        "#RRGGBB",
        "Colour of the word that is being spoken, in caption tracks that name none."};
    accent.project_may_set = true;
    cli::Option cache{"cache-limit",
                      0,
                      cli::Kind::integer,
                      "MB",
                      "How much encoded video is kept for the next render; oldest goes first.",
                      "5000"};
    cli::Option simd{"simd",
                     0,
                     cli::Kind::choice,
                     "UNIT",
                     "Which vector unit composes; the bytes do not depend on it.",
                     "auto",
                     {"auto", "scalar", "avx2", "avx512"}};
    cli::Option memory{"mem-limit",
                       0,
                       cli::Kind::text,
                       "SIZE",
                       "Take no more memory than this (450M, 2G): fewer workers, or an error "
                       "before anything is made. 0 is no limit, and never more workers than fit "
                       "into what the machine has left.",
                       "0"};
    return {device, preset, crf, workers, memory, cache, simd, accent};
}

/// Those of smos-cfo, with its settings: paid calls are entries too.
std::vector<cli::Option> anchor_options() {
    std::vector<cli::Option> options{
        {"anchor-key",
         0,
         cli::Kind::path,
         "FILE",
         "The Ed25519 key that signs the anchors of paid calls; without it anchor.key beside the "
         "state file."},
        {"anchor-file",
         0,
         cli::Kind::path,
         "FILE",
         "Append every anchor to this file, which should be on another host or owned by another "
         "user."},
        {"anchor-command",
         0,
         cli::Kind::text,
         "COMMAND",
         "Give every anchor to this shell command, one line on its stdin."}};
    for (cli::Option& option : options)
        option.section = "cfo";
    return options;
}

std::vector<cli::Option> all_options() {
    std::vector<cli::Option> options = timeline_options();
    for (const cli::Option& option : anchor_options())
        options.push_back(option);
    for (const cli::Option& option : work_options())
        options.push_back(option);
    return options;
}

} // namespace

const cli::ToolSpec& render_spec() {
    static const cli::ToolSpec spec = [] {
        cli::ToolSpec s;
        s.name = "smos-render";
        s.summary = "render plans to films: picture, voice, captions, music";
        s.description =
            "Reads production records and renders those whose status is reserved: pictures, voices "
            "and music are made by the bound capabilities, the timeline is resolved to frames and "
            "samples, composed, captioned, mixed to the loudness target and encoded as H.264 and "
            "AAC with the index first. Films and assets are kept by content under --assets; the "
            "same "
            "timeline is rendered once.\n\n"
            "With --output the argument is a timeline (smos.timeline/1) instead of records, and "
            "the "
            "film is written to that file.\n\n"
            "A resolved timeline is encoded as it says: --preset, --crf or --accent with other "
            "values than its own are refused. Render the authored form, or edit its encoding.\n\n"
            "With --dry-run nothing is made, written, spent or sent: the plan is printed, with "
            "frames, outputs, assets with their bindings and the most that they cost, the groups "
            "of pictures that are kept from before, and the disk and memory that it takes. A price "
            "that is not known is an error.\n\n"
            "What a timeline may say is in the JSON Schema that `smos schema timeline` prints and "
            "that is installed as share/smos/schema/timeline.schema.json; --check finds what a "
            "schema cannot: overlaps, missing handles, overruns, circles, letters that no font "
            "has, text under a platform's buttons, what a machine made and nobody discloses. It "
            "also takes a record and looks at its plan.\n\n"
            "A timeline's outputs name a preset each: tiktok, reels, shorts (9:16), youtube "
            "(16:9), "
            "square (1:1), 4x5, or canvas. A preset of another shape than the canvas is as large "
            "as "
            "its short side allows; each file is decoded once for all outputs, and every film is "
            "what it would be alone. crop: face keeps faces in sight, with the models named by "
            "models.face_detector and models.face_embedder. encoder is a chain like h264_nvenc, "
            "h264: the first that encodes a frame here; h264, hevc, av1 and prores stand for "
            "FFmpeg's "
            "own. Only libx264 works by groups and is the same everywhere.\n\n"
            "Paid capabilities draw on the record's reservation; local ones cost nothing. The same "
            "timeline and assets give the same bytes for any number of workers, on CPU and CUDA.";
        s.reads = "reserved records, or a timeline with --output";
        s.writes = "rendered or failed records with a render section";
        s.filter = true;
        s.options = all_options();
        s.commands = {{}};
        s.examples = {
            {"Render what was reserved",
             "smos-cfo reserve planned.jsonl | smos-render > out.jsonl"},
            {"Render one timeline", "smos-render timeline.json -o out.mp4"},
            {"See what it would cost", "smos-render timeline.json -o out.mp4 --dry-run | jq ."},
            {"Stay below half a gigabyte", "smos-render timeline.json -o out.mp4 --mem-limit 500M"},
            {"Look at it in the terminal", "smos-render timeline.json --preview --moments 6"},
            {"See its shots on one sheet", "smos-render timeline.json --contact-sheet sheet.jpg"},
            {"See what is wrong with one", "smos-render --check timeline.json | jq ."},
        };
        s.versions = render_versions;
        s.see_also = {"smos-plan(1)", "smos-critic(1)", "smos(1)"};
        return s;
    }();
    return spec;
}

} // namespace smos::tools
