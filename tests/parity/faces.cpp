// SPDX-License-Identifier: Apache-2.0
// Face maps against a general least-squares solver, face pixels against real numbers.
#include "twins.hpp"

#include "libsmos/kernels/align.hpp"

#include <cstring>
#include <limits>

namespace smos::parity {

using namespace kernels;

namespace {

constexpr int random_cases = 40;
constexpr double face_bound = 0.76;

struct Similarity {
    long double a, b, tx, ty; // x' = a x - b y + tx, y' = b x + a y + ty
};

// The normal equations of the four unknowns, by elimination with pivots: none of the closed form.
Similarity solved(const Landmarks& from, const Landmarks& to) {
    long double m[4][5] = {};
    for (std::size_t i = 0; i < from.size(); ++i) {
        const long double x = from[i].x;
        const long double y = from[i].y;
        const long double rows[2][5] = {{x, -y, 1, 0, to[i].x}, {y, x, 0, 1, to[i].y}};
        for (const auto& row : rows) {
            for (int r = 0; r < 4; ++r) {
                for (int c = 0; c < 5; ++c) {
                    m[r][c] += row[r] * row[c];
                }
            }
        }
    }
    for (int k = 0; k < 4; ++k) {
        int pivot = k;
        for (int r = k + 1; r < 4; ++r) {
            pivot = std::abs(m[r][k]) > std::abs(m[pivot][k]) ? r : pivot;
        }
        std::swap(m[k], m[pivot]);
        for (int r = 0; r < 4; ++r) {
            const long double share = r == k ? 0 : m[r][k] / m[k][k];
            for (int c = k; c < 5; ++c) {
                m[r][c] -= share * m[k][c];
            }
        }
    }
    return {m[0][4] / m[0][0], m[1][4] / m[1][1], m[2][4] / m[2][2], m[3][4] / m[3][3]};
}

double distance(const Affine& map, const Similarity& best) {
    const long double off[] = {map.xx - best.a,
                               map.yy - best.a,
                               map.yx - best.b,
                               map.xy + best.b,
                               (map.x0 - best.tx) / 1000,
                               (map.y0 - best.ty) / 1000};
    long double worst = 0;
    for (const long double value : off) {
        worst = std::max(worst, std::abs(value));
    }
    return static_cast<double>(worst);
}

void hash_map(Report& report, const Affine& map) {
    const double values[] = {map.xx, map.xy, map.x0, map.yx, map.yy, map.y0};
    std::uint8_t bytes[sizeof values];
    std::memcpy(bytes, values, sizeof values);
    report.hash_of("maps") = hash_bytes(bytes, sizeof bytes, report.hash_of("maps"));
}

// The template turned, scaled and moved, each point then shaken by up to `shake` pixels.
Landmarks drawn_face(Noise& noise, double shake) {
    const double c = noise.real(-4, 4);
    const double s = noise.real(-4, 4);
    const double x0 = noise.real(-200, 900);
    const double y0 = noise.real(-200, 900);
    Landmarks points = arcface_template;
    for (Point& point : points) {
        const Point old = point;
        point.x = c * old.x - s * old.y + x0 + noise.real(-shake, shake);
        point.y = s * old.x + c * old.y + y0 + noise.real(-shake, shake);
    }
    return points;
}

void fit_case(Report& report, const std::string& name, const Landmarks& points) {
    const auto map = similarity(points, arcface_template);
    const auto back = face_map(points);
    report.check("maps", name, "found", map.has_value() && back.has_value());
    if (!map || !back) {
        return;
    }
    const double off = distance(*map, solved(points, arcface_template));
    report.check("maps", name, "least squares", off < 1e-9, std::to_string(off));
    report.check("maps", name, "no mirror", map->xx * map->yy - map->xy * map->yx > 0);
    const double u = map->xx * 10 + map->xy * 20 + map->x0;
    const double v = map->yx * 10 + map->yy * 20 + map->y0;
    const double x = back->xx * u + back->xy * v + back->x0;
    const double y = back->yx * u + back->yy * v + back->y0;
    report.check("maps", name, "there and back", std::abs(x - 10) + std::abs(y - 20) < 1e-6);
    hash_map(report, *map);
    hash_map(report, *back);
}

void refuse_fits(Report& report) {
    const double infinite = std::numeric_limits<double>::infinity();
    Landmarks same;
    same.fill({5, 7});
    report.check("maps", "all points equal", "refused", !face_map(same));
    for (const double value : {infinite, -infinite, std::nan(""), 1e308}) {
        Landmarks points = arcface_template;
        points[3].y = value;
        report.check("maps", "landmark " + std::to_string(value), "refused", !face_map(points));
    }
    report.check("maps", "singular", "refused", !inverse({1, 2, 0, 2, 4, 0}));
    report.check("maps", "not a number", "refused", !inverse({std::nan(""), 0, 0, 0, 1, 0}));
    report.check("maps", "too far", "refused", !fixed({1, 0, 1e9, 0, 1, 0}));
}

double worst_face(const FaceJob& job, const std::uint8_t* face) {
    double worst = 0.0;
    const auto value = [&](double x, double y, int c) -> double {
        const Source& s = job.source;
        const bool inside = x >= 0 && y >= 0 && x < s.width && y < s.height;
        return inside ? s.at(3 * static_cast<int>(x) + c, static_cast<int>(y)) : 0;
    };
    for (int i = 0; i < face_bytes; ++i) {
        const int x = i / 3 % face_side_px;
        const int y = i / 3 / face_side_px;
        const Affine& m = job.to_source;
        const double sx = m.xx * x + m.xy * y + m.x0;
        const double sy = m.yx * x + m.yy * y + m.y0;
        const double left = std::floor(sx);
        const double top = std::floor(sy);
        const double fx = sx - left;
        const double fy = sy - top;
        const int c = i % 3;
        const double wanted =
            (value(left, top, c) * (1 - fx) + value(left + 1, top, c) * fx) * (1 - fy) +
            (value(left, top + 1, c) * (1 - fx) + value(left + 1, top + 1, c) * fx) * fy;
        worst = std::max(worst, std::abs(wanted - face[i]));
    }
    return worst;
}

void batch_case(Report& report, const std::string& name, const std::vector<FaceJob>& jobs) {
    const std::size_t size = jobs.size() * face_bytes;
    std::vector<std::uint8_t> cpu(size + 1, 0xa5);
    const Outcome outcome = align(jobs, cpu, Device::cpu);
    report.check("align", name, "done", outcome == Outcome::done, name_of(outcome));
    report.check("align", name, "guard", cpu.back() == 0xa5);
    double worst = 0.0;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        worst = std::max(worst, worst_face(jobs[i], cpu.data() + i * face_bytes));
    }
    report.bounded("align", name, worst, face_bound);
    report.hash_of("align") = hash_bytes(cpu.data(), size, report.hash_of("align"));
    if (!report.cuda()) {
        report.skipped("align", name);
        return;
    }
    std::vector<std::uint8_t> cuda(size + 1, 0xa5);
    const Outcome there = align(jobs, cuda, Device::cuda);
    report.check("align", name, "cuda done", there == Outcome::done, name_of(there));
    report.check("align", name, "cuda bits equal cpu bits", cuda == cpu);
}

void refuse_batches(Report& report, const FaceJob& good) {
    std::vector<std::uint8_t> out(face_bytes, 1);
    const auto refused = [&](const FaceJob& job, std::size_t room) {
        const std::span<std::uint8_t> target(out.data(), room);
        const std::span<const FaceJob> jobs(&job, 1);
        return align(jobs, target, Device::cpu) == Outcome::bad_job &&
               align(jobs, target, Device::cuda) == Outcome::bad_job;
    };
    FaceJob narrow = good;
    narrow.source.pitch = 3 * narrow.source.width - 1;
    FaceJob wild = good;
    wild.to_source.xy = std::nan("");
    report.check("align", "room for less than a face", "refused", refused(good, face_bytes - 1));
    report.check("align", "pitch under three widths", "refused", refused(narrow, face_bytes));
    report.check("align", "not a number", "refused", refused(wild, face_bytes));
    report.check(
        "align", "refused", "nothing written", out == std::vector<std::uint8_t>(face_bytes, 1));
}

} // namespace

void test_maps(Report& report) {
    fit_case(report, "template", arcface_template);
    Landmarks mirrored = arcface_template;
    for (Point& point : mirrored) {
        point.x = 111 - point.x;
    }
    fit_case(report, "mirrored", mirrored);
    Noise noise("maps");
    for (int i = 0; i < random_cases; ++i) {
        fit_case(report, "random " + std::to_string(i), drawn_face(noise, i % 2 == 0 ? 0.0 : 20.0));
    }
    refuse_fits(report);
}

void test_faces(Report& report) {
    Noise noise("faces");
    const Scene pictures[] = {Scene(noise, 320, 200, 0, Fill::noise, 3),
                              Scene(noise, 201, 333, 77, Fill::extremes, 3),
                              Scene(noise, 1, 1, 0, Fill::noise, 3),
                              Scene(noise, 1, 400, 5, Fill::noise, 3),
                              Scene(noise, 0, 0, 0, Fill::noise, 3)};
    std::vector<FaceJob> jobs;
    for (int i = 0; i < random_cases; ++i) {
        const Scene& picture = pictures[i % 5];
        const auto map = face_map(drawn_face(noise, 3.0));
        jobs.push_back({picture.view(), map.value_or(Affine{})});
    }
    batch_case(report, "none", {});
    batch_case(report, "one", {jobs.front()});
    batch_case(report, "many of many pictures", jobs);
    batch_case(report,
               "extreme maps",
               {{pictures[0].view(), {4096, 4096, -67108864, -4096, 4096, 67108864}},
                {pictures[0].view(), {0, 0, 10.5, 0, 0, 10.5}},
                {pictures[1].view(), {1e-9, 0, 200, 0, 1e-9, 332}},
                {pictures[1].view(), {1, 0, -0.5, 0, 1, -0.5}}});
    refuse_batches(report, jobs.front());
}

} // namespace smos::parity
