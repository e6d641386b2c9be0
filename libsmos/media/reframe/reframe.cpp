// SPDX-License-Identifier: Apache-2.0
// Shot by shot: who is seen, what that asks of the window, the calmest way, and its keyframes.
#include "libsmos/media/reframe/reframe.hpp"

#include "libsmos/media/compose/geometry.hpp"
#include "libsmos/media/reframe/reframe_keys.hpp"
#include "libsmos/media/reframe/reframe_search.hpp"

#include <algorithm>

namespace smos::media {
namespace {

constexpr std::int64_t furthest_key = 36'000;
constexpr std::int64_t parts_of_pixel = 8; // what thinning may cost

struct Scene {
    const records::TimelineItem& item;
    kernels::Size source;
    kernels::Size canvas;
    records::Rational rate;

    std::int64_t frames() const { return item.dur.value; }
    std::int64_t rate_milli() const {
        return std::max<std::int64_t>(1, rate.num * 1000 / rate.den);
    }
    std::int64_t bridge() const { return std::max<std::int64_t>(1, 2 * rate.num / rate.den); }
};

struct Shot {
    ShotSpan span;
    Subject subject;
    Travel x, y;
    std::int64_t reach_x = 0;
    std::int64_t reach_y = 0;
};

const FaceBox* largest_of(const FaceSample& sample) {
    const auto area = [](const FaceBox& box) { return box.width * box.height; };
    const auto found =
        std::max_element(sample.faces.begin(),
                         sample.faces.end(),
                         [&](const FaceBox& a, const FaceBox& b) { return area(a) < area(b); });
    return found == sample.faces.end() ? nullptr : &*found;
}

/// A flash looks like a cut; the face that stays where it was tells them apart.
bool goes_on(const FaceSample& before, const FaceSample& after) {
    const FaceBox* last = largest_of(before);
    const FaceBox* next = largest_of(after);
    return last != nullptr && next != nullptr && overlap_permille(*last, *next) >= 500;
}

std::vector<ShotSpan> shots_of(const std::vector<FaceSample>& samples, std::int64_t frames) {
    std::vector<ShotSpan> shots{{0, frames}};
    for (std::size_t i = 1; i < samples.size(); ++i) {
        const FaceSample& sample = samples[i];
        if (!sample.cut || sample.frame <= shots.back().begin || sample.frame >= frames ||
            goes_on(samples[i - 1], sample))
            continue;
        shots.back().end = sample.frame;
        shots.push_back({sample.frame, frames});
    }
    return shots;
}

Shot travelled(const std::vector<FaceSample>& samples, ShotSpan span, const Scene& scene) {
    std::vector<FaceSample> here;
    for (const FaceSample& sample : samples)
        if (sample.frame >= span.begin && sample.frame < span.end)
            here.push_back(sample);
    Axes axes = room_of(scene.item, span, scene.source, scene.canvas);
    Shot shot;
    shot.span = span;
    shot.subject = subject_of(here, span, axes.least, scene.bridge());
    wish_for(shot.subject, scene.item, span, scene.source, scene.canvas, axes);
    shot.x = travel_through(axes.x, look_step(scene.rate), scene.rate_milli());
    shot.y = travel_through(axes.y, look_step(scene.rate), scene.rate_milli());
    shot.reach_x = axes.x.reach_milli;
    shot.reach_y = axes.y.reach_milli;
    return shot;
}

/// An eighth of a pixel on the canvas, in millionths of the room.
std::int64_t tolerance_for(std::int64_t reach_milli, int canvas_px) {
    const std::int64_t room_px = std::max<std::int64_t>(1, reach_milli * canvas_px / 1000);
    return std::max<std::int64_t>(2, whole_room / parts_of_pixel / room_px);
}

class Views {
  public:
    Views(const Scene& scene, const std::vector<Shot>& shots) : scene_(scene), shots_(shots) {
        const auto& keys = scene.item.anim.view.keys;
        const Shot& last = shots.back();
        end_ = last.span.begin + static_cast<std::int64_t>(last.x.places.size());
        end_ = std::max(end_, last.span.begin + static_cast<std::int64_t>(last.y.places.size()));
        if (keys.empty())
            return;
        begin_ = std::max(-furthest_key, std::min<std::int64_t>(0, keys.front().at));
        end_ = std::min(scene.frames() + furthest_key, std::max(end_, keys.back().at + 1));
    }

    records::Curve curve() const {
        std::vector<View> views;
        std::size_t shot = 0;
        for (std::int64_t frame = begin_; frame < end_; ++frame) {
            while (shot + 1 < shots_.size() && frame >= shots_[shot + 1].span.begin)
                ++shot;
            views.push_back(view_at(frame, shots_[shot]));
        }
        return keys_for(views, begin_, joints(), tolerance());
    }

  private:
    View view_at(std::int64_t frame, const Shot& shot) const {
        const records::Curve& own = scene_.item.anim.view;
        const auto base = [&](std::size_t i, std::int64_t fallback) {
            return own.empty() ? fallback : records::value_at(own, i, frame);
        };
        const auto moved = [&](std::int64_t from, const Travel& travel) {
            const auto last = static_cast<std::int64_t>(travel.places.size()) - 1;
            const std::int64_t n = std::clamp<std::int64_t>(frame - shot.span.begin, 0, last);
            return std::clamp<std::int64_t>(
                from + travel.places[static_cast<std::size_t>(n)], 0, whole_room);
        };
        return {base(0, whole_room),
                moved(base(1, whole_room / 2), shot.x),
                moved(base(2, whole_room / 2), shot.y)};
    }

    std::vector<std::int64_t> joints() const {
        std::vector<std::int64_t> joints;
        for (const records::Curve::Key& key : scene_.item.anim.view.keys)
            joints.push_back(key.at);
        for (const Shot& shot : shots_) {
            joints.push_back(shot.span.begin - 1);
            joints.push_back(shot.span.begin);
            for (const Travel* travel : {&shot.x, &shot.y})
                for (const std::int64_t joint : travel->joints)
                    joints.push_back(shot.span.begin + joint);
        }
        return joints;
    }

    View tolerance() const {
        std::int64_t reach_x = 0, reach_y = 0;
        for (const Shot& shot : shots_) {
            reach_x = std::max(reach_x, shot.reach_x);
            reach_y = std::max(reach_y, shot.reach_y);
        }
        const kernels::Size canvas = scene_.canvas;
        return {whole_room / (parts_of_pixel * std::max(canvas.width, canvas.height)),
                tolerance_for(reach_x, canvas.width),
                tolerance_for(reach_y, canvas.height)};
    }

    const Scene& scene_;
    const std::vector<Shot>& shots_;
    std::int64_t begin_ = 0;
    std::int64_t end_ = 0;
};

/// Counts with the curve as it will be drawn.
void measure(const Scene& scene, const std::vector<Shot>& shots, CropPath& path) {
    records::TimelineItem shown = scene.item;
    shown.anim.view = path.view;
    for (const Shot& shot : shots) {
        for (std::int64_t frame = shot.span.begin; frame < shot.span.end; ++frame) {
            const auto& seen =
                shot.subject.boxes[static_cast<std::size_t>(frame - shot.span.begin)];
            if (!seen)
                continue;
            const kernels::Window window = geometry_of(plan_layer(shown, shown.at.value + frame),
                                                       scene.source.width,
                                                       scene.source.height,
                                                       scene.canvas.width,
                                                       scene.canvas.height)
                                               .source;
            const auto px = [](std::int64_t pixels) { return pixels * (std::int64_t{1} << 32U); };
            const std::int64_t left = std::clamp<std::int64_t>(seen->left, 0, scene.source.width);
            const std::int64_t right = std::clamp<std::int64_t>(seen->right, 0, scene.source.width);
            const std::int64_t top = std::clamp<std::int64_t>(seen->top, 0, scene.source.height);
            const std::int64_t bottom =
                std::clamp<std::int64_t>(seen->bottom, 0, scene.source.height);
            ++path.face_frames;
            if (px(right - left) > window.width || px(bottom - top) > window.height)
                ++path.too_large;
            else if (px(left) >= window.x && px(right) <= window.x + window.width &&
                     px(top) >= window.y && px(bottom) <= window.y + window.height)
                ++path.inside_frames;
        }
    }
}

} // namespace

std::int64_t look_step(const records::Rational& rate) {
    return std::max<std::int64_t>(1, (rate.num + 3 * rate.den) / (6 * rate.den));
}

CropPath crop_path(const std::vector<FaceSample>& samples,
                   const records::TimelineItem& item,
                   kernels::Size source,
                   kernels::Size canvas,
                   const records::Rational& rate) {
    CropPath path;
    path.view = item.anim.view;
    const Scene scene{item, source, canvas, rate};
    if (scene.frames() <= 0 || source.width <= 0 || source.height <= 0)
        return path;
    std::vector<Shot> shots;
    for (const ShotSpan span : shots_of(samples, scene.frames())) {
        const Shot& shot = shots.emplace_back(travelled(samples, span, scene));
        path.faces = std::max(path.faces, shot.subject.people);
        path.moves = path.moves || shot.x.moves || shot.y.moves;
    }
    path.found = path.faces > 0;
    if (!path.found)
        return path;
    path.view = Views{scene, shots}.curve();
    measure(scene, shots, path);
    return path;
}

} // namespace smos::media
