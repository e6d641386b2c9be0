// SPDX-License-Identifier: Apache-2.0
// Which word of one list is which of another, by the least edit cost.
#include "libsmos/media/speech/word_align_match.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace smos::media {
namespace {

// In the cost of one word that is wrong altogether. Leaving out two unlike words costs less than
// taking one for the other, unless they share letters.
constexpr double one_side_only = 0.6;
constexpr double joined_words = 0.1; // prefers 1:1

enum class Step : std::uint8_t { none, pair, skip_a, skip_b, two_a, two_b };

class Table {
  public:
    Table(const std::vector<std::u32string>& a, const std::vector<std::u32string>& b)
        : a_(a),
          b_(b),
          width_(b.size() + 1),
          steps_((a.size() + 1) * width_, Step::none) {
        for (std::size_t i = 0; i <= a.size(); ++i)
            fill_row(i);
    }

    std::vector<WordMatch> matches() const {
        std::vector<WordMatch> found;
        std::size_t i = a_.size(), j = b_.size();
        while (i > 0 || j > 0) {
            const Step step = steps_[i * width_ + j];
            const std::size_t from_a = i - taken_a(step), from_b = j - taken_b(step);
            if (step == Step::pair || step == Step::two_a || step == Step::two_b)
                found.push_back({from_a, i, from_b, j, 1 - cost_of(step, i, j)});
            i = from_a;
            j = from_b;
        }
        std::reverse(found.begin(), found.end());
        return found;
    }

  private:
    static std::size_t taken_a(Step step) {
        return step == Step::skip_b ? 0 : step == Step::two_a ? 2 : 1;
    }
    static std::size_t taken_b(Step step) {
        return step == Step::skip_a ? 0 : step == Step::two_b ? 2 : 1;
    }

    /// 1 - similarity of the words that end at i and at j.
    double cost_of(Step step, std::size_t i, std::size_t j) const {
        switch (step) {
        case Step::pair:
            return 1 - letter_similarity(a_[i - 1], b_[j - 1]);
        case Step::two_a:
            return 1 - letter_similarity(a_[i - 2] + a_[i - 1], b_[j - 1]);
        case Step::two_b:
            return 1 - letter_similarity(a_[i - 1], b_[j - 2] + b_[j - 1]);
        case Step::skip_a:
        case Step::skip_b:
        case Step::none:
            break;
        }
        return 0;
    }

    void fill_row(std::size_t i) {
        before_last_.swap(last_);
        last_.swap(row_);
        row_.assign(width_, std::numeric_limits<double>::infinity());
        for (std::size_t j = 0; j < width_; ++j)
            fill_cell(i, j);
    }

    void fill_cell(std::size_t i, std::size_t j) {
        double best = i == 0 && j == 0 ? 0 : std::numeric_limits<double>::infinity();
        Step chosen = Step::none;
        const auto offer = [&](double cost, Step step) {
            if (cost < best) {
                best = cost;
                chosen = step;
            }
        };
        if (i > 0 && j > 0)
            offer(last_[j - 1] + 1.4 * cost_of(Step::pair, i, j), Step::pair);
        if (i > 0)
            offer(last_[j] + one_side_only, Step::skip_a);
        if (j > 0)
            offer(row_[j - 1] + one_side_only, Step::skip_b);
        if (i > 1 && j > 0 && a_[i - 2].size() + a_[i - 1].size() <= 2 * b_[j - 1].size())
            offer(before_last_[j - 1] + joined_words + 2 * cost_of(Step::two_a, i, j), Step::two_a);
        if (i > 0 && j > 1 && b_[j - 2].size() + b_[j - 1].size() <= 2 * a_[i - 1].size())
            offer(last_[j - 2] + joined_words + 2 * cost_of(Step::two_b, i, j), Step::two_b);
        row_[j] = best;
        steps_[i * width_ + j] = chosen;
    }

    const std::vector<std::u32string>& a_;
    const std::vector<std::u32string>& b_;
    std::size_t width_;
    std::vector<Step> steps_;
    std::vector<double> before_last_, last_, row_;
};

} // namespace

double letter_similarity(const std::u32string& a, const std::u32string& b) {
    if (a == b)
        return 1;
    const std::size_t longer = std::max(a.size(), b.size());
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] =
                std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return 1 - static_cast<double>(row[b.size()]) / static_cast<double>(longer);
}

std::vector<WordMatch> match_words(const std::vector<std::u32string>& a,
                                   const std::vector<std::u32string>& b) {
    return Table{a, b}.matches();
}

} // namespace smos::media
