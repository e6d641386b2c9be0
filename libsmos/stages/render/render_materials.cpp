// SPDX-License-Identifier: Apache-2.0
// What a film is made of: pictures, voices with the times of their words, music and sounds.
#include "libsmos/stages/render/render_materials.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/render/render_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <set>

namespace smos::stages {
namespace {

using records::Downgrade;
using records::Timeline;

// A still is painted half again as large as the picture, so that moves stay sharp.
constexpr int still_numerator = 3;
constexpr int still_denominator = 2;
// How far the pace of speech may be bent to meet the length that was asked for.
constexpr double slowest = 0.86;
constexpr double fastest = 1.18;
constexpr double length_tolerance = 0.12;

/// Everything that is shown, and what filters and transitions take, each once.
std::vector<std::string> used_pictures(const Timeline& timeline) {
    std::vector<std::string> used;
    const auto add = [&](const std::string& asset) {
        if (!asset.empty() && std::find(used.begin(), used.end(), asset) == used.end())
            used.push_back(asset);
    };
    const auto add_named = [&](const records::TimelineEffect& effect) {
        if (const auto named = effect.texts.find("asset"); named != effect.texts.end())
            add(named->second);
    };
    for (const records::TimelineTrack& track : timeline.tracks) {
        for (const records::TimelineItem& item : track.items) {
            add(item.asset);
            for (const records::TimelineEffect& filter : item.fx)
                add_named(filter);
        }
        for (const records::TimelineTransition& transition : track.transitions)
            add_named(transition.look);
    }
    return used;
}

} // namespace

providers::Fit Materials::picture_fit() const {
    return {timeline_.width_px() * still_numerator / still_denominator,
            timeline_.height_px() * still_numerator / still_denominator,
            0};
}

Result<void> Materials::make(const std::string& id, const providers::Fit& fit) {
    const records::TimelineAsset& asset = timeline_.assets.at(id);
    {
        const std::lock_guard lock{mutex_};
        if (!asset.request && assets_.count(id) > 0)
            return {}; // a file that is used at several places is what it is
    }
    SMOS_TRY(MadeAsset made, make_asset(sources_, id, asset, fit, reservation_id_));
    const std::lock_guard lock{mutex_};
    assets_[id] = std::move(made);
    return {};
}

/// True when nothing but formulas of our own serves it, so that it may run beside others.
bool Materials::is_local(const std::string& id) const {
    const auto& asset = timeline_.assets.at(id);
    if (!asset.request)
        return true;
    const auto& bindings = sources_.bindings.of(asset.request->value("capability", ""));
    return !bindings.empty() && bindings.front().dialect == "local";
}

Result<void> Materials::make_each(const std::vector<std::string>& ids, const providers::Fit& fit) {
    for (const std::string& id : ids)
        SMOS_CHECK(make(id, fit));
    return {};
}

/// The scenes' own seeds differ; what they share follows from the timeline's name.
void Materials::vary_pictures(const std::vector<std::string>& ids) {
    const Digest digest = sha256(timeline_.id);
    const std::int64_t palette_seed = digest[0] * 256 + digest[1];
    std::vector<std::string> used;
    for (const std::string& id : ids) {
        auto& request = timeline_.assets.at(id).request;
        if (request && is_local(id))
            providers::vary_picture(*request, palette_seed, used);
    }
}

Result<void> Materials::make_pictures_and_voices() {
    const std::vector<std::string> pictures = used_pictures(timeline_);
    std::vector<std::string> voices;
    for (const auto* voice : timeline_.sounds_of("voice"))
        voices.push_back(voice->asset);
    vary_pictures(pictures);
    const bool beside = std::all_of(pictures.begin(),
                                    pictures.end(),
                                    [&](const std::string& id) { return is_local(id); }) &&
                        std::all_of(voices.begin(), voices.end(), [&](const std::string& id) {
                            return is_local(id);
                        });
    // Calls of paid programs share one connection to the ledger: they go one by one.
    if (!beside) {
        SMOS_CHECK(make_each(pictures, picture_fit()));
        return make_each(voices, {});
    }
    auto speaking = std::async(std::launch::async, [&] { return make_each(voices, {}); });
    Result<void> painted = make_each(pictures, picture_fit());
    Result<void> spoken = speaking.get();
    return painted ? spoken : painted;
}

/// Lengths are taken from the files themselves, whoever made them.
Result<void> Materials::measure_lines() {
    std::set<std::string> measured;
    for (const auto* voice : timeline_.sounds_of("voice")) {
        if (!measured.insert(voice->asset).second)
            continue;
        const MadeAsset& made = assets_.at(voice->asset);
        SMOS_TRY(const std::string path, sources_.assets->path_of(made.entry.sidecar.uri));
        SMOS_TRY(const std::int64_t samples, media::count_sound_frames(path));
        lines_[voice->asset] = SpokenLine{samples, made.words};
    }
    return {};
}

Result<void> Materials::meet_length(std::int64_t target_ms) {
    SMOS_CHECK(measure_lines());
    if (target_ms <= 0)
        return {};
    const std::int64_t spoken_ms = spoken_duration_ms(timeline_, lines_, Pacing{});
    const double ratio = static_cast<double>(spoken_ms) / static_cast<double>(target_ms);
    if (ratio > 1 - length_tolerance && ratio < 1 + length_tolerance)
        return {};
    const double pace = std::clamp(ratio, slowest, fastest);
    for (const auto* voice : timeline_.sounds_of("voice")) {
        auto& request = timeline_.assets.at(voice->asset).request;
        // A voice that is paid for is paid once.
        if (!request || request->value("capability", "") != "cap.speech.tts" ||
            !is_local(voice->asset))
            continue;
        const double rate = static_cast<double>(request->value("rate_wpm", 165)) * pace;
        (*request)["rate_wpm"] = static_cast<int>(rate + 0.5);
        SMOS_CHECK(make(voice->asset, {}));
    }
    SMOS_CHECK(measure_lines());
    const std::int64_t now_ms = spoken_duration_ms(timeline_, lines_, Pacing{});
    if (pace == slowest || pace == fastest) {
        downgrades_.push_back(Downgrade{fmt::format("{} ms", target_ms),
                                        fmt::format("{} ms", now_ms),
                                        "the script is too long or too short for its length"});
    }
    return {};
}

/// Lines that captions show get times for their words, whoever spoke them.
Result<void> Materials::time_lines() {
    for (const auto* voice : timeline_.sounds_of("voice")) {
        if (!is_shown(timeline_, voice->asset))
            continue;
        SpokenLine& line = lines_.at(voice->asset);
        MadeAsset& made = assets_.at(voice->asset);
        SMOS_CHECK(time_words(sources_,
                              timeline_.assets.at(voice->asset),
                              {voice->asset, line.duration_samples},
                              reservation_id_,
                              made));
        line.words = made.words;
    }
    return {};
}

Result<void> Materials::make_music() {
    for (const char* role : {"music", "sound"}) {
        for (const auto* sound : timeline_.sounds_of(role)) {
            providers::Fit fit;
            fit.duration_samples = sound->dur_samples.value;
            SMOS_CHECK(make(sound->asset, fit));
        }
    }
    return {};
}

void Materials::name_in_timeline() {
    for (auto& [id, asset] : timeline_.assets) {
        const auto made = assets_.find(id);
        if (made == assets_.end())
            continue;
        asset.request.reset();
        asset.uri = made->second.entry.sidecar.uri;
        asset.checksum = made->second.entry.sidecar.checksum;
        if (!asset.licence)
            asset.licence = made->second.entry.licence;
    }
    // What nothing shows or plays is not part of the film.
    for (auto entry = timeline_.assets.begin(); entry != timeline_.assets.end();) {
        entry = assets_.count(entry->first) > 0 ? std::next(entry) : timeline_.assets.erase(entry);
    }
}

std::vector<records::RenderAsset> Materials::list() const {
    std::vector<records::RenderAsset> list;
    for (const auto& [id, made] : assets_)
        list.push_back(made.entry);
    return list;
}

Result<std::map<std::string, std::string>> Materials::paths() const {
    std::map<std::string, std::string> paths;
    for (const auto& [id, made] : assets_) {
        SMOS_TRY(paths[id], sources_.assets->path_of(made.entry.sidecar.uri));
    }
    return paths;
}

std::vector<Downgrade> Materials::downgrades() const {
    std::vector<Downgrade> all = downgrades_;
    for (const auto& [id, made] : assets_)
        all.insert(all.end(), made.downgrades.begin(), made.downgrades.end());
    return all;
}

} // namespace smos::stages
