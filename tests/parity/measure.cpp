// SPDX-License-Identifier: Apache-2.0
// GB/s of every operation beside a plain copy: CPU on one thread, CUDA by events on the device.
#include "measure.hpp"

#include "libsmos/kernels/align.hpp"
#include "libsmos/kernels/shrink.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace smos::parity {

using namespace kernels;

namespace {

constexpr int cpu_rounds = 25;
constexpr int cuda_rounds = 50;
constexpr int width = 1080;
constexpr int height = 1920;
constexpr double frame_bytes = 1.5 * width * height;

double copy_gbps = 0.0; // of the device being measured

// `ms` is the median; `best_ms` is what a machine with nothing else to do would show.
void row(const char* op, const char* device, double ms, double best_ms, double bytes) {
    const double gbps = ms > 0.0 ? bytes / ms / 1e6 : 0.0;
    if (std::strcmp(op, "copy") == 0) {
        copy_gbps = gbps;
    }
    std::printf("{\"op\":\"%s\",\"device\":\"%s\",\"ms\":%.4f,\"best_ms\":%.4f,\"gb_per_s\":%.2f,"
                "\"of_copy\":%.3f}\n",
                op,
                device,
                ms,
                best_ms,
                gbps,
                copy_gbps > 0.0 ? gbps / copy_gbps : 0.0);
}

std::string unit_in_use() { return std::string("cpu ") + name_of(simd_in_use()); }

template <class Call>
void on_cpu(const char* op, double bytes, const Call& call) {
    std::vector<double> times_ms;
    for (int i = 0; i < cpu_rounds; ++i) {
        const double begin_ms = thread_ms();
        call();
        times_ms.push_back(thread_ms() - begin_ms);
    }
    std::sort(times_ms.begin(), times_ms.end());
    row(op, unit_in_use().c_str(), times_ms[times_ms.size() / 2], times_ms.front(), bytes);
}

// `call(timing)` runs a job on the device.
template <class Call>
void on_cuda(const char* op, double bytes, const Call& call) {
    Timing timing{cuda_rounds, 0.0};
    const Outcome outcome = call(&timing);
    if (outcome == Outcome::done) {
        row(op, "cuda", timing.kernel_ms, timing.kernel_ms, bytes);
    } else {
        std::printf(
            "{\"op\":\"%s\",\"device\":\"cuda\",\"failed\":\"%s\"}\n", op, name_of(outcome));
    }
}

std::vector<FaceJob> face_jobs(const Scene& picture, int count) {
    std::vector<FaceJob> jobs;
    for (int i = 0; i < count; ++i) {
        Landmarks points = arcface_template;
        for (Point& point : points) {
            const Point old = point;
            point = {1.3 * old.x - 0.2 * old.y + 60 + i % 40 * 20,
                     0.2 * old.x + 1.3 * old.y + 20 + i / 40 % 20 * 20};
        }
        jobs.push_back({picture.view(), face_map(points).value_or(Affine{})});
    }
    return jobs;
}

struct Stage {
    Noise noise{"measure"};
    Frame mip{noise, width * 4 / 3, height * 4 / 3};
    Frame back{noise, width, height};
    Frame front{noise, width, height};
    Frame out{noise, width, height};
    Scene mask{noise, width, height, 0, Fill::masks};
    Scene still{noise, 3000, 4000, 0, Fill::noise};
    Scene video{noise, 1920, 1080, 0, Fill::noise, 3};
    Window window{};
    PictureMove move;
    std::vector<FaceJob> faces;
    std::vector<std::uint8_t> cut;

    Stage() {
        const std::int64_t unit = std::int64_t{1} << 32;
        window = {10 * unit + unit / 3, 20 * unit + unit / 7, 1400 * unit, 1400 * unit / 9 * 16};
        move = picture_move(window, mip.view(), out.view()).value_or(PictureMove{});
        faces = face_jobs(video, 1024);
        cut.resize(faces.size() * face_bytes);
    }
};

// Logical bytes: what an operation must read and write at least once.
void measure_cpu(Stage& s) {
    const Rows all{0, height};
    const double window_bytes = 1.5 * 1400 * 1400 / 9 * 16;
    on_cpu("copy", 2 * frame_bytes, [&] {
        for (const auto& [to, from] : {std::pair{s.out.y.view(), s.back.y.view()},
                                       std::pair{s.out.u.view(), s.back.u.view()},
                                       std::pair{s.out.v.view(), s.back.v.view()}}) {
            std::memcpy(to.data,
                        from.data,
                        static_cast<std::size_t>(to.pitch) * static_cast<std::size_t>(to.height));
        }
    });
    on_cpu("place tables", 0, [&] {
        s.move = picture_move(s.window, s.mip.view(), s.out.view()).value_or(PictureMove{});
    });
    on_cpu("place", window_bytes + frame_bytes, [&] {
        static_cast<void>(place_rows(s.move, s.mip.view(), s.out.view(), all));
    });
    on_cpu("crossfade", 3 * frame_bytes, [&] {
        static_cast<void>(crossfade_rows(s.back.view(), s.front.view(), s.out.view(), 12345, all));
    });
    on_cpu("fade", 2 * frame_bytes, [&] {
        static_cast<void>(fade_rows(s.out.view(), {}, 12345, all));
    });
    on_cpu("blend", 2 * frame_bytes + width * height, [&] {
        static_cast<void>(
            blend_rows(s.out.view(), s.mask.view(), 0, 0, {235, 128, 128}, full_weight, all));
    });
    on_cpu("warp", 2.0 * width * height, [&] {
        const Warp job{s.mip.y.view(), s.out.y.view(), {1.1, 0.2, 3, -0.2, 1.1, 300}, 16};
        static_cast<void>(run_rows(job, all));
    });
    on_cpu("shrink", 3000.0 * 4000 + 1440 * 1920, [&] {
        const Target to{s.mip.y.view().data, 1440, 1920, 1440};
        static_cast<void>(shrink(std::as_const(s.still).view(), to));
    });
    on_cpu("align", 2.0 * 64 * face_bytes, [&] {
        static_cast<void>(align(std::span(s.faces).first(64), s.cut, Device::cpu));
    });
}

// The luma plane alone: one launch, as a job is.
void measure_cuda(Stage& s) {
    const double plane = 1.0 * width * height;
    const double window_bytes = 1400.0 * 1400 / 9 * 16;
    const auto copied = static_cast<std::size_t>(256) << 20U;
    on_cuda("copy", 2.0 * static_cast<double>(copied), [&](Timing* t) {
        return time_device_copy(copied, *t);
    });
    on_cuda("place", window_bytes + plane, [&](Timing* t) {
        const Place job{
            s.mip.y.view(), s.out.y.view(), 0, 0, &s.move.luma_columns, &s.move.luma_rows};
        return run(job, Device::cuda, t);
    });
    on_cuda("crossfade", 3 * plane, [&](Timing* t) {
        const Crossfade job{s.back.y.view(), s.front.y.view(), s.out.y.view(), 12345};
        return run(job, Device::cuda, t);
    });
    on_cuda("fade", 2 * plane, [&](Timing* t) {
        return run(Fade{s.out.y.view(), 16, 12345}, Device::cuda, t);
    });
    on_cuda("blend", 3 * plane, [&](Timing* t) {
        const Blend job{s.out.y.view(), s.mask.view(), 0, 0, false, full_weight, 235, {}};
        return run(job, Device::cuda, t);
    });
    on_cuda("warp", 2 * plane, [&](Timing* t) {
        const Warp job{s.mip.y.view(), s.out.y.view(), {1.1, 0.2, 3, -0.2, 1.1, 300}, 16};
        return run(job, Device::cuda, t);
    });
    on_cuda("align", 2.0 * static_cast<double>(s.cut.size()), [&](Timing* t) {
        return align(s.faces, s.cut, Device::cuda, t);
    });
}

} // namespace

int measure() {
    const auto stage = std::make_unique<Stage>();
    on_each_unit([&](const std::string& unit) {
        measure_cpu(*stage);
        measure_short15(("cpu " + unit).c_str());
    });
    std::fprintf(stderr,
                 "parity: rows by %s\n",
                 built_with_highway() ? "Highway" : "the compiler alone (no Highway: libhwy-dev)");
    const Probe found = probe();
    if (found.chosen == Device::cuda) {
        measure_cuda(*stage);
        std::fprintf(stderr, "parity: measured cpu and %s\n", found.cuda_name.c_str());
    } else {
        std::printf("{\"device\":\"cuda\",\"skipped\":\"%s\"}\n", found.why_chosen.c_str());
        std::fprintf(stderr, "parity: measured cpu; CUDA SKIPPED (%s)\n", found.why_chosen.c_str());
    }
    return 0;
}

} // namespace smos::parity
