// SPDX-License-Identifier: Apache-2.0
// Precedence among flag, environment, files and fallback, with an environment made up for the test.
#include "libsmos/cli/settings.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::cli;

namespace {

const ToolSpec& small_spec() {
    static const ToolSpec spec{
        .name = "smos-scout",
        .options = {{.name = "top", .kind = Kind::integer, .fallback = "3"},
                    {.name = "place", .kind = Kind::path, .project_may_set = true}},
    };
    return spec;
}

ConfigSources::Source source(Origin origin, const std::string& key, const std::string& value) {
    ConfigFile file{"/etc/x/smos.yaml", {{key, {value}, false, 7}}, records::Json::object()};
    return {origin, std::move(file)};
}

Setting top(const std::map<std::string, std::vector<std::string>>& typed,
            const std::string& variable,
            const ConfigSources& sources) {
    const auto settings = resolve(
        small_spec(),
        all_own_options(small_spec()),
        typed,
        [&](const std::string& name) { return name == "SMOS_SCOUT_TOP" ? variable : ""; },
        sources);
    return settings.by_name.at("top");
}

} // namespace

TEST_CASE("the strongest place wins") {
    ConfigSources sources;
    CHECK(origin_text(top({}, "", sources)) == "default");
    sources.files.push_back(source(Origin::system, "scout.top", "4"));
    CHECK(top({}, "", sources).texts.back() == "4");
    sources.files.insert(sources.files.begin(), source(Origin::user, "scout.top", "5"));
    CHECK(top({}, "", sources).texts.back() == "5");
    CHECK(origin_text(top({}, "", sources)) == "/etc/x/smos.yaml:7");
    sources.files.insert(sources.files.begin(), source(Origin::project, "scout.top", "6"));
    CHECK(top({}, "", sources).texts.back() == "5");
    CHECK(top({}, "8", sources).texts.back() == "8");
    CHECK(origin_text(top({}, "8", sources)) == "environment SMOS_SCOUT_TOP");
    CHECK(top({{"top", {"9"}}}, "8", sources).texts.back() == "9");
}

TEST_CASE("a project's file is told what it may not do") {
    ConfigSources sources;
    sources.files.push_back(source(Origin::project, "scout.top", "6"));
    sources.files.front().file.entries.push_back({"exec", {"evil"}, false, 8});
    sources.files.front().file.entries.push_back({"render.preset", {"x"}, false, 9});
    sources.files.front().file.entries.push_back({"style", {}, true, 10});
    const auto settings = resolve(
        small_spec(),
        all_own_options(small_spec()),
        {},
        [](const std::string&) { return std::string{}; },
        sources);
    REQUIRE(settings.warnings.size() == 2);
    CHECK(settings.warnings[0].find("/etc/x/smos.yaml:7: scout.top") == 0);
    CHECK(settings.warnings[1].find("/etc/x/smos.yaml:8: exec") == 0);
}

TEST_CASE("a trusted file's path is relative to that file") {
    ConfigSources sources;
    sources.files.push_back(source(Origin::user, "scout.place", "a/b"));
    const auto settings = resolve(
        small_spec(),
        all_own_options(small_spec()),
        {},
        [](const std::string&) { return std::string{}; },
        sources);
    CHECK(settings.by_name.at("place").texts.back() == "/etc/x/a/b");
}

TEST_CASE("a value of the wrong kind names its place") {
    ConfigSources sources;
    sources.files.push_back(source(Origin::user, "scout.top", "many"));
    try {
        top({}, "", sources);
        FAIL("accepted");
    } catch (const Fatal& fatal) {
        CHECK(fatal.status() == ExitStatus::config);
        CHECK(std::string{fatal.what()}.find("/etc/x/smos.yaml:7: scout.top: 'many'") == 0);
    }
}

TEST_CASE("configurations merge member by member") {
    auto base = records::Json::parse(R"({"a":{"x":1,"y":2},"b":1})");
    merge_config(base, records::Json::parse(R"({"a":{"y":3},"b":[1],"c":0})"));
    CHECK(records::dump(base) == R"({"a":{"x":1,"y":3},"b":[1],"c":0})");
}
