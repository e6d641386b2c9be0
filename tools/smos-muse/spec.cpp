// SPDX-License-Identifier: Apache-2.0
// What smos-muse is.
#include "tools/smos-muse/spec.hpp"

namespace smos::tools {
namespace {

const char* const description =
    "A muse is one YAML file: identity, a moral graph of six dimensions (ego, empathy, chaos, "
    "autonomy, sophistication, technophilia, each 0 to 1), style, voice, channels, the words she "
    "never says, the topics she never touches, and pictures of her face.\n\n"
    "genesis makes one from a name, a niche or notes; what is not said is drawn from characters "
    "that fit. surprise draws everything. Both work offline and give the same muse for the same "
    "--seed. show prints what a file means, with its DNA: a hash over the canonical form that "
    "every "
    "plan carries. lint names everything that is wrong with a file at once.";

cli::Positional file() { return {.name = "FILE", .doc = "A muse.", .required = true}; }

std::vector<cli::Option> writing() {
    return {
        {.name = "out",
         .letter = 'o',
         .kind = cli::Kind::path,
         .metavar = "FILE",
         .doc = "Where to write it; - is standard output. Default: PERSONA_ID.yaml here."},
        {.name = "force", .kind = cli::Kind::flag, .doc = "Overwrite an existing file."},
    };
}

cli::Command genesis() {
    cli::Command command{.name = "genesis", .summary = "make a muse from a name, a niche or notes"};
    command.options = {
        {.name = "name", .kind = cli::Kind::text, .metavar = "NAME", .doc = "Her name."},
        {.name = "niche",
         .kind = cli::Kind::text,
         .metavar = "NICHE",
         .doc = "What she talks about, such as tech-hardware or luxury-fashion."},
        {.name = "notes",
         .kind = cli::Kind::path,
         .metavar = "FILE",
         .doc = "Free text about her; lines like \"age: 29\", \"never say: a, b\" are taken at "
                "their word."},
    };
    for (cli::Option& option : writing())
        command.options.push_back(std::move(option));
    return command;
}

cli::Option feeling(const char* name, const char* doc) {
    return {.name = name,
            .kind = cli::Kind::number,
            .metavar = "N",
            .doc = doc,
            .command_line_only = true};
}

cli::Command mood() {
    cli::Command command{
        .name = "mood",
        .summary = "print how a muse feels, or change it",
        .description =
            "One JSON line: valence (-1 to 1), arousal and dominance (0 to 1), what she thinks "
            "just now, and who said so when. A muse of whom nothing was said is neutral, all 0, "
            "in state_version 0. Without FILE, the moods of all muses. The mood is kept in the "
            "state, to a thousandth; it is no part of the DNA. A worker (smos-run work) that has "
            "a production planned makes the hook of its script her current thought, or the reason "
            "why she does not speak.",
        .positionals = {{.name = "FILE", .doc = "A muse."}}};
    command.options = {feeling("valence", "How good she feels, -1 to 1; write --valence=-0.5."),
                       feeling("arousal", "How awake she is, 0 to 1."),
                       feeling("dominance", "How much in charge she feels, 0 to 1."),
                       {.name = "thought",
                        .kind = cli::Kind::text,
                        .metavar = "TEXT",
                        .doc = "What she thinks, at most 500 characters; empty: nothing.",
                        .command_line_only = true},
                       {.name = "if-version",
                        .kind = cli::Kind::integer,
                        .metavar = "N",
                        .doc = "Only when the mood is still in this version, else status 75.",
                        .command_line_only = true},
                       {.name = "actor",
                        .kind = cli::Kind::text,
                        .metavar = "NAME",
                        .doc = "Who says so; without it the user of the system."}};
    return command;
}

} // namespace

cli::ToolSpec muse_spec() {
    cli::ToolSpec spec;
    spec.name = "smos-muse";
    spec.summary = "make, show and check a muse";
    spec.description = description;
    spec.reads = "Muse files.";
    spec.writes = "Muse files, or what they say on standard output.";
    cli::Command show{
        .name = "show", .summary = "print what a muse file means", .positionals = {file()}};
    show.options = {{.name = "json", .kind = cli::Kind::flag, .doc = "Print one JSON object."}};
    cli::Command lint{.name = "lint",
                      .summary = "name everything that is wrong with muse files",
                      .positionals = {file()}};
    lint.positionals[0].repeatable = true;
    cli::Command surprise{
        .name = "surprise", .summary = "make a muse that nobody described", .options = writing()};
    spec.commands = {genesis(), std::move(show), std::move(lint), mood(), std::move(surprise)};
    spec.examples = {
        {"A muse for hardware",
         "smos-muse genesis --name 'Ava Lindqvist' --niche tech-hardware -o ava.yaml"},
        {"Somebody new, the same tomorrow", "smos-muse surprise --seed 7 -o -"},
        {"Everything that is wrong", "smos-muse lint *.yaml"},
        {"She had a good day",
         "smos-muse mood ava.yaml --valence 0.5 --arousal 0.4 --thought 'They read it.'"},
        {"Her DNA", "smos-muse show --json ava.yaml | jq -r .dna_sha256"},
    };
    spec.see_also = {"smos-plan(1)", "smos(1)"};
    return spec;
}

} // namespace smos::tools
