// SPDX-License-Identifier: Apache-2.0
// What lies over each two rows of a backdrop, as lines of samples that vectors read.
#include "libsmos/kernels/look_rows.hpp"

#include "libsmos/kernels/cpu_rows.hpp"
#include "libsmos/kernels/looks_plan.hpp"

#include <algorithm>
#include <vector>

namespace smos::kernels {

namespace {

using Line = std::vector<std::uint8_t>;

class LayerLines {
  public:
    LayerLines(const Layer& job, Rect blocks)
        : job_(job),
          base_(2 * blocks.x0),
          pixels_(std::min(2 * blocks.x1, job.out.y.width) - base_),
          from_(std::max(base_, job.x0)),
          to_(std::min(base_ + pixels_, job.x0 + job.front.y.width)) {
        const std::size_t length = static_cast<std::size_t>(pixels_) + look_slack;
        for (std::vector<Line>* lines : {&y_, &u_, &v_, &alpha_}) {
            lines->assign(2, Line(length));
        }
    }

    // False where nothing lies over the two rows.
    [[nodiscard]] bool fill(int first, int second) {
        const bool upper = fill_alpha(0, first - job_.y0);
        const bool lower = second == first ? upper : fill_alpha(1, second - job_.y0);
        if (!upper && !lower) {
            return false;
        }
        fill_front(0, first - job_.y0);
        if (second == first) {
            twice_ = true;
        } else {
            fill_front(1, second - job_.y0);
        }
        return true;
    }
    [[nodiscard]] LayerSpan over(int cy, int second, int cx, std::int32_t gain) const {
        const std::size_t k = twice_ ? 0 : 1;
        const Picture<std::uint8_t>& out = job_.out;
        return {{out.y.row(2 * cy) + base_, out.y.row(second) + base_},
                out.u.row(cy) + cx,
                out.v.row(cy) + cx,
                {y_[0].data(), y_[k].data()},
                {u_[0].data(), u_[k].data()},
                {v_[0].data(), v_[k].data()},
                {alpha_[0].data(), alpha_[k].data()},
                pixels_,
                gain};
    }

  private:
    // Where the front begins in a line, and how much of it there is.
    [[nodiscard]] std::ptrdiff_t begin() const { return from_ - base_; }
    [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(to_ - from_); }

    void end_twice(Line& line) const {
        const auto last = static_cast<std::size_t>(pixels_);
        line[last] = line[last - 1];
    }
    [[nodiscard]] bool fill_alpha(std::size_t k, int fy) {
        Line& line = alpha_[k];
        if (fy < 0 || fy >= job_.front.y.height) {
            std::fill(line.begin(), line.end(), std::uint8_t{0});
            return false;
        }
        if (job_.alpha.data == nullptr || job_.alpha.empty()) {
            std::fill_n(line.begin() + begin(), count(), std::uint8_t{255});
            end_twice(line);
            return true;
        }
        const std::uint8_t* mask = job_.alpha.row(fy) + (from_ - job_.x0);
        std::copy_n(mask, count(), line.begin() + begin());
        end_twice(line);
        return std::any_of(mask, mask + count(), [](std::uint8_t a) { return a != 0; });
    }
    void fill_front(std::size_t k, int fy) {
        const int row = std::clamp(fy, 0, job_.front.y.height - 1);
        const int fx = from_ - job_.x0;
        std::copy_n(job_.front.y.row(row) + fx, count(), y_[k].begin() + begin());
        spread(job_.front.u.row(row >> 1), u_[k]);
        spread(job_.front.v.row(row >> 1), v_[k]);
        for (Line* line : {&y_[k], &u_[k], &v_[k]}) {
            end_twice(*line);
        }
    }
    // Each chroma sample of the front for its two pixels, of which the first may lie outside.
    void spread(const std::uint8_t* chroma, Line& line) const {
        const int fx = from_ - job_.x0;
        std::uint8_t* to = line.data() + begin();
        int i = 0;
        if ((fx & 1) != 0) {
            to[i++] = chroma[fx >> 1];
        }
        const int whole = (to_ - from_ - i) / 2;
        const std::uint8_t* next = chroma + ((fx + i) >> 1);
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int j = 0; j < whole; ++j) {
            to[i + 2 * j] = next[j];
            to[i + 2 * j + 1] = next[j];
        }
        if (i + 2 * whole < to_ - from_) {
            to[i + 2 * whole] = next[whole];
        }
    }

    Layer job_;
    int base_, pixels_, from_, to_;
    std::vector<Line> y_, u_, v_, alpha_;
    bool twice_ = false;
};

} // namespace

bool grade_in_vectors(const GradeOp& op, const GradeShortcuts& skip, Rect blocks) {
    const GradeRows rows = highway_grade_rows(simd_in_use());
    const bool domain = op.lut.amount == 0 || op.lut.size == 0 || op.lut.plain;
    if (rows == nullptr || !domain) {
        return false;
    }
    rows(op, skip, blocks);
    return true;
}

bool layer_in_vectors(const Layer& job, Rect blocks) {
    const LayerRows rows = highway_layer_rows(simd_in_use());
    if (rows == nullptr) {
        return false;
    }
    LayerLines lines(job, blocks);
    for (int cy = blocks.y0; cy < blocks.y1; ++cy) {
        const int second = std::min(2 * cy + 1, job.out.y.height - 1);
        if (lines.fill(2 * cy, second)) {
            rows(job.mode, lines.over(cy, second, blocks.x0, alpha_gain(job.opacity)));
        }
    }
    return true;
}

} // namespace smos::kernels
