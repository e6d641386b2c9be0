// SPDX-License-Identifier: Apache-2.0
// Every vector unit against the formula pixel by pixel, on widths around every vector's.
#include "twins.hpp"

#include "libsmos/kernels/mip.hpp"

#include <algorithm>

namespace smos::parity {

using namespace kernels;

namespace {

constexpr int widths[] = {1,  2,  3,  7,  8,  9,  15, 16, 17,  31,
                          32, 33, 34, 47, 63, 64, 65, 66, 129, 200};
constexpr double unit_px = 4294967296.0;

// The same job on every unit, from the same start, and on none: the formula itself.
template <class Bind>
void check_units(Report& report,
                 const std::string& op,
                 const std::string& name,
                 const Scene& before,
                 const Bind& bind) {
    Scene grid = before;
    run_each_pixel(bind(grid));
    on_each_unit([&](const std::string& unit) {
        Scene plane = before;
        const bool done = run(bind(plane), Device::cpu) == Outcome::done;
        report.check(op, name, "formula's bits with " + unit, done && plane == grid);
    });
}

void mixes_of(Report& report, int width, Fill fill) {
    const std::string name = "units " + std::to_string(width);
    Noise noise(name);
    const Scene before(noise, width, 5, width % 3, fill);
    const Scene other(noise, width, 5, 1, fill);
    const Scene mask(noise, width, 5, 2, Fill::masks);
    const Scene wide(noise, 2 * width + 1, 10, 2, Fill::masks);
    const Scene half(noise, width + 1, 5, 0, fill);
    const auto weight = static_cast<std::uint32_t>(noise.between(0, 65536));
    check_units(report, "crossfade", name, before, [&](Scene& out) {
        return Crossfade{std::as_const(out).view(), other.view(), out.view(), weight};
    });
    check_units(report, "fade", name, before, [&](Scene& out) {
        return Fade{out.view(), 201, weight};
    });
    for (const bool flat : {true, false}) {
        const std::string which = name + (flat ? " flat" : " plane");
        check_units(report, "blend", which, before, [&](Scene& out) {
            const Source front = flat ? Source{} : other.view();
            return Blend{out.view(), mask.view(), 0, 0, false, weight, 235, front};
        });
        check_units(report, "blend", which + " chroma", before, [&](Scene& out) {
            const Source front = flat ? Source{} : half.view();
            return Blend{out.view(), wide.view(), flat ? -1 : 0, 0, true, weight, 128, front};
        });
    }
}

void places_of(Report& report, int width, double step) {
    const std::string name = "units " + std::to_string(width) + " by " + std::to_string(step);
    Noise noise(name);
    const int source_width = static_cast<int>(width * step) + noise.between(1, 9);
    const Scene source(noise, source_width, 11, 0, Fill::extremes);
    const Scene before(noise, width + 6, 9, 1, Fill::noise);
    const auto fixed = [](double pixels) { return static_cast<std::int64_t>(pixels * unit_px); };
    const Axis across{fixed(noise.real(-2, 2)), fixed(step)};
    const auto columns = tap_table(across, width, source_width);
    const auto rows = tap_table({fixed(-0.7), fixed(1.31)}, 7, 11);
    report.check("place", name, "tables", columns && rows);
    for (const int x0 : {3, -5, width > 20 ? 9 : 1}) {
        check_units(report, "place", name + " at " + std::to_string(x0), before, [&](Scene& out) {
            return Place{source.view(), out.view(), x0, 1, &*columns, &*rows};
        });
    }
}

void warps_of(Report& report, int width) {
    const std::string name = "units " + std::to_string(width);
    Noise noise(name);
    const Scene source(noise, noise.between(2, 90), noise.between(3, 60), 0, Fill::extremes);
    const Scene before(noise, width, 40, 3, Fill::noise);
    const double turn = noise.real(-1.2, 1.2);
    const Affine map{noise.real(-1, 1), -turn, noise.real(-9, 30), turn, 0.8, noise.real(-9, 30)};
    check_units(report, "warp", name, before, [&](Scene& out) {
        return Warp{source.view(), out.view(), map, 77};
    });
}

// Two interleaved planes: the bits of two warps.
void pairs_of(Report& report, int width) {
    const std::string name = "pair " + std::to_string(width);
    Noise noise(name);
    const int source_width = noise.between(2, 90);
    const int source_height = noise.between(3, 60);
    const Scene both(noise, source_width, source_height, 5, Fill::extremes, 2);
    Scene apart[2] = {Scene(noise, source_width, source_height, 0, Fill::flat),
                      Scene(noise, source_width, source_height, 3, Fill::flat)};
    for (int y = 0; y < source_height; ++y) {
        for (int x = 0; x < 2 * source_width; ++x) {
            apart[x % 2].view().at(x / 2, y) = both.view().row(y)[x];
        }
    }
    const double turn = noise.real(-1.2, 1.2);
    const Affine map{noise.real(-1, 1), -turn, noise.real(-9, 30), turn, 0.8, noise.real(-9, 30)};
    const Scene before[2] = {Scene(noise, width, 40, 3, Fill::noise),
                             Scene(noise, width, 40, 1, Fill::noise)};
    on_each_unit([&](const std::string& unit) {
        Scene wanted[2] = {before[0], before[1]};
        Scene got[2] = {before[0], before[1]};
        bool done = true;
        for (int k = 0; k < 2; ++k) {
            const Warp one{std::as_const(apart[k]).view(),
                           wanted[k].view(),
                           map,
                           static_cast<std::uint8_t>(k == 0 ? 16 : 77)};
            done = run(one, Device::cpu) == Outcome::done && done;
        }
        const WarpPair pair{both.view(), got[0].view(), got[1].view(), map, 16, 77};
        done = run_rows(pair, {0, 13}) == Outcome::done && done;
        done = run_rows(pair, {13, 40}) == Outcome::done && done;
        report.check("warp",
                     name,
                     "two at once with " + unit,
                     done && got[0] == wanted[0] && got[1] == wanted[1]);
    });
    Scene other(noise, width + 1, 40, 0, Fill::flat);
    Scene first = before[0];
    const WarpPair uneven{both.view(), first.view(), other.view(), map, 0, 0};
    report.check("warp",
                 name,
                 "uneven pair refused",
                 run_rows(uneven, {0, 40}) == Outcome::bad_job && first == before[0]);
}

void check_forcing(Report& report) {
    const auto units = simd_units();
    report.check("simd", "units", "scalar first", !units.empty() && units[0] == Simd::scalar);
    report.check("simd", "widest", "used unasked", simd_in_use() == units.back());
    for (const Simd unit : {Simd::scalar, Simd::avx2, Simd::avx512}) {
        const bool there = std::find(units.begin(), units.end(), unit) != units.end();
        const bool forced = force_simd(unit);
        const bool kept = simd_in_use() == (there ? unit : units.back());
        free_simd();
        report.check("simd", name_of(unit), "forced where it is there", forced == there && kept);
        report.check("simd", name_of(unit), "named", simd_named(name_of(unit)) == unit);
    }
    report.check("simd", "mmx", "unknown", !simd_named("mmx") && !simd_named(""));
}

void mip_case(Report& report, const std::string& name, Size source, double zoom, Size wanted) {
    const auto side = [](double pixels) { return static_cast<std::int64_t>(pixels * unit_px); };
    const Window largest{0, 0, side(source.width), side(source.height)};
    const Window smallest{0, 0, side(source.width / zoom), side(source.height / zoom)};
    const Size got = mip_size(source, largest, smallest, {1080, 1920});
    const bool same = got.width == wanted.width && got.height == wanted.height;
    const std::string said = std::to_string(got.width) + "x" + std::to_string(got.height);
    report.check("mip", name, "size", same, said);
}

void check_mips(Report& report) {
    mip_case(report, "zoom to 1.2", {2160, 3840}, 1.2, {1440, 2560});
    mip_case(report, "still", {4320, 7680}, 1.0, {1440, 2560});
    mip_case(report, "zoom to 1.5", {2160, 3840}, 1.5, {1782, 3168});
    mip_case(report, "nearly as small", {1500, 2600}, 1.0, {1500, 2600});
    mip_case(report, "smaller than the target", {720, 1280}, 1.2, {720, 1280});
    const Size none = mip_size({10, 10}, {}, {}, {5, 5});
    report.check("mip", "no window", "refused", none.width == 0 && none.height == 0);
    const Window window{
        -(std::int64_t{1} << 32), 0, std::int64_t{90} << 32, std::int64_t{60} << 32};
    const Window seen = in_mip(window, {90, 60}, {45, 20});
    report.check("mip",
                 "window",
                 "seen in the mip",
                 seen.x == -(std::int64_t{1} << 31) && seen.width == std::int64_t{45} << 32 &&
                     seen.height == std::int64_t{20} << 32);
}

} // namespace

void test_units(Report& report) {
    check_forcing(report);
    check_mips(report);
    for (const int width : widths) {
        mixes_of(report, width, Fill::noise);
        mixes_of(report, width, Fill::extremes);
        warps_of(report, width);
        pairs_of(report, width);
        for (const double step : {0.3, 1.0, 4.0 / 3, 1.7, 1.72, 1.89, 1.95, 2.5, 3.9, 4.4}) {
            places_of(report, width, step);
        }
    }
}

} // namespace smos::parity
