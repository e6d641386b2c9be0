// SPDX-License-Identifier: Apache-2.0
// The generator of timelines; that it draws every construct is its own test.
#include "tests/unit/records/timeline_generator.hpp"

#include "libsmos/core/random.hpp"
#include "libsmos/records/json_value.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace smos::records {
namespace {

class Generator {
  public:
    explicit Generator(std::uint64_t seed) : random_(seed), authored_(seed % 3 == 1) {}

    Json run() {
        Json made = Json::object();
        made["schema"] = "smos.timeline/1";
        if (maybe())
            made["form"] = authored_ ? "authored" : "resolved";
        made["id"] = word();
        const int rates[][2] = {{24000, 1001},
                                {30000, 1001},
                                {60000, 1001},
                                {24, 1},
                                {25, 1},
                                {30, 1},
                                {60, 1},
                                {48, 2}};
        const auto& rate = rates[random_.below(8)];
        if (one_in(8)) {
            frames_per_second_ = 30;
        } else {
            made["rate"] = {rate[0], rate[1]};
            frames_per_second_ = static_cast<double>(rate[0]) / rate[1];
        }
        samples_per_second_ = maybe() ? 48000 : 44100;
        made["sample_rate"] = samples_per_second_;
        if (maybe())
            made["canvas"] = shuffled({{"w", 1080}, {"h", 1920}, {"bg", "#101014"}});
        made["assets"] = assets();
        made["tracks"] = Json::array();
        const std::size_t tracks = random_.below(6);
        for (std::size_t i = 0; i < tracks; ++i)
            made["tracks"].push_back(track(i));
        if (maybe())
            made["marks"] = marks();
        if (maybe())
            made["outputs"] = Json::array({shuffled({{"id", "tt"}, {"lufs", -14.0}, {"tp", -1}})});
        if (one_in(4))
            made["x_unknown"] = {{"b", nullptr}, {"a", 1e21}, {"order", {1, 2.5, "3"}}};
        if (one_in(6))
            made["order"] = "a member with a name of ours";
        return shuffled(made);
    }

  private:
    bool maybe() { return random_.below(2) == 0; }
    bool one_in(std::size_t count) { return random_.below(count) == 0; }
    std::int64_t upto(std::size_t bound) { return static_cast<std::int64_t>(random_.below(bound)); }

    Json shuffled(const Json& object) {
        std::vector<std::string> keys;
        for (const auto& [key, value] : object.items())
            keys.push_back(key);
        if (one_in(3)) {
            for (std::size_t i = keys.size(); i > 1; --i)
                std::swap(keys[i - 1], keys[random_.below(i)]);
        }
        Json made = Json::object();
        for (const std::string& key : keys)
            made[key] = object[key];
        return made;
    }

    std::string word() {
        static const char* const words[] = {
            "nova", "Clip 1", "../x", "\"q\"", "naïve", "שלום", "🙂", "a.end", "tracks", "A1"};
        return fmt::format("{}{}", words[random_.below(10)], ++count_);
    }

    Json assets() {
        Json made = Json::object();
        const std::size_t count = 1 + random_.below(5);
        for (std::size_t i = 0; i < count; ++i) {
            const std::string id = word();
            Json asset = Json::object();
            const char* const kinds[] = {"video", "image", "audio"};
            asset["kind"] = kinds[random_.below(3)];
            if (one_in(4))
                asset["request"] =
                    shuffled({{"capability", "cap.image.generate"}, {"prompt", "x"}});
            else
                asset["uri"] = "cas:sha256:" + std::to_string(random_.next());
            if (maybe())
                asset["avail"] = {upto(2), 2 + upto(900'000)};
            else if (one_in(4))
                asset["avail"] = "auto";
            if (maybe())
                asset["license"] = "cc0";
            if (one_in(5))
                asset["asset"] = "a member with a name of ours";
            if (one_in(5))
                asset["meta"] = {{"by", word()}};
            ids_.push_back(id);
            made[id] = shuffled(asset);
        }
        return made;
    }

    Json time(std::int64_t units, double per_second) {
        if (!authored_ || !one_in(3))
            return units;
        if (maybe())
            return fmt::format("{}f", units);
        return fmt::format("{:.3f}s", static_cast<double>(units) / per_second);
    }

    Json track(std::size_t index) {
        const char* const kinds[] = {"video", "caption", "audio"};
        const std::string kind = kinds[index < 3 ? index : random_.below(3)];
        Json made = Json::object();
        made["id"] = word();
        made["kind"] = kind;
        if (kind == "audio")
            made["role"] = maybe() ? "voice" : "music";
        if (kind == "audio" && maybe())
            made["duck"] = shuffled({{"key", "voice"}, {"db", -12}, {"attack_ms", 120}});
        if (one_in(6))
            made["lane"] = 3;
        if (!one_in(8))
            made["items"] = items(kind);
        return shuffled(made);
    }

    Json items(const std::string& kind) {
        const bool audio = kind == "audio";
        const std::string suffix = audio ? "_samples" : "";
        const double per_second = audio ? samples_per_second_ : frames_per_second_;
        const std::size_t unit = audio ? 9'000 : 90;
        const bool overlapping = one_in(5);
        Json made = Json::array();
        std::int64_t cursor = 0;
        for (std::size_t i = random_.below(7); i > 0; --i) {
            if (one_in(3))
                cursor += upto(unit);
            Json item = Json::object();
            item["id"] = word();
            if (!one_in(10) || !made.empty())
                item["at" + suffix] = at(cursor, per_second, made.empty());
            const std::int64_t dur = one_in(12) ? 0 : 1 + upto(unit);
            item["dur" + suffix] = authored_ && one_in(9) ? Json("auto") : time(dur, per_second);
            content(item, kind, suffix, unit);
            made.push_back(shuffled(item));
            cursor += overlapping && maybe() ? dur / 2 : dur;
            if (authored_ && item["dur" + suffix].is_string())
                cursor += audio ? 6'000'000 : 9'000;
            if (kind == "video" && one_in(2))
                made.push_back(transition(one_in(6) ? cursor + 1 : cursor));
        }
        const bool last_is_clip = !made.empty() && !made.back().contains("trans");
        if (authored_ && last_is_clip && one_in(3))
            made.back()["dur" + suffix] = "end";
        else if (one_in(5) && made.size() > 1)
            std::swap(made[0], made[made.size() - 1]);
        return made;
    }

    Json at(std::int64_t units, double per_second, bool first) {
        if (authored_ && one_in(4) && !first)
            return "auto";
        return time(units, per_second);
    }

    void content(Json& item, const std::string& kind, const std::string& suffix, std::size_t unit) {
        if (kind == "caption") {
            if (!one_in(5))
                item["words"] = Json::array({Json::array({0, 280, word()})});
            if (one_in(3))
                item["asset"] = ids_[random_.below(ids_.size())];
        } else if (one_in(4)) {
            item["gen"] = one_in(4) ? Json::array({"noise"})
                                    : Json::array({"text", {{"text", word()}, {"box", {0.08, 1}}}});
        } else if (!one_in(10)) {
            item["asset"] = ids_[random_.below(ids_.size())];
        }
        if (maybe())
            item["in" + suffix] = upto(unit);
        const std::int64_t most = 12;
        if (one_in(3))
            item["speed"] = {1 + upto(most), 1 + upto(most)};
        else if (one_in(12))
            item["speed"] = maybe() ? Json(1.25) : Json("slow");
        else if (one_in(12))
            item["speed"] = {-1, 2};
        if (maybe())
            item["fit"] = "cover";
        if (one_in(4))
            item["anim"] = shuffled({{"scale", {{0, 1.0}, {120, 1.12, "cubic-out"}}}, {"pos", 1}});
        if (one_in(6))
            item["index"] = 7;
        if (one_in(6))
            item["said"] = {{"at", {1, 2}}};
        if (one_in(6))
            item["gain"] = -0.0;
    }

    Json transition(std::int64_t at) {
        Json made = Json::object();
        made["id"] = word();
        made["trans"] = maybe() ? "dissolve" : "wipe-left";
        if (authored_ && maybe())
            made["at"] = "auto";
        else
            made["at"] = at;
        if (!one_in(5))
            made["in_off"] = upto(9);
        if (!one_in(5))
            made["out_off"] = upto(9);
        if (maybe())
            made["ease"] = "cubic-io";
        return shuffled(made);
    }

    Json marks() {
        Json made = Json::array();
        for (std::size_t i = random_.below(4); i > 0; --i) {
            Json mark = Json::object();
            mark["at"] = authored_ && one_in(4) ? Json("@x.end") : time(upto(900), 30.0);
            if (maybe())
                mark["dur"] = upto(30);
            if (!one_in(5))
                mark["name"] = one_in(4) ? "" : word();
            if (maybe())
                mark["note"] = word();
            if (one_in(4))
                mark["more"] = {{"said", 1}};
            made.push_back(shuffled(mark));
        }
        return made;
    }

    Random random_;
    bool authored_;
    double frames_per_second_ = 30;
    int samples_per_second_ = 48000;
    int count_ = 0;
    std::vector<std::string> ids_;
};

} // namespace

Json generated_timeline(std::uint64_t seed) { return Generator{seed}.run(); }

} // namespace smos::records

TEST_CASE("the generator is deterministic and draws every construct") {
    using namespace smos::records;
    std::string all;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        const std::string once = dump(generated_timeline(seed));
        CHECK(once == dump(generated_timeline(seed)));
        all += once;
    }
    for (const char* part : {"\"trans\"",
                             "\"gen\"",
                             "\"words\"",
                             "\"speed\"",
                             "\"marks\"",
                             "\"duck\"",
                             "\"request\"",
                             "\"auto\"",
                             "\"end\"",
                             "\"wipe-left\"",
                             "1001",
                             "44100"})
        CHECK(all.find(part) != std::string::npos);
}
