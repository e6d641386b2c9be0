// SPDX-License-Identifier: Apache-2.0
// Y'CbCr as another, on every vector unit, against the sum written down for each sample alone.
#include "twins.hpp"

#include "libsmos/kernels/mip.hpp"
#include "libsmos/kernels/ycc_rows.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace smos::parity {

using namespace kernels;

namespace {

constexpr int widths[] = {1, 2, 3, 15, 16, 17, 31, 32, 33, 34, 63, 64, 65, 97, 129, 200};
constexpr std::int64_t one = std::int64_t{1} << 30;

// BT.601 full range as BT.709 limited, and BT.709 limited as it is.
constexpr YccSum luma_of_jpeg{{922148866, -1705637, -3104264}, 16 * one};
constexpr YccSum u_of_jpeg{{0, 15011265, -1686107}, 128 * one};
constexpr YccSum v_of_jpeg{{0, 1106325, 15084301}, 128 * one};
constexpr YccSum luma_kept{{1 << 30, 0, 0}, 0};
constexpr YccSum u_kept{{0, 1 << 24, 0}, 128 * one};
constexpr YccSum v_kept{{0, 0, 1 << 24}, 128 * one};

// A picture with chroma planes of a size of its own.
struct Planes {
    Scene y, u, v;

    Planes(Noise& noise, Size luma, Size chroma, Fill fill)
        : y(noise, luma.width, luma.height, noise.between(0, 9), fill),
          u(noise, chroma.width, chroma.height, noise.between(0, 9), fill),
          v(noise, chroma.width, chroma.height, noise.between(0, 9), fill) {}

    Picture<std::uint8_t> view() { return {y.view(), u.view(), v.view()}; }
    [[nodiscard]] Picture<const std::uint8_t> view() const {
        return {y.view(), u.view(), v.view()};
    }
    bool operator==(const Planes& other) const {
        return y == other.y && u == other.u && v == other.v;
    }
};

// 64 times the colour difference where two walks meet, sample by sample.
int difference(Plane<const std::uint8_t> plane, ChromaWalk across, int x, ChromaWalk down, int y) {
    const ChromaTaps columns = kernels::chroma_taps(across, x);
    const ChromaTaps rows = kernels::chroma_taps(down, y);
    int sum = 0;
    for (int i = 0; i < 3; ++i) {
        for (int k = 0; k < 3; ++k) {
            const int at_x = std::clamp(columns.first + k, 0, plane.width - 1);
            const int at_y = std::clamp(rows.first + i, 0, plane.height - 1);
            sum += rows.weight[i] * columns.weight[k] * plane.at(at_x, at_y);
        }
    }
    return sum - 64 * 128;
}

void each_sample(const Ycc& job) {
    const Picture<const std::uint8_t>& from = job.source;
    for (int y = 0; y < job.out.y.height; ++y) {
        for (int x = 0; x < job.out.y.width; ++x) {
            const int b = difference(from.u, job.luma_across, x, job.luma_down, y);
            const int r = difference(from.v, job.luma_across, x, job.luma_down, y);
            job.out.y.at(x, y) = ycc_byte(job.luma, from.y.at(x, y), b, r);
        }
    }
    for (int y = 0; y < job.out.u.height; ++y) {
        for (int x = 0; x < job.out.u.width; ++x) {
            const int b = difference(from.u, job.across, x, job.down, y);
            const int r = difference(from.v, job.across, x, job.down, y);
            job.out.u.at(x, y) = ycc_byte(job.u, 0, b, r);
            job.out.v.at(x, y) = ycc_byte(job.v, 0, b, r);
        }
    }
}

bool run_in_two(const Ycc& job) {
    const int cut = std::min(job.out.y.height / 4 * 2, job.out.y.height);
    return run_rows(job, {cut, job.out.y.height}) == Outcome::done &&
           run_rows(job, {0, cut}) == Outcome::done;
}

// Chroma `scale` luma pixels apart from site2 / 2, as luma wants it and at target2 / 2 of blocks.
struct Walks {
    ChromaWalk luma, chroma;
};
Walks walks(int scale, int site2, int target2) {
    return {{-4 * site2 / scale, 8 / scale}, {4 * (target2 - site2) / scale, 16 / scale}};
}

struct Case {
    Size luma;
    int scale_x, scale_y, site_x, site_y, target_x, target_y;
    Fill fill;
    bool kept;
};

void check_case(Report& report, const Case& one_case) {
    const Size luma = one_case.luma;
    const int scale_x = one_case.scale_x, scale_y = one_case.scale_y;
    const bool kept = one_case.kept;
    std::string name = kept ? "kept" : "jpeg";
    for (const int value : {luma.width,
                            luma.height,
                            scale_x,
                            scale_y,
                            one_case.site_x,
                            one_case.site_y,
                            one_case.target_x,
                            one_case.target_y}) {
        name.append(" ").append(std::to_string(value));
    }
    Noise noise(name);
    const auto part = [](int size, int scale) { return (size + scale - 1) / scale; };
    const Planes from(
        noise, luma, {part(luma.width, scale_x), part(luma.height, scale_y)}, one_case.fill);
    const Planes before(noise, luma, {part(luma.width, 2), part(luma.height, 2)}, Fill::noise);
    const Walks across = walks(scale_x, one_case.site_x, one_case.target_x);
    const Walks down = walks(scale_y, one_case.site_y, one_case.target_y);
    const auto job = [&](Planes& out) {
        return Ycc{from.view(),
                   out.view(),
                   across.luma,
                   down.luma,
                   across.chroma,
                   down.chroma,
                   kept ? luma_kept : luma_of_jpeg,
                   kept ? u_kept : u_of_jpeg,
                   kept ? v_kept : v_of_jpeg};
    };
    Planes wanted = before;
    each_sample(job(wanted));
    on_each_unit([&](const std::string& unit) {
        Planes whole = before, bands = before;
        const bool done = run_rows(job(whole), {0, luma.height}) == Outcome::done;
        report.check("ycc", name, "formula's bits with " + unit, done && whole == wanted);
        report.check(
            "ycc", name, "in bands with " + unit, run_in_two(job(bands)) && bands == wanted);
    });
    for (const Scene* plane : {&wanted.y, &wanted.u, &wanted.v}) {
        report.hash_of("ycc") = plane->hash(report.hash_of("ycc"));
    }
}

void check_cases(Report& report) {
    int turn = 0;
    for (const int width : widths) {
        for (int scale = 1; scale <= 16; ++scale) {
            const int scale_x = scale % 4 == 3 ? 4 : 1 + scale % 2, scale_y = 1 + scale / 2 % 2;
            ++turn;
            check_case(report,
                       {{width, 1 + turn % 7},
                        scale_x,
                        scale_y,
                        scale_x == 1 ? 0 : turn % 2,
                        scale_y == 1 ? 0 : turn / 2 % 3,
                        turn / 3 % 3,
                        turn / 5 % 3,
                        turn % 2 == 0 ? Fill::noise : Fill::extremes,
                        turn % 5 == 0});
        }
    }
}

// Every luma code with every pair of chroma codes.
void check_all_codes(Report& report, const std::string& name, const YccSum& sum) {
    std::vector<std::int16_t> b(65536), r(65536);
    for (int i = 0; i < 65536; ++i) {
        b[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(64 * (i / 256 - 128));
        r[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(64 * (i % 256 - 128));
    }
    for (int code = 0; code < 256; ++code) {
        const std::vector<std::uint8_t> y(b.size(), static_cast<std::uint8_t>(code));
        std::vector<std::uint8_t> wanted(b.size()), got(b.size());
        for (std::size_t i = 0; i < b.size(); ++i) {
            wanted[i] = ycc_byte(sum, y[i], b[i], r[i]);
        }
        on_each_unit([&](const std::string& unit) {
            ycc_rows().sum(sum, y.data(), b.data(), r.data(), 65536, got.data());
            if (got != wanted || code == 255) {
                report.check("ycc", name + " to luma " + std::to_string(code), unit, got == wanted);
            }
        });
    }
}

// Any factors and offsets, at every colour difference that interpolation can make.
void check_all_factors(Report& report) {
    Noise noise("factors");
    constexpr std::array<std::int32_t, 8> extremes = {
        0, 1, -1, 32767, 32768, 0x7fff7fff, 0x7fffffff, static_cast<std::int32_t>(0x80000000U)};
    constexpr int count = 16384;
    std::vector<std::uint8_t> y(count), wanted(count), got(count);
    std::vector<std::int16_t> b(count), r(count);
    for (int turn = 0; turn < 60; ++turn) {
        YccSum sum;
        for (std::int32_t& factor : sum.factor) {
            factor = turn % 2 == 0 ? static_cast<std::int32_t>(noise.next())
                                   : extremes.at(static_cast<std::size_t>(noise.between(0, 7)));
        }
        sum.offset = static_cast<std::int64_t>(noise.next()) >> noise.between(19, 40);
        for (int i = 0; i < count; ++i) {
            const auto at = static_cast<std::size_t>(i);
            y[at] = static_cast<std::uint8_t>(noise.next());
            b[at] = static_cast<std::int16_t>(i - 8192);
            r[at] = static_cast<std::int16_t>(noise.between(-8192, 8128));
            wanted[at] = ycc_byte(sum, y[at], b[at], r[at]);
        }
        on_each_unit([&](const std::string& unit) {
            ycc_rows().sum(sum, y.data(), b.data(), r.data(), count, got.data());
            report.check("ycc", "factors " + std::to_string(turn), unit, got == wanted);
        });
    }
}

void check_refusals(Report& report) {
    Noise noise("refused ycc");
    const Planes from(noise, {20, 10}, {10, 5}, Fill::noise);
    const Planes before(noise, {20, 10}, {10, 5}, Fill::noise);
    Planes out = before;
    const Walks fine = walks(2, 1, 0);
    const Ycc sound{from.view(),
                    out.view(),
                    fine.luma,
                    fine.luma,
                    fine.chroma,
                    fine.chroma,
                    luma_of_jpeg,
                    u_of_jpeg,
                    v_of_jpeg};
    const auto refused = [&](const std::string& name, const auto& spoil) {
        Ycc job = sound;
        spoil(job);
        const bool bad = run_rows(job, {0, 10}) == Outcome::bad_job;
        report.check("ycc", name, "refused", bad && out == before);
    };
    refused("far walk", [](Ycc& job) { job.across.step = 16; });
    refused("early walk", [](Ycc& job) { job.down.start = -30; });
    refused("no step", [](Ycc& job) { job.luma_down.step = 0; });
    refused("other luma size", [](Ycc& job) { job.source.y.width = 19; });
    refused("other chroma size", [](Ycc& job) { job.source.v.width = 9; });
    refused("no chroma", [](Ycc& job) { job.source.u.width = job.source.v.width = 0; });
    refused("great offset", [](Ycc& job) { job.v.offset = std::int64_t{1} << 44; });
    refused("luma in chroma", [](Ycc& job) { job.u.factor[0] = 1; });
    const Ycc none{};
    report.check("ycc", "no pixels", "done", run_rows(none, {0, 4}) == Outcome::done);
}

} // namespace

void test_ycc(Report& report) {
    check_cases(report);
    check_all_codes(report, "jpeg", luma_of_jpeg);
    check_all_codes(report, "kept", luma_kept);
    check_all_factors(report);
    check_refusals(report);
}

} // namespace smos::parity
