// SPDX-License-Identifier: Apache-2.0
// What smos-media is.
#include "tools/smos-media/spec.hpp"

namespace smos::tools {
namespace {

const char* const description =
    "import reads a timeline that another program wrote and prints it as smos.timeline/1; export "
    "prints a timeline, authored or resolved, for other programs. What a file is, is seen from its "
    "content: OpenTimelineIO (.otio, releases up to 0.18.1 and the labels of 0.19) or the JSON of "
    "an Atoms project.\n\n"
    "A timeline that was exported here comes back identical: members, their order, numbers, rates "
    "such as 30000/1001. What another program wrote and smos does not know is kept under meta, and "
    "goes back with the next export.\n\n"
    "Every loss is a line \"warning: unsupported: WHERE: WHAT\" on standard error, every guess a "
    "line \"warning: WHERE: WHAT\"; --report writes both lists as JSON.";

cli::Option report() {
    return {.name = "report",
            .kind = cli::Kind::path,
            .metavar = "FILE",
            .doc = "Write {\"unsupported\", \"warnings\"} as JSON.",
            .command_line_only = true};
}

cli::Positional file(const char* doc) { return {.name = "FILE", .doc = doc, .required = true}; }

cli::Command import_command() {
    cli::Command command{.name = "import",
                         .summary = "print another program's timeline as smos.timeline/1",
                         .positionals = {file("OTIO or Atoms JSON; - is standard input.")}};
    command.options = {
        report(),
        {.name = "otio-profile",
         .kind = cli::Kind::choice,
         .metavar = "PROFILE",
         .doc = "How long a clip under a time warp is: its source_range (core), or that divided by "
                "the speed (premiere). auto looks for Premiere's metadata.",
         .fallback = "auto",
         .choices = {"auto", "core", "premiere"}},
        {.name = "canvas",
         .kind = cli::Kind::text,
         .metavar = "WxH",
         .doc =
             "Size of the picture in pixels, which OTIO and Atoms do not say: 1920x1080. Without "
             "it the renderer takes 1080x1920.",
         .command_line_only = true},
    };
    return command;
}

cli::Command export_command() {
    cli::Command command{.name = "export",
                         .summary = "print a timeline for other programs",
                         .positionals = {file("A smos.timeline/1; - is standard input.")}};
    command.options = {
        report(),
        {.name = "format",
         .kind = cli::Kind::choice,
         .metavar = "FORMAT",
         .doc = "What to print.",
         .fallback = "otio",
         .choices = {"otio"}},
        {.name = "otio-audio",
         .kind = cli::Kind::choice,
         .metavar = "UNIT",
         .doc = "Count sound in samples, or in frames for editors that place it on frames; the "
                "exact samples then stay in the metadata.",
         .fallback = "samples",
         .choices = {"samples", "frames"}},
    };
    return command;
}

} // namespace

cli::ToolSpec media_spec() {
    cli::ToolSpec spec;
    spec.name = "smos-media";
    spec.summary = "timelines to and from other programs";
    spec.description = description;
    spec.reads = "A timeline: smos.timeline/1, OpenTimelineIO or Atoms.";
    spec.writes = "One JSON document on standard output.";
    spec.commands = {import_command(), export_command()};
    spec.examples = {
        {"Render what an editor made",
         "smos-media import cut.otio > cut.json && smos-render cut.json -o cut.mp4"},
        {"The same for a wide screen", "smos-media import --canvas 1920x1080 cut.otio > cut.json"},
        {"Hand a plan to an editor that places sound on frames",
         "jq .plan.timeline run.jsonl | smos-media export --otio-audio frames - > plan.otio"},
        {"What would be lost", "smos-media import --report lost.json cut.otio > /dev/null"},
    };
    spec.see_also = {"smos-render(1)", "smos-plan(1)", "smos(1)"};
    return spec;
}

} // namespace smos::tools
