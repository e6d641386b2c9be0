// SPDX-License-Identifier: Apache-2.0
// Whole 4:2:0 pictures in bands, the siting of chroma, and what the device probe says.
#include "twins.hpp"

namespace smos::parity {

using namespace kernels;

namespace {

struct Frame {
    Scene y, u, v;

    Frame(Noise& noise, int width, int height)
        : y(noise, width, height, 6, Fill::noise),
          u(noise, (width + 1) / 2, (height + 1) / 2, 3, Fill::noise),
          v(noise, (width + 1) / 2, (height + 1) / 2, 9, Fill::noise) {}

    [[nodiscard]] Picture<std::uint8_t> view() { return {y.view(), u.view(), v.view()}; }
    [[nodiscard]] Picture<const std::uint8_t> view() const {
        return {y.view(), u.view(), v.view()};
    }
    [[nodiscard]] bool operator==(const Frame& other) const {
        return y == other.y && u == other.u && v == other.v;
    }
};

// Everything a frame of a video goes through, for one band of it.
Outcome
compose_band(Frame& out, const Frame& still, const Frame& next, const Scene& mask, Rows band) {
    const std::int64_t unit = std::int64_t{1} << 32;
    const Window window{3 * unit + unit / 3, unit / 7, 60 * unit + 12345, 70 * unit};
    const auto move = picture_move(window, still.view(), out.view());
    if (!move) {
        return Outcome::bad_job;
    }
    const Outcome steps[] = {
        place_rows(*move, still.view(), out.view(), band),
        crossfade_rows(out.view(), next.view(), out.view(), 23456, band),
        blend_rows(out.view(), mask.view(), 7, 11, {235, 120, 130}, 60000, band),
        fade_rows(out.view(), {}, 9000, band)};
    for (const Outcome step : steps) {
        if (step != Outcome::done) {
            return step;
        }
    }
    return Outcome::done;
}

void picture_case(Report& report, const std::string& name, int width, int height, int band_rows) {
    Noise noise("picture " + name);
    const Frame still(noise, 75, 91);
    const Frame next(noise, width, height);
    const Frame before(noise, width, height);
    const Scene mask(noise, 33, 21, 2, Fill::masks);
    Frame whole = before;
    Frame banded = before;
    bool done = compose_band(whole, still, next, mask, {0, height}) == Outcome::done;
    for (int first = 0; first < height; first += band_rows) {
        const Rows band{first, std::min(first + band_rows, height)};
        done = compose_band(banded, still, next, mask, band) == Outcome::done && done;
    }
    report.check("picture", name, "done", done);
    report.check("picture", name, "same bits in bands", whole == banded);
    report.check("picture",
                 name,
                 "guards",
                 whole.y.guards_hold() && whole.u.guards_hold() && whole.v.guards_hold());
    std::uint64_t& hash = report.hash_of("picture");
    hash = whole.v.hash(whole.u.hash(whole.y.hash(hash)));
}

// The picture's caption is the three planes' blends, wherever the mask lies.
void caption_case(Report& report, int x0, int y0) {
    const std::string name = "caption at " + std::to_string(x0) + " " + std::to_string(y0);
    Noise noise(name);
    const Frame before(noise, 50, 38);
    const Scene mask(noise, 31, 23, 2, Fill::masks);
    Frame whole = before;
    Frame planes = before;
    const Colour colour{200, 90, 170};
    const auto blend = [&](Scene& plane, bool chroma, std::uint8_t value) {
        const Blend job{plane.view(), mask.view(), x0, y0, chroma, 40000, value, {}};
        return run(job, Device::cpu) == Outcome::done;
    };
    const bool done =
        blend(planes.y, false, colour.y) && blend(planes.u, true, colour.u) &&
        blend(planes.v, true, colour.v) &&
        blend_rows(whole.view(), mask.view(), x0, y0, colour, 40000, {0, 38}) == Outcome::done;
    report.check("picture", name, "as plane by plane", done && whole == planes);
}

// A slope of light must keep its chroma beside its luma: sample 2i of luma and sample i of chroma
// show the same place before and after a move (across), and so do the mean of rows 2j, 2j+1 and
// row j (down).
void siting_case(Report& report) {
    const std::int64_t unit = std::int64_t{1} << 32;
    const Axis luma = window_axis(10 * unit + unit / 5, 40 * unit, 50);
    const Axis across = chroma_across(luma);
    const Axis down = chroma_down(luma);
    bool held = true;
    for (int i = 0; i < 25; ++i) {
        const double shown = static_cast<double>(luma.start + 2 * i * luma.step) / 4294967296.0;
        const double between = shown + static_cast<double>(luma.step) / 2 / 4294967296.0;
        const double x = static_cast<double>(across.start + i * across.step) / 4294967296.0;
        const double y = static_cast<double>(down.start + i * down.step) / 4294967296.0;
        held = held && std::abs(2 * x - shown) < 1e-8 && std::abs(2 * y + 0.5 - between) < 1e-8;
    }
    report.check("picture", "chroma siting", "kept by a move", held);
    const Affine map{1.25, 0.5, 3, -0.5, 1.25, 9};
    const Affine half = chroma_map(map);
    const double x = map.xx * 2 * 6 + map.xy * (2 * 7 + 0.5) + map.x0;
    const double y = map.yx * 2 * 6 + map.yy * (2 * 7 + 0.5) + map.y0;
    const double cx = half.xx * 6 + half.xy * 7 + half.x0;
    const double cy = half.yx * 6 + half.yy * 7 + half.y0;
    const bool kept = std::abs(2 * cx - x) < 1e-9 && std::abs(2 * cy + 0.5 - y) < 1e-9;
    report.check("picture", "chroma siting", "kept by a map", kept);
}

} // namespace

void test_pictures(Report& report) {
    picture_case(report, "even", 64, 80, 16);
    picture_case(report, "odd", 63, 81, 2);
    picture_case(report, "1x1", 1, 1, 2);
    picture_case(report, "tall", 6, 200, 34);
    for (const int x0 : {-40, -31, -3, 0, 7, 20, 49, 50}) {
        caption_case(report, x0, x0 / 2 - 3);
        caption_case(report, -2, x0);
    }
    siting_case(report);
}

void test_device(Report& report) {
    const Probe cpu = probe("cpu");
    report.check("device", "cpu", "chosen", cpu.chosen == Device::cpu && !cpu.request_refused);
    const Probe odd = probe("toaster");
    report.check("device", "unknown", "refused", odd.request_refused && odd.chosen == Device::cpu);
    const Probe cuda = probe("cuda");
    const bool honest = cuda.cuda_available ? cuda.chosen == Device::cuda && !cuda.cuda_name.empty()
                                            : cuda.request_refused && !cuda.why_not_cuda.empty();
    report.check("device", "cuda", "chosen or refused", honest, cuda.why_chosen);
    if (!cuda.cuda_available) {
        Noise noise("no device");
        Scene plane(noise, 8, 8, 0, Fill::noise);
        const Scene before = plane;
        const bool said = run(Fade{plane.view(), 0, 65536}, Device::cuda) == Outcome::no_device;
        report.check("device", "cuda without a device", "no_device", said && plane == before);
    }
}

} // namespace smos::parity
