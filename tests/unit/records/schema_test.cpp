// SPDX-License-Identifier: Apache-2.0
// The schemas that follow from the types.
#include "libsmos/core/file.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/schema.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smos;
using namespace smos::records;

TEST_CASE("every schema is JSON, names itself and stays the same") {
    CHECK(schema_names().size() == 9);
    for (const std::string& name : schema_names()) {
        CAPTURE(name);
        const auto text = schema_text(name);
        REQUIRE(text);
        CHECK(*text == *schema_text(name));
        CHECK(text->back() == '\n');
        const auto json = parse_json(*text, name);
        REQUIRE(json);
        CHECK((*json)["$schema"] == "https://json-schema.org/draft/2020-12/schema");
        CHECK((*json)["$id"] == "urn:smos:schema:" + name + ":1");
        CHECK((*json)["type"] == "object");
    }
    CHECK_FALSE(schema_text("nothing"));
    CHECK_FALSE(schema_text(""));
}

TEST_CASE("the committed schemas are those of the types") {
    for (const std::string& name : schema_names()) {
        CAPTURE(name);
        const auto committed = read_file(std::string{SMOS_SOURCE_DIR} + "/libsmos/records/schema/" +
                                             name + ".schema.json",
                                         1 << 20);
        REQUIRE(committed);
        CHECK(*committed == *schema_text(name));
    }
}

TEST_CASE("required fields are required, optional ones may be null") {
    const Json plan = *parse_json(*schema_text("plan"), "plan");
    const auto& required = plan["required"];
    CHECK(std::find(required.begin(), required.end(), "decision") != required.end());
    CHECK(std::find(required.begin(), required.end(), "roi") == required.end());
    CHECK(plan["properties"]["roi"]["type"] == Json::array({"number", "null"}));
    CHECK(plan["properties"]["estimate"]["properties"]["total_micros"]["type"] == "integer");
}
