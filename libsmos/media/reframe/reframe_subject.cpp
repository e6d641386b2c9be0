// SPDX-License-Identifier: Apache-2.0
// Association by overlap and nearness, the greedy best pair first.
#include "libsmos/media/reframe/reframe_subject.hpp"

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace smos::media {
namespace {

constexpr std::int64_t least_overlap_permille = 200;
constexpr std::int64_t least_share_of_main_permille = 150; // a bystander is not kept in sight
constexpr std::int64_t most_of_room_permille = 920;        // two people side by side
constexpr std::size_t samples_for_a_stray = 4; // from here one lone detection is an error

struct Seen {
    std::int64_t frame = 0;
    FaceBox box;
};

struct Person {
    std::vector<Seen> seen;
    std::int64_t weight = 0;
    bool sure = false;
};

std::int64_t size_of(const FaceBox& box) { return std::max(box.width, box.height); }

/// Where a person would be now, going on as between the last two samples.
FaceBox expected(const Person& person, std::int64_t frame) {
    const Seen& last = person.seen.back();
    FaceBox box = last.box;
    if (person.seen.size() < 2)
        return box;
    const Seen& before = person.seen[person.seen.size() - 2];
    const std::int64_t gone = frame - last.frame;
    const std::int64_t span = std::max<std::int64_t>(1, last.frame - before.frame);
    box.x += (last.box.x - before.box.x) * gone / span;
    box.y += (last.box.y - before.box.y) * gone / span;
    return box;
}

/// 0: another person. More is likelier.
std::int64_t likeness(const FaceBox& a, const FaceBox& b) {
    const std::int64_t large = std::max(size_of(a), size_of(b));
    if (large > 2 * std::min(size_of(a), size_of(b)))
        return 0;
    const std::int64_t off_x = std::abs(2 * a.x + a.width - 2 * b.x - b.width) / 2;
    const std::int64_t off_y = std::abs(2 * a.y + a.height - 2 * b.y - b.height) / 2;
    const std::int64_t off_permille = 1000 * std::max(off_x, off_y) / large;
    const std::int64_t overlap = overlap_permille(a, b);
    if (overlap < least_overlap_permille && off_permille > 800)
        return 0;
    return 1000 + 2 * overlap - std::min<std::int64_t>(off_permille, 900);
}

class Association {
  public:
    explicit Association(std::int64_t bridge) : bridge_(bridge) {}

    void take(const FaceSample& sample) {
        struct Pair {
            std::int64_t likeness;
            std::size_t person, face;
        };
        std::vector<Pair> pairs;
        for (std::size_t p = 0; p < people_.size(); ++p) {
            if (sample.frame - people_[p].seen.back().frame > bridge_)
                continue;
            for (std::size_t f = 0; f < sample.faces.size(); ++f) {
                const FaceBox& face = sample.faces[f];
                const std::int64_t like =
                    std::max(likeness(expected(people_[p], sample.frame), face),
                             likeness(people_[p].seen.back().box, face));
                if (like > 0)
                    pairs.push_back({like, p, f});
            }
        }
        std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
            return std::tuple{-a.likeness, a.person, a.face} <
                   std::tuple{-b.likeness, b.person, b.face};
        });
        std::vector<bool> taken(sample.faces.size()), met(people_.size());
        for (const Pair& pair : pairs) {
            if (taken[pair.face] || met[pair.person])
                continue;
            taken[pair.face] = met[pair.person] = true;
            add(people_[pair.person], sample.frame, sample.faces[pair.face]);
        }
        for (std::size_t f = 0; f < sample.faces.size(); ++f)
            if (!taken[f])
                add(people_.emplace_back(), sample.frame, sample.faces[f]);
    }

    /// Without errors of the detector, the weightiest first.
    std::vector<Person> people(std::size_t samples) {
        std::vector<Person> kept;
        for (Person& person : people_)
            if (person.sure && (person.seen.size() > 1 || samples < samples_for_a_stray))
                kept.push_back(std::move(person));
        std::stable_sort(kept.begin(), kept.end(), [](const Person& a, const Person& b) {
            return a.weight > b.weight;
        });
        return kept;
    }

  private:
    static void add(Person& person, std::int64_t frame, const FaceBox& face) {
        const std::int64_t trust = std::clamp<std::int64_t>(face.score_milli - 500, 50, 500);
        person.seen.push_back({frame, face});
        person.weight += face.width * face.height / 64 * trust * trust / 2500;
        person.sure = person.sure || face.sure;
    }

    std::int64_t bridge_;
    std::vector<Person> people_;
};

SubjectBox box_of(const FaceBox& face) {
    return {face.x, face.y, face.x + face.width, face.y + face.height};
}

SubjectBox both(const SubjectBox& a, const SubjectBox& b) {
    return {std::min(a.left, b.left),
            std::min(a.top, b.top),
            std::max(a.right, b.right),
            std::max(a.bottom, b.bottom)};
}

SubjectBox between(const SubjectBox& a, const SubjectBox& b, std::int64_t n, std::int64_t of) {
    const auto mix = [&](std::int64_t from, std::int64_t to) {
        return from + (to - from) * n / of;
    };
    return {mix(a.left, b.left), mix(a.top, b.top), mix(a.right, b.right), mix(a.bottom, b.bottom)};
}

using Boxes = std::vector<std::optional<SubjectBox>>;

/// From a person's first sample to the last, linear between them; to the ends of the shot from its
/// first and last samples.
Boxes boxes_of(const Person& person, ShotSpan shot, const std::vector<FaceSample>& samples) {
    Boxes boxes(static_cast<std::size_t>(shot.end - shot.begin));
    const Seen& first = person.seen.front();
    const Seen& last = person.seen.back();
    if (first.frame == samples.front().frame)
        std::fill_n(boxes.begin(), first.frame - shot.begin, box_of(first.box));
    if (last.frame == samples.back().frame)
        std::fill(boxes.begin() + (last.frame - shot.begin), boxes.end(), box_of(last.box));
    for (std::size_t i = 0; i < person.seen.size(); ++i) {
        const Seen& from = person.seen[i];
        const Seen& to = person.seen[std::min(i + 1, person.seen.size() - 1)];
        const std::int64_t span = std::max<std::int64_t>(1, to.frame - from.frame);
        for (std::int64_t n = 0; n < span; ++n)
            boxes[static_cast<std::size_t>(from.frame + n - shot.begin)] =
                between(box_of(from.box), box_of(to.box), n, span);
    }
    return boxes;
}

bool fits(const SubjectBox& box, kernels::Size room) {
    return 1000 * box.width() <= most_of_room_permille * room.width &&
           1000 * box.height() <= most_of_room_permille * room.height;
}

/// Whether `other` can be added wherever both are seen, but for a tenth of that time.
bool fit_together(const Boxes& kept, const Boxes& other, kernels::Size room) {
    std::int64_t shared = 0, fitting = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (!kept[i] || !other[i])
            continue;
        ++shared;
        fitting += fits(both(*kept[i], *other[i]), room);
    }
    return 10 * fitting >= 9 * shared;
}

/// Adds a person's boxes; where two do not fit, the weightier one stays alone.
bool add_person(Boxes& kept, const Boxes& other, kernels::Size room) {
    const bool together = fit_together(kept, other, room);
    bool added = false;
    for (std::size_t i = 0; i < other.size(); ++i) {
        if (!other[i])
            continue;
        if (!kept[i]) {
            kept[i] = other[i];
            added = true;
        } else if (together && fits(both(*kept[i], *other[i]), room)) {
            kept[i] = both(*kept[i], *other[i]);
            added = true;
        }
    }
    return added;
}

} // namespace

std::int64_t overlap_permille(const FaceBox& a, const FaceBox& b) {
    const std::int64_t w = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
    const std::int64_t h = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
    if (w <= 0 || h <= 0)
        return 0;
    return 1000 * w * h / (a.width * a.height + b.width * b.height - w * h);
}

Subject subject_of(const std::vector<FaceSample>& samples,
                   ShotSpan shot,
                   kernels::Size room,
                   std::int64_t bridge) {
    Association association{bridge};
    for (const FaceSample& sample : samples)
        association.take(sample);
    Subject subject;
    subject.boxes.resize(static_cast<std::size_t>(shot.end - shot.begin));
    std::int64_t main_weight = 0;
    for (const Person& person : association.people(samples.size())) {
        main_weight = std::max(main_weight, person.weight);
        if (person.weight * 1000 < main_weight * least_share_of_main_permille)
            break;
        const Boxes boxes = boxes_of(person, shot, samples);
        subject.people += add_person(subject.boxes, boxes, room);
    }
    return subject;
}

} // namespace smos::media
