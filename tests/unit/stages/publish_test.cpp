// SPDX-License-Identifier: Apache-2.0
// Publishing against a channel whose failures are made to order: at most one effect, always said.
#include "libsmos/core/file.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/records/disclosure.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/publish/publish.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

using namespace smos;
using namespace smos::stages;
using records::Json;
using records::Record;
using records::Status;
namespace fs = std::filesystem;

namespace {

/// What the world saw of a channel, and how it shall answer.
struct World {
    int published = 0;
    int looked = 0;
    int refreshed = 0;
    std::optional<Error> refuses{};
    std::optional<Error> cannot_refresh{};
    std::optional<Error> breaks_after{}; // the post is visible, the answer is lost
    bool there = false;
};

class MadeChannel : public providers::Channel {
  public:
    MadeChannel(std::string name, World& world) : name_(std::move(name)), world_(world) {}
    std::string name() const override { return name_; }
    std::string account(const providers::Post& post) const override { return post.persona_id; }
    Result<std::optional<providers::Posted>> find(const providers::Post& post) override {
        ++world_.looked;
        return world_.there ? std::optional{posted(post)} : std::nullopt;
    }
    Result<providers::Posted> publish(const providers::Post& post) override {
        if (world_.refuses)
            return *world_.refuses;
        SMOS_EXPECT(!world_.there);
        ++world_.published;
        world_.there = true;
        if (world_.breaks_after)
            return *world_.breaks_after;
        return posted(post);
    }
    Result<void> refresh(const providers::Post&) override {
        ++world_.refreshed;
        if (world_.cannot_refresh)
            return *world_.cannot_refresh;
        return {};
    }

  private:
    providers::Posted posted(const providers::Post& post) const {
        return {name_ + "/" + post.effect_id, "https://example.org/" + post.effect_id};
    }
    std::string name_;
    World& world_;
};

/// A house with assets, a state file, and two channels.
struct House {
    std::string folder = (fs::temp_directory_path() / "smos-publish-XXXXXX").string();
    World first{}, second{};
    std::optional<store::Assets> assets{};
    std::optional<store::Database> database{};
    std::optional<store::Effects> effects{};
    bool opened = false;
    records::Sidecar video{}, poster{};

    House() {
        SMOS_EXPECT(::mkdtemp(folder.data()) != nullptr);
        assets.emplace(folder + "/cas");
        video =
            *assets->put(std::string{"mp4 http://"} + records::disclosure_mark + "x", "video/mp4");
        poster = *assets->put("jpeg", "image/jpeg");
    }
    House(const House&) = delete;
    House& operator=(const House&) = delete;
    ~House() {
        effects.reset();
        database.reset();
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }

    store::Effects& outbox() {
        opened = true;
        if (!effects) {
            database.emplace(folder + "/state.db");
            effects.emplace(*database);
        }
        return *effects;
    }

    PublishOptions options(bool dry_run) {
        PublishOptions made;
        made.channels.push_back(std::make_unique<MadeChannel>("one", first));
        made.channels.push_back(std::make_unique<MadeChannel>("two", second));
        made.dry_run = dry_run;
        made.stamp = [] {
            records::Stamp stamp;
            stamp.tool = "smos-publish";
            stamp.version = "1";
            stamp.at = "2026-11-20T12:00:00Z";
            return stamp;
        };
        made.now = [] { return from_date(2026, 11, 20); };
        return made;
    }

    Record approved(const std::string& task = "task-1") const {
        records::Plan plan;
        plan.tool = plan.version = plan.at = "x";
        plan.decision = "produce";
        plan.script = records::Script{"Title", "hook", {{"l", "line"}}, "caption", {"tag\n#x"}};
        records::Render render;
        render.tool = render.version = render.at = "x";
        render.timeline_sha256 = "t";
        render.device = "cpu";
        render.outputs.push_back({"short", "shorts", video, poster, {}});
        records::NewRecord envelope;
        envelope.task_id = task;
        envelope.persona_id = "ava";
        envelope.status = Status::approved;
        Record record = records::make_record(envelope);
        record.set("plan", records::encode(plan));
        record.set("render", records::encode(render));
        return record;
    }

    Record send(const Record& record, bool dry_run = false) {
        PublishStage stage{
            options(dry_run), [this]() -> store::Effects& { return outbox(); }, *assets};
        SMOS_EXPECT(stage.concerns(record));
        auto out = stage.apply(*Record::parse(record.str()));
        SMOS_EXPECT(out.size() == 1);
        return *Record::parse(out.front().str());
    }
};

std::vector<records::Receipt> receipts_of(const Record& record) {
    return (*record.section<records::Publish>())->receipts;
}

std::string error_code(const Record& record) {
    const Json errors = **record.member("errors");
    return errors.empty() ? "" : errors.back()["code"].get<std::string>();
}

} // namespace

TEST_CASE("a record is posted once on every channel, whatever is repeated") {
    House house;
    const Record record = house.approved();
    const Record first = house.send(record);
    const Record again = house.send(record);
    CHECK(first.status() == Status::published);
    CHECK(house.first.published == 1);
    CHECK(house.second.published == 1);
    REQUIRE(receipts_of(first).size() == 2);
    CHECK(*first.raw("publish") == *again.raw("publish"));
    CHECK(receipts_of(first)[0].published_at == "2026-11-20T00:00:00Z");
    CHECK(receipts_of(first)[0].content_sha256 == house.video.checksum.substr(7));
    CHECK(receipts_of(first)[0].effect_id != receipts_of(first)[1].effect_id);
}

TEST_CASE("a channel that refuses leaves the record partial, and only it is tried again") {
    House house;
    house.second.refuses = Error{"cannot_create", "full", "there", "make room", true};
    const Record record = house.send(house.approved());
    CHECK(record.status() == Status::partial);
    CHECK(error_code(record) == "cannot_create");
    REQUIRE(receipts_of(record).size() == 1);
    house.second.refuses.reset();
    const Record again = house.send(record);
    CHECK(again.status() == Status::published);
    CHECK(house.first.published == 1);
    CHECK(house.second.published == 1);
    CHECK(receipts_of(again).size() == 2);
    CHECK(receipts_of(again)[1].attempt == 2);
}

TEST_CASE("when nothing went out the record failed") {
    House house;
    house.first.refuses = house.second.refuses = Error{"cannot_create", "full"};
    const Record record = house.send(house.approved());
    CHECK(record.status() == Status::failed);
    CHECK(receipts_of(record).empty());
    CHECK((**record.member("errors")).size() == 2);
}

TEST_CASE("a post whose answer was lost is found, not posted again") {
    House house;
    house.first.breaks_after = Error{"io", "the answer was lost"};
    CHECK(house.send(house.approved()).status() == Status::partial);
    house.first.breaks_after.reset();
    const Record again = house.send(house.approved());
    CHECK(again.status() == Status::published);
    CHECK(house.first.published == 1);
    CHECK(house.first.looked == 1);
}

TEST_CASE("what was in flight when the process died is looked for first") {
    for (const bool there : {false, true}) {
        House house;
        house.first.there = there;
        store::Effect effect;
        effect.channel = "one";
        effect.account = "ava";
        effect.idem_key = "task-1";
        effect.effect_id = store::effect_id_of("one", "ava", "task-1");
        effect.content_hash = house.video.checksum.substr(7);
        REQUIRE(house.outbox().begin(effect, from_date(2026, 11, 19)));
        const Record record = house.send(house.approved());
        CHECK(record.status() == Status::published);
        CHECK(house.first.looked == 1);
        CHECK(house.first.published == (there ? 0 : 1));
        CHECK(receipts_of(record)[0].published_at == "2026-11-19T00:00:00Z");
    }
}

TEST_CASE("pages that cannot be remade do not undo what is visible") {
    House house;
    house.first.cannot_refresh = Error{"cannot_create", "no index"};
    const Record record = house.send(house.approved());
    CHECK(record.status() == Status::published);
    CHECK(error_code(record) == "cannot_create");
    CHECK(receipts_of(record)[0].status == "published");
    house.first.cannot_refresh.reset();
    CHECK(house.send(house.approved()).status() == Status::published);
    CHECK(house.first.published == 1);
    CHECK(house.first.refreshed == 2);
}

TEST_CASE("the same production with other content is refused") {
    House house;
    (void)house.send(house.approved());
    house.video = *house.assets->put(std::string{"new "} + records::disclosure_mark, "video/mp4");
    const Record record = house.send(house.approved());
    CHECK(error_code(record) == "content_differs");
    CHECK(house.first.published == 1);
}

TEST_CASE("without disclosure, task, script or file nothing leaves the house") {
    House house;
    Record nameless = house.approved();
    nameless.set("task_id", Json(nullptr));
    CHECK(error_code(house.send(nameless)) == "incomplete_record");
    Record planless = house.approved();
    planless.set("plan", Json(nullptr));
    CHECK(error_code(house.send(planless)) == "incomplete_record");
    Record wrong = house.approved();
    wrong.set("publish", Json("text"));
    CHECK(error_code(house.send(wrong)) == "wrong_type");
    const records::Sidecar kept = house.video;
    house.video = *house.assets->put("no word of it", "video/mp4");
    CHECK(error_code(house.send(house.approved())) == "no_disclosure");
    house.video = kept;
    house.poster.uri = "cas:sha256:" + std::string(64, '0');
    const Record record = house.send(house.approved());
    CHECK(error_code(record) == "missing_file");
    CHECK(record.status() == Status::failed);
    CHECK(house.first.published + house.second.published == 0);
    CHECK_FALSE(house.opened);
}

TEST_CASE("a dry run opens nothing, sends nothing, and says what it would do") {
    House house;
    const Record record = house.send(house.approved(), true);
    CHECK(record.status() == Status::approved);
    CHECK_FALSE(house.opened);
    CHECK(house.first.published == 0);
    const auto section = *record.section<records::Publish>();
    CHECK(section->dry_run == true);
    CHECK((*section->disclosure.flags)["one"] == "would publish as ava");
    Record broken = house.approved();
    broken.set("render", Json(nullptr));
    const Record failed = house.send(broken, true);
    CHECK(failed.status() == Status::approved);
    CHECK(error_code(failed) == "incomplete_record");
}
