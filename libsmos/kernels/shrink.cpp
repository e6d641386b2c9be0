// SPDX-License-Identifier: Apache-2.0
// Lanczos-3 in fixed point: each target row is summed down the columns, then along the row.
#include "libsmos/kernels/shrink.hpp"

#include "libsmos/kernels/compose_plan.hpp"
#include "libsmos/kernels/cpu_rows.hpp"
#include "libsmos/kernels/shrink_rows.hpp"

#include <new>
#include <vector>

namespace smos::kernels {

namespace {

constexpr double lanczos_lobes = 3.0;

// sin(pi x) / (pi x) for |x| <= 3. Only + - * /, so that it has the same bits on every machine:
// reduced to |r| <= 1/2, then the Taylor series to r^17.
double sinc(double x) {
    constexpr double pi = 3.14159265358979323846;
    if (x == 0.0) {
        return 1.0;
    }
    const int nearest = static_cast<int>(x < 0.0 ? x - 0.5 : x + 0.5);
    const double angle = (x - nearest) * pi;
    double term = angle;
    double sine = angle;
    for (int k = 1; k <= 8; ++k) {
        term *= -angle * angle / static_cast<double>(2 * k * (2 * k + 1));
        sine += term;
    }
    return (nearest % 2 == 0 ? sine : -sine) / (x * pi);
}

double lanczos(double x) {
    return x > -lanczos_lobes && x < lanczos_lobes ? sinc(x) * sinc(x / lanczos_lobes) : 0.0;
}

std::int32_t nearest_int(double value) {
    return static_cast<std::int32_t>(value < 0.0 ? value - 0.5 : value + 0.5);
}

// Rounded so that the weights sum to one: each takes what rounding has left so far.
void settle_weights(const std::vector<double>& value, double total, std::int16_t* weight) {
    double wanted = 0.0;
    std::int32_t given = 0;
    for (std::size_t k = 0; k < value.size(); ++k) {
        wanted += value[k] / total * weight_one;
        const std::int32_t share = nearest_int(wanted) - given;
        weight[k] = static_cast<std::int16_t>(share);
        given += share;
    }
}

WideTaps wide_taps(const Axis& axis, int count) {
    const double one = 4294967296.0;
    const double ratio = static_cast<double>(axis.step) / one;
    const double stretch = ratio > 1.0 ? ratio : 1.0;
    WideTaps table;
    table.taps = (2 * (static_cast<int>(lanczos_lobes * stretch) + 1) + 7) / 8 * 8;
    table.pitch = (table.taps + 15) / 16 * 16;
    table.first.resize(static_cast<std::size_t>(count));
    table.weight.resize(static_cast<std::size_t>(count) * static_cast<std::size_t>(table.pitch));
    std::vector<double> value(static_cast<std::size_t>(table.taps));
    const int before = table.taps / 2 - 1; // taps left of the position
    for (int i = 0; i < count; ++i) {
        const std::int64_t position = axis.start + i * axis.step;
        const auto whole = static_cast<std::int32_t>(position >> 32);
        const double fraction = static_cast<double>(position & 0xffffffff) / one;
        double total = 0.0;
        for (int k = 0; k < table.taps; ++k) {
            const double distance = k - before - fraction;
            value[static_cast<std::size_t>(k)] = lanczos(distance / stretch);
            total += value[static_cast<std::size_t>(k)];
        }
        const auto at = static_cast<std::size_t>(i);
        table.first[at] = whole - (table.taps / 2 - 1);
        settle_weights(value, total, &table.weight[at * static_cast<std::size_t>(table.pitch)]);
    }
    return table;
}

// One sample of a weighted sum: (sample - 128) * weight, in units of 1/64 level, rounded down.
SMOS_HD std::int16_t tap(std::uint8_t sample, std::int16_t weight) {
    return upper(static_cast<std::int16_t>((sample - 128) * 256), weight);
}

// One target row: the columns of the source summed over `rows.taps` rows, beginning with what as
// many roundings down take away.
struct ShrinkDown {
    Source source;
    int first;
    int taps;
    const std::int16_t* weight;
    std::int16_t* sums;

    __attribute__((always_inline)) void operator()() const {
        const int width = source.width;
        std::int16_t* sum = sums;
        for (int x = 0; x < width; ++x) {
            sum[x] = static_cast<std::int16_t>(taps / 2);
        }
        for (int k = 0; k < taps; k += 4) {
            const std::uint8_t *a = row(k), *b = row(k + 1), *c = row(k + 2), *d = row(k + 3);
            const std::int16_t wa = weight[k], wb = weight[k + 1];
            const std::int16_t wc = weight[k + 2], wd = weight[k + 3];
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int x = 0; x < width; ++x) {
                const auto two = static_cast<std::int16_t>(tap(a[x], wa) + tap(b[x], wb));
                const auto more = static_cast<std::int16_t>(tap(c[x], wc) + tap(d[x], wd));
                sum[x] = static_cast<std::int16_t>(sum[x] + two + more);
            }
        }
    }

    [[nodiscard]] __attribute__((always_inline)) const std::uint8_t* row(int k) const {
        return source.row(clamp_index(first + k, source.height));
    }
};

bool axis_sound(const Axis& axis, int count, int source_count) {
    const std::int64_t span = static_cast<std::int64_t>(source_count) << 32;
    const std::int64_t last = axis.start + (count - 1) * axis.step;
    return axis.step > 0 && axis.step <= span && axis.start >= -span && last <= 2 * span;
}

void shrink_all(const Source& source, const Target& out, const Axis& across, const Axis& down) {
    const WideTaps columns = wide_taps(across, out.width);
    const WideTaps rows = wide_taps(down, out.height);
    const int before = std::max(0, -columns.first.front());
    const int after = std::max(0, columns.first.back() + columns.taps - source.width);
    // What lies behind the last tap has no weight.
    std::vector<std::int16_t> line(
        static_cast<std::size_t>(before + source.width + after + columns.pitch - columns.taps));
    std::int16_t* sums = line.data() + before;
    std::int16_t* end = sums + source.width;
    const auto along = shrink_along();
    for (int y = 0; y < out.height; ++y) {
        const auto at = static_cast<std::size_t>(y);
        const std::int16_t* weight = &rows.weight[at * static_cast<std::size_t>(rows.pitch)];
        on_best_unit(ShrinkDown{source, rows.first[at], rows.taps, weight, sums});
        std::fill(line.data(), sums, sums[0]);
        std::fill(end, end + after, end[-1]);
        along(sums, columns, out.row(y));
    }
}

} // namespace

Outcome shrink(const Source& source, const Target& out, const Axis& across, const Axis& down) {
    if (!sound(source) || !sound(out) || source.empty() != out.empty()) {
        return Outcome::bad_job;
    }
    if (out.empty()) {
        return Outcome::done;
    }
    if (!axis_sound(across, out.width, source.width) ||
        !axis_sound(down, out.height, source.height)) {
        return Outcome::bad_job;
    }
    try {
        shrink_all(source, out, across, down);
    } catch (const std::bad_alloc&) {
        return Outcome::out_of_memory;
    }
    return Outcome::done;
}

Outcome shrink(const Source& source, const Target& out) {
    return shrink(source,
                  out,
                  window_axis(0, static_cast<std::int64_t>(source.width) << 32, out.width),
                  window_axis(0, static_cast<std::int64_t>(source.height) << 32, out.height));
}

} // namespace smos::kernels
