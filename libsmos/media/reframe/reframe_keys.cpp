// SPDX-License-Identifier: Apache-2.0
// The furthest keyframe that a single easing reaches, again and again.
#include "libsmos/media/reframe/reframe_keys.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace smos::media {
namespace {

using records::Curve;
using records::Easing;

class Thinning {
  public:
    Thinning(const std::vector<View>& views, std::int64_t begin, const View& tolerance)
        : views_(views),
          begin_(begin),
          tolerance_(tolerance) {}

    std::int64_t last() const { return begin_ + static_cast<std::int64_t>(views_.size()) - 1; }
    const View& at(std::int64_t frame) const {
        return views_[static_cast<std::size_t>(frame - begin_)];
    }

    Curve::Key key(std::int64_t frame, Easing ease) const {
        const View& view = at(frame);
        return {frame, {view[0], view[1], view[2]}, ease};
    }

    bool reaches(std::int64_t from, std::int64_t to, Easing ease) const {
        const Curve piece{{key(from, Easing::linear), key(to, ease)}};
        for (std::int64_t frame = from + 1; frame < to; ++frame) {
            for (std::size_t i = 0; i < tolerance_.size(); ++i) {
                const std::int64_t off = records::value_at(piece, i, frame) - at(frame)[i];
                if (std::abs(off) > tolerance_[i])
                    return false;
            }
        }
        return true;
    }

    std::optional<Easing> easing_to(std::int64_t from, std::int64_t to) const {
        for (const Easing ease :
             {Easing::linear, Easing::cubic_io, Easing::cubic_in, Easing::cubic_out})
            if (reaches(from, to, ease))
                return ease;
        return std::nullopt;
    }

    std::int64_t longest_line(std::int64_t from, std::int64_t limit) const {
        std::int64_t to = from + 1;
        while (to < limit && reaches(from, to + 1, Easing::linear))
            ++to;
        return to;
    }

    Curve::Key next(std::int64_t from, const std::vector<std::int64_t>& joints) const {
        const auto behind = std::upper_bound(joints.begin(), joints.end(), from);
        for (auto to = joints.end(); to != behind;) {
            --to;
            if (const auto ease = easing_to(from, *to))
                return key(*to, *ease);
        }
        return key(longest_line(from, *behind), Easing::linear);
    }

  private:
    const std::vector<View>& views_;
    std::int64_t begin_;
    const View& tolerance_;
};

} // namespace

Curve keys_for(const std::vector<View>& views,
               std::int64_t begin,
               std::vector<std::int64_t> joints,
               const View& tolerance) {
    Curve curve;
    if (views.empty())
        return curve;
    const Thinning thinning{views, begin, tolerance};
    joints.push_back(thinning.last());
    std::sort(joints.begin(), joints.end());
    joints.erase(std::unique(joints.begin(), joints.end()), joints.end());
    joints.erase(std::upper_bound(joints.begin(), joints.end(), thinning.last()), joints.end());
    curve.keys.push_back(thinning.key(begin, Easing::linear));
    while (curve.keys.back().at < thinning.last())
        curve.keys.push_back(thinning.next(curve.keys.back().at, joints));
    while (curve.keys.size() > 1 &&
           curve.keys.back().value == curve.keys[curve.keys.size() - 2].value)
        curve.keys.pop_back();
    return curve;
}

} // namespace smos::media
