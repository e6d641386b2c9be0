// SPDX-License-Identifier: Apache-2.0
// What smos-scout is.
#include "tools/smos-scout/spec.hpp"

namespace smos::tools {
namespace {

const char* const description =
    "Reads what platforms show (posts, videos, articles), remembers when it saw which counts, and "
    "writes one production record per item, with its velocity, its phase and the probability that "
    "it is about to peak.\n\n"
    "The form of an input is found by looking: JSON Lines with an item or a whole listing a line, "
    "JSON arrays, Reddit listings, Apify datasets of trudax/reddit-scraper and "
    "clockworks/tiktok-scraper, RSS, Atom, JSON Feed, AIN trend messages, Hacker News items, and "
    "any object with an id and a title. A JSON value may spread over many lines. Production "
    "records and task messages pass through untouched, at once. What is none of these is named "
    "with its line and byte, kept in --rejects, and stops nothing.\n\n"
    "An observation is an item at one moment: the moment that the input names (retrieved_at, "
    "scrapedAt, observed_at, timestamp), else --now, else the clock. The change of upvotes is "
    "taken against the latest strictly earlier observation, else against creation; hours count at "
    "least 0.1. VVS = change of upvotes / hours * log10(comments + shares + 1). Unknown counts are "
    "not 0: without upvotes or comments there is no VVS, and `decidable` is false.\n\n"
    "There is one record per item: its last observation, the one with the latest time. A later one "
    "may come as long as the input lasts, so records leave at its end, in the order in which the "
    "items first appeared, whatever the order of the observations. With --each every observation "
    "is a record at once, scored against what came before it.\n\n"
    "With two or more velocities the phase compares the last one with the best before: above 1.1 "
    "times it is emerging (at most 6 hours old) or rising, below 0.75 declining, between them "
    "peaking, below 1 an hour or 0.02 of the best dormant. With one velocity only dormant and "
    "emerging can be told. The confidence is n / (n + 2) for n velocities. An interrupt ends the "
    "input: what was read is remembered and written.";

cli::Command command() {
    cli::Command all;
    all.options = {
        {.name = "top",
         .kind = cli::Kind::integer,
         .metavar = "N",
         .doc = "Write only the N items with the greatest VVS, best first."},
        {.name = "min-vvs",
         .kind = cli::Kind::number,
         .metavar = "X",
         .doc = "Write only items with at least this VVS."},
        {.name = "each",
         .kind = cli::Kind::flag,
         .doc = "Write a record for every observation as soon as it is read."},
        {.name = "stateless",
         .kind = cli::Kind::flag,
         .doc = "Remember nothing and know nothing but this input."},
        {.name = "tenant",
         .kind = cli::Kind::text,
         .metavar = "NAME",
         .doc = "The tenant that the records belong to.",
         .fallback = "default"},
    };
    return all;
}

} // namespace

cli::ToolSpec scout_spec() {
    cli::ToolSpec spec;
    spec.name = "smos-scout";
    spec.summary = "find what is rising";
    spec.description = description;
    spec.reads = "Items of platforms, feeds and scrapers, from FILEs or standard input; production "
                 "records pass through.";
    spec.writes = "Production records with a scout section, status scouted.";
    spec.commands = {command()};
    spec.examples = {
        {"The five fastest posts of a saved Reddit listing", "smos-scout --top 5 listing.json"},
        {"Hourly snapshots, without touching the state",
         "gunzip -c snapshots.jsonl.gz | smos-scout --stateless > trends.jsonl"},
        {"From a running scraper into the line",
         "scrape | smos-scout --each | smos-plan --muse ava.yaml"},
        {"What a feed says, keeping what was no item", "smos-scout --rejects bad.xml news.rss"},
    };
    spec.see_also = {"smos-plan(1)", "smos(1)"};
    spec.filter = true;
    return spec;
}

} // namespace smos::tools
