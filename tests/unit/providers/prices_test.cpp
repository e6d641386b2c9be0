// SPDX-License-Identifier: Apache-2.0
// Price and binding tables from configuration.
#include "libsmos/providers/capabilities/bindings.hpp"
#include "libsmos/providers/capabilities/prices.hpp"
#include "libsmos/records/json_value.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::providers;
using records::Json;

namespace {

Json config(const char* text) { return *records::parse_json(text, "test"); }

std::string price_code(const char* text) {
    const auto table = PriceTable::from_config(config(text));
    return table ? "" : table.error().code;
}

std::string binding_code(const char* text) {
    const auto table = BindingTable::from_config(config(text));
    return table ? "" : table.error().code;
}

} // namespace

TEST_CASE("local models have an explicit price of nothing, others none") {
    const PriceTable table;
    CHECK(table.find("local", "backdrop-1", "image", system_now())->price.micros == 0);
    CHECK(table.find("local", "espeak-ng", "character", system_now())->price.micros == 0);
    CHECK(table.find("local", "bed-1", "second", system_now())->price.micros == 0);
    CHECK(table.find("local", "grammar-1", "script", system_now())->price.micros == 0);
    CHECK(table.find("acme", "m", "image", system_now()).error().code == "unknown_price");
    CHECK(table.find("local", "backdrop-1", "second", system_now()).error().code ==
          "unknown_price");
}

TEST_CASE("the row in force at the day is found, the later of two") {
    const auto table = PriceTable::from_config(config(R"({"prices":[
        {"provider":"acme","model":"m","unit":"token","usd":"2.5","per_units":1000000,
         "valid_from":"2026-01-01","valid_to":"2026-02-01"},
        {"provider":"acme","model":"m","unit":"token","micros":7,"valid_from":"2026-01-15"}]})"));
    REQUIRE(table);
    const auto at = [&](unsigned month, unsigned day) {
        return table->find("acme", "m", "token", from_date(2026, month, day));
    };
    CHECK(table->find("acme", "m", "token", from_date(2025, 12, 31)).error().code ==
          "unknown_price");
    CHECK(at(1, 1)->price.micros == 2'500'000);
    CHECK(*cost(at(1, 1)->price, 1) == 3);
    CHECK(at(1, 15)->price.micros == 7);
    CHECK(at(3, 1)->price.micros == 7);
}

TEST_CASE("malformed price rows are named") {
    for (const char* text : {R"({"prices":{}})",
                             R"({"prices":[1]})",
                             R"({"prices":[{"provider":"a","model":"m","unit":"u"}]})",
                             R"({"prices":[{"provider":"a","model":"m","unit":"u","micros":-1}]})",
                             R"({"prices":[{"provider":"a","model":"m","unit":"u","micros":1.5}]})",
                             R"({"prices":[{"provider":"a","model":"m","unit":"u","micros":1,)"
                             R"("per_units":0}]})",
                             R"({"prices":[{"provider":"a","model":"m","unit":"u","micros":1,)"
                             R"("usd":"1"}]})",
                             R"({"prices":[{"provider":"","model":"m","unit":"u","micros":1}]})"})
        CHECK(price_code(text) == "bad_price");
    CHECK(price_code("null").empty());
    CHECK(price_code("{}").empty());
}

TEST_CASE("bindings: local by default, replaced by the configuration, absolute commands only") {
    CHECK(BindingTable{}.of("cap.speech.tts").at(0).model == "espeak-ng");
    CHECK(BindingTable{}.of("cap.video.generate").empty());
    const auto table = BindingTable::from_config(config(R"({"bindings":{"cap.image.generate":[
        {"dialect":"exec","provider":"acme","model":"m","command":["/bin/true","x"]},
        {"dialect":"local","model":"backdrop-1"}]}})"));
    REQUIRE(table);
    CHECK(table->of("cap.image.generate").size() == 2);
    CHECK(table->of("cap.image.generate")[0].unit == "image");
    CHECK(table->of("cap.image.generate")[1].provider == "local");
    CHECK(table->of("cap.music.generate").size() == 1);
    for (const char* text :
         {R"({"bindings":[]})",
          R"({"bindings":{"c":{"dialect":"shell","provider":"a","model":"m"}}})",
          R"({"bindings":{"c":{"dialect":"exec","provider":"a","model":"m"}}})",
          R"({"bindings":{"c":{"dialect":"exec","provider":"a","model":"m","command":["sh"]}}})",
          R"({"bindings":{"c":{"dialect":"exec","provider":"a","model":"m","command":"/bin/sh"}}})",
          R"({"bindings":{"c":{"dialect":"local","provider":"a","model":"m","timeout_ms":0}}})"})
        CHECK(binding_code(text) == "bad_binding");
}
