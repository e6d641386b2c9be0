// SPDX-License-Identifier: Apache-2.0
// When the pictures of a film have been seen for the last time.
#include "libsmos/media/compose/picture_uses.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace smos::media {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
// A picture that comes back within so many frames is kept for it.
constexpr std::int64_t soon_frames = 240;

struct Span {
    std::int64_t first = 0;
    std::int64_t end = 0;
};

/// The ends of the times in which an asset is in sight, or away for a short while only.
std::vector<std::int64_t> ends_of(std::vector<Span> spans) {
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
        return std::tie(a.first, a.end) < std::tie(b.first, b.end);
    });
    std::vector<std::int64_t> ends;
    for (const Span& span : spans) {
        if (ends.empty() || (ends.back() != never && span.first > ends.back() + soon_frames))
            ends.push_back(span.end);
        else
            ends.back() = std::max(ends.back(), span.end);
    }
    return ends;
}

/// A picture that goes out in a transition is seen behind the end of its item.
std::int64_t longest_tail(const records::TimelineTrack& track) {
    std::int64_t tail = 0;
    for (const records::TimelineTransition& transition : track.transitions)
        tail = std::max(tail, transition.out_off);
    return tail;
}

} // namespace

PictureUses::PictureUses(const records::Timeline& timeline) {
    std::map<std::string, std::vector<Span>> spans;
    const auto use = [&](const std::string& asset, std::int64_t first, std::int64_t end) {
        if (!asset.empty())
            spans[asset].push_back({first, end});
    };
    const auto use_always = [&](const records::TimelineEffect& effect) {
        if (const auto named = effect.texts.find("asset"); named != effect.texts.end())
            use(named->second, 0, never);
    };
    for (const records::TimelineTrack& track : timeline.tracks) {
        const std::int64_t tail = longest_tail(track);
        for (const records::TimelineItem& item : track.items) {
            use(item.asset, item.at.value, item.at.value + item.dur.value + tail);
            std::for_each(item.fx.begin(), item.fx.end(), use_always);
        }
        for (const records::TimelineTransition& transition : track.transitions)
            use_always(transition.look);
    }
    for (auto& [asset, uses] : spans)
        for (const std::int64_t end : ends_of(std::move(uses)))
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
