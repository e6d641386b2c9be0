// SPDX-License-Identifier: Apache-2.0
// One compositing job run in every way there is: all must give the same bytes, near the reference.
#pragma once

#include "report.hpp"
#include "scene.hpp"

#include "libsmos/kernels/compose_plan.hpp"
#include "libsmos/kernels/simd.hpp"

#include <cmath>
#include <optional>
#include <type_traits>
#include <utility>

namespace smos::parity {

// What the exact arithmetic of real numbers gives for a pixel; none where the job leaves it alone.
using Wanted = std::optional<double>;

[[nodiscard]] inline double clamp_level(double value) {
    return value < 0.0 ? 0.0 : (value > 255.0 ? 255.0 : value);
}

// Greatest distance between the pixels and the reference; infinite where one was wrongly changed.
template <class Reference>
double worst_distance(const Scene& before, const Scene& after, const Reference& reference) {
    double worst = 0.0;
    for (int y = 0; y < after.height(); ++y) {
        for (int x = 0; x < after.width(); ++x) {
            const double got = after.view().at(x, y);
            const double old = before.view().at(x, y);
            const Wanted wanted = reference(x, y);
            const double distance =
                wanted ? std::abs(got - clamp_level(*wanted)) : (got == old ? 0.0 : HUGE_VAL);
            worst = distance > worst ? distance : worst;
        }
    }
    return worst;
}

// Runs a job in bands of uneven height, the last first.
template <class Job>
kernels::Outcome run_in_bands(const Job& job, Noise& noise) {
    kernels::Outcome outcome = kernels::Outcome::done;
    int last = job.out.height;
    while (last > 0) {
        const int first = std::max(0, last - noise.between(1, 9));
        const kernels::Outcome band = run_rows(job, {first, last});
        outcome = band == kernels::Outcome::done ? outcome : band;
        last = first;
    }
    return outcome;
}

// What a CUDA grid does, one pixel after the other: the formula itself, without the CPU's loops.
template <class Job>
void run_each_pixel(const Job& job) {
    const kernels::Rect target = touched(job);
    const auto everywhere = [&](const auto& op) {
        for (int y = target.y0; y < target.y1; ++y) {
            for (int x = target.x0; x < target.x1; ++x) {
                op(x, y);
            }
        }
    };
    if constexpr (std::is_same_v<Job, kernels::Blend>) {
        with_formula(job, everywhere);
    } else {
        everywhere(formula(job));
    }
}

// Calls `use` with each vector unit forced in turn, and lets go of it. AVX-512 twice where it has
// permutes of bytes: without and with them.
template <class Use>
void on_each_unit(const Use& use) {
    for (const kernels::Simd unit : kernels::simd_units()) {
        if (!kernels::force_simd(unit)) {
            continue;
        }
        if (unit == kernels::Simd::avx512 && kernels::byte_permutes_in_use()) {
            kernels::allow_byte_permutes(false);
            use(std::string(kernels::name_of(unit)) + " without byte permutes");
            kernels::allow_byte_permutes(true);
        }
        use(std::string(kernels::name_of(unit)));
    }
    kernels::free_simd();
}

// Whatever ran in bands, pixel by pixel and on the GPU has the bits of `wide`, which are hashed.
template <class Ground, class Bind>
void check_same(Report& report,
                const std::string& op,
                const std::string& name,
                const Ground& before,
                const Bind& bind,
                const Ground& wide,
                const Ground& banded,
                const Ground& grid) {
    using kernels::Device;
    using kernels::Outcome;
    report.check(op, name, "same bits in bands", wide == banded);
    report.check(op, name, "same bits pixel by pixel", wide == grid);
    report.hash_of(op) = wide.hash(report.hash_of(op));
    if (!report.cuda()) {
        report.skipped(op, name);
        return;
    }
    Ground cuda = before;
    const Outcome outcome = run(bind(cuda.view()), Device::cuda);
    report.check(op, name, "cuda done", outcome == Outcome::done, kernels::name_of(outcome));
    report.check(op, name, "cuda bits equal cpu bits", cuda == wide);
}

// The job must be refused on both devices and nothing written.
template <class Ground, class Bind>
void check_refused_on(Report& report,
                      const std::string& op,
                      const std::string& name,
                      const Bind& bind) {
    using kernels::Device;
    using kernels::Outcome;
    Noise noise(name);
    const Ground before(noise, 9, 7, 3, Fill::noise);
    Ground after = before;
    const bool cpu = run(bind(after.view()), Device::cpu) == Outcome::bad_job;
    const bool cuda = run(bind(after.view()), Device::cuda) == Outcome::bad_job;
    report.check(op, name, "refused", cpu && cuda && after == before);
}

// `bind(target)` gives the job that writes to `target`; `reference(x, y)` what it should write.
template <class Bind, class Reference>
void check_twins(Report& report,
                 const std::string& op,
                 const std::string& name,
                 const Scene& before,
                 const Bind& bind,
                 const Reference& reference,
                 double bound) {
    using kernels::Device;
    using kernels::Outcome;
    Noise noise(op + name);
    Scene wide = before;
    Scene banded = before;
    Scene grid = before;
    bool done = run(bind(wide.view()), Device::cpu) == Outcome::done;
    done = run_in_bands(bind(banded.view()), noise) == Outcome::done && done;
    run_each_pixel(bind(grid.view()));
    report.check(op, name, "done", done);
    report.bounded(op, name, worst_distance(before, wide, reference), bound);
    report.check(op, name, "guards", wide.guards_hold());
    on_each_unit([&](const std::string& unit) {
        Scene other = before;
        const bool run_there = run(bind(other.view()), Device::cpu) == Outcome::done;
        report.check(op, name, "same bits with " + unit, run_there && other == wide);
    });
    check_same(report, op, name, before, bind, wide, banded, grid);
}

// The job must be refused on both devices and nothing written.
template <class Bind>
void check_refused(Report& report,
                   const std::string& op,
                   const std::string& name,
                   const Bind& bind) {
    check_refused_on<Scene>(report, op, name, bind);
}

// The parts of `parity test`.
void test_mixes(Report& report);
void test_blends(Report& report);
void test_places(Report& report);
void test_warps(Report& report);
void test_shrinks(Report& report);
void test_faces(Report& report);
void test_maps(Report& report);
void test_pictures(Report& report);
void test_units(Report& report);
void test_ycc(Report& report);
void test_device(Report& report);
void test_layers(Report& report);
void test_grades(Report& report);
void test_blurs(Report& report);
void test_effects(Report& report);
void test_transitions(Report& report);

// `parity perf`.
int measure();
// `device` is the name that the lines bear.
void measure_looks(const char* device);

} // namespace smos::parity
