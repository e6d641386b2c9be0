// SPDX-License-Identifier: Apache-2.0
// argv against a spec, without any process.
#include "libsmos/cli/parse.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/nearest.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::cli;

namespace {

ToolSpec ledger_spec() {
    return {
        .name = "smos-cfo",
        .commands = {{.name = "fund",
                      .positionals = {{.name = "USD", .required = true, .kind = Kind::usd}},
                      .options = {{.name = "note", .kind = Kind::text}}},
                     {.name = "reserve", .filter = true}},
        .options = {{.name = "wallet", .letter = 'w', .kind = Kind::text},
                    {.name = "tag", .kind = Kind::text, .repeatable = true}},
    };
}

Typed typed(const ToolSpec& spec, const std::vector<std::string>& arguments) {
    return parse(spec, glance(spec, arguments));
}

std::string usage_error(const ToolSpec& spec, const std::vector<std::string>& arguments) {
    try {
        typed(spec, arguments);
    } catch (const Fatal& fatal) {
        CHECK(fatal.status() == ExitStatus::usage);
        CHECK(!fatal.hint().empty());
        return fatal.what();
    }
    return "no error";
}

} // namespace

TEST_CASE("the verb is the first word that is no option's value") {
    const ToolSpec spec = ledger_spec();
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"--wallet", "fund", "fund", "5"},
             {"-w", "fund", "fund", "5"},
             {"-wfund", "fund", "5"},
             {"fund", "5", "--wallet=fund"},
             {"-qw", "fund", "fund", "5"},
             {"fund", "--wallet", "fund", "--", "5"},
         }) {
        const Typed got = typed(spec, arguments);
        CHECK(got.command->name == "fund");
        CHECK(got.options.at("wallet") == std::vector<std::string>{"fund"});
        CHECK(got.positionals == std::vector<std::string>{"5"});
    }
}

TEST_CASE("repeatable options collect, the others keep the last") {
    const Typed got =
        typed(ledger_spec(), {"reserve", "--tag", "a", "-w", "x", "--tag=b", "-w", "y"});
    CHECK(got.options.at("tag") == std::vector<std::string>{"a", "b"});
    CHECK(got.options.at("wallet") == std::vector<std::string>{"y"});
}

TEST_CASE("a filter's command takes files, another does not") {
    const ToolSpec spec = ledger_spec();
    CHECK(typed(spec, {"reserve", "a", "-", "--rejects", "r"}).positionals.size() == 2);
    CHECK(usage_error(spec, {"fund", "5", "6"}) == "unexpected argument '6'");
    CHECK(usage_error(spec, {"fund", "5", "--rejects", "r"}).find("--rejects") !=
          std::string::npos);
}

TEST_CASE("usage errors say what is wrong") {
    const ToolSpec spec = ledger_spec();
    CHECK(usage_error(spec, {}) == "a command is missing");
    CHECK(usage_error(spec, {"fnud", "5"}) == "unknown command 'fnud'");
    CHECK(usage_error(spec, {"--walet", "x", "fund"}) == "unknown option --walet");
    CHECK(usage_error(spec, {"fund"}) == "USD is missing");
    CHECK(usage_error(spec, {"fund", "5", "--wallet"}) == "option --wallet needs a value");
    CHECK(usage_error(spec, {"reserve", "--note", "x"}) == "unknown option --note of reserve");
    CHECK(usage_error(spec, {"fund", "-5"}) == "unknown option -5 of fund");
    try {
        typed(spec, {"fund", "-5"});
    } catch (const Fatal& fatal) {
        CHECK(fatal.hint() == "a value that begins with - stands behind --");
    }
}

TEST_CASE("help and version are seen anywhere but in a value") {
    const ToolSpec spec = ledger_spec();
    CHECK(glance(spec, {"fund", "--help"}).help);
    CHECK(glance(spec, {"-qh"}).help);
    CHECK(!glance(spec, {"--wallet", "--help"}).help);
    CHECK(!glance(spec, {"--", "--help"}).help);
    CHECK(glance(spec, {"--generate=man"}).generate == "man");
}

TEST_CASE("the nearest word") {
    const std::vector<std::string> words{"budget", "balance", "fund"};
    CHECK(nearest("buget", words) == "budget");
    CHECK(nearest("fnud", words) == "fund");
    CHECK(nearest("bal", words) == "balance");
    CHECK(nearest("zebra", words).empty());
    CHECK(nearest("", words).empty());
}

TEST_CASE("names follow from the option's name") {
    const ToolSpec spec = ledger_spec();
    CHECK(environment_name(spec, spec.options[0]) == "SMOS_CFO_WALLET");
    CHECK(config_key(spec, spec.options[0]) == "cfo.wallet");
    CHECK(environment_name(spec, shared_options()[1]) == "SMOS_STATE");
    CHECK(config_key(spec, shared_options()[1]) == "state");
}
