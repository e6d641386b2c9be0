// SPDX-License-Identifier: Apache-2.0
// The CPU twin of placing: each row of the source is summed along once, then four of them down.
#include "libsmos/kernels/compose_plan.hpp"
#include "libsmos/kernels/cpu_rows.hpp"
#include "libsmos/kernels/row_kernels.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace smos::kernels {

namespace {

constexpr int edge = 64;      // before a row's first sample; taps need three
constexpr int kept_pairs = 4; // four rows lie in at most three pairs

// What a thread's bands are summed in, one after the other; nothing of it is kept.
struct Room {
    std::array<Aligned<std::uint8_t>, 2> samples;
    std::array<Aligned<std::int16_t>, 2 * kept_pairs> lines;
    int sample_count = 0;
    int line_length = 0;

    void fit(int samples_wanted, int length_wanted) {
        if (samples_wanted > sample_count) {
            samples.fill(Aligned<std::uint8_t>(static_cast<std::size_t>(samples_wanted)));
            sample_count = samples_wanted;
        }
        if (length_wanted > line_length) {
            lines.fill(Aligned<std::int16_t>(static_cast<std::size_t>(length_wanted)));
            line_length = length_wanted;
        }
    }
};

Room& room_of_thread() {
    thread_local Room room;
    return room;
}

class Placer {
  public:
    Placer(const Place& job, Rect target)
        : op_(formula(job)),
          columns_(*job.columns),
          target_(target),
          begin_(target.x0 - job.x0),
          group_(begin_ / group_px),
          groups_((target.x1 - job.x0 + group_px - 1) / group_px - group_),
          from_(std::clamp(tap_of(begin_), 0, job.source.width - 1)),
          to_(std::clamp(tap_of(target.x1 - job.x0 - 1) + 4, from_ + 1, job.source.width)) {
        // A group may begin before the target does.
        from_ = std::clamp(tap_of(group_px * group_), 0, from_);
        const int last = std::min(group_px * (group_ + groups_), job.columns->count()) - 1;
        to_ = std::clamp(tap_of(last) + 4, to_, job.source.width);
        inside_ = tap_of(group_px * group_) >= 0 && tap_of(last) + 4 <= job.source.width &&
                  job.source.width >= line_slack;
        room_.fit(to_ - from_ + edge + line_slack, group_px * groups_);
    }

    void run() {
        const int skipped = begin_ - group_px * group_;
        for (int y = target_.y0; y < target_.y1; ++y) {
            const int row = y - op_.target.y0;
            const std::int16_t* lines[4];
            for (int k = 0; k < 4; ++k) {
                lines[k] =
                    line_of(clamp_index(op_.row_first[row] + k, op_.source.height)) + skipped;
            }
            rows_.down(lines,
                       op_.row_weight + 4 * row,
                       target_.x1 - target_.x0,
                       op_.out.row(y) + target_.x0);
        }
    }

  private:
    [[nodiscard]] int tap_of(int column) const {
        return columns_.first[static_cast<std::size_t>(column)];
    }

    // The sums along a row of the source, made with its neighbour's when first asked for.
    const std::int16_t* line_of(int y) {
        const int pair = y / 2;
        const auto slot = static_cast<std::size_t>(pair % kept_pairs);
        std::int16_t* even = room_.lines[2 * slot].data();
        std::int16_t* odd = room_.lines[2 * slot + 1].data();
        if (kept_[slot] != pair) {
            kept_[slot] = pair;
            const SampleRows rows{{row_of(2 * pair, 0), row_of(2 * pair + 1, 1)},
                                  2 * op_.source.pitch};
            rows_.along(rows, columns_, group_, groups_, {{even, odd}});
        }
        return y % 2 == 0 ? even : odd;
    }

    // A row's samples, counted from column 0: the source's own where all taps lie inside and what a
    // vector reads behind them is the next row; else a copy with its edges repeated.
    const std::uint8_t* row_of(int y, std::size_t slot) {
        const std::uint8_t* source = op_.source.row(std::min(y, op_.source.height - 1));
        return inside_ && y + 1 < op_.source.height ? source : copied(source, slot);
    }

    const std::uint8_t* copied(const std::uint8_t* source, std::size_t slot) {
        std::uint8_t* row = room_.samples[slot].data() + edge;
        const auto count = static_cast<std::size_t>(to_ - from_);
        std::memcpy(row, source + from_, count);
        if (from_ == 0) {
            std::fill(row - 3, row, row[0]);
        }
        if (to_ == op_.source.width) {
            std::fill(row + count, row + count + 3, row[count - 1]);
        }
        return row - from_;
    }

    const RowKernels& rows_ = row_kernels();
    PlaceOp op_;
    const TapTable& columns_;
    Rect target_;
    int begin_; // the table's column of the target's first
    int group_; // the groups that cover the target
    int groups_;
    int from_; // the columns of the source that these need
    int to_;
    bool inside_ = false;
    std::array<int, kept_pairs> kept_{-1, -1, -1, -1};
    Room& room_ = room_of_thread();
};

} // namespace

Outcome run_rows(const Place& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), band);
    if (!target.empty()) {
        Placer(job, target).run();
    }
    return Outcome::done;
}

} // namespace smos::kernels
