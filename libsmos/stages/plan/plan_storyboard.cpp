// SPDX-License-Identifier: Apache-2.0
// Groups lines into scenes and gives each a picture, a shot and a movement of its own.
#include "libsmos/stages/plan/plan_storyboard.hpp"

#include "libsmos/core/random.hpp"
#include "libsmos/stages/plan/plan_angle.hpp"
#include "libsmos/stages/plan/plan_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace smos::stages {
namespace {

constexpr std::size_t fewest_scenes = 3;
constexpr std::size_t most_scenes = 6;
constexpr std::int64_t shortest_scene_ms = 1800;
constexpr std::int64_t longest_scene_ms = 4200; // then the eye wants another picture

struct Group {
    std::size_t from = 0; // lines
    std::size_t to = 0;
    std::int64_t ms = 0;
    bool goes_on = false; // the second picture of the lines before it
};

std::int64_t sum_of(const Draft& draft, std::size_t from, std::size_t to) {
    std::int64_t ms = 0;
    for (std::size_t i = from; i < to; ++i)
        ms += draft.line_ms[i] + (i + 1 < draft.line_ms.size() ? line_pause_ms : 0);
    return ms;
}

/// One scene a line at first; the shortest neighbours merge until none is too short or too many.
std::vector<Group> group_lines(const Draft& draft) {
    std::vector<Group> groups;
    for (std::size_t i = 0; i < draft.line_ms.size(); ++i)
        groups.push_back({i, i + 1, sum_of(draft, i, i + 1)});
    while (groups.size() > fewest_scenes) {
        const auto shortest =
            std::min_element(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
                return a.ms < b.ms;
            });
        if (shortest->ms >= shortest_scene_ms && groups.size() <= most_scenes)
            break;
        const std::size_t at = static_cast<std::size_t>(shortest - groups.begin());
        const bool right =
            at == 0 || (at + 1 < groups.size() && groups[at + 1].ms < groups[at - 1].ms);
        const std::size_t keep = right ? at : at - 1;
        groups[keep].to = groups[keep + 1].to;
        groups[keep].ms += groups[keep + 1].ms;
        groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(keep) + 1);
    }
    return groups;
}

/// A scene that would stand too long gets a second picture, the longest first.
void split_long(std::vector<Group>& groups) {
    while (groups.size() < most_scenes) {
        const auto longest =
            std::max_element(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
                return a.ms < b.ms;
            });
        if (longest->ms <= longest_scene_ms)
            return;
        Group second = *longest;
        second.goes_on = true;
        longest->ms /= 2;
        second.ms -= longest->ms;
        groups.insert(longest + 1, second);
    }
}

/// What a line makes visible beside the angle's own pictures.
std::string detail_of(const std::string& line, const Trend& trend) {
    for (const std::string& quantity : trend.quantities)
        if (contains_phrase(line, quantity))
            return fmt::format("a sense of {}", quantity);
    if (!trend.subject_plain.empty() && contains_phrase(line, trend.subject_plain))
        return fmt::format("evoking {}", trend.subject_plain);
    for (const char* crowd : {"upvotes", "points", "likes", "comments", "votes"})
        if (contains_phrase(line, crowd))
            return "a crowd of small lights gathering";
    if (!line.empty() && line.back() == '?')
        return "an open path leading out of frame";
    return trend.subject_plain.empty() ? std::string()
                                       : fmt::format("a trace of {}", trend.subject_plain);
}

std::string visual_of(const std::string& picture,
                      const std::string& line,
                      const Trend& trend,
                      const muse::Muse& muse,
                      bool persona) {
    std::string out = persona ? fmt::format("portrait of {}, {}", muse.name, picture) : picture;
    const std::string detail = detail_of(line, trend);
    if (!detail.empty())
        out += ", " + detail;
    for (std::size_t i = 0; i < muse.style.look.size() && i < 3; ++i)
        out += ", " + muse.style.look[i];
    return out;
}

/// Draws from the list without repeating the last one.
template <typename List>
std::string another(const List& list, const std::string& last, Random& random) {
    std::string pick = list[random.below(list.size())];
    while (list.size() > 1 && pick == last)
        pick = list[random.below(list.size())];
    return pick;
}

std::vector<std::size_t> shuffled(std::size_t count, Random& random) {
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i)
        order[i] = i;
    for (std::size_t i = count; i > 1; --i)
        std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

bool has_interrupt(std::int64_t from_ms, std::int64_t to_ms) {
    const std::int64_t next =
        (from_ms + interrupt_every_ms - 1) / interrupt_every_ms * interrupt_every_ms;
    return next > 0 && next < to_ms;
}

records::Attention attention_of(const Draft& draft, const std::vector<Group>& groups) {
    records::Attention attention;
    const std::string& hook = draft.script.hook;
    double intensity = 0.5;
    if (hook.find_first_of("0123456789") != std::string::npos)
        intensity += 0.2;
    if (hook.back() == '?' || hook.find(':') != std::string::npos)
        intensity += 0.1;
    if (draft.line_ms.front() <= 3000)
        intensity += 0.15;
    attention.hook_intensity = std::round(std::min(intensity, 1.0) * 100) / 100;
    for (std::int64_t at = interrupt_every_ms; at < draft.duration_ms; at += interrupt_every_ms)
        attention.interrupts_ms.push_back(at);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        double words = 0;
        for (std::size_t k = groups[i].from; k < groups[i].to; ++k)
            words += static_cast<double>(split_words(draft.script.lines[k].text).size());
        const std::int64_t spoken_ms = sum_of(draft, groups[i].from, groups[i].to);
        const double per_second =
            words * 1000.0 / static_cast<double>(std::max<std::int64_t>(spoken_ms, 1));
        attention.tempo_curve.push_back(std::round(std::min(per_second / 4.0, 1.0) * 100) / 100);
    }
    return attention;
}

} // namespace

Board draw_board(const Draft& draft,
                 const Trend& trend,
                 const muse::Muse& muse,
                 bool persona_on_screen,
                 std::uint64_t seed) {
    static constexpr std::array<const char*, 6> moves = {
        "zoom_in", "pan", "dolly", "tracking", "tilt", "zoom_out"};
    Random random(seed);
    Board board;
    std::vector<Group> groups = group_lines(draft);
    split_long(groups);
    const std::vector<std::string>& pictures = angle_named(draft.angle).pictures;
    const std::vector<std::size_t> order = shuffled(pictures.size(), random);
    const auto& shots = muse.style.shots.size() > 1 ? muse.style.shots : muse::shot_types();
    std::int64_t at_ms = 0;
    std::string shot, move;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const bool ends = i + 1 == groups.size();
        const bool persona = persona_on_screen && (i == 0 || ends);
        records::Scene scene;
        scene.scene_id = fmt::format("s{}", i + 1);
        scene.duration_ms = ends ? draft.duration_ms - at_ms : groups[i].ms + (i == 0 ? 300 : 0);
        shot = i == 0 ? "close_up" : another(shots, shot, random);
        move = i == 0 ? "zoom_in" : another(moves, move, random);
        scene.shot_type = shot;
        scene.camera_movement = move;
        std::string spoken;
        for (std::size_t k = groups[i].from; k < groups[i].to; ++k) {
            if (!groups[i].goes_on)
                scene.line_ids.push_back(draft.script.lines[k].id);
            spoken += (spoken.empty() ? "" : " ") + draft.script.lines[k].text;
        }
        scene.visual = visual_of(pictures[order[i % order.size()]], spoken, trend, muse, persona);
        scene.pattern_interrupt = has_interrupt(at_ms, at_ms + scene.duration_ms);
        at_ms += scene.duration_ms;
        board.shows_persona.push_back(persona);
        board.storyboard.scenes.push_back(scene);
    }
    board.attention = attention_of(draft, groups);
    return board;
}

} // namespace smos::stages
