// SPDX-License-Identifier: Apache-2.0
// Masks, joins and numbers of transitions against real numbers; ends are exact, ways are monotone.
#include "looks.hpp"

namespace smos::parity {

using namespace kernels;

namespace {

constexpr Direction directions[] = {
    Direction::left, Direction::right, Direction::up, Direction::down};

struct Ramp {
    std::uint32_t progress;
    std::uint32_t softness;
};

void mix_case(Report& report, const std::string& name, const Shape& shape, std::uint32_t weight) {
    Noise noise("mix by mask " + name);
    const Canvas from(noise, shape.width, shape.height, shape.gap, Fill::noise);
    const Canvas to(noise, shape.width, shape.height, shape.gap + 1, Fill::extremes);
    const Canvas before(noise, shape.width, shape.height, shape.gap + 2, Fill::noise);
    const Scene mask(noise, shape.width, shape.height, shape.gap + 9, Fill::masks);
    const auto mixed = [&](double a, double b, double alpha) {
        return Wanted{a + (b - a) * alpha / 255 * weight / 65536};
    };
    const auto full = [&](Target out) {
        return MixByMask{from.y.view(), to.y.view(), out, mask.view(), false, weight};
    };
    const auto full_wanted = [&](int x, int y) {
        return mixed(from.y.view().at(x, y), to.y.view().at(x, y), mask.view().at(x, y));
    };
    check_look(
        report,
        "mix by mask",
        name,
        before.y,
        full,
        [&](const Scene& after) { return worst_distance(before.y, after, full_wanted); },
        0.62);
    const auto half = [&](Target out) {
        return MixByMask{from.u.view(), to.u.view(), out, mask.view(), true, weight};
    };
    const auto half_wanted = [&](int x, int y) {
        const int x1 = std::min(2 * x + 1, shape.width - 1);
        const int y1 = std::min(2 * y + 1, shape.height - 1);
        const double sum = mask.view().at(2 * x, 2 * y) + mask.view().at(x1, 2 * y) +
                           mask.view().at(2 * x, y1) + mask.view().at(x1, y1);
        return mixed(from.u.view().at(x, y), to.u.view().at(x, y), sum / 4);
    };
    check_look(
        report,
        "mix by mask",
        name + " chroma",
        before.u,
        half,
        [&](const Scene& after) { return worst_distance(before.u, after, half_wanted); },
        0.62);
    const auto dip = [&](Target out) { return Dip{from.y.view(), out, 99, weight}; };
    const auto dip_wanted = [&](int x, int y) {
        const double own = from.y.view().at(x, y);
        return Wanted{own + (99 - own) * weight / 65536};
    };
    check_look(
        report,
        "dip",
        name,
        before.y,
        dip,
        [&](const Scene& after) { return worst_distance(before.y, after, dip_wanted); },
        0.56);
}

void join_case(Report& report, const std::string& name, const Shape& shape, Noise& noise) {
    const Scene from(noise, shape.width, shape.height, 1, Fill::noise);
    const Scene to(noise, noise.between(0, 60), noise.between(0, 60), 2, Fill::noise);
    const Scene before(noise, shape.width, shape.height, shape.gap, Fill::noise);
    const int fx = noise.between(-70, 70);
    const int fy = noise.between(-20, 20);
    const int tx = noise.between(-70, 70);
    const int ty = noise.between(-20, 20);
    const auto bind = [&](Target out) { return Join{from.view(), to.view(), out, fx, fy, tx, ty}; };
    const auto at = [](const Scene& plane, int x, int y) {
        const bool in = x >= 0 && y >= 0 && x < plane.width() && y < plane.height();
        return in ? Wanted{plane.view().at(x, y)} : Wanted{};
    };
    const auto wanted = [&](int x, int y) {
        const Wanted second = at(to, x - tx, y - ty);
        return second ? second : at(from, x - fx, y - fy);
    };
    check_look(
        report,
        "join",
        name,
        before,
        bind,
        [&](const Scene& after) { return worst_distance(before, after, wanted); },
        0.0);
}

void wipe_case(Report& report, const Shape& shape, std::uint32_t progress, std::uint32_t softness) {
    Noise noise("wipes");
    const Scene before(noise, shape.width, shape.height, shape.gap, Fill::noise);
    for (const Direction direction : directions) {
        const bool across = direction == Direction::left || direction == Direction::right;
        const bool backwards = direction == Direction::left || direction == Direction::up;
        const auto bind = [&](Target out) { return WipeMask{out, direction, progress, softness}; };
        const auto wanted = [&](int x, int y) {
            const double length = across ? shape.width : shape.height;
            const double place = (across ? x : y) + 0.5;
            const double ramp = std::max(1.0, softness / 65536.0 * length);
            const double edge = progress / 65536.0 * (length + ramp);
            return Wanted{255 * clamp_one((edge - (backwards ? length - place : place)) / ramp)};
        };
        const std::string name = std::string(shape.name) + " " + std::to_string(progress) + " " +
                                 std::to_string(softness) + " " +
                                 std::to_string(static_cast<int>(direction));
        check_look(
            report,
            "wipe mask",
            name,
            before,
            bind,
            [&](const Scene& after) { return worst_distance(before, after, wanted); },
            0.51);
    }
}

void matte_case(Report& report, const Shape& shape, Ramp ramp_of) {
    const std::uint32_t progress = ramp_of.progress;
    const std::uint32_t softness = ramp_of.softness;
    Noise noise("mattes");
    const Scene matte(noise, shape.width, shape.height, 3, Fill::noise);
    const Scene before(noise, shape.width, shape.height, shape.gap, Fill::noise);
    for (const bool inverted : {false, true}) {
        const auto bind = [&](Target out) {
            return MatteMask{matte.view(), out, progress, softness, inverted, false};
        };
        const auto wanted = [&](int x, int y) {
            const double level = matte.view().at(x, y);
            const double ramp = std::max(1.0, softness / 65536.0 * 255);
            const double edge = progress / 65536.0 * (255 + ramp);
            return Wanted{255 * clamp_one((edge - (inverted ? 255 - level : level)) / ramp)};
        };
        const std::string name = std::string(shape.name) + " " + std::to_string(progress) + " " +
                                 std::to_string(softness) + (inverted ? " inverted" : "");
        check_look(
            report,
            "matte mask",
            name,
            before,
            bind,
            [&](const Scene& after) { return worst_distance(before, after, wanted); },
            0.51);
    }
}

// Progress 0 shows one picture alone, 65536 the other, and nothing moves back in between.
void test_numbers(Report& report) {
    bool ends = dip_at(0).weight == 0 && !dip_at(0).second && dip_at(65536).weight == 0 &&
                dip_at(65536).second && dip_at(32768).weight == 65536;
    bool monotone = true;
    for (const Direction direction : directions) {
        for (const bool push : {false, true}) {
            int before = -1;
            for (std::uint32_t p = 0; p <= 65536; p += 64) {
                const JoinedAt at = joined_at(direction, push, p, 1079, 1919);
                const int gap = std::max(std::abs(at.to_x), std::abs(at.to_y));
                monotone = monotone && (before < 0 || gap <= before) && at.to_x % 2 == 0 &&
                           at.to_y % 2 == 0 && at.from_x % 2 == 0 && at.from_y % 2 == 0;
                ends = ends && (p > 0 || gap >= 1079) && (p < 65536 || gap == 0);
                before = gap;
            }
        }
        const WhipAt start = whip_at(direction, 0, 6000, 1080, 1920);
        const WhipAt middle = whip_at(direction, 32768, 6000, 1080, 1920);
        const WhipAt end = whip_at(direction, 65536, 6000, 1080, 1920);
        ends = ends && start.across_256ths + start.down_256ths == 0 &&
               end.across_256ths + end.down_256ths == 0 &&
               middle.across_256ths + middle.down_256ths > 256 * 50 && end.at.to_x == 0 &&
               end.at.to_y == 0 && picture_streak(middle.across_256ths, middle.down_256ths);
    }
    std::int64_t width = std::int64_t{1} << 60;
    for (std::uint32_t p = 0; p <= 65536; p += 256) {
        const auto zoom = zoom_at(p, 3 * full_weight, 1080, 1920, 1080, 1920);
        monotone = monotone && zoom && zoom->from.width <= width && zoom->from.x >= 0 &&
                   zoom->to.x >= 0 && zoom->to.x + zoom->to.width <= std::int64_t{1080} << 32;
        width = zoom->from.width;
    }
    const auto first = zoom_at(0, 3 * full_weight, 1080, 1920, 720, 1280);
    const auto last = zoom_at(65536, 3 * full_weight, 1080, 1920, 720, 1280);
    ends = ends && first->weight == 0 && last->weight == 65536 && first->from.x == 0 &&
           first->from.width == std::int64_t{1080} << 32 && last->to.y == 0 &&
           last->to.height == std::int64_t{1280} << 32;
    report.check("transitions", "numbers", "ends", ends);
    report.check("transitions", "numbers", "monotone", monotone);
    report.check("transitions",
                 "zoom",
                 "refused",
                 !zoom_at(0, 65535, 9, 9, 9, 9) && !zoom_at(0, 65536, 0, 9, 9, 9) &&
                     !zoom_at(0, 17 * 65536, 9, 9, 9, 9));
}

// Whole pictures: the ends of every transition are the pictures themselves.
void test_ends(Report& report) {
    Noise noise("transition ends");
    const Canvas from(noise, 37, 29, 2, Fill::noise);
    const Canvas to(noise, 37, 29, 3, Fill::noise);
    const Rows all{0, 29};
    for (const std::uint32_t progress : {0U, full_weight}) {
        const Canvas& wanted = progress == 0 ? from : to;
        const auto check = [&](const char* name, const auto& draw) {
            Canvas out(noise, 37, 29, 0, Fill::noise);
            const bool done = draw(out.view()) == Outcome::done;
            const std::uint64_t hash = out.hash(hash_start);
            report.check("transitions", name, "ends", done && hash == wanted.hash(hash_start));
        };
        check("dip", [&](Picture<std::uint8_t> out) {
            return dip_rows(from.view(), to.view(), out, {235, 128, 128}, progress, all);
        });
        for (const Direction direction : directions) {
            for (const bool push : {false, true}) {
                check("join", [&](Picture<std::uint8_t> out) {
                    return join_rows(joined_at(direction, push, progress, 37, 29),
                                     from.view(),
                                     to.view(),
                                     out,
                                     all);
                });
            }
            check("wipe", [&](Picture<std::uint8_t> out) {
                Scene mask(noise, 37, 29, 0, Fill::noise);
                static_cast<void>(run_rows(WipeMask{mask.view(), direction, progress, 9000}, all));
                return mix_by_mask_rows(from.view(), to.view(), out, mask.view(), full_weight, all);
            });
        }
        check("matte", [&](Picture<std::uint8_t> out) {
            const Scene matte(noise, 37, 29, 0, Fill::extremes);
            Scene mask(noise, 37, 29, 0, Fill::noise);
            static_cast<void>(
                run_rows(MatteMask{matte.view(), mask.view(), progress, 9000, false, true}, all));
            return mix_by_mask_rows(from.view(), to.view(), out, mask.view(), full_weight, all);
        });
    }
}

void refuse_transitions(Report& report) {
    Noise noise("refused transitions");
    const Scene same(noise, 9, 7, 0, Fill::noise);
    const Scene other(noise, 9, 6, 0, Fill::noise);
    check_refused(report, "mix by mask", "mask of another size", [&](Target out) {
        return MixByMask{same.view(), same.view(), out, other.view(), false, 1};
    });
    check_refused(report, "mix by mask", "mask too small for chroma", [&](Target out) {
        return MixByMask{same.view(), same.view(), out, same.view(), true, 1};
    });
    check_refused(report, "dip", "weight over one", [&](Target out) {
        return Dip{same.view(), out, 0, 65537};
    });
    check_refused(report, "join", "in place", [&](Target out) {
        return Join{out, same.view(), out, 0, 0, 0, 0};
    });
    check_refused(report, "wipe mask", "progress over one", [](Target out) {
        return WipeMask{out, Direction::left, 65537, 0};
    });
    check_refused(report, "matte mask", "another size", [&](Target out) {
        return MatteMask{other.view(), out, 0, 0, false, false};
    });
}

} // namespace

void test_transitions(Report& report) {
    Noise noise("joins");
    for (const Shape& shape : look_shapes) {
        for (const std::uint32_t weight : {0U, 20000U, 65536U}) {
            mix_case(report, std::string(shape.name) + " " + std::to_string(weight), shape, weight);
        }
        join_case(report, shape.name, shape, noise);
        for (const std::uint32_t progress : {0U, 1U, 30000U, 65535U, 65536U}) {
            for (const std::uint32_t softness : {0U, 20000U, 65536U}) {
                wipe_case(report, shape, progress, softness);
                matte_case(report, shape, {progress, softness});
            }
        }
    }
    for (int i = 0; i < 24; ++i) {
        const Shape shape{"", noise.between(1, 90), noise.between(1, 40), i};
        join_case(report, "random " + std::to_string(i), shape, noise);
    }
    test_numbers(report);
    test_ends(report);
    refuse_transitions(report);
}

} // namespace smos::parity
