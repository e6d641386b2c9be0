// SPDX-License-Identifier: Apache-2.0
// Milliseconds of processor time of every look on a 1080x1920 picture: CPU, one thread.
#include "looks.hpp"

#include <cstdio>
#include <ctime>

namespace smos::parity {

using namespace kernels;

namespace {

constexpr int rounds = 7;
constexpr int width = 1080;
constexpr int height = 1920;
constexpr Rows all{0, height};

const char* measured_device = "cpu";

template <class Call>
void timed(const char* op, const Call& call) {
    double best_ms = HUGE_VAL;
    std::vector<double> times_ms;
    bool done = true;
    for (int i = 0; i < rounds; ++i) {
        const std::clock_t begin = std::clock();
        done = call() == Outcome::done && done;
        const std::clock_t end = std::clock();
        times_ms.push_back(1e3 * static_cast<double>(end - begin) / CLOCKS_PER_SEC);
        best_ms = std::min(best_ms, times_ms.back());
    }
    std::sort(times_ms.begin(), times_ms.end());
    std::printf("{\"op\":\"%s\",\"device\":\"%s\",\"ms\":%.3f,\"best_ms\":%.3f,\"done\":%s}\n",
                op,
                measured_device,
                times_ms[rounds / 2],
                best_ms,
                done ? "true" : "false");
}

struct Set {
    Noise noise{"measured looks"};
    Canvas back = in_gamut(noise, width, height, 0);
    Canvas front = in_gamut(noise, width, height, 0);
    Canvas out{noise, width, height, 0, Fill::flat};
    Scene mask{noise, width, height, 0, Fill::masks};
};

void measure_colour(Set& s) {
    const char* modes[] = {"normal", "add", "multiply", "screen", "overlay", "soft_light"};
    for (int i = 0; i < 6; ++i) {
        const std::string name = std::string("layer ") + modes[i];
        timed(name.c_str(), [&] {
            const auto mode = static_cast<BlendMode>(i);
            return run_rows(Layer{s.back.view(), s.front.view(), s.mask.view(), 0, 0, 60000, mode},
                            all);
        });
    }
    const auto table = grade_table({0.4, 0.3, 0.1, 10, 1.2, 1.1, 1.1});
    LutValues values;
    values.size = 33;
    for (int i = 0; i < 33 * 33 * 33; ++i) {
        for (const int step : {i % 33, i / 33 % 33, i / 33 / 33}) {
            values.entries.push_back(static_cast<float>(step) / 32);
        }
    }
    const auto lut = lut_table(values);
    s.back = in_gamut(s.noise, width, height, 0);
    s.out = in_gamut(s.noise, width, height, 0);
    timed("grade", [&] {
        return run_rows(Grade{s.back.view(), &*table, nullptr, 0, {}, full_weight}, all);
    });
    const std::pair<const char*, GradeValues> single[] = {{"exposure", {0.4, 0, 0, 0, 1, 1, 1}},
                                                          {"darker", {-1.5, 0, 0, 0, 1, 1, 1}},
                                                          {"temperature", {0, 0.3, 0, 0, 1, 1, 1}},
                                                          {"tint", {0, 0, 0.2, 0, 1, 1, 1}},
                                                          {"hue", {0, 0, 0, 20, 1, 1, 1}},
                                                          {"saturation", {0, 0, 0, 0, 1.2, 1, 1}},
                                                          {"contrast", {0, 0, 0, 0, 1, 1.1, 1}},
                                                          {"gamma", {0, 0, 0, 0, 1, 1, 1.3}}};
    for (const auto& [what, chosen] : single) {
        const std::string name = std::string("grade ") + what;
        const std::string made = name + "'s table";
        auto one = grade_table(chosen);
        timed(made.c_str(), [&, values = chosen] {
            one = grade_table(values);
            return one ? Outcome::done : Outcome::bad_job;
        });
        timed(name.c_str(), [&, view = s.out.view()] {
            return run_rows(Grade{view, &*one, nullptr, 0, {}, full_weight}, all);
        });
    }
    timed("lut 33", [&] {
        return run_rows(Grade{s.back.view(), nullptr, &*lut, full_weight, {}, full_weight}, all);
    });
}

void measure_space(Set& s) {
    for (const int radius : {4, 16, 64}) {
        const auto blur = picture_blur(radius * 256);
        const std::string name = "blur " + std::to_string(radius);
        timed(name.c_str(), [&] { return blur_rows(*blur, s.front.view(), s.out.view(), all); });
        const std::string fast = name + " as filters have it";
        timed(fast.c_str(),
              [&] { return blur_picture(radius * 256, s.front.view(), s.out.view()); });
    }
    const auto across = picture_streak(120 * 256, 0);
    const auto down = picture_streak(0, 120 * 256);
    timed("streak across 120",
          [&] { return blur_rows(*across, s.front.view(), s.out.view(), all); });
    timed("streak down 120", [&] { return blur_rows(*down, s.front.view(), s.out.view(), all); });
    const auto taps = gaussian_taps(512);
    timed("sharpen 2", [&] {
        return run_rows(Sharpen{std::as_const(s.front).y.view(), s.out.y.view(), &*taps, 40000},
                        all);
    });
    const auto table = vignette_table({width, height, 30000, 50000});
    timed("vignette", [&] { return run_rows(Vignette{s.out.view(), &*table, 30000}, all); });
    timed("grain", [&] { return run_rows(Grain{s.out.y.view(), 1, 2, 1024}, all); });
    timed("chroma key", [&] {
        return run_rows(ChromaKey{s.front.view(), s.mask.view(), {100, 54, 34}, 9000, 9000}, all);
    });
    timed("despill", [&] { return run_rows(Despill{s.out.view(), {100, 54, 34}, 40000}, all); });
    for (const RegionShape shape : {RegionShape::rectangle, RegionShape::ellipse}) {
        timed(shape == RegionShape::ellipse ? "region ellipse" : "region rectangle", [&] {
            const Region job{
                s.mask.view(), shape, 540 * 256, 960 * 256, 300 * 256, 500 * 256, 9000, false};
            return run_rows(job, all);
        });
    }
}

void measure_ways(Set& s) {
    timed("mix by mask", [&] {
        return mix_by_mask_rows(
            s.back.view(), s.front.view(), s.out.view(), s.mask.view(), 60000, all);
    });
    timed("dip",
          [&] { return dip_rows(s.back.view(), s.front.view(), s.out.view(), {}, 20000, all); });
    timed("push", [&] {
        const JoinedAt at = joined_at(Direction::left, true, 20000, width, height);
        return join_rows(at, s.back.view(), s.front.view(), s.out.view(), all);
    });
    timed("wipe mask", [&] {
        return run_rows(WipeMask{s.mask.view(), Direction::left, 30000, 9000}, all);
    });
    timed("matte mask", [&] {
        const Scene& matte = s.front.y;
        return run_rows(MatteMask{matte.view(), s.mask.view(), 30000, 9000, false, true}, all);
    });
}

} // namespace

void measure_looks(const char* device) {
    measured_device = device;
    Set set;
    measure_colour(set);
    measure_space(set);
    measure_ways(set);
}

} // namespace smos::parity
