// SPDX-License-Identifier: Apache-2.0
// Decoded Y'CbCr of any pixel format as BT.709 limited 4:2:0.
#include "libsmos/media/picture/colour_ycc.hpp"

#include "libsmos/kernels/ycc.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace smos::media {
namespace {

constexpr int ycc_bits = 30;

std::int64_t ycc_coefficient(double value) {
    const double scaled = value * static_cast<double>(std::int64_t{1} << ycc_bits);
    return static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

std::uint8_t byte_of(std::int64_t sum) {
    constexpr std::int64_t half = std::int64_t{1} << (ycc_bits - 1);
    return static_cast<std::uint8_t>(std::clamp<std::int64_t>((sum + half) >> ycc_bits, 0, 255));
}

/// Y'CbCr to Y'CbCr, linear: new = matrix * (old - zero), in 8-bit codes times 2^30.
class YccPicture {
  public:
    YccPicture(const PictureLines& lines, const PictureCodes& codes, const StoredSite& target)
        : lines_(lines),
          matrix_(ycc_matrix(lines.depth(0), codes)) {
        make_taps(codes, target);
        make_levels(lines.depth(0));
    }

    void convert(Frame& frame) {
        for (int row = 0; row < lines_.height(); ++row)
            luma_row(row, frame.y() + std::ptrdiff_t{row} * frame.y_stride());
        for (int row = 0; row < frame.chroma_height(); ++row) {
            const std::ptrdiff_t at = std::ptrdiff_t{row} * frame.uv_stride();
            chroma_row(row, frame.u() + at, frame.v() + at);
        }
    }

  private:
    void make_taps(const PictureCodes& codes, const StoredSite& target) {
        const int scale_x = lines_.chroma_scale_x(), scale_y = lines_.chroma_scale_y();
        const int site_x = scale_x == 1 ? 0 : codes.site.x2;
        const int site_y = scale_y == 1 ? 0 : codes.site.y2;
        doubles_ = scale_x == 2 && site_x == 0;
        const int width = lines_.chroma_width(), height = lines_.chroma_height();
        up_columns_ = chroma_taps(lines_.width(), 2, 0, scale_x, site_x, width);
        up_rows_ = chroma_taps(lines_.height(), 2, 0, scale_y, site_y, height);
        columns_ = chroma_taps((lines_.width() + 1) / 2, 4, target.x2, scale_x, site_x, width);
        rows_ = chroma_taps((lines_.height() + 1) / 2, 4, target.y2, scale_y, site_y, height);
    }

    /// 64 times the colour difference at each tap.
    void across(const std::vector<std::int32_t>& sums,
                const std::vector<ChromaTap>& taps,
                std::vector<std::int32_t>& out) const {
        out.resize(taps.size());
        const auto zero = static_cast<std::int32_t>(matrix_.chroma_zero);
        const bool direct = is_direct(taps, sums.size());
        for (std::size_t x = 0; direct && x < out.size(); ++x)
            out[x] = 8 * sums[x] - zero;
        if (direct)
            return;
        std::size_t x = 0;
        // Luma columns by turns on a sample and between two.
        for (; doubles_ && taps.size() > sums.size() && x + 2 < out.size(); x += 2) {
            const std::int32_t left = sums[x / 2], right = sums[x / 2 + 1];
            out[x] = 8 * left - zero;
            out[x + 1] = 4 * (left + right) - zero;
        }
        if (x == 0 && is_halved(taps, sums.size())) {
            out[0] = tapped(taps[0], sums) - zero;
            const std::int32_t* from = sums.data();
            for (x = 1; 2 * x + 1 < sums.size(); ++x)
                out[x] = 2 * (from[2 * x - 1] + 2 * from[2 * x] + from[2 * x + 1]) - zero;
        }
        for (; x < out.size(); ++x)
            out[x] = tapped(taps[x], sums) - zero;
    }

    static std::int32_t tapped(const ChromaTap& tap, const std::vector<std::int32_t>& sums) {
        std::int32_t sum = 0;
        for (std::size_t k = 0; k < 3; ++k)
            sum += tap.weight[k] * sums[static_cast<std::size_t>(tap.at[k])];
        return sum;
    }

    /// Every second sample, with a quarter of each neighbour.
    static bool is_halved(const std::vector<ChromaTap>& taps, std::size_t count) {
        return taps.size() == (count + 1) / 2 && taps.size() > 1 && taps[1].weight[0] == 2 &&
               taps[1].at[1] == 2;
    }

    /// Every sample is taken as it stands.
    static bool is_direct(const std::vector<ChromaTap>& taps, std::size_t count) {
        return taps.size() == count && taps.front().weight[0] == 8 && taps.back().weight[0] == 8;
    }

    void luma_row(int row, std::uint8_t* out) {
        lines_.read(0, row, luma_);
        if (matrix_.factor[0][1] == 0 && matrix_.factor[0][2] == 0) {
            for (std::size_t x = 0; x < luma_.size(); ++x)
                out[x] = levels_[luma_[x]];
            return;
        }
        const ChromaTap& tap = up_rows_[static_cast<std::size_t>(row)];
        mix_lines(lines_, 1, tap, line_, blue_);
        mix_lines(lines_, 2, tap, line_, red_);
        across(blue_, up_columns_, blue_across_);
        across(red_, up_columns_, red_across_);
        const std::int64_t first =
            (std::int64_t{16} << ycc_bits) - matrix_.factor[0][0] * matrix_.luma_zero;
        const auto [y, u, v] = matrix_.factor[0];
        const std::uint16_t* const luma = luma_.data();
        const std::int32_t* const blue = blue_across_.data();
        const std::int32_t* const red = red_across_.data();
        for (std::size_t x = 0, count = luma_.size(); x < count; ++x)
            out[x] = byte_of(first + y * luma[x] + u * blue[x] + v * red[x]);
    }

    void chroma_row(int row, std::uint8_t* u, std::uint8_t* v) {
        const ChromaTap& tap = rows_[static_cast<std::size_t>(row)];
        mix_lines(lines_, 1, tap, line_, blue_);
        mix_lines(lines_, 2, tap, line_, red_);
        across(blue_, columns_, blue_across_);
        across(red_, columns_, red_across_);
        constexpr std::int64_t grey = std::int64_t{128} << ycc_bits;
        for (std::size_t x = 0; x < columns_.size(); ++x) {
            const std::int64_t blue = blue_across_[x], red = red_across_[x];
            u[x] = byte_of(grey + matrix_.factor[1][1] * blue + matrix_.factor[1][2] * red);
            v[x] = byte_of(grey + matrix_.factor[2][1] * blue + matrix_.factor[2][2] * red);
        }
    }

    /// What a luma code becomes where chroma has no share in it.
    void make_levels(int depth) {
        levels_.resize(std::size_t{1} << depth);
        for (std::size_t code = 0; code < levels_.size(); ++code) {
            const std::int64_t above = static_cast<std::int64_t>(code) - matrix_.luma_zero;
            levels_[code] = byte_of(matrix_.factor[0][0] * above + (std::int64_t{16} << ycc_bits));
        }
    }

    const PictureLines& lines_;
    const YccMatrix matrix_;
    std::vector<ChromaTap> up_columns_, up_rows_, columns_, rows_;
    std::vector<std::uint16_t> luma_, line_;
    std::vector<std::int32_t> blue_, red_, blue_across_, red_across_;
    std::vector<std::uint8_t> levels_;
    bool doubles_ = false;
};

/// Chroma samples of a component as the kernel walks along them, as chroma_taps() does.
kernels::ChromaWalk walk(int step2, int offset2, int scale, int site2) {
    return {(offset2 - (scale == 1 ? 0 : site2)) * 4 / scale, step2 * 4 / scale};
}

bool is_planar(const AVFrame& picture) {
    const AVPixFmtDescriptor* format =
        av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture.format));
    constexpr std::uint64_t others =
        AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM;
    bool planar = format != nullptr && (format->flags & others) == 0 && format->nb_components >= 3;
    for (int i = 0; planar && i < 3; ++i) {
        const AVComponentDescriptor& place = format->comp[i];
        planar = place.depth == 8 && place.shift == 0 && place.step == 1 && place.offset == 0 &&
                 place.plane == i;
    }
    return planar;
}

/// Nothing where a factor has no room.
std::optional<kernels::YccSum> sum_of(const std::array<std::int64_t, 3>& factors,
                                      std::int64_t offset) {
    kernels::YccSum sum;
    sum.offset = offset;
    for (std::size_t i = 0; i < 3; ++i) {
        sum.factor[i] = static_cast<std::int32_t>(factors[i]);
        if (sum.factor[i] != factors[i])
            return std::nullopt;
    }
    return sum;
}

} // namespace

YccMatrix ycc_matrix(int depth, const PictureCodes& codes) {
    YccMatrix matrix;
    const double count = static_cast<double>(1 << depth);
    const double luma_span = codes.full_range ? count - 1 : 219 * count / 256;
    const double chroma_span = codes.full_range ? count - 1 : 224 * count / 256;
    matrix.luma_zero = codes.full_range ? 0 : (std::int64_t{16} << depth) / 256;
    matrix.chroma_zero = (std::int64_t{64} << depth) / 2;
    const Matrix3 to_709 = product(*inverse(*rgb_of_ycc(AVCOL_SPC_BT709)),
                                   rgb_of_ycc(codes.matrix).value_or(identity3));
    for (std::size_t i = 0; i < 3; ++i) {
        const double scale = i == 0 ? 219 : 224;
        // Luma's share in colour differences is 0 but for rounding.
        matrix.factor[i][0] = i == 0 ? ycc_coefficient(scale / luma_span) : 0;
        for (std::size_t j = 1; j < 3; ++j) {
            const bool same = codes.matrix == AVCOL_SPC_BT709;
            const double share = same ? (i == j ? 1.0 : 0.0) : to_709[i][j];
            matrix.factor[i][j] = ycc_coefficient(share * scale / chroma_span / 64);
        }
    }
    return matrix;
}

void convert_ycc(const PictureLines& lines,
                 const PictureCodes& codes,
                 const StoredSite& target,
                 Frame& frame) {
    YccPicture(lines, codes, target).convert(frame);
}

bool convert_planar_ycc(const AVFrame& picture,
                        const PictureLines& lines,
                        const PictureCodes& codes,
                        const StoredSite& target,
                        Frame& frame) {
    if (!is_planar(picture))
        return false;
    const YccMatrix matrix = ycc_matrix(8, codes);
    constexpr std::int64_t one = std::int64_t{1} << ycc_bits;
    const auto luma = sum_of(matrix.factor[0], 16 * one - matrix.factor[0][0] * matrix.luma_zero);
    const auto u = sum_of(matrix.factor[1], 128 * one), v = sum_of(matrix.factor[2], 128 * one);
    if (!luma || !u || !v)
        return false;
    const auto plane = [&](int i) {
        return kernels::Source{picture.data[i],
                               i == 0 ? lines.width() : lines.chroma_width(),
                               i == 0 ? lines.height() : lines.chroma_height(),
                               picture.linesize[i]};
    };
    const int scale_x = lines.chroma_scale_x(), scale_y = lines.chroma_scale_y();
    const kernels::Ycc job{{plane(0), plane(1), plane(2)},
                           picture_of(frame),
                           walk(2, 0, scale_x, codes.site.x2),
                           walk(2, 0, scale_y, codes.site.y2),
                           walk(4, target.x2, scale_x, codes.site.x2),
                           walk(4, target.y2, scale_y, codes.site.y2),
                           *luma,
                           *u,
                           *v};
    return kernels::run_rows(job, kernels::all_rows(job.out.y)) == kernels::Outcome::done;
}

} // namespace smos::media
