// SPDX-License-Identifier: Apache-2.0
// When the pictures of a film have been seen for the last time.
#include "libsmos/media/compose/picture_uses.hpp"

#include <algorithm>
#include <limits>

namespace smos::media {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// A picture that goes out in a transition is seen behind the end of its item.
std::int64_t longest_tail(const records::TimelineTrack& track) {
    std::int64_t tail = 0;
    for (const records::TimelineTransition& transition : track.transitions)
        tail = std::max(tail, transition.out_off);
    return tail;
}

} // namespace

PictureUses::PictureUses(const records::Timeline& timeline) {
    std::map<std::string, std::int64_t> ends;
    const auto use = [&](const std::string& asset, std::int64_t end) {
        if (!asset.empty())
            ends[asset] = std::max(ends[asset], end);
    };
    const auto use_always = [&](const records::TimelineEffect& effect) {
        if (const auto named = effect.texts.find("asset"); named != effect.texts.end())
            use(named->second, never);
    };
    for (const records::TimelineTrack& track : timeline.tracks) {
        const std::int64_t tail = longest_tail(track);
        for (const records::TimelineItem& item : track.items) {
            use(item.asset, item.at.value + item.dur.value + tail);
            std::for_each(item.fx.begin(), item.fx.end(), use_always);
        }
        for (const records::TimelineTransition& transition : track.transitions)
            use_always(transition.look);
    }
    for (const auto& [asset, end] : ends)
        last_.emplace(end, asset);
}

std::vector<std::string> PictureUses::passed(std::int64_t frame, int lane) {
    drawing_[lane] = frame;
    std::int64_t first = frame;
    for (const auto& [each, at] : drawing_)
        first = std::min(first, at);
    const auto end = last_.upper_bound(first);
    std::vector<std::string> assets;
    for (auto entry = last_.begin(); entry != end; ++entry)
        assets.push_back(entry->second);
    last_.erase(last_.begin(), end);
    return assets;
}

} // namespace smos::media
