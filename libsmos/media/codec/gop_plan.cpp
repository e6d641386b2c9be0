// SPDX-License-Identifier: Apache-2.0
// The cutting of shots into groups of pictures, in whole frames.
#include "libsmos/media/codec/gop_plan.hpp"

#include "libsmos/core/result.hpp"

#include <algorithm>
#include <tuple>

namespace smos::media {
namespace {

using Frames = std::vector<std::int64_t>;

void sort_unique(Frames& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

/// The ends of the pieces that are planned by themselves: shots, single frames joined to others.
Frames piece_ends(Frames cuts, std::int64_t frames) {
    sort_unique(cuts);
    Frames ends;
    std::int64_t begin = 0;
    for (const std::int64_t cut : cuts) {
        if (cut - begin < shortest_gop || frames - cut < shortest_gop)
            continue;
        ends.push_back(cut);
        begin = cut;
    }
    ends.push_back(frames);
    return ends;
}

/// One shot: [begin, end) of the film.
class Shot {
  public:
    Shot(const Frames& starts, const GopLimits& limits, std::int64_t end)
        : starts_(starts),
          limits_(limits),
          end_(end) {}

    /// The length of the group that begins at `at`.
    int next(std::int64_t at) const {
        const std::int64_t rest = end_ - at;
        if (is_one_group(rest))
            return static_cast<int>(rest);
        return best(at);
    }

  private:
    bool is_start(std::int64_t frame) const {
        return std::binary_search(starts_.begin(), starts_.end(), frame);
    }

    bool start_within(std::int64_t from, std::int64_t to) const {
        const auto found = std::lower_bound(starts_.begin(), starts_.end(), from);
        return found != starts_.end() && *found <= to;
    }

    bool is_one_group(std::int64_t frames) const { return frames <= limits_.longest; }

    /// Two groups are shorter than is wanted.
    bool is_awkward(std::int64_t frames) const {
        return !is_one_group(frames) && frames < 2 * limits_.shortest;
    }

    int best(std::int64_t at) const {
        const std::int64_t whole = end_ - at;
        const int shortest =
            is_awkward(whole) ? static_cast<int>((whole * 2 + 4) / 5) : limits_.shortest;
        const int wanted = is_awkward(whole) ? static_cast<int>(whole / 2) : limits_.wanted;
        const bool has_starts = start_within(at + 1, end_ - 1);
        std::tuple<bool, bool, int, int> chosen{true, true, limits_.longest, shortest};
        for (int length = shortest; length <= limits_.longest; ++length) {
            const std::int64_t begin = at + length;
            const std::int64_t rest = end_ - begin;
            if (rest < shortest || is_awkward(rest))
                continue;
            const bool next_fits = !has_starts || is_one_group(rest) ||
                                   start_within(begin + limits_.shortest, begin + limits_.longest);
            const int off = std::abs(length - wanted);
            chosen = std::min(chosen, {!is_start(begin), !next_fits, off, length});
        }
        return std::get<3>(chosen);
    }

    const Frames& starts_;
    const GopLimits& limits_;
    const std::int64_t end_;
};

} // namespace

std::vector<int>
plan_gops(Frames cuts, Frames group_starts, std::int64_t frames, const GopLimits& limits) {
    SMOS_EXPECT(frames >= 0 && limits.shortest >= 4 && limits.shortest <= limits.wanted);
    SMOS_EXPECT(limits.wanted <= limits.longest && limits.longest <= 600);
    SMOS_EXPECT(3 * limits.shortest <= 2 * limits.longest + 1);
    std::vector<int> lengths;
    if (frames == 0)
        return lengths;
    sort_unique(group_starts);
    std::int64_t at = 0;
    for (const std::int64_t end : piece_ends(std::move(cuts), frames)) {
        const Shot shot{group_starts, limits, end};
        while (at < end) {
            lengths.push_back(shot.next(at));
            at += lengths.back();
        }
    }
    return lengths;
}

} // namespace smos::media
