// SPDX-License-Identifier: Apache-2.0
// The commands and options of `smos`.
#include "spec.hpp"

namespace smos::dispatch {
namespace {

using cli::Kind;

cli::Command produce_command() {
    return {
        .name = "produce",
        .summary = "make one video from an intent, through the whole line",
        .description =
            "Makes a production record from the intent and runs smos-plan, smos-cfo reserve, "
            "smos-render and smos-critic on it; with --publish also smos-publish; at the end "
            "smos-cfo settle. Prints one JSON line with the verdict, the cost and the path of the "
            "MP4.\n\n"
            "Before anything that costs money it asks; where there is no terminal, --yes answers. "
            "The exit status is 0 when the video was approved (with --publish: published), and 1 "
            "when it was skipped, refused, rejected, sent to review or failed.",
        .options =
            {
                {.name = "intent",
                 .kind = Kind::text,
                 .metavar = "TEXT",
                 .doc = "What the video is to be about.",
                 .required = true,
                 .command_line_only = true},
                {.name = "muse",
                 .kind = Kind::path,
                 .metavar = "FILE",
                 .doc = "The persona that speaks.",
                 .required = true},
                {.name = "publish", .doc = "Go on and publish what the critic approved."},
                {.name = "to",
                 .kind = Kind::text,
                 .metavar = "CHANNEL",
                 .doc = "A channel for --publish.",
                 .repeatable = true},
                {.name = "yes",
                 .letter = 'y',
                 .doc = "Spend up to the estimate without asking.",
                 .command_line_only = true},
                {.name = "out",
                 .letter = 'o',
                 .kind = Kind::directory,
                 .metavar = "DIR",
                 .doc = "Also copy the MP4 into this directory."},
            },
    };
}

cli::Command schema_command() {
    return {
        .name = "schema",
        .summary = "print the JSON Schema of a record or section",
        .description = "Without NAME, lists the names.",
        .positionals =
            {{.name = "NAME",
              .doc = "record, scout, plan, cfo, render, critic, publish, sidecar or timeline.",
              .kind = Kind::text}},
        .options = {{.name = "manual", .doc = "The manual page smos-records(5) instead."}},
    };
}

cli::Command doctor_command() {
    return {
        .name = "doctor",
        .summary = "check versions, devices, models, keys, disk and state",
        .description = "One line per check: ok, warn or fail. Secrets are named, never shown.",
        .options = {{.name = "json", .doc = "One JSON object instead of text."},
                    {.name = "fail", .doc = "Exit with status 1 when a check fails."}},
    };
}

cli::Command config_command() {
    return {
        .name = "config",
        .summary = "show every option with its value and where it came from",
        .description =
            "config show lists the shared options and those of the named tools, or of all tools "
            "that are found.",
        .positionals =
            {{.name = "ACTION", .doc = "show.", .required = true, .kind = Kind::text},
             {.name = "TOOL", .doc = "scout, plan, ...", .repeatable = true, .kind = Kind::text}},
        .options = {{.name = "origin", .doc = "Say where each value came from."},
                    {.name = "json", .doc = "One JSON object instead of text."}},
    };
}

cli::ToolSpec make_spec() {
    return {
        .name = "smos",
        .summary = "run a synthetic persona as a production line",
        .description =
            "smos TOOL ... runs smos-TOOL from this program's directory or PATH; any executable "
            "named smos-x extends the family. smos help TOOL shows its help.",
        .reads = "an intent",
        .writes = "one JSON line that says what became of it",
        .commands =
            {{.name = "help",
              .summary = "show the help of a tool or command",
              .positionals = {{.name = "TOOL", .doc = "scout, plan, ...", .kind = Kind::text}}},
             produce_command(),
             schema_command(),
             doctor_command(),
             config_command()},
        .examples = {{"make a video and stop before publishing",
                      "smos produce --intent \"why old modems sang\" --muse ava.yaml"},
                     {"say where every value comes from", "smos config show scout --origin"},
                     {"the same as smos-scout", "smos scout --top 5 listing.json"},
                     {"check the machine", "smos doctor"}},
        .see_also = {"smos-scout(1)",
                     "smos-plan(1)",
                     "smos-cfo(1)",
                     "smos-render(1)",
                     "smos-critic(1)",
                     "smos-publish(1)",
                     "smos-muse(1)",
                     "smos-media(1)"},
    };
}

} // namespace

const cli::ToolSpec& smos_spec() {
    static const cli::ToolSpec spec = make_spec();
    return spec;
}

} // namespace smos::dispatch
