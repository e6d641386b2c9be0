// SPDX-License-Identifier: Apache-2.0
// The money stages on records in hand.
#include "tests/unit/store/temporary_state.hpp"

#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/cfo/best_of.hpp"
#include "libsmos/stages/cfo/cfo.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace smos;
using records::Json;
using records::Record;
using records::Status;
using store::testing::Books;

namespace {

Record planned(const char* total, const char* micros, const char* model = "backdrop-1") {
    const std::string line =
        std::string{R"({"task_id":"t","tenant_id":"default","persona_id":"ava","status":"planned",)"
                    R"("odd":1e2,"plan":{"tool":"x","version":"1","at":"2026-01-01T00:00:00Z",)"
                    R"("decision":"produce","reasons":[],"muse":{"persona_id":"ava","version":"1",)"
                    R"("dna_sha256":""},"moral":{"score":1,"veto":false,"dimensions":{}},)"
                    R"("estimate":{"total_micros":)"} +
        total + R"(,"lines":[{"capability":"cap.image.generate","provider":"local","model":")" +
        model + R"(","unit":"image","quantity":3,"price":{"micros":0,"per_units":1},"micros":)" +
        micros + "}]}}}";
    return *Record::parse(line);
}

struct Desk : Books {
    stages::CfoOptions options() {
        stages::CfoOptions made;
        made.stamp = [] { return records::Stamp{"smos-cfo", "0", "2026-01-01T00:00:00Z", 0, {}}; };
        made.ledger = [this]() -> store::Ledger& { return ledger; };
        return made;
    }
    Record reserve(Record record) {
        stages::ReserveStage stage{options(), providers::PriceTable{}};
        REQUIRE(stage.concerns(record));
        return std::move(stage.apply(std::move(record)).at(0));
    }
    Record settle(Record record) {
        stages::SettleStage stage{options()};
        REQUIRE(stage.concerns(record));
        return std::move(stage.apply(std::move(record)).at(0));
    }
};

records::Cfo cfo_of(const Record& record) {
    const Record again = *Record::parse(record.str());
    return **again.section<records::Cfo>();
}

std::string refused_by(const Record& record) {
    for (const records::Gate& gate : cfo_of(record).gates) {
        if (!gate.passed)
            return gate.name;
    }
    return {};
}

} // namespace

TEST_CASE("a free plan is reserved, with a chained entry, and settled") {
    Desk desk;
    desk.fund("default/ava", 1'000'000);
    const Record reserved = desk.reserve(planned("0", "0"));
    CHECK(cfo_of(reserved).entry->seq == 2);
    CHECK(cfo_of(reserved).reserved_micros == 0);
    CHECK(reserved.str().find("\"odd\":1e2") != std::string::npos);
    Record published = *Record::parse(reserved.str());
    published.set_text("status", "published");
    const Record settled = desk.settle(*Record::parse(published.str()));
    CHECK(Record::parse(settled.str())->status() == Status::settled);
    CHECK(cfo_of(settled).settled_micros == 0);
}

TEST_CASE("the estimate is not believed") {
    Desk desk;
    desk.fund("default/ava", 1'000'000);
    CHECK(refused_by(desk.reserve(planned("0", "0", "unheard-of"))) == "price_known");
    CHECK(refused_by(desk.reserve(planned("1", "0"))) == "estimate");
    CHECK(refused_by(desk.reserve(planned("-1", "-1"))) == "estimate");
    CHECK(desk.balance().reserved_micros == 0);
}

TEST_CASE("a closed or absent reservation leaves the line as it is") {
    Desk desk;
    const std::string line =
        R"({"task_id":"t","status":"published","cfo":{"tool":"x","version":"1","at":"y",)"
        R"("wallet":"default/ava","state":"settled","gates":[],"spends":[]}})";
    CHECK(desk.settle(*Record::parse(line)).str() == line);
    stages::SettleStage stage{desk.options()};
    CHECK_FALSE(stage.concerns(*Record::parse(R"({"status":"published"})")));
    CHECK_FALSE(stage.concerns(*Record::parse(R"({"status":"planned","cfo":{}})")));
}

TEST_CASE("candidates by velocity, as the seed's table has them") {
    struct Row {
        double vvs;
        std::int64_t candidates;
    };
    for (const Row& row : {Row{-5, 1},
                           Row{0, 1},
                           Row{60, 1},
                           Row{60.01, 2},
                           Row{80, 2},
                           Row{80.01, 5},
                           Row{90, 5},
                           Row{90.01, 10},
                           Row{100, 10},
                           Row{2000, 10}})
        CHECK(stages::best_of(row.vvs) == row.candidates);
    CHECK(stages::best_of(std::nullopt) == 1);
    CHECK(stages::best_of(std::numeric_limits<double>::quiet_NaN()) == 1);
    const records::Estimate one{300, {{"cap", "acme", "m", "image", 3, {100, 1}, 300}}};
    const auto five = stages::estimate_of(one, 5);
    REQUIRE(bool{five});
    CHECK(five->total_micros == 1500);
    CHECK(five->lines.front().quantity == 15);
    CHECK(five->lines.front().micros == 1500);
    CHECK_FALSE(bool{stages::estimate_of({std::numeric_limits<Micros>::max() / 2, {}}, 10)});
}

TEST_CASE("the wallet follows tenant and persona") {
    CHECK(stages::wallet_of(*Record::parse(R"({"tenant_id":"a","persona_id":"b"})")) == "a/b");
    CHECK(stages::wallet_of(*Record::parse(R"({"payload":{}})")) == "default");
}
