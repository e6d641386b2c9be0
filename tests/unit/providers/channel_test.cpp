// SPDX-License-Identifier: Apache-2.0
// The two channels on a real file system: whole or not at all, found again, never over another's.
#include "libsmos/core/file.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/providers/channels/channel.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/records/json_value.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace smos;
using namespace smos::providers;
namespace fs = std::filesystem;

namespace {

struct Place {
    std::string folder = (fs::temp_directory_path() / "smos-channel-XXXXXX").string();
    Post post{};

    Place() {
        SMOS_EXPECT(::mkdtemp(folder.data()) != nullptr);
        post.effect_id = "11111111-2222-5333-8444-555555555555";
        post.task_id = "task";
        post.persona_id = "ava";
        post.persona_name = "Ava";
        post.language = "en";
        post.title = "A title";
        post.caption = "A caption";
        post.published_at = from_date(2026, 11, 20);
        post.video_path = file("video", "the video");
        post.poster_path = file("poster", "the poster");
        post.vtt_path = file("vtt", "WEBVTT\n");
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { fs::remove_all(folder); }

    std::string file(const std::string& name, const std::string& bytes) const {
        const std::string path = folder + "/" + name;
        SMOS_EXPECT(bool{write_file_atomically(path, bytes)});
        return path;
    }
    std::string below(const std::string& name) const { return folder + "/" + name; }
};

std::size_t entries(const std::string& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator{}));
}

} // namespace

TEST_CASE("a post is a folder with everything in it, and found again") {
    Place place;
    const auto channel = directory_channel(place.below("posts"));
    CHECK_FALSE(channel->find(place.post)->has_value());
    const auto posted = channel->publish(place.post);
    REQUIRE(posted);
    CHECK(*read_file(posted->external_id, 100) == "the video");
    CHECK(*path_of_file_uri(posted->url) == posted->external_id);
    const std::string folder = fs::path(posted->external_id).parent_path().string();
    CHECK(fs::path(folder).filename() == "a-title-11111111");
    CHECK(entries(folder) == 4);
    const auto json = records::parse_json(*read_file(folder + "/post.json", 10'000), "post");
    CHECK((*json)["ai_generated"] == true);
    CHECK((*json)["published_at"] == "2026-11-20T00:00:00Z");
    const auto found = channel->find(place.post);
    REQUIRE(found);
    REQUIRE(found->has_value());
    CHECK((*found)->external_id == posted->external_id);
    CHECK(entries(place.below("posts")) == 1);
}

TEST_CASE("what is there is never replaced") {
    Place place;
    const auto channel = directory_channel(place.below("posts"));
    REQUIRE(channel->publish(place.post));
    const auto again = channel->publish(place.post);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == "exists");
    Post other = place.post;
    other.effect_id = "11111111-0000-5000-8000-000000000000"; // the same folder, another effect
    const auto found = channel->find(other);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == "exists");
    CHECK(entries(place.below("posts")) == 1);
}

TEST_CASE("a post that cannot be made leaves nothing") {
    Place place;
    const auto channel = directory_channel(place.below("posts"));
    place.post.poster_path = place.below("missing");
    const auto posted = channel->publish(place.post);
    REQUIRE_FALSE(posted);
    CHECK(posted.error().where == place.below("missing"));
    CHECK(entries(place.below("posts")) == 0);
    Place other;
    const auto blocked = directory_channel(other.file("file", "x"));
    CHECK_FALSE(blocked->publish(other.post));
}

TEST_CASE("folders that a killed process left are swept, those of a living one stay") {
    Place place;
    fs::create_directories(place.below("posts/.staging-dead01"));
    place.file("posts/.staging-dead01/video.mp4", "half");
    const auto channel = directory_channel(place.below("posts"));
    REQUIRE(channel->publish(place.post));
    CHECK_FALSE(fs::exists(place.below("posts/.staging-dead01")));
}

TEST_CASE("of many at once exactly one posts") {
    Place place;
    std::vector<std::thread> crowd;
    std::atomic<int> posted{0};
    for (int i = 0; i < 8; ++i) {
        crowd.emplace_back([&] {
            const auto channel = directory_channel(place.below("posts"));
            if (channel->publish(place.post))
                ++posted;
        });
    }
    for (std::thread& one : crowd)
        one.join();
    CHECK(posted == 1);
    CHECK(entries(place.below("posts")) == 1);
}

TEST_CASE("the site keeps every post, its feeds and its front page") {
    Place place;
    const auto channel = site_channel(place.below("site"), "https://example.org/muses/");
    const auto first = channel->publish(place.post);
    REQUIRE(first);
    CHECK(first->url == "https://example.org/muses/ava/a-title-11111111/index.html");
    REQUIRE(channel->refresh(place.post));
    Post second = place.post;
    second.effect_id = "22222222-2222-5333-8444-555555555555";
    second.published_at = from_date(2026, 11, 21);
    REQUIRE(channel->publish(second));
    REQUIRE(channel->refresh(second));
    const std::string feed = *read_file(place.below("site/ava/feed.xml"), 100'000);
    CHECK(feed.find("22222222") < feed.find("11111111")); // newest first
    CHECK(feed.find("https://example.org/muses/ava/a-title-11111111/video.mp4") !=
          std::string::npos);
    CHECK(fs::exists(place.below("site/index.html")));
    CHECK(fs::exists(place.below("site/style.css")));
    const auto before = fs::last_write_time(place.below("site/ava/a-title-11111111/index.html"));
    REQUIRE(channel->refresh(second));
    CHECK(fs::last_write_time(place.below("site/ava/a-title-11111111/index.html")) == before);
}

TEST_CASE("a site that was taken down, or holds other things, can be refreshed") {
    Place place;
    const auto channel = site_channel(place.below("site"), "");
    CHECK(channel->refresh(place.post));
    REQUIRE(channel->publish(place.post));
    fs::create_directories(place.below("site/ava/drafts"));
    place.file("site/ava/notes.txt", "mine");
    fs::create_directories(place.below("site/ava/.hidden"));
    CHECK(channel->refresh(place.post));
    CHECK(*read_file(place.below("site/ava/notes.txt"), 100) == "mine");
    place.file("site/ava/drafts/post.json", "not json");
    const auto broken = channel->refresh(place.post);
    REQUIRE_FALSE(broken);
    CHECK(broken.error().where == place.below("site/ava/drafts/post.json"));
}
