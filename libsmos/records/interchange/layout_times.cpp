// SPDX-License-Identifier: Apache-2.0
// Times of items from what stands before them, beside them and in their assets.
#include "libsmos/records/interchange/layout_times.hpp"

#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records::interchange {
namespace {

constexpr int deepest = 1000;
constexpr std::int64_t guessed_s = 2; // how long an item of unknown length is taken to be

/// "2.5" with at most nine digits before and six after the point.
std::optional<Exact> decimal(std::string_view text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view before = text.substr(0, point);
    const std::string_view after = point < text.size() ? text.substr(point + 1) : "";
    if (before.empty() || before.size() > 9 || after.size() > 6 ||
        (point < text.size() && after.empty()))
        return std::nullopt;
    std::int64_t num = 0;
    std::int64_t den = 1;
    for (const std::string_view part : {before, after}) {
        for (const char c : part) {
            if (c < '0' || c > '9')
                return std::nullopt;
            num = num * 10 + (c - '0');
        }
    }
    for (std::size_t i = 0; i < after.size(); ++i)
        den *= 10;
    return Exact::of(num, den);
}

/// "2.5s" or "75f" in units of `rate`.
std::optional<std::int64_t> with_unit(std::string_view text, const Rate& rate) {
    if (text.empty() || (text.back() != 's' && text.back() != 'f'))
        return std::nullopt;
    const auto amount = decimal(text.substr(0, text.size() - 1));
    if (!amount)
        return std::nullopt;
    return (text.back() == 's' ? amount->at(rate) : *amount).rounded();
}

} // namespace

std::optional<std::int64_t> plain_time(const Json& value, const Rate& rate) {
    if (value.is_string())
        return with_unit(value.get<std::string>(), rate);
    return integer_of(&value);
}

LayoutTimes::LayoutTimes(const Json& timeline, Layout& layout, Findings& findings)
    : timeline_(timeline),
      layout_(layout),
      findings_(findings) {
    for (std::size_t track = 0; track < layout.tracks.size(); ++track) {
        const auto& items = layout.tracks[track].items;
        entries_.emplace_back(items.size());
        before_.emplace_back(items.size(), 0);
        for (std::size_t i = 0, before = 0; i < items.size(); ++i) {
            by_id_.emplace(text_of(*items[i].json, "id"), Place{track, i});
            before_[track][i] = before;
            if (!items[i].transition)
                before = i + 1;
        }
    }
}

void LayoutTimes::work_out() {
    for (std::size_t track = 0; track < entries_.size(); ++track) {
        for (std::size_t i = 0; i < entries_[track].size() && !findings_.stopped(); ++i) {
            const Place place{track, i};
            item(place).at = start_of(place);
            if (item(place).transition)
                transition(place);
            else
                length_of(place);
        }
    }
}

void LayoutTimes::transition(Place place) {
    Placed& placed = item(place);
    for (const auto& [key, value] :
         {std::pair{"in_off", &placed.in_off}, std::pair{"out_off", &placed.out_off}}) {
        const Json* found = member(*placed.json, key);
        if (found == nullptr)
            continue;
        const auto units = plain_time(*found, layout_.tracks[place.first].rate);
        if (!units)
            return findings_.refuse(placed.path + "." + key, "is not a time");
        *value = bounded(*units, placed.path + "." + key);
    }
}

std::int64_t LayoutTimes::bounded(std::int64_t units, const std::string& path) {
    if (units >= 0 && units <= longest_units)
        return units;
    findings_.refuse(path, units < 0 ? "is negative" : "is too long");
    return 0;
}

bool LayoutTimes::enter(State& state, const std::string& path) {
    if (state == State::working)
        findings_.refuse(path, "depends on itself", "give one of the items a time of its own");
    else if (depth_ > deepest)
        findings_.refuse(path, "depends on too many others", "give it a time of its own");
    if (findings_.stopped())
        return false;
    state = State::working;
    return true;
}

std::int64_t LayoutTimes::start_of(Place place) {
    Placed& placed = item(place);
    Entry& state = entry(place);
    if (state.at == State::done)
        return placed.at;
    const PlacedTrack& track = layout_.tracks[place.first];
    const std::string key = time_key(track.audio(), "at");
    const std::string path = placed.path + "." + key;
    if (!enter(state.at, path))
        return 0;
    ++depth_;
    const Json* found = member(*placed.json, key);
    const std::string word = found && found->is_string() ? found->get<std::string>() : "auto";
    std::int64_t at = 0;
    if (const auto plain = found ? plain_time(*found, track.rate) : std::nullopt)
        at = *plain;
    else if (found && !found->is_string())
        findings_.refuse(path, "is not a time");
    else if (word == "auto")
        at = previous_end(place);
    else if (word == "end")
        at = timeline_end(track.rate, path);
    else
        at = reference(word, place, path);
    --depth_;
    placed.at = bounded(at, path);
    state.at = State::done;
    return placed.at;
}

/// The end of the last item before it that is no transition.
std::int64_t LayoutTimes::previous_end(Place place) {
    const std::size_t before = before_[place.first][place.second];
    return before == 0 ? 0 : end_of({place.first, before - 1});
}

std::int64_t LayoutTimes::length_of(Place place) {
    Placed& placed = item(place);
    Entry& state = entry(place);
    if (state.dur == State::done)
        return placed.dur;
    const PlacedTrack& track = layout_.tracks[place.first];
    const std::string key = time_key(track.audio(), "dur");
    const std::string path = placed.path + "." + key;
    if (!enter(state.dur, path))
        return 0;
    ++depth_;
    placed.in = in_of(place);
    const Json* found = member(*placed.json, key);
    const std::string word = found && found->is_string() ? found->get<std::string>() : "auto";
    std::int64_t dur = 0;
    if (const auto plain = found ? plain_time(*found, track.rate) : std::nullopt)
        dur = *plain;
    else if (found && !found->is_string())
        findings_.refuse(path, "is not a time");
    else if (word == "auto")
        dur = own_length(place);
    else if (word == "end")
        dur = std::max<std::int64_t>(0, timeline_end(track.rate, path) - start_of(place));
    else
        dur = reference(word, place, path) - start_of(place);
    --depth_;
    placed.dur = bounded(dur, path);
    state.dur = State::done;
    return placed.dur;
}

std::int64_t LayoutTimes::in_of(Place place) {
    const PlacedTrack& track = layout_.tracks[place.first];
    const std::string key = time_key(track.audio(), "in");
    const Json* found = member(*item(place).json, key);
    if (found == nullptr)
        return 0;
    const auto units = plain_time(*found, track.rate);
    if (!units || *units > longest_units || *units < -longest_units)
        findings_.refuse(item(place).path + "." + key, "is not a time");
    return units.value_or(0);
}

/// The latest end of all items whose length is not that end itself.
std::int64_t LayoutTimes::timeline_end(const Rate& rate, const std::string& path) {
    if (finding_end_)
        findings_.refuse(path, "the end depends on itself", "give one of the items a time");
    if (findings_.stopped())
        return 0;
    if (!end_) {
        finding_end_ = true;
        Exact latest;
        for (std::size_t track = 0; track < entries_.size() && !findings_.stopped(); ++track) {
            const PlacedTrack& placed = layout_.tracks[track];
            for (std::size_t i = 0; i < placed.items.size() && !findings_.stopped(); ++i) {
                const Placed& one = placed.items[i];
                const std::string dur = text_of(*one.json, time_key(placed.audio(), "dur"));
                const std::string at = text_of(*one.json, time_key(placed.audio(), "at"));
                if (one.transition || dur == "end" || at == "end")
                    continue;
                const Exact end = Exact::seconds(end_of({track, i}), placed.rate);
                latest = latest < end ? end : latest;
            }
        }
        finding_end_ = false;
        end_ = latest;
    }
    return end_->at(rate).rounded();
}

/// "@id.start" or "@id.end", and "+" or "-" a time.
std::int64_t LayoutTimes::reference(const std::string& text, Place place, const std::string& path) {
    const auto refused = [&](const std::string& why) {
        findings_.refuse(
            path, why, "a time is an integer, \"auto\", \"end\", \"2.5s\", \"75f\" or \"@id.end\"");
        return std::int64_t{0};
    };
    const std::size_t dot =
        text.rfind(".end") == std::string::npos ? text.rfind(".start") : text.rfind(".end");
    if (text.empty() || text[0] != '@' || dot == std::string::npos)
        return refused("is not a time");
    const bool end = text.compare(dot, 4, ".end") == 0;
    const std::string rest = text.substr(dot + (end ? 4U : 6U));
    const auto target = by_id_.find(text.substr(1, dot - 1));
    if (target == by_id_.end())
        return refused("refers to an item that is not there");
    const Rate rate = layout_.tracks[place.first].rate;
    std::int64_t shift = 0;
    if (!rest.empty()) {
        const auto amount = with_unit(std::string_view{rest}.substr(1), rate);
        if (!amount || (rest[0] != '+' && rest[0] != '-'))
            return refused("is not a time");
        shift = rest[0] == '-' ? -*amount : *amount;
    }
    const std::int64_t units = end ? end_of(target->second) : start_of(target->second);
    const Rate from = layout_.tracks[target->second.first].rate;
    return Exact::seconds(units, from).at(rate).rounded() + shift;
}

std::optional<std::int64_t> LayoutTimes::asset_length(const Placed& placed,
                                                      const PlacedTrack& track) {
    const Json* assets = member(timeline_, "assets");
    const Json* asset = assets ? member(*assets, text_of(*placed.json, "asset")) : nullptr;
    const Json* avail = asset ? member(*asset, "avail") : nullptr;
    if (avail == nullptr || !avail->is_array() || avail->size() != 2 ||
        member(*placed.json, "speed") != nullptr)
        return std::nullopt;
    const auto end = integer_of(&(*avail)[1]);
    if (!end || *end <= placed.in || *end > longest_units)
        return std::nullopt;
    const bool in_samples = text_of(*asset, "kind") == "audio";
    const Exact length =
        Exact::seconds(*end, in_samples ? layout_.sample_rate : layout_.rate).at(track.rate);
    return (length - Exact::of(placed.in, 1)).rounded();
}

/// What an item lasts by itself: its words, its media, or up to the next one; else a guess.
std::int64_t LayoutTimes::own_length(Place place) {
    const Placed& placed = item(place);
    const PlacedTrack& track = layout_.tracks[place.first];
    const Json* words = member(*placed.json, "words");
    if (words != nullptr && words->is_array() && !words->empty() && words->back().is_array() &&
        words->back().size() == 3) {
        if (const auto end = integer_of(&words->back()[1]); end && *end > 0 && *end < 100'000'000)
            return Exact::of(*end, 1000).at(track.rate).rounded();
    }
    if (const auto length = asset_length(placed, track); length && *length > 0)
        return *length;
    const std::string path = placed.path + "." + time_key(track.audio(), "dur");
    const std::size_t last = std::min(track.items.size(), place.second + 4);
    for (std::size_t i = place.second + 1; i < last; ++i) {
        const Json* next = member(*track.items[i].json, time_key(track.audio(), "at"));
        const auto at = next ? plain_time(*next, track.rate) : std::nullopt;
        if (!at)
            break;
        if (const std::int64_t start = start_of(place); *at > start) {
            findings_.guessed(path, "depends on its media; taken to last until the next item");
            return *at - start;
        }
    }
    findings_.guessed(path, fmt::format("depends on its media; taken as {} s", guessed_s));
    return Exact::of(guessed_s, 1).at(track.rate).rounded();
}

} // namespace smos::records::interchange
