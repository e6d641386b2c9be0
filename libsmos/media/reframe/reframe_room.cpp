// SPDX-License-Identifier: Apache-2.0
// Boxes in pixels to intervals of the view, by the compositor's own geometry.
#include "libsmos/media/reframe/reframe_room.hpp"

#include "libsmos/media/compose/geometry.hpp"

#include <algorithm>

namespace smos::media {
namespace {

__extension__ using Wide = __int128;

constexpr unsigned fraction_bits = 32;

/// Thousandths of the window.
struct Comfort {
    std::int64_t low;  // the middle of the box may lie from here
    std::int64_t high; // to here
    std::int64_t ideal;
};
constexpr Comfort across{200, 800, 500};
constexpr Comfort down{200, 700, 420};     // eyes belong above the middle
constexpr std::int64_t margin = 20;        // of the window, between the box and its edge
constexpr std::int64_t air_permille = 150; // of the box, at each of its sides
constexpr std::int64_t least_easy = 50;    // to both sides of the ideal: boxes tremble
constexpr std::int64_t least_room = 5;     // of the window: less is no choice

/// One axis at one frame, in 2^-32 pixels.
struct Slide {
    std::int64_t origin = 0; // of the window at view 0
    std::int64_t window = 0;
    std::int64_t room = 0;
    std::int64_t base = 0; // the item's own view

    bool choice() const { return Wide{room} * 1000 > Wide{window} * least_room; }
    std::int64_t part(std::int64_t permille) const { return window / 1000 * permille; }
    /// The deviation that puts the window's start there.
    std::int64_t deviation(std::int64_t start) const {
        const Wide view = Wide{start - origin} * whole_room / room;
        const Wide far = Wide{whole_room} * 1000;
        return static_cast<std::int64_t>(std::clamp(view, -far, far)) - base;
    }
};

struct Slides {
    Slide x, y;
};

Slides slides_at(const records::TimelineItem& item,
                 std::int64_t frame,
                 kernels::Size source,
                 kernels::Size canvas) {
    LayerPlan plan = plan_layer(item, item.at.value + frame);
    Slides slides;
    slides.x.base = plan.view[1];
    slides.y.base = plan.view[2];
    plan.view[1] = plan.view[2] = 0;
    const auto window = [&] {
        return geometry_of(plan, source.width, source.height, canvas.width, canvas.height).source;
    };
    const kernels::Window low = window();
    plan.view[1] = plan.view[2] = whole_room;
    const kernels::Window high = window();
    slides.x.origin = low.x;
    slides.x.window = low.width;
    slides.x.room = std::max<std::int64_t>(0, high.x - low.x);
    slides.y.origin = low.y;
    slides.y.window = low.height;
    slides.y.room = std::max<std::int64_t>(0, high.y - low.y);
    return slides;
}

Interval within(const Interval& interval, const Interval& limit) {
    return {limit.nearest(interval.low), limit.nearest(interval.high)};
}

Interval ordered(std::int64_t a, std::int64_t b) { return {std::min(a, b), std::max(a, b)}; }

/// Where the window's start may lie for `part` of the face to be seen comfortably.
Interval easy_starts(
    const Slide& slide, std::int64_t low, std::int64_t high, std::int64_t ideal, Comfort comfort) {
    const std::int64_t middle = low + (high - low) / 2;
    const std::int64_t air = (high - low) / 1000 * air_permille;
    Interval starts{std::max(middle - slide.part(comfort.high), high + air - slide.window),
                    std::min(middle - slide.part(comfort.low), low - air)};
    if (starts.low > starts.high)
        starts = {ideal, ideal};
    const std::int64_t tremble = slide.part(least_easy);
    return {std::min(starts.low, ideal - tremble), std::max(starts.high, ideal + tremble)};
}

void wish_along(const Slide& slide,
                std::int64_t low_px,
                std::int64_t high_px,
                Comfort comfort,
                bool authored,
                Wish& wish) {
    const std::int64_t end = slide.origin + slide.window + slide.room;
    const std::int64_t low = std::clamp(low_px << fraction_bits, slide.origin, end);
    const std::int64_t high = std::clamp(high_px << fraction_bits, slide.origin, end);
    if (!slide.choice() || low >= high)
        return;
    wish.face = true;
    wish.fits = high - low <= slide.window;
    const Interval inside = ordered(high - slide.window, low);
    const std::int64_t tight = std::min(slide.part(margin), inside.width() / 4);
    const std::int64_t ideal = inside.nearest(low + (high - low) / 2 - slide.part(comfort.ideal));
    const Interval easy = easy_starts(slide, low, high, ideal, comfort);
    wish.inside = within(
        {slide.deviation(inside.low + tight), slide.deviation(inside.high - tight)}, wish.limit);
    wish.easy = within({slide.deviation(easy.low), slide.deviation(easy.high)}, wish.limit);
    if (wish.fits)
        wish.easy = within(wish.easy, wish.inside);
    // An authored view is left as little as possible.
    wish.best = wish.easy.nearest(authored ? 0 : slide.deviation(ideal));
}

void limit_along(const Slide& slide, Axis& axis) {
    Wish& wish = axis.wishes.emplace_back();
    wish.limit = {-slide.base, whole_room - slide.base};
    if (slide.choice())
        axis.reach_milli = std::max(
            axis.reach_milli, static_cast<std::int64_t>(Wide{slide.room} * 1000 / slide.window));
}

/// A view that only zooms leaves the place to us.
bool says_where(const records::Curve& view, std::size_t component) {
    return std::any_of(view.keys.begin(), view.keys.end(), [&](const records::Curve::Key& key) {
        return key.value[component] != whole_room / 2;
    });
}

int whole(std::int64_t fixed) { return static_cast<int>(fixed >> fraction_bits); }

} // namespace

Axes room_of(const records::TimelineItem& item,
             ShotSpan shot,
             kernels::Size source,
             kernels::Size canvas) {
    Axes axes;
    axes.least = source;
    for (std::int64_t frame = shot.begin; frame < shot.end; ++frame) {
        const Slides slides = slides_at(item, frame, source, canvas);
        limit_along(slides.x, axes.x);
        limit_along(slides.y, axes.y);
        axes.least.width = std::min(axes.least.width, whole(slides.x.window));
        axes.least.height = std::min(axes.least.height, whole(slides.y.window));
    }
    return axes;
}

void wish_for(const Subject& subject,
              const records::TimelineItem& item,
              ShotSpan shot,
              kernels::Size source,
              kernels::Size canvas,
              Axes& axes) {
    const bool authored_x = says_where(item.anim.view, 1);
    const bool authored_y = says_where(item.anim.view, 2);
    for (std::int64_t frame = shot.begin; frame < shot.end; ++frame) {
        const auto n = static_cast<std::size_t>(frame - shot.begin);
        if (!subject.boxes[n])
            continue;
        const SubjectBox& box = *subject.boxes[n];
        const Slides slides = slides_at(item, frame, source, canvas);
        wish_along(slides.x, box.left, box.right, across, authored_x, axes.x.wishes[n]);
        wish_along(slides.y, box.top, box.bottom, down, authored_y, axes.y.wishes[n]);
    }
}

} // namespace smos::media
