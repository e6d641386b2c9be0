// SPDX-License-Identifier: Apache-2.0
// Every option is in everything that is generated, and hostile text does no harm there.
#include "libsmos/cli/generate.hpp"
#include "libsmos/cli/help.hpp"
#include "libsmos/cli/log.hpp"
#include "libsmos/records/json_value.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::cli;

namespace {

ToolSpec rich_spec() {
    return {
        .name = "smos-rich",
        .summary = "have everything",
        .description = ".dot first\n\nIt's a 'second' paragraph with \\ and - and `ticks`.",
        .reads = "a",
        .writes = "b",
        .commands = {{.name = "go",
                      .summary = "go there",
                      .options = {{.name = "fast", .letter = 'f', .doc = "Don't [stop]: go."}}},
                     {.name = "stay", .summary = "stay here"}},
        .options = {{.name = "level",
                     .kind = Kind::choice,
                     .doc = "How.",
                     .fallback = "low",
                     .choices = {"low", "high"}},
                    {.name = "where", .kind = Kind::directory, .doc = "A place."}},
        .examples = {{"go", "smos-rich go --fast"}},
        .see_also = {"smos(1)"},
        .filter = true,
    };
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("every option and command is everywhere") {
    const ToolSpec spec = rich_spec();
    const std::string man = man_page(spec);
    for (const std::string name : {"fast", "level", "where", "rejects", "fail", "state", "help"}) {
        CAPTURE(name);
        CHECK(has(bash_completion(spec), "--" + name));
        CHECK(has(zsh_completion(spec), "--" + name));
        CHECK(has(fish_completion(spec), "-l " + name + " "));
        CHECK(has(man, "\\fB\\-\\-" + name + "\\fR"));
        CHECK((has(help_text(spec, nullptr), "--" + name) ||
               has(help_text(spec, &spec.commands[0]), "--" + name)));
    }
    for (const std::string verb : {"go", "stay"}) {
        CHECK(has(help_text(spec, nullptr), "  " + verb + " "));
        CHECK(has(bash_completion(spec), verb));
        CHECK(has(zsh_completion(spec), verb + "\\:\""));
        CHECK(has(fish_completion(spec), "-a " + verb));
        CHECK(has(man, ".SS " + verb + " "));
    }
}

TEST_CASE("the man page has its sections and no stray requests") {
    const std::string man = man_page(rich_spec());
    for (const std::string title : {"NAME",
                                    "SYNOPSIS",
                                    "DESCRIPTION",
                                    "COMMANDS",
                                    "OPTIONS",
                                    "SHARED OPTIONS",
                                    "ENVIRONMENT",
                                    "FILES",
                                    "EXIT STATUS",
                                    "EXAMPLES",
                                    "SEE ALSO"})
        CHECK(has(man, ".SH " + title + "\n"));
    CHECK(has(man, "\\&.dot first"));
    CHECK(has(man, "\\e and"));
}

TEST_CASE("quotes and brackets are safe in completions") {
    CHECK(has(zsh_completion(rich_spec()), "Don'\\''t \\[stop\\]\\: go."));
    CHECK(has(fish_completion(rich_spec()), "'Don\\'t [stop]: go.'"));
}

TEST_CASE("a spec survives JSON") {
    const ToolSpec spec = rich_spec();
    const auto back = spec_from_json(spec_as_json(spec));
    REQUIRE(back);
    CHECK(back->name == spec.name);
    REQUIRE(back->commands.size() == 2);
    CHECK(back->commands[0].options[0].name == "fast");
    CHECK(back->options[0].choices == spec.options[0].choices);
    CHECK(all_own_options(*back).size() == all_own_options(spec).size());
    CHECK(!spec_from_json(records::Json::array()));
    CHECK(!spec_from_json(records::Json{{"name", "x"}, {"options", {{{"name", "y"}}}}}));
}

TEST_CASE("text is wrapped at words") {
    CHECK(wrapped("aa bb cc", 0, 5) == "aa bb\ncc");
    CHECK(wrapped("  aa\n bb ", 2, 80) == "aa bb");
    CHECK(wrapped("longer-than-that", 0, 5) == "longer-than-that");
}

TEST_CASE("nothing in a message can move the terminal") {
    CHECK(visible("a\x1b[31m\nb\tc\x7f") == "a\\x1b[31m\\nb\\tc\\x7f");
    CHECK(visible("\xe2\x80\xae"
                  "x") == "\\xe2\\x80\\xaex");
    CHECK(visible("\xff\xc3\xa4 \xf0\x9f\x98\x80") == "\\xff\xc3\xa4 \xf0\x9f\x98\x80");
}
