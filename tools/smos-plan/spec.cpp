// SPDX-License-Identifier: Apache-2.0
// What smos-plan is.
#include "tools/smos-plan/spec.hpp"

namespace smos::tools {
namespace {

const char* const description =
    "Decides for each trend whether a muse should speak about it and writes the whole plan: "
    "script, "
    "storyboard, timeline and a cost estimate, or the reasons why not.\n\n"
    "Acts on records with status scouted, and on requests: a line without status but with "
    "payload.prompt, task messages included (payload.length_seconds from 6 to 60 and payload.style "
    "are respected). Everything else passes untouched.\n\n"
    "With several --muse a record without persona_id leaves once per muse, each with its own "
    "task_id and the record's as parent_id. A record that names a persona keeps its ids and gets "
    "that muse; when no muse has that persona_id and just one is given, it gets that one, else it "
    "is skipped.\n\n"
    "A plan is made when the story fits the muse's moral graph, nothing vetoes it, and its return "
    "is above --min-roi or the trend is peaking. Expected value = typical views of the muse's "
    "first "
    "channel * (p * 5 + 1 - p) * CPM of her niche / 1000, with p the probability of peaking; the "
    "return is that value over the estimated total. What costs nothing passes when a value above 0 "
    "is expected.\n\n"
    "The built-in writer needs no network: it cites what the trend holds (title, names, numbers, "
    "counts, age) and nothing else, in the muse's manner, and never in words she does not say. The "
    "same record, --seed and --now give the same plan.";

cli::Command command() {
    cli::Command all;
    all.options = {
        {.name = "muse",
         .letter = 'm',
         .kind = cli::Kind::path,
         .metavar = "FILE",
         .doc = "The muse who speaks; several fan out.",
         .repeatable = true,
         .required = true},
        {.name = "min-roi",
         .kind = cli::Kind::number,
         .metavar = "X",
         .doc = "Produce only when the return is above this.",
         .fallback = "1.2"},
        {.name = "peaking-passes",
         .kind = cli::Kind::choice,
         .metavar = "WHEN",
         .doc = "Whether a peaking trend is produced whatever its return.",
         .fallback = "yes",
         .choices = {"yes", "no"}},
        {.name = "min-moral",
         .kind = cli::Kind::number,
         .metavar = "X",
         .doc = "Skip stories whose moral fit, 0 to 1, is below this.",
         .fallback = "0.5"},
        {.name = "allow",
         .kind = cli::Kind::choice,
         .metavar = "CATEGORY",
         .doc = "Do not veto this category; the muse's own taboos stay.",
         .choices = {"hate",
                     "self_harm",
                     "violence",
                     "tragedy",
                     "sexual",
                     "medical_claim",
                     "financial_advice"},
         .repeatable = true},
    };
    return all;
}

} // namespace

cli::ToolSpec plan_spec() {
    cli::ToolSpec spec;
    spec.name = "smos-plan";
    spec.summary = "decide what the muse says about it, and write it";
    spec.description = description;
    spec.reads = "Production records with status scouted, prompts and task messages.";
    spec.writes = "Records with a plan section, status planned or skipped.";
    spec.commands = {command()};
    spec.examples = {
        {"Plans for the five fastest trends",
         "smos-scout --top 5 listing.json | smos-plan --muse ava.yaml"},
        {"Two muses, one line each", "smos-plan --muse ava.yaml --muse kai.yaml trends.jsonl"},
        {"Read the scripts",
         "smos-plan -m ava.yaml trends.jsonl | jq -r '.plan.script.lines[]?.text'"},
        {"Why was it skipped?",
         "smos-plan -m ava.yaml trends.jsonl | jq 'select(.status==\"skipped\").plan.reasons'"},
        {"From an idea",
         "echo '{\"payload\":{\"prompt\":\"coffee and productivity\"}}' | smos-plan -m ava.yaml"},
    };
    spec.see_also = {"smos-muse(1)", "smos-scout(1)", "smos-cfo(1)", "smos(1)"};
    spec.filter = true;
    return spec;
}

} // namespace smos::tools
