// SPDX-License-Identifier: Apache-2.0
// Grades and LUTs against real numbers; greys; what does nothing.
#include "looks.hpp"

namespace smos::parity {

using namespace kernels;

namespace {

constexpr double grade_bound = 1.0;

double to_light(double s) {
    return s < 0.08124285829 ? s / 4.5
                             : std::pow((s + 0.09929682680944) / 1.09929682680944, 1 / 0.45);
}
double to_signal(double l) {
    return l < 0.018053968510807 ? 4.5 * l
                                 : 1.09929682680944 * std::pow(l, 0.45) - 0.09929682680944;
}

// The steps of grade.hpp, one after the other.
Real graded(const GradeValues& g, const Real& rgb) {
    const double warm = std::pow(2.0, g.temperature / 2);
    const double green = std::pow(2.0, -g.tint / 2);
    const double white = 0.2126 * warm + 0.7152 * green + 0.0722 / warm;
    const double stops = std::pow(2.0, g.exposure_stops) / white;
    const auto lit = [](double s, double gain) {
        return std::min(to_signal(to_light(s) * gain), 65535.0 / 16384);
    };
    const double r = lit(rgb.a, stops * warm);
    const double gr = lit(rgb.b, stops * green);
    const double b = lit(rgb.c, stops / warm);
    const double y = 0.2126 * r + 0.7152 * gr + 0.0722 * b;
    const double cb = (b - y) / 1.8556;
    const double cr = (r - y) / 1.5748;
    const double angle = g.hue_degrees * 3.14159265358979323846 / 180;
    const double cb2 = g.saturation * (std::cos(angle) * cb - std::sin(angle) * cr);
    const double cr2 = g.saturation * (std::sin(angle) * cb + std::cos(angle) * cr);
    const double r2 = y + 1.5748 * cr2;
    const double b2 = y + 1.8556 * cb2;
    const double g2 = (y - 0.2126 * r2 - 0.0722 * b2) / 0.7152;
    const auto shaped = [&g](double x) {
        // The table of step 3 begins at 0 and ends at 4.
        const double kept = std::min(std::max(x, 0.0), 65535.0 / 16384);
        return std::pow(clamp_one((kept - 0.5) * g.contrast + 0.5), 1 / g.gamma);
    };
    return {shaped(r2), shaped(g2), shaped(b2)};
}

double channel(const Real& c, int i) { return i == 0 ? c.a : (i == 1 ? c.b : c.c); }

// Tetrahedral interpolation by walking from corner to corner in the order of the fractions.
Real looked_up(const LutValues& lut, const Real& rgb) {
    const int last = lut.size - 1;
    int cell[3];
    double part[3];
    for (int i = 0; i < 3; ++i) {
        const auto c = static_cast<std::size_t>(i);
        const double share =
            (channel(rgb, i) - lut.domain_min[c]) / (lut.domain_max[c] - lut.domain_min[c]);
        const double at = clamp_one(share) * last;
        cell[i] = std::min(static_cast<int>(at), last - 1);
        part[i] = at - cell[i];
    }
    const auto entry = [&](const int* corner, int c) {
        const int index =
            lut.three_d ? corner[0] + lut.size * (corner[1] + lut.size * corner[2]) : corner[c];
        const double value = lut.entries[static_cast<std::size_t>(3 * index + c)];
        return clamp_one(value);
    };
    double out[3];
    for (int c = 0; c < 3; ++c) {
        int corner[3] = {cell[0], cell[1], cell[2]};
        double value = entry(corner, c);
        if (!lut.three_d) {
            int above[3] = {cell[0] + 1, cell[1] + 1, cell[2] + 1};
            out[c] = value + (entry(above, c) - value) * part[c];
            continue;
        }
        int order[3] = {0, 1, 2};
        std::sort(order, order + 3, [&](int a, int b) { return part[a] > part[b]; });
        for (const int axis : order) {
            const double before = entry(corner, c);
            corner[axis] += 1;
            value += part[axis] * (entry(corner, c) - before);
        }
        out[c] = value;
    }
    return {out[0], out[1], out[2]};
}

LutValues drawn_lut(Noise& noise, bool three_d, int size) {
    LutValues lut;
    lut.three_d = three_d;
    lut.size = size;
    const int count = three_d ? size * size * size : size;
    for (int i = 0; i < count; ++i) {
        for (int c = 0; c < 3; ++c) {
            const int step =
                !three_d ? i : (c == 0 ? i % size : (c == 1 ? i / size % size : i / size / size));
            const double ramp = static_cast<double>(step) / (size - 1);
            lut.entries.push_back(static_cast<float>(ramp * ramp + noise.real(-0.1, 0.1)));
        }
    }
    return lut;
}

struct Parts {
    GradeValues values;
    bool graded = false;
    const LutValues* lut = nullptr;
    double amount = 1.0;
};

void grade_case(Report& report,
                const std::string& name,
                const Grade& fine,
                const Parts& parts,
                const Canvas& before,
                double bound) {
    const auto bind = [&](Picture<std::uint8_t> out) {
        Grade job = fine;
        job.out = out;
        return job;
    };
    const auto reference = [&](int x, int y) {
        const double own_y = before.y.view().at(x, y);
        const double own_u = before.u.view().at(x / 2, y / 2);
        const double own_v = before.v.view().at(x / 2, y / 2);
        const Real own = real_rgb(own_y, own_u, own_v);
        Real rgb{clamp_one(own.a), clamp_one(own.b), clamp_one(own.c)};
        rgb = parts.graded ? graded(parts.values, rgb) : rgb;
        if (parts.lut != nullptr) {
            const Real to = looked_up(*parts.lut, rgb);
            rgb = {rgb.a + (to.a - rgb.a) * parts.amount,
                   rgb.b + (to.b - rgb.b) * parts.amount,
                   rgb.c + (to.c - rgb.c) * parts.amount};
        }
        const Real to = real_levels(rgb);
        const double mask = fine.mask.empty() ? 1.0 : fine.mask.at(x, y) / 255.0;
        const double weight = mask * fine.opacity / 65536.0;
        return Real{own_y + (to.a - own_y) * weight,
                    own_u + (to.b - own_u) * weight,
                    own_v + (to.c - own_v) * weight};
    };
    const auto worst = [&](const Canvas& after) { return worst_of_blocks(after, reference); };
    check_look(report, "grade", name, before, bind, worst, bound);
}

GradeValues drawn_values(Noise& noise) {
    return {noise.real(-2, 2),
            noise.real(-1, 1),
            noise.real(-1, 1),
            noise.real(-180, 180),
            noise.real(0, 2),
            noise.real(0.5, 1.6),
            noise.real(0.6, 1.8)};
}

void test_values(Report& report) {
    const std::pair<const char*, GradeValues> single[] = {{"exposure", {1.3}},
                                                          {"darker", {-2.0}},
                                                          {"warm", {0, 0.8}},
                                                          {"tint", {0, 0, -0.7}},
                                                          {"hue", {0, 0, 0, 70}},
                                                          {"grey", {0, 0, 0, 0, 0}},
                                                          {"vivid", {0, 0, 0, 0, 2}},
                                                          {"contrast", {0, 0, 0, 0, 1, 1.5}},
                                                          {"gamma", {0, 0, 0, 0, 1, 1, 1.8}}};
    for (const auto& [name, values] : single) {
        Noise noise(std::string("grade ") + name);
        const Canvas before = in_gamut(noise, 96, 64, 5);
        const auto table = grade_table(values);
        Grade job;
        job.table = &*table;
        grade_case(report, name, job, {values, true}, before, grade_bound);
    }
    Noise noise("grades");
    for (int i = 0; i < 16; ++i) {
        const GradeValues values = drawn_values(noise);
        const auto table = grade_table(values);
        const int width = noise.between(1, 90);
        const int height = noise.between(1, 50);
        const Canvas before = in_gamut(noise, width, height, i);
        const Scene mask(noise, width, height, 3, Fill::masks);
        Grade job;
        job.table = &*table;
        job.mask = i % 2 == 0 ? mask.view() : Source{};
        job.opacity =
            i % 3 == 0 ? full_weight : static_cast<std::uint32_t>(noise.between(0, 65536));
        grade_case(report, "random " + std::to_string(i), job, {values, true}, before, grade_bound);
    }
    for (const Shape& shape : look_shapes) {
        Noise drawn(shape.name);
        const Canvas before = in_gamut(drawn, shape.width, shape.height, shape.gap);
        const auto table = grade_table({0.5});
        Grade job;
        job.table = &*table;
        grade_case(report, shape.name, job, {{0.5}, true}, before, grade_bound);
    }
}

void test_luts(Report& report) {
    Noise noise("luts");
    for (const int size : {2, 3, 17, 33, 65}) {
        for (const bool three_d : {true, false}) {
            LutValues values = drawn_lut(noise, three_d, size);
            if (size == 17) {
                values.domain_min = {-0.2, 0.1, 0.0};
                values.domain_max = {1.3, 0.9, 2.0};
            }
            const auto table = lut_table(values);
            const Canvas before = in_gamut(noise, 70, 41, 1);
            Grade job;
            job.lut = &*table;
            job.lut_amount = size == 33 ? 40000 : full_weight;
            const Parts parts{{}, false, &values, job.lut_amount / 65536.0};
            const std::string name =
                std::string(three_d ? "lut 3d " : "lut 1d ") + std::to_string(size);
            grade_case(report, name, job, parts, before, 0.6);
        }
    }
}

// Nothing to do leaves every byte; greys stay greys.
void test_still(Report& report) {
    Noise noise("still grades");
    const Canvas before(noise, 33, 20, 4, Fill::noise);
    Canvas after = before;
    const auto nothing = grade_table({});
    Grade job{after.view(), &*nothing, nullptr, full_weight, {}, full_weight};
    report.check("grade",
                 "identity",
                 "no byte changes",
                 run(job, Device::cpu) == Outcome::done && after == before);
    bool grey = true;
    for (int i = 0; i < 24; ++i) {
        GradeValues values = drawn_values(noise);
        values.temperature = 0.0;
        values.tint = 0.0;
        const auto table = grade_table(values);
        Canvas ramp(noise, 220, 2, 0, Fill::flat);
        for (int x = 0; x < 220; ++x) {
            ramp.y.view().at(x, 0) = ramp.y.view().at(x, 1) = static_cast<std::uint8_t>(16 + x);
            ramp.u.view().at(x / 2, 0) = ramp.v.view().at(x / 2, 0) = 128;
        }
        Grade on{ramp.view(), &*table, nullptr, full_weight, {}, full_weight};
        grey = run(on, Device::cpu) == Outcome::done && grey;
        for (int x = 0; x < 110; ++x) {
            grey = grey && ramp.u.view().at(x, 0) == 128 && ramp.v.view().at(x, 0) == 128;
        }
    }
    report.check("grade", "greys", "stay grey", grey);
}

void refuse_grades(Report& report) {
    const double nan = std::nan("");
    report.check("grade", "no number", "no table", !grade_table({nan}));
    report.check("grade", "too bright", "no table", !grade_table({9.0}));
    report.check("grade", "no gamma", "no table", !grade_table({0, 0, 0, 0, 1, 1, 0}));
    Noise noise("refused grades");
    LutValues lut = drawn_lut(noise, true, 4);
    lut.entries.pop_back();
    report.check("grade", "an entry is missing", "no table", !lut_table(lut));
    lut = drawn_lut(noise, true, 66);
    report.check("grade", "a lut too large", "no table", !lut_table(lut));
    lut = drawn_lut(noise, true, 4);
    lut.domain_max[1] = lut.domain_min[1];
    report.check("grade", "an empty domain", "no table", !lut_table(lut));
    const auto table = grade_table({1.0});
    GradeTable broken = *table;
    broken.in.pop_back();
    const Scene other(noise, 8, 7, 0, Fill::masks);
    check_look_refused(report, "grade", "mask of another size", [&](Picture<std::uint8_t> out) {
        return Grade{out, &*table, nullptr, 0, other.view(), full_weight};
    });
    check_look_refused(report, "grade", "a broken table", [&](Picture<std::uint8_t> out) {
        return Grade{out, &broken, nullptr, 0, {}, full_weight};
    });
}

} // namespace

void test_grades(Report& report) {
    test_values(report);
    test_luts(report);
    test_still(report);
    refuse_grades(report);
}

} // namespace smos::parity
