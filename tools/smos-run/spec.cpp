// SPDX-License-Identifier: Apache-2.0
// What smos-run is.
#include "tools/smos-run/spec.hpp"

namespace smos::tools {
namespace {

using cli::Kind;

const char* const description =
    "Runs productions durably. Records are put into a queue in the state file; workers lease them "
    "and run the stages as child processes, the very programs that a shell would run: smos-plan, "
    "smos-cfo reserve, smos-render, smos-critic, smos-publish, smos-cfo settle. Each section is "
    "stored as it arrives, so a production goes on at the stage where it was interrupted.\n\n"
    "A lease that is not extended lapses and counts as a crash; three of them put a production "
    "into quarantine. A stage that fails is tried again later, at most five times; then the "
    "production is dead. Every write carries the token of its lease: a worker that slept can "
    "neither store nor finish anything late. Every decision of a person names the version that he "
    "saw; when somebody else was faster, nothing changes and the status is 75.";

cli::Positional task(const char* doc = "The task_id of a production.", bool required = true) {
    return {.name = "TASK", .doc = doc, .required = required, .kind = Kind::text};
}

cli::Option json() { return {.name = "json", .doc = "JSON instead of text."}; }

cli::Option version() {
    return {.name = "if-version",
            .kind = Kind::integer,
            .metavar = "N",
            .doc = "Only when the production is still in this version; without it, in the one that "
                   "is found.",
            .command_line_only = true};
}

cli::Command enqueue_command() {
    return {
        .name = "enqueue",
        .summary = "put records into the queue",
        .description = "The same task again is the same production and stays as it is. For each "
                       "line an acknowledgement leaves once it is on disk.",
        .options = {{.name = "priority",
                     .kind = Kind::integer,
                     .metavar = "N",
                     .doc = "Lower numbers run first.",
                     .fallback = "0"},
                    {.name = "not-before",
                     .kind = Kind::time,
                     .metavar = "TIME",
                     .doc = "Wait until then."},
                    {.name = "from",
                     .kind = Kind::text,
                     .metavar = "STAGE",
                     .doc = "Begin with this stage; what it needs is taken as done."},
                    {.name = "attempts",
                     .kind = Kind::integer,
                     .metavar = "N",
                     .doc = "Failures until a production is dead.",
                     .fallback = "5"},
                    {.name = "key",
                     .kind = Kind::text,
                     .metavar = "KEY",
                     .doc = "Of productions with the same key only --key-limit run at once."},
                    {.name = "key-limit",
                     .kind = Kind::integer,
                     .metavar = "N",
                     .doc = "See --key.",
                     .fallback = "1"}},
        .filter = true,
    };
}

const char* const work_description =
    "SIGTERM and SIGINT drain: children are asked to end, what they still answer is "
    "stored, and the productions go back into the queue uncounted. Children see their "
    "lease in SMOS_LEASE_PRODUCTION and SMOS_LEASE_TOKEN, and what they are in "
    "SMOS_LEASE_STAGE, "
    "SMOS_LEASE_ATTEMPT and SMOS_LEASE_INPUT: smos-run note writes as that stage. A state "
    "that is away for a while "
    "does not end a worker: it waits for it, and ends what runs when its lease may have "
    "lapsed.\n\n"
    "The line is plan, reserve, render, critic, publish, settle, one after the other, or "
    "what run.line of the user's or system's configuration lists: names, or maps with "
    "name, needs (a list of names; without it the stage before) and command (the words of "
    "a program that is not a stage of SMOS). Stages that do not need each other run side "
    "by side, each on a line of its own; their sections are joined where all that is left "
    "needs them all. Two that write the same section are refused. All workers of a queue "
    "have to have the same line.";

cli::Command work_command() {
    return {
        .name = "work",
        .summary = "lease productions and run their stages",
        .description = work_description,
        .options = {{.name = "stages",
                     .kind = Kind::text,
                     .metavar = "LIST",
                     .doc = "Only these stages of the line, separated by commas; what waits for "
                            "another is left to other workers. Without it all of them."},
                    {.name = "limit",
                     .kind = Kind::text,
                     .metavar = "STAGE=N",
                     .doc = "No more than N of a stage at once here, such as render=1.",
                     .repeatable = true},
                    {.name = "concurrency",
                     .letter = 'j',
                     .kind = Kind::integer,
                     .metavar = "N",
                     .doc = "Stages at the same time.",
                     .fallback = "1"},
                    {.name = "drain", .doc = "End when there is nothing to do now."},
                    {.name = "muse",
                     .kind = Kind::path,
                     .metavar = "FILE",
                     .doc = "Given to plan, critic and publish."},
                    {.name = "argument",
                     .kind = Kind::text,
                     .metavar = "STAGE=WORD",
                     .doc = "One more word on the command line of a stage, such as "
                            "publish=--to=site.",
                     .repeatable = true,
                     .command_line_only = true},
                    {.name = "lease",
                     .kind = Kind::integer,
                     .metavar = "SECONDS",
                     .doc = "A worker that is silent for this long loses its production.",
                     .fallback = "60"},
                    {.name = "review-timeout",
                     .kind = Kind::integer,
                     .metavar = "SECONDS",
                     .doc = "Decide reviews by themselves after this time; 0 is never.",
                     .fallback = "0"},
                    {.name = "review-verdict",
                     .kind = Kind::choice,
                     .metavar = "VERDICT",
                     .doc = "What is decided then.",
                     .fallback = "reject",
                     .choices = {"approve", "reject"}},
                    {.name = "backlog-pause",
                     .kind = Kind::integer,
                     .metavar = "N",
                     .doc = "Publishing pauses while more than these wait for review, until half "
                            "of them do.",
                     .fallback = "50"},
                    {.name = "backoff",
                     .kind = Kind::integer,
                     .metavar = "MILLISECONDS",
                     .doc = "Base of the waits after failures, which double and are random.",
                     .fallback = "10000"}},
        .filter = false,
    };
}

std::vector<cli::Command> looking_commands() {
    return {{.name = "status",
             .summary = "show what waits, runs, stands and is paused",
             .options = {json()},
             .filter = false},
            {.name = "depth",
             .summary = "print how much work there is, for scalers",
             .description =
                 "work is ready + waiting + leased; stages has the same for the stage that "
                 "is next, for scalers of one pool.",
             .options = {json()},
             .filter = false},
            {.name = "list",
             .summary = "list productions in the order of their arrival",
             .options = {{.name = "in",
                          .kind = Kind::choice,
                          .metavar = "STATE",
                          .doc = "Only those in this state.",
                          .choices = {"queued",
                                      "leased",
                                      "review",
                                      "paused",
                                      "done",
                                      "dead",
                                      "quarantined",
                                      "cancelled"}},
                         json()},
             .filter = false},
            {.name = "show",
             .summary = "show one production, its record and its history",
             .positionals = {task()},
             .options = {json()},
             .filter = false},
            {.name = "nodes",
             .summary = "list the workers and who has fallen silent",
             .options = {json()},
             .filter = false}};
}

std::vector<cli::Command> memory_commands() {
    return {
        {.name = "board",
         .summary = "print what the stages of a run left for each other, as JSON lines",
         .description =
             "The whiteboard is for all stages of the run. The blackboard belongs to the edges of "
             "their graph: FROM:TO is what one left for another. Each line has its provenance: who "
             "wrote it (agent_id), as which stage (node_id), in which attempt, having read which "
             "line (input_sha256), and when.\n\n"
             "The worker itself notes the outcome of each stage on the whiteboard, and a handover "
             "on each edge behind it: the status, which members were written, and the hash of the "
             "line. Notes live as long as their production; smos-state prune removes those of "
             "productions that were done long ago.",
         .positionals = {task()},
         .options = {{.name = "edge",
                      .kind = Kind::text,
                      .metavar = "FROM:TO",
                      .doc = "Only this edge; may be given several times.",
                      .repeatable = true,
                      .command_line_only = true},
                     {.name = "whiteboard",
                      .doc = "Only the whiteboard.",
                      .command_line_only = true}},
         .filter = false},
        {.name = "note",
         .summary = "write a note on a board of a run",
         .description =
             "A stage that smos-run work runs writes as that stage, for as long as it holds its "
             "lease (else status 75); anybody else writes as --actor, on the whiteboard only. A "
             "note belongs to its writer: the same name again, in this attempt or a later one, "
             "replaces the writer's own note and nobody else's. A value is one JSON value of at "
             "most 16384 bytes; a writer has at most 32 notes in a run. The "
             "names outcome and handover are the worker's own.",
         .positionals = {task(),
                         {.name = "NAME",
                          .doc = "1 to 64 of a-z, 0-9, dot, underscore and dash.",
                          .required = true,
                          .kind = Kind::text},
                         {.name = "VALUE",
                          .doc = "A JSON value; without it, or with -, standard input.",
                          .kind = Kind::text}},
         .options = {{.name = "to",
                      .kind = Kind::text,
                      .metavar = "STAGE",
                      .doc = "On the edge to this stage, not on the whiteboard.",
                      .command_line_only = true}},
         .filter = false}};
}

std::vector<cli::Command> deciding_commands() {
    const cli::Positional one_or_all = task("A production; without it, the whole queue.", false);
    const cli::Option publishing{
        .name = "publish", .doc = "Only publishing.", .command_line_only = true};
    return {
        {.name = "retry",
         .summary = "begin dead, quarantined or cancelled productions anew",
         .positionals = {task("A production; without it, all that are dead or quarantined.",
                              false)},
         .options = {version(),
                     {.name = "in-doubt",
                      .doc = "Also what left a paid call whose outcome nobody knows: it is asked "
                             "again, and may be paid again.",
                      .command_line_only = true}},
         .filter = false},
        {.name = "cancel",
         .summary = "take a production out; a worker that has it stops",
         .positionals = {task()},
         .options = {version()},
         .filter = false},
        {.name = "pause",
         .summary = "hold back a production, the queue, or publishing",
         .positionals = {one_or_all},
         .options = {version(), publishing},
         .filter = false},
        {.name = "resume",
         .summary = "end a pause",
         .positionals = {one_or_all},
         .options = {version(), publishing},
         .filter = false},
        {.name = "review",
         .summary = "list what waits for a person, approve or reject it",
         .positionals = {{.name = "ACTION",
                          .doc = "list, approve or reject.",
                          .required = true,
                          .kind = Kind::text},
                         task("The production that is decided.", false)},
         .options = {version(), json()},
         .filter = false},
        {.name = "schedule",
         .summary = "list, set or remove productions that begin by the clock",
         .description =
             "set NAME CRON FILE enqueues the JSON object in FILE at the times of CRON, five "
             "fields as in crontab(5), in UTC; remove NAME ends that. Workers fire what is due, "
             "once also when it was missed often. Each production is named after the schedule and "
             "its time.",
         .positionals = {{.name = "WORD",
                          .doc = "list; set NAME CRON FILE; or remove NAME.",
                          .required = true,
                          .repeatable = true,
                          .kind = Kind::text}},
         .options = {version()},
         .filter = false},
        {.name = "purge",
         .summary = "remove what ended; its history stays",
         .positionals = {{.name = "STATE",
                          .doc = "done, dead, quarantined or cancelled.",
                          .required = true,
                          .kind = Kind::text}},
         .options = {{.name = "older-than",
                      .kind = Kind::integer,
                      .metavar = "DAYS",
                      .doc = "Only what ended longer ago.",
                      .fallback = "365"}},
         .filter = false},
    };
}

cli::ToolSpec make_spec() {
    cli::ToolSpec spec{
        .name = "smos-run",
        .summary = "run productions durably: a queue and its workers",
        .description = description,
        .reads = "production records (enqueue)",
        .writes = "acknowledgements (enqueue); sections of the stages into the state",
        .commands = {enqueue_command(), work_command()},
        .options = {{.name = "queue",
                     .kind = Kind::text,
                     .metavar = "NAME",
                     .doc = "The queue.",
                     .fallback = "default"},
                    {.name = "tenant",
                     .kind = Kind::text,
                     .metavar = "NAME",
                     .doc = "Whose production TASK is.",
                     .fallback = "default"},
                    {.name = "actor",
                     .kind = Kind::text,
                     .metavar = "NAME",
                     .doc = "Who decides, for the history; without it the user of the system."}},
        .examples = {{"queue what was scouted", "smos-scout --source hn | smos-run enqueue"},
                     {"work it off with four at a time",
                      "smos-run work -j 4 --muse ava.yaml --argument publish=--to=site"},
                     {"only what is there now, without publishing",
                      "smos-run work --drain --stages plan,reserve,render,critic,settle"},
                     {"a host with a graphics card renders, one at a time",
                      "smos-run work --stages render --limit render=1"},
                     {"decide what the critic left to you", "smos-run review list"},
                     {"every morning at six (UTC)",
                      "smos-run schedule set morning '0 6 * * *' intent.json"},
                     {"what did the planner hand over?",
                      "smos-run board demo-1 --edge plan:reserve"},
                     {"scale on the queue", "smos-run depth --json"}},
        .see_also = {"smos-plan(1)", "smos-cfo(1)", "smos-critic(1)", "smos-publish(1)", "smos(1)"},
    };
    for (auto& command : looking_commands())
        spec.commands.push_back(std::move(command));
    for (auto& command : memory_commands())
        spec.commands.push_back(std::move(command));
    for (auto& command : deciding_commands())
        spec.commands.push_back(std::move(command));
    return spec;
}

} // namespace

const cli::ToolSpec& run_spec() {
    static const cli::ToolSpec spec = make_spec();
    return spec;
}

} // namespace smos::tools
