// SPDX-License-Identifier: Apache-2.0
// Rows of another Y'CbCr: chroma is summed down the columns, then along, then both with luma.
#include "libsmos/kernels/ycc.hpp"

#include "libsmos/kernels/aligned.hpp"
#include "libsmos/kernels/looks_plan.hpp"
#include "libsmos/kernels/ycc_rows.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace smos::kernels {

namespace {

// All taps lie less than chroma_reach outside.
bool stays(ChromaWalk walk, int count, int source_count) {
    const bool in_range =
        walk.step >= 1 && walk.step <= 16 && walk.start >= -16 && walk.start <= 16;
    return in_range && chroma_taps(walk, 0).first > -chroma_reach &&
           chroma_taps(walk, count - 1).first + 2 < source_count + chroma_reach;
}

bool in_range(const YccSum& sum) {
    constexpr std::int64_t most = std::int64_t{1} << 44;
    return sum.offset > -most && sum.offset < most;
}

bool sound(const Ycc& job) {
    const Picture<const std::uint8_t>& from = job.source;
    const Picture<std::uint8_t>& out = job.out;
    const bool planes = sound(out) && sound(from.y) && sound(from.u) && sound(from.v) &&
                        same_size(from.y, out.y) && same_size(from.u, from.v) &&
                        from.u.empty() == out.u.empty();
    const bool sums = in_range(job.luma) && in_range(job.u) && in_range(job.v) &&
                      job.u.factor[0] == 0 && job.v.factor[0] == 0;
    return planes && sums &&
           (out.y.empty() || (stays(job.luma_across, out.y.width, from.u.width) &&
                              stays(job.luma_down, out.y.height, from.u.height) &&
                              stays(job.across, out.u.width, from.u.width) &&
                              stays(job.down, out.u.height, from.u.height)));
}

// Both colour differences along one row of what is written.
class ChromaLines {
  public:
    ChromaLines(int source_count, int count)
        : source_count_(source_count),
          sums_(static_cast<std::size_t>(lead + source_count + ycc_slack)),
          blue_(static_cast<std::size_t>(count + ycc_slack)),
          red_(static_cast<std::size_t>(count + ycc_slack)) {}

    void make(const Ycc& job, ChromaWalk down, int row, ChromaWalk across, int count) {
        const ChromaTaps taps = chroma_taps(down, row);
        one(job.source.u, taps, across, count, blue_.data());
        one(job.source.v, taps, across, count, red_.data());
    }
    [[nodiscard]] const std::int16_t* blue() const { return blue_.data(); }
    [[nodiscard]] const std::int16_t* red() const { return red_.data(); }

  private:
    static constexpr int lead = 32; // a cache line

    void one(const Source& plane,
             const ChromaTaps& taps,
             ChromaWalk across,
             int count,
             std::int16_t* out) {
        ChromaRows rows{};
        for (int k = 0; k < 3; ++k) {
            rows.row[k] = plane.row(clamp_index(taps.first + k, plane.height));
            rows.weight[k] = taps.weight[k];
        }
        std::int16_t* const line = sums_.data() + lead;
        ycc_rows().mix(rows, source_count_, line);
        std::fill_n(line - chroma_reach, chroma_reach, line[0]);
        std::fill_n(line + source_count_, chroma_reach, line[source_count_ - 1]);
        ycc_rows().across(line, across, count, out);
    }

    int source_count_;
    Aligned<std::int16_t> sums_, blue_, red_;
};

bool has_chroma(const YccSum& sum) { return sum.factor[1] != 0 || sum.factor[2] != 0; }

bool keeps(const YccSum& sum) {
    return !has_chroma(sum) && sum.factor[0] == 1 << 30 && sum.offset == 0;
}

void luma_row(const Ycc& job, int row, ChromaLines& lines) {
    const int count = job.out.y.width;
    if (keeps(job.luma)) {
        std::memcpy(job.out.y.row(row), job.source.y.row(row), static_cast<std::size_t>(count));
        return;
    }
    if (has_chroma(job.luma)) {
        lines.make(job, job.luma_down, row, job.luma_across, count);
    }
    ycc_rows().sum(job.luma,
                   job.source.y.row(row),
                   has_chroma(job.luma) ? lines.blue() : nullptr,
                   lines.red(),
                   count,
                   job.out.y.row(row));
}

void chroma_row(const Ycc& job, int row, ChromaLines& lines) {
    const int count = job.out.u.width;
    lines.make(job, job.down, row, job.across, count);
    const YccRows& rows = ycc_rows();
    rows.sum(job.u, nullptr, lines.blue(), lines.red(), count, job.out.u.row(row));
    rows.sum(job.v, nullptr, lines.blue(), lines.red(), count, job.out.v.row(row));
}

void run_all(const Ycc& job, Rows band) {
    ChromaLines lines(job.source.u.width, job.out.y.width);
    for (int row = band.first; row < band.last; ++row) {
        luma_row(job, row, lines);
        if (row % 2 == 0) {
            chroma_row(job, row / 2, lines);
        }
    }
}

} // namespace

Outcome run_rows(const Ycc& job, Rows luma_band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const Rows band{std::max(0, luma_band.first), std::min(job.out.y.height, luma_band.last)};
    if (job.out.y.empty() || band.first >= band.last) {
        return Outcome::done;
    }
    try {
        run_all(job, band);
    } catch (const std::bad_alloc&) {
        return Outcome::out_of_memory;
    }
    return Outcome::done;
}

} // namespace smos::kernels
