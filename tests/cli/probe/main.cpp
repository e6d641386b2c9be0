// SPDX-License-Identifier: Apache-2.0
// A small filter with an option of every kind: what the cli layer promises, without any stage.
#include "libsmos/cli/context.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"

#include <new>

namespace {

using namespace smos;

cli::ToolSpec probe_spec() {
    using cli::Kind;
    return {
        .name = "smos-probe",
        .summary = "show what the cli layer gives to a tool",
        .description = "Acts on planned records and concludes them with the status of --outcome.",
        .reads = "production records",
        .writes = "the same",
        .commands = {{.name = "",
                      .options = {{.name = "outcome",
                                   .kind = Kind::choice,
                                   .doc = "The status to give.",
                                   .fallback = "reserved",
                                   .choices = {"reserved", "refused", "failed"}}}},
                     {.name = "values", .summary = "print the options", .filter = false},
                     {.name = "throw",
                      .summary = "end by an exception",
                      .positionals = {{.name = "WHAT", .required = true, .kind = Kind::text}},
                      .filter = false},
                     {.name = "steps", .summary = "report progress", .filter = false}},
        .options =
            {{.name = "count", .letter = 'c', .kind = Kind::integer, .doc = "A number."},
             {.name = "ratio", .kind = Kind::number, .doc = "A real number."},
             {.name = "budget", .kind = Kind::usd, .doc = "Money.", .fallback = "5"},
             {.name = "since", .kind = Kind::time, .doc = "A time."},
             {.name = "tag", .kind = Kind::text, .doc = "Words.", .repeatable = true},
             {.name = "place", .kind = Kind::path, .doc = "A file.", .project_may_set = true},
             {.name = "exec", .kind = Kind::text, .doc = "Never from a project."},
             {.name = "bold", .letter = 'b', .doc = "A flag."}},
        .examples = {{"act on records", "smos-probe records.jsonl"}},
        .filter = true,
        .versions =
            [] {
                return std::vector<std::pair<std::string, std::string>>{{"library", "1.2"}};
            },
    };
}

class ProbeStage final : public records::Stage {
  public:
    explicit ProbeStage(cli::Context& context) : context_(context) {}
    bool concerns(const records::Record& record) const override {
        return record.status() == records::Status::planned;
    }
    std::vector<records::Record> apply(records::Record record) override {
        record.set_text("status", context_.text("outcome"));
        std::vector<records::Record> out;
        out.push_back(std::move(record));
        return out;
    }

  private:
    cli::Context& context_;
};

void print_values(cli::Context& context) {
    records::Json values{{"count", context.integer("count")},
                         {"ratio", context.number("ratio")},
                         {"budget", context.usd("budget")},
                         {"tags", context.texts("tag")},
                         {"place", context.text("place")},
                         {"exec", context.text("exec")},
                         {"bold", context.flag("bold")},
                         {"seed", context.seed()},
                         {"now", context.now_is_frozen() ? context.now_text() : ""},
                         {"state", context.state_path()},
                         {"assets", context.assets_path()},
                         {"style", context.style()},
                         {"trusted", context.trusted_config()}};
    if (const auto since = context.time("since"))
        values["since"] = format_rfc3339(*since);
    context.info("values printed");
    context.write_line(records::dump(values));
}

void throw_what(const std::string& what) {
    if (what == "fatal")
        throw Fatal(ExitStatus::unavailable, "the service is away", "try later");
    if (what == "memory")
        throw std::bad_alloc();
    throw std::runtime_error("a\tbug\x1b[31m");
}

void report_steps(cli::Context& context) {
    for (int i = 0; i <= 1000; ++i)
        context.progress("count", i / 1000.0, "counting");
    context.progress("other", 0.25, "left alone");
    context.progress("other", 0.5, "left alone");
}

} // namespace

int main(int argc, char** argv) {
    return cli::run(probe_spec(), argc, argv, [](cli::Context& context) {
        if (context.command() == "values")
            return print_values(context);
        if (context.command() == "throw")
            return throw_what(context.positionals().front());
        if (context.command() == "steps")
            return report_steps(context);
        ProbeStage stage(context);
        context.run_stage(stage);
    });
}
