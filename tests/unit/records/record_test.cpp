// SPDX-License-Identifier: Apache-2.0
// A record is read by looking and changed by splicing.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/records/sections.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace smos;
using namespace smos::records;

namespace {

Record record_of(const std::string& line) {
    auto record = Record::parse(line);
    REQUIRE(record);
    return *std::move(record);
}

} // namespace

TEST_CASE("an unchanged record is its line, byte for byte") {
    for (const char* line : {R"({})",
                             R"(  { "n" : 1e2 , "m":1.10,"k":1,"k":2 }	 )",
                             R"({"big":1e400,"i":9007199254740993123,"lone":"\ud800","":""})"}) {
        CHECK(record_of(line).str() == line);
    }
    for (const char* bad : {"", "[]", "1", "{", "{}{}", "{\"a\":\xFF}"}) {
        const auto record = Record::parse(bad);
        REQUIRE_FALSE(record);
        CHECK(record.error().where.rfind("byte ", 0) == 0);
    }
}

TEST_CASE("a change replaces its value and nothing else") {
    Record record = record_of(R"( {"a" : 1e2 ,"st\u0061tus": "x" , "b":[ 1.10 ]} )");
    record.set_text("status", "planned");
    CHECK(record.str() == R"( {"a" : 1e2 ,"st\u0061tus": "planned" , "b":[ 1.10 ]} )");
    record.set_text("status", "reserved");
    CHECK(record.text("status") == "reserved");
    CHECK(record.str() == R"( {"a" : 1e2 ,"st\u0061tus": "reserved" , "b":[ 1.10 ]} )");
}

TEST_CASE("a new member goes to the end, into an empty object too") {
    Record record = record_of("{ }");
    record.set_text("a", "1");
    record.set("b", Json(2));
    CHECK(record.str() == R"({ "a":"1","b":2})");
    Record full = record_of(R"({"x":1 } )");
    full.set("y", Json(nullptr));
    CHECK(full.str() == R"({"x":1 ,"y":null} )");
}

TEST_CASE("of duplicate keys the last counts and all are changed") {
    Record record = record_of(R"({"status":"planned","k":1,"status":"scouted","k":2})");
    CHECK(record.status() == Status::scouted);
    CHECK(*record.raw("k") == "2");
    record.set_text("status", "failed");
    CHECK(record.str() == R"({"status":"failed","k":1,"status":"failed","k":2})");
}

TEST_CASE("the status is the envelope's, or that of a request") {
    CHECK(record_of(R"({"status":"approved"})").status() == Status::approved);
    CHECK(record_of(R"({"payload":{"prompt":"x"}})").status() == Status::scouted);
    CHECK(record_of(R"({"payload":{"prompt":"x","n":1e400}})").status() == Status::scouted);
    CHECK(record_of(R"({"type":null,"status":"planned"})").status() == Status::planned);
    for (const char* none : {R"({"status":"APPROVED"})",
                             R"({"status":7})",
                             R"({"status":null,"payload":{"prompt":"x"}})",
                             R"({"status":""})",
                             R"({"payload":{"prompt":5}})",
                             R"({"payload":{"prompt":"x","prompt":1}})",
                             R"({"payload":"prompt"})",
                             R"({"payload":[{"prompt":"x"}]})",
                             R"({"type":"send_letter","status":"planned"})",
                             R"({"type":7,"status":"planned"})",
                             R"({})"}) {
        CAPTURE(none);
        CHECK_FALSE(record_of(none).status());
    }
    for (int i = 0; i <= static_cast<int>(Status::failed); ++i) {
        const auto status = static_cast<Status>(i);
        CHECK(status_of(name_of(status)) == status);
    }
}

TEST_CASE("what is absent or of another type has its default") {
    const Record record = record_of(R"({"task_id":5,"tenant_id":null,"persona_id":["x"]})");
    CHECK(record.task_id().empty());
    CHECK(record.tenant_id() == "default");
    CHECK(record.persona_id().empty());
    CHECK(record.is_production());
    CHECK(record_of(R"({"schema":"smos.record/1"})").is_production());
    CHECK_FALSE(record_of(R"({"schema":"other"})").is_production());
}

TEST_CASE("an error more keeps the bytes of the earlier ones") {
    const auto after = [](const std::string& line) {
        Record record = record_of(line);
        record.add_error({"t", "c", "m", true});
        return record.str();
    };
    const std::string added = R"({"tool":"t","code":"c","message":"m","retryable":true})";
    CHECK(after(R"({"errors":[ {"n":1e400, "v":1.10} ]})") ==
          R"({"errors":[ {"n":1e400, "v":1.10} ,)" + added + "]}");
    CHECK(after(R"({"errors":[ ]})") == R"({"errors":[ )" + added + "]}");
    CHECK(after(R"({"errors":null})") == R"({"errors":[)" + added + "]}");
    CHECK(after(R"({"errors":"x"})") == R"({"errors":[)" + added + "]}");
    CHECK(after("{}") == R"({"errors":[)" + added + "]}");
    Record twice = record_of("{}");
    twice.add_error({"t", "c", "m", true});
    twice.add_error({"t", "c", "m", true});
    CHECK(twice.str() == R"({"errors":[)" + added + "," + added + "]}");
}

TEST_CASE("concluding writes section, status and version; a dry run only the section") {
    Publish section;
    section.tool = "smos-publish";
    section.version = "1";
    section.at = "2026-11-20T12:00:00Z";
    section.disclosure.digital_source_type = "x";
    Record record = record_of(R"({"status":"approved","state_version":4})");
    record.conclude(section, Status::published);
    CHECK(record.status() == Status::published);
    CHECK(*record.raw("state_version") == "5");
    CHECK((*record.section<Publish>())->tool == "smos-publish");
    section.dry_run = true;
    Record dry = record_of(R"({"status":"approved","state_version":4})");
    dry.conclude(section, Status::published);
    CHECK(dry.status() == Status::approved);
    CHECK(*dry.raw("state_version") == "4");
    CHECK((*dry.section<Publish>())->dry_run == true);
}

TEST_CASE("a version that is no number starts again, a huge one stays in bounds") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"({"state_version":"x"})", "1"},
        {R"({"state_version":-7})", "1"},
        {R"({"state_version":1e2})", "1"},
        {R"({"state_version":18446744073709551615})", "1"},
        {R"({"state_version":9223372036854775807})", "9007199254740993"},
        {R"({})", "1"}};
    for (const auto& one : cases) {
        Record record = record_of(one.first);
        record.fail("t", Error{"c", "m"});
        CAPTURE(one.first);
        CHECK(*record.raw("state_version") == one.second);
        CHECK(record.status() == Status::failed);
    }
}

TEST_CASE("sections come back as they were written; unknown stays absent") {
    Plan plan;
    plan.tool = "smos-plan";
    plan.decision = "produce";
    plan.moral.dimensions = {{"ego", 0.25}};
    plan.estimate = Estimate{7, {{"cap.x", "p", "m", "image", 2, {3, 4}, 7}}};
    plan.script = Script{"t \"q\" \n", "h", {{"l1", "é😀"}}, "c", {}};
    Record record = record_of("{}");
    record.conclude(plan, Status::planned);
    const auto again = record_of(record.str()).section<Plan>();
    REQUIRE(again);
    REQUIRE(*again);
    CHECK(dump(encode(**again)) == dump(encode(plan)));
    const Json json = encode(plan);
    CHECK_FALSE(json.contains("roi"));
    CHECK_FALSE(json.contains("storyboard"));
    CHECK(json["reasons"].is_array());
}

TEST_CASE("a section of the wrong shape is an error with its place") {
    const auto wrong = [](const std::string& section) {
        const auto plan = record_of(R"({"plan":)" + section + "}").section<Plan>();
        REQUIRE_FALSE(plan);
        return plan.error();
    };
    const std::string head = R"({"tool":"t","version":"v","at":"a","decision":"produce",)"
                             R"("reasons":[],"muse":{"persona_id":"p","dna_sha256":"d"},"moral":)";
    CHECK(wrong("[]").code == "wrong_type");
    CHECK(wrong("{}").code == "missing_field");
    CHECK(wrong("{}").where == "plan.tool");
    CHECK(wrong(head + R"({"score":"high","veto":false}})").where == "plan.moral.score");
    CHECK(wrong(head + R"({"score":1,"veto":0}})").where == "plan.moral.veto");
    CHECK(wrong(head + R"({"score":1e400,"veto":false}})").code == "bad_number");
    CHECK(wrong(head + R"({"score":1,"veto":false},"estimate":{"total_micros":1.5,"lines":[]}})")
              .where == "plan.estimate.total_micros");
    CHECK_FALSE(*record_of("{}").section<Plan>());
    CHECK_FALSE(*record_of(R"({"plan":null})").section<Plan>());
}

TEST_CASE("a production has its name for ever") {
    CHECK(production_id("default", "reddit", "n1", "ava") ==
          production_id("default", "reddit", "n1", "ava"));
    CHECK(production_id("default", "reddit", "n1", "ava") !=
          production_id("default", "reddit", "n1", "kai"));
    const Record record = make_record({"id", "parent", "default", "ava", Status::scouted, {}});
    CHECK(record.line().rfind(R"({"schema":"smos.record/1","task_id":"id","parent_id":"parent")",
                              0) == 0);
    CHECK(record.is_production());
    CHECK(record.status() == Status::scouted);
}
