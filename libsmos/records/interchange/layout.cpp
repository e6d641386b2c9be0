// SPDX-License-Identifier: Apache-2.0
// Checks the shape of a timeline and gives every item its place.
#include "libsmos/records/interchange/layout.hpp"

#include "libsmos/records/interchange/layout_times.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <set>

namespace smos::records::interchange {
namespace {

constexpr std::size_t most_items = 50'000;

class Reading {
  public:
    Reading(const Json& timeline, Findings& findings) : timeline_(timeline), findings_(findings) {}

    std::optional<Layout> run() {
        head();
        for_each_track();
        if (findings_.stopped())
            return std::nullopt;
        LayoutTimes times{timeline_, layout_, findings_};
        times.work_out();
        if (findings_.stopped())
            return std::nullopt;
        return std::move(layout_);
    }

  private:
    void head() {
        if (!timeline_.is_object())
            return findings_.refuse("timeline", "is not an object");
        if (text_of(timeline_, "schema") != "smos.timeline/1")
            findings_.refuse("timeline.schema", "is not smos.timeline/1");
        text(timeline_, "id", "timeline");
        if (const Json* rate = member(timeline_, "rate"))
            read_rate(*rate);
        if (const Json* samples = member(timeline_, "sample_rate")) {
            const auto value = integer_of(samples);
            if (!value || *value < 1 || *value > 768'000)
                return findings_.refuse("timeline.sample_rate", "is not a rate in samples");
            layout_.sample_rate = {*value, 1};
        }
        const Json* assets = member(timeline_, "assets");
        if (assets != nullptr && !assets->is_object())
            return findings_.refuse("timeline.assets", "expected an object");
        if (assets == nullptr)
            return;
        for (const auto& [id, asset] : assets->items()) {
            if (!asset.is_object())
                return findings_.refuse("timeline.assets." + id, "expected an object");
        }
    }

    void read_rate(const Json& rate) {
        const auto pair = rate.is_array() && rate.size() == 2;
        const auto num = pair ? integer_of(&rate[0]) : std::nullopt;
        const auto den = pair ? integer_of(&rate[1]) : std::nullopt;
        if (!num || !den || *num < 1 || *den < 1 || *num > 1'000'000 || *den > 1'000'000)
            return findings_.refuse("timeline.rate", "is not two integers above 0");
        layout_.rate = {*num, *den};
    }

    void text(const Json& object, const char* key, const std::string& path) {
        const Json* found = member(object, key);
        if (found == nullptr || !found->is_string())
            findings_.refuse(path + "." + key, found ? "expected text" : "is missing");
    }

    void for_each_track() {
        const Json* tracks = member(timeline_, "tracks");
        if (findings_.stopped() || tracks == nullptr)
            return;
        if (!tracks->is_array())
            return findings_.refuse("timeline.tracks", "expected an array");
        for (std::size_t i = 0; i < tracks->size() && !findings_.stopped(); ++i)
            track((*tracks)[i], fmt::format("timeline.tracks[{}]", i));
    }

    void track(const Json& json, const std::string& path) {
        if (!json.is_object())
            return findings_.refuse(path, "expected an object");
        text(json, "id", path);
        PlacedTrack placed{&json, path, text_of(json, "kind"), layout_.rate, {}};
        if (placed.kind != "video" && placed.kind != "caption" && placed.kind != "audio")
            return findings_.refuse(path + ".kind", "is none of video, caption, audio");
        if (placed.audio())
            placed.rate = layout_.sample_rate;
        const Json* items = member(json, "items");
        if (items != nullptr && !items->is_array())
            return findings_.refuse(path + ".items", "expected an array");
        for (std::size_t i = 0; items != nullptr && i < items->size(); ++i)
            item((*items)[i], i, placed);
        layout_.tracks.push_back(std::move(placed));
    }

    void item(const Json& json, std::size_t index, PlacedTrack& track) {
        const std::string path = fmt::format("{}.items[{}]", track.path, index);
        if (!json.is_object())
            return findings_.refuse(path, "expected an object");
        text(json, "id", path);
        if (++items_ > most_items)
            return findings_.refuse(path, fmt::format("more than {} items", most_items));
        if (!ids_.insert(text_of(json, "id")).second)
            findings_.refuse(path + ".id", "another item has this id", "give every item its own");
        Placed placed;
        placed.json = &json;
        placed.path = path;
        placed.index = index;
        placed.transition = member(json, "trans") != nullptr;
        if (placed.transition)
            text(json, "trans", path);
        track.items.push_back(std::move(placed));
    }

    const Json& timeline_;
    Findings& findings_;
    Layout layout_;
    std::set<std::string> ids_;
    std::size_t items_ = 0;
};

} // namespace

std::string time_key(bool audio, const char* name) {
    return audio ? std::string{name} + "_samples" : std::string{name};
}

std::optional<Layout> lay_out(const Json& timeline, Findings& findings) {
    return Reading{timeline, findings}.run();
}

} // namespace smos::records::interchange
