// SPDX-License-Identifier: Apache-2.0
// Whole-number weights of blurs, and the CPU twin: sums of a row's columns kept in a line.
#include "libsmos/kernels/blur.hpp"

#include "libsmos/kernels/cpu_rows.hpp"
#include "libsmos/kernels/looks_plan.hpp"

#include <algorithm>
#include <cmath>

namespace smos::kernels {

namespace {

// Rounded from the outermost inwards with the error passed on, so that no tap takes what all the
// others lost; the middle gets the rest of 65536.
BlurTaps settled(const std::vector<double>& half, double total) {
    BlurTaps taps;
    taps.reach = static_cast<int>(half.size()) - 1;
    taps.weight.assign(2 * half.size() - 1, 0);
    double owed = 0.0;
    std::uint32_t given = 0;
    for (std::size_t i = half.size() - 1; i > 0; --i) {
        owed += half[i] / total * 65536.0;
        const auto weight = static_cast<std::uint32_t>(std::max(0.0, std::floor(owed + 0.5)));
        owed -= weight;
        given += weight;
        taps.weight[half.size() - 1 - i] = weight;
        taps.weight[half.size() - 1 + i] = weight;
    }
    taps.weight[half.size() - 1] = 65536 - 2 * given;
    return taps;
}

// The taps but the outermost have one weight (a streak): sums can run along.
bool flat(const BlurTaps& taps) {
    const auto& w = taps.weight;
    return taps.reach > 2 && std::all_of(w.begin() + 1, w.end() - 1, [&](std::uint32_t weight) {
               return weight == w[1];
           });
}

template <class End>
struct BlurRows {
    BlurAlongOp<End> op;
    const std::uint32_t* down_weight; // of the middle tap, as all weights here
    const std::uint32_t* along_weight;
    int down_reach;
    int along_reach;
    bool down_flat;
    bool along_flat;
    Rows rows;
    std::uint16_t* line; // along_reach beyond both ends of the row
    std::uint32_t* sum;
    std::uint32_t* run;

    [[nodiscard]] const std::uint8_t* source_row(int y) const {
        return op.source.row(clamp_index(y, op.source.height));
    }
    __attribute__((always_inline)) void down(int y, int width) const {
        const std::uint8_t* middle = op.source.row(y);
        const std::uint32_t own = down_weight[0];
        for (int x = 0; x < width; ++x) {
            sum[x] = own * middle[x];
        }
        int k = 1;
        for (; k < down_reach; k += 2) { // two at a time: the sums are loaded half as often
            const std::uint8_t* above = source_row(y - k);
            const std::uint8_t* below = source_row(y + k);
            const std::uint8_t* higher = source_row(y - k - 1);
            const std::uint8_t* lower = source_row(y + k + 1);
            const std::uint32_t weight = down_weight[k];
            const std::uint32_t next = down_weight[k + 1];
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int x = 0; x < width; ++x) {
                sum[x] += weight * static_cast<std::uint32_t>(above[x] + below[x]) +
                          next * static_cast<std::uint32_t>(higher[x] + lower[x]);
            }
        }
        if (k == down_reach) {
            const std::uint8_t* above = source_row(y - k);
            const std::uint8_t* below = source_row(y + k);
            const std::uint32_t weight = down_weight[k];
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int x = 0; x < width; ++x) {
                sum[x] += weight * static_cast<std::uint32_t>(above[x] + below[x]);
            }
        }
    }
    // `run` holds the sums of the rows but the outermost two; each row makes the next one's.
    __attribute__((always_inline)) void down_running(int y, int width) const {
        const int inner = down_reach - 1;
        if (y == rows.first) {
            std::fill(run, run + width, 0U);
            for (int k = -inner; k <= inner; ++k) {
                const std::uint8_t* row = source_row(y + k);
                for (int x = 0; x < width; ++x) {
                    run[x] += row[x];
                }
            }
        }
        const std::uint8_t* above = source_row(y - down_reach);
        const std::uint8_t* below = source_row(y + down_reach);
        const std::uint8_t* last = source_row(y - inner);
        const std::uint32_t weight = down_weight[0];
        const std::uint32_t end = down_weight[down_reach];
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int x = 0; x < width; ++x) {
            sum[x] = weight * run[x] + end * static_cast<std::uint32_t>(above[x] + below[x]);
            run[x] += static_cast<std::uint32_t>(below[x] - last[x]);
        }
    }
    // From the sums down a row's columns to the line, its ends repeated.
    __attribute__((always_inline)) void settle(int width) const {
        std::uint16_t* here = line + along_reach;
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int x = 0; x < width; ++x) {
            here[x] = settle_down(sum[x]);
        }
        std::fill(line, here, here[0]);
        std::fill(here + width, here + width + along_reach, here[width - 1]);
    }
    __attribute__((always_inline)) void along(int width) const {
        const std::uint16_t* here = line + along_reach;
        const std::uint32_t own = along_weight[0];
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int x = 0; x < width; ++x) {
            sum[x] = own * here[x];
        }
        int k = 1;
        for (; k < along_reach; k += 2) {
            const std::uint32_t weight = along_weight[k];
            const std::uint32_t next = along_weight[k + 1];
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int x = 0; x < width; ++x) {
                sum[x] += weight * static_cast<std::uint32_t>(here[x - k] + here[x + k]) +
                          next * static_cast<std::uint32_t>(here[x - k - 1] + here[x + k + 1]);
            }
        }
        if (k == along_reach) {
            const std::uint32_t weight = along_weight[k];
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int x = 0; x < width; ++x) {
                sum[x] += weight * static_cast<std::uint32_t>(here[x - k] + here[x + k]);
            }
        }
    }
    __attribute__((always_inline)) void along_running(int width) const {
        const std::uint16_t* here = line + along_reach;
        const int inner = along_reach - 1;
        const std::uint32_t weight = along_weight[0];
        const std::uint32_t end = along_weight[along_reach];
        std::uint32_t window = 0;
        for (int k = -inner; k <= inner; ++k) {
            window += here[k];
        }
        for (int x = 0; x < width; ++x) {
            const std::uint16_t left = here[x - along_reach];
            const std::uint16_t right = here[x + along_reach];
            sum[x] = weight * window + end * static_cast<std::uint32_t>(left + right);
            window += right;
            window -= here[x - inner];
        }
    }
    __attribute__((always_inline)) void operator()() const {
        const int width = op.out.width;
        for (int y = rows.first; y < rows.last; ++y) {
            if (down_flat) {
                down_running(y, width);
            } else {
                down(y, width);
            }
            settle(width);
            if (along_flat) {
                along_running(width);
            } else {
                along(width);
            }
            const std::uint8_t* source = op.source.row(y);
            std::uint8_t* out = op.out.row(y);
            const End end = op.end;
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int x = 0; x < width; ++x) {
                out[x] = end(source[x], sum[x]);
            }
        }
    }
};

template <class Job>
Outcome run_blur(const Job& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), band);
    if (target.empty()) {
        return Outcome::done;
    }
    const BlurTaps& columns = columns_of(job);
    const BlurTaps& rows = rows_of(job);
    const auto width = static_cast<std::size_t>(job.out.width);
    std::vector<std::uint16_t> line(width + 2 * static_cast<std::size_t>(columns.reach));
    std::vector<std::uint32_t> sum(width);
    std::vector<std::uint32_t> run(width);
    const auto end = end_of(job);
    using End = std::remove_const_t<decltype(end)>;
    on_best_unit(BlurRows<End>{{job.source, {}, job.out, nullptr, 0, end},
                               rows.weight.data() + rows.reach,
                               columns.weight.data() + columns.reach,
                               rows.reach,
                               columns.reach,
                               flat(rows),
                               flat(columns),
                               {target.y0, target.y1},
                               line.data(),
                               sum.data(),
                               run.data()});
    return Outcome::done;
}

} // namespace

std::optional<BlurTaps> gaussian_taps(int radius_256ths) {
    if (radius_256ths < 0 || radius_256ths > max_blur_256ths) {
        return std::nullopt;
    }
    const double sigma = radius_256ths / 512.0;
    const auto reach = static_cast<std::size_t>(std::ceil(3.0 * sigma));
    std::vector<double> half = {1.0};
    double total = 1.0;
    for (std::size_t i = 1; i <= reach; ++i) {
        const double x = static_cast<double>(i) / sigma;
        half.push_back(std::exp(-0.5 * x * x));
        total += 2.0 * half.back();
    }
    return settled(half, total);
}

std::optional<BlurTaps> streak_taps(int length_256ths) {
    if (length_256ths < 0 || length_256ths > max_streak_256ths) {
        return std::nullopt;
    }
    BlurTaps taps;
    if (length_256ths <= 256) {
        return taps;
    }
    // All but the outermost two have one weight: `each`; those take what is left of 65536.
    const int beside = length_256ths - 256; // what lies outside the middle pixel
    taps.reach = (beside + 511) / 512;
    const auto each = static_cast<std::uint32_t>(65536 * 256 / length_256ths);
    const std::uint32_t inner = 2 * static_cast<std::uint32_t>(taps.reach) - 1;
    const std::uint32_t rest = 65536 - inner * each;
    taps.weight.assign(inner + 2, each);
    taps.weight.front() = rest / 2;
    taps.weight.back() = rest / 2;
    taps.weight[static_cast<std::size_t>(taps.reach)] += rest % 2;
    return taps;
}

Outcome run_rows(const Blur& job, Rows band) { return run_blur(job, band); }
Outcome run_rows(const Sharpen& job, Rows band) { return run_blur(job, band); }

std::optional<PictureBlur> picture_blur(int radius_256ths) {
    const auto luma = gaussian_taps(radius_256ths);
    const auto chroma = gaussian_taps(radius_256ths / 2);
    if (!luma || !chroma) {
        return std::nullopt;
    }
    return PictureBlur{*luma, *luma, *chroma, *chroma};
}

std::optional<PictureBlur> picture_streak(int across_256ths, int down_256ths) {
    const auto across = streak_taps(across_256ths);
    const auto down = streak_taps(down_256ths);
    const auto across_chroma = streak_taps(across_256ths / 2);
    const auto down_chroma = streak_taps(down_256ths / 2);
    if (!across || !down || !across_chroma || !down_chroma) {
        return std::nullopt;
    }
    return PictureBlur{*across, *down, *across_chroma, *down_chroma};
}

Outcome blur_rows(const PictureBlur& blur,
                  Picture<const std::uint8_t> source,
                  Picture<std::uint8_t> out,
                  Rows luma_band) {
    const Rows half = chroma_rows(luma_band);
    const Outcome y =
        run_rows(Blur{source.y, out.y, &blur.luma_columns, &blur.luma_rows}, luma_band);
    const Outcome u =
        run_rows(Blur{source.u, out.u, &blur.chroma_columns, &blur.chroma_rows}, half);
    const Outcome v =
        run_rows(Blur{source.v, out.v, &blur.chroma_columns, &blur.chroma_rows}, half);
    const Outcome early = y != Outcome::done ? y : u;
    return early != Outcome::done ? early : v;
}

} // namespace smos::kernels
