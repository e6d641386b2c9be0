// SPDX-License-Identifier: Apache-2.0
// The rules of the house: order, reasons, and that what no policy covers is blocked.
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/cfo/gate_chain.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::stages;
using records::Json;

namespace {

constexpr const char* all_gates =
    R"("chain":["temperature","kpi","budget","strategy_lock","firearms",)"
    R"("kill_switch","tool_budget"])";

Json config(const std::string& inside) {
    return *records::parse_json("{\"cfo\":{\"gates\":{" + inside + "}}}", "test");
}

struct House {
    Json payload = *records::parse_json(R"({"kpi":{"ctr":0.05},"temperature":0.5})", "test");
    Micros spent = 1'000'000;
    Micros amount = 2'000'000;
    std::string task = "t1";
    Instant now = from_date(2026, 6, 1);

    std::vector<records::Gate> ask(const std::string& inside) const {
        const auto chain = GateChain::from_config(config(inside));
        REQUIRE(bool{chain});
        return chain->ask({"default",
                           task,
                           amount,
                           {{"cap.video.generate", amount}},
                           payload,
                           [this](const std::string&) { return spent; }},
                          now);
    }
    /// The code before the colon of the gate that blocked, or "".
    std::string blocked(const std::string& inside) const {
        const auto gates = ask(inside);
        if (gates.empty() || gates.back().passed)
            return "";
        return gates.back().reason.substr(0, gates.back().reason.find(':'));
    }
};

const std::string good =
    std::string{all_gates} +
    R"(,"tool_budget":{"cap.video.generate":"3.00"},"kill_switch":{"blocked":false},)"
    R"("firearms":{"cap.video.generate":{"until":"2027-01-01T00:00:00Z"}},)"
    R"("strategy_lock":{"locked":true,"approved":["t1"]},"budget":{"threshold":"2"},)"
    R"("kpi":{"ctr":{"floor":0.01,"ceiling":1}},"temperature":{"most":0.7})";

} // namespace

TEST_CASE("without a chain nothing is asked, and all gates are asked in their own order") {
    CHECK(GateChain::from_config(Json::object())->empty());
    const auto gates = House{}.ask(good);
    REQUIRE(gates.size() == 7);
    const char* names[] = {
        "tool_budget", "kill_switch", "firearms", "strategy_lock", "budget", "kpi", "temperature"};
    for (std::size_t i = 0; i < 7; ++i) {
        CHECK(gates[i].name == names[i]);
        CHECK(gates[i].passed);
    }
}

TEST_CASE("a missing policy blocks, by name, and ends the chain") {
    const auto gates =
        House{}.ask(R"("chain":["kill_switch","budget"],"budget":{"threshold":"9"})");
    REQUIRE(gates.size() == 1);
    CHECK(gates[0].name == "kill_switch");
    CHECK(gates[0].reason.find("no policy for the gate kill_switch") != std::string::npos);
}

TEST_CASE("each gate blocks for its own reason") {
    House house;
    const auto only = [](const char* name, const std::string& policy) {
        return std::string{"\"chain\":[\""} + name + "\"],\"" + name + "\":" + policy;
    };
    CHECK(house.blocked(only("tool_budget", R"({"cap.video.generate":"2.999999"})")) ==
          "budget.daily_cap_exceeded");
    CHECK(house.blocked(only("tool_budget", R"({"cap.video.generate":"3"})")).empty());
    CHECK(house.blocked(only("tool_budget", "{}")) == "budget.daily_cap_missing");
    CHECK(house.blocked(only("kill_switch", R"({"blocked":true})")) == "kill_switch.blocked");
    CHECK(house.blocked(only("kill_switch", "{}")) == "kill_switch.blocked");
    CHECK(house.blocked(
              only("firearms", R"({"cap.video.generate":{"until":"2026-06-01T00:00:00Z"}})")) ==
          "firearms.license_required");
    CHECK(house.blocked(
              only("firearms",
                   R"({"cap.video.generate":{"until":"2027-01-01T00:00:00Z","revoked":true}})")) ==
          "firearms.license_required");
    CHECK(house.blocked(only("firearms", R"({"cap.other":{}})")).empty()); // unbound: allowed
    CHECK(house.blocked(only("strategy_lock", R"({"locked":true,"approved":["t2"]})")) ==
          "strategy_lock.approval_required");
    CHECK(house.blocked(only("strategy_lock", "{}")) == "strategy_lock.approval_required");
    CHECK(house.blocked(only("strategy_lock", R"({"locked":false})")).empty());
    CHECK(house.blocked(only("budget", "{}")) == "budget_threshold_missing");
    CHECK(house.blocked(only("budget", R"({"threshold":"1.999999"})")) ==
          "budget_threshold_exceeded");
    CHECK(house.blocked(only("kpi", "{}")) == "kpi_threshold_missing");
    CHECK(house.blocked(only("kpi", R"({"reach":{"floor":1}})")) == "kpi_threshold_missing");
    CHECK(house.blocked(only("kpi", R"({"ctr":{"floor":0.06}})")) == "kpi_floor_breached");
    CHECK(house.blocked(only("kpi", R"({"ctr":{"ceiling":0.04}})")) == "kpi_ceiling_breached");
    CHECK(house.blocked(only("temperature", R"({"most":0.4})")) == "temperature_breach");
    CHECK(house.blocked(only("temperature", "{}")) == "temperature_breach");
    house.payload = Json{};
    CHECK(house.blocked(only("temperature", R"({"most":0.4})")) == "temperature_breach");
    CHECK(house.blocked(only("kpi", R"({"ctr":{"floor":0}})")) == "kpi_threshold_missing");
}

TEST_CASE("what is no policy is refused when it is read") {
    for (const char* wrong : {R"("budget":{"threshold":"1"})",
                              R"("chain":"budget")",
                              R"("chain":["nonsense"])",
                              R"("chain":[],"nonsense":{})",
                              R"("chain":[],"budget":[])",
                              R"("chain":[],"budget":{"threshold":"-1"})",
                              R"("chain":[],"budget":{"threshold":"1e9"})",
                              R"("chain":[],"tool_budget":{"cap.x":"five"})",
                              R"("chain":[],"kill_switch":{"blocked":"no"})",
                              R"("chain":[],"kpi":{"ctr":1})"}) {
        CAPTURE(wrong);
        const auto chain = GateChain::from_config(config(wrong));
        REQUIRE_FALSE(bool{chain});
        CHECK(chain.error().code == "bad_gate");
    }
}

TEST_CASE("a policy that would pass by a slip is refused") {
    for (const char* slip : {R"("kpi":{"ctr":{"floor":"0.9"}})",
                             R"("kpi":{"ctr":{"flor":0.9}})",
                             R"("kpi":{"ctr":{}})",
                             R"("firearms":{"cap.video.generate":{"until":20270101}})",
                             R"("firearms":{"cap.video.generate":{"until":"some day"}})",
                             R"("firearms":{"cap.video.generate":{"revoked":"yes"}})"}) {
        const auto chain = GateChain::from_config(config(std::string{all_gates} + "," + slip));
        REQUIRE_FALSE(bool{chain});
        CHECK(chain.error().code == "bad_gate");
    }
    CHECK_FALSE(bool{GateChain::from_config(*records::parse_json(R"({"cfo":[]})", "test"))});
}
